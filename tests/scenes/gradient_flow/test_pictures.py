"""The pictures: what they show, say and ask for."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF

from explainer import Run
from explainer.commands.running import frame_of
from explainer.plots.picture import Steering
from explainer.scenes.gradient_flow.changed_map import ChangedMap
from explainer.scenes.gradient_flow.flow_picture import Deltas
from explainer.scenes.gradient_flow.grid_picture import Grid
from explainer.scenes.gradient_flow.history_map import HistoryMap
from explainer.scenes.gradient_flow.lanes import resolve, titles, with_setting
from explainer.scenes.gradient_flow.layer_pictures import chain, product_words
from explainer.scenes.gradient_flow.profile_names import ProfileNames
from explainer.scenes.gradient_flow.profile_plot import Profile, ProfilePlot
from explainer.scenes.gradient_flow.remedies_picture import Remedies, Tried
from explainer.scenes.gradient_flow.view import VIEW
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.controls.factory import make_control
from tests.plots.hand import pixels, shows


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, asked):
    kept = []

    def make(kind, run, tokens=DARK):
        steering = Steering()
        steering.set_asked.connect(lambda values: asked.append(("set", values)))
        steering.seek_asked.connect(lambda step: asked.append(("seek", step)))
        picture = kind(steering)
        kept.append((picture, steering))
        qtbot.addWidget(picture)
        picture.resize(760, 420)
        picture.apply_theme(tokens)
        picture.show()
        picture.draw(frame_of(run, run.arrays("*")))
        return picture

    yield make
    kept.clear()


@pytest.fixture(scope="module")
def run():
    made = Run("gradient-flow", depth=6, beside=("relu:init=pytorch", "tanh"))
    made.step(4)
    return made


def test_the_map_lights_exactly_the_weights_that_changed(make, run):
    picture = make(ChangedMap, run)
    counts = run.frame["each_weights_changed"]
    for index, sentence in enumerate(picture.maps.sentences()):
        assert f"{(counts[index] > 0).sum():,} of 4,096 changed" in sentence
        image = picture.maps._images[index]
        dark = image.pixel(0, 0), counts[index, 0, 0]
        lit = np.array([[image.pixel(x, y) != dark[0] for x in range(64)] for y in range(64)])
        assert dark[1] == 0, "the first pixel of a digit is never inked"
        assert (lit == (counts[index] > 0)).all()
    assert shows(picture, DARK.series_colour(2), least=50)


def test_a_click_on_a_map_selects_the_network(make, run, asked, qtbot):
    picture = make(ChangedMap, run)
    qtbot.mouseClick(picture.maps, Qt.MouseButton.LeftButton, pos=picture.maps._tile(2).center().toPoint())
    assert asked == [("set", {"selected": 2})]


def test_the_pointed_weight_says_how_often_it_changed(make, run):
    picture = make(ChangedMap, run)
    tile = picture.maps._tile(2)
    place = QPointF(tile.left() + tile.width() * 30.5 / 64, tile.top() + tile.height() * 10.5 / 64)
    picture.maps._pointer = picture.maps._weight_at(place)
    times = run.frame["each_weights_changed"][2, 10, 30]
    assert picture.maps._below(2) == f"input 31 → unit 11: changed in {times} of 4 steps"


def test_a_lit_layer_says_the_values_of_every_network(make, run):
    picture = make(Deltas, run)
    picture.light("layer", 3)
    words = picture.plot.read_out_label.text()
    assert words.startswith("layer 3")
    for name in titles(run.params):
        assert name in words
    picture.light("layer", None)
    assert not picture.plot.read_out_label.isVisible()


def test_names_say_in_which_setting_networks_differ():
    def named(*beside, **words):
        return titles(Run("gradient-flow", depth=2, beside=beside, **words).params)

    assert named("sigmoid:dtype=float16:loss_scale=1024", dtype="float16") == (
        "Sigmoid + Xavier + float16",
        "Sigmoid + Xavier + float16 + loss × 1,024",
    )
    assert named("tanh:lr=0.5", activation="tanh") == ("Tanh + Xavier, η 0.1", "Tanh + Xavier, η 0.5")
    assert named("tanh:clip_at=3", activation="tanh", clip="norm", clip_at=2.0) == (
        "Tanh + Xavier + clip by norm at 2",
        "Tanh + Xavier + clip by norm at 3",
    )
    assert named("tanh", activation="tanh") == ("Tanh + Xavier (1)", "Tanh + Xavier (2)")


def test_the_map_of_the_run_shows_the_size_of_means(make, run):
    layers = [
        output.detach().double().mean().abs().item() for output in run.execution.experiment.shown.passes[0].outputs
    ]
    picture = make(HistoryMap, run)
    run.set(history="mean")
    try:
        picture.steering.at_once = True
        picture.draw(frame_of(run, run.arrays("*")))
        assert picture.map.values[:, -1] == pytest.approx(layers, abs=1e-6)
    finally:
        run.set(history="delta")


def test_zeros_are_marked_and_the_axis_reaches_forty_decades(qtbot):
    plot = ProfilePlot("profiles", y_label="size")
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.set_profiles([Profile(np.array([0.0, 1e-44, 1e-20, 1.0]), "deep", 0)])
    assert plot.has_zeros
    low, high = plot.whole[2:]
    assert low < 2.0**-149 < 1 < high
    plot.set_profiles([Profile(np.array([1e-3, 1.0]), "shallow", 0)])
    assert not plot.has_zeros


def test_the_chain_is_the_product_from_the_output_back():
    factors = np.array([7.0, 2.0, 3.0, 5.0])
    assert chain(factors).tolist() == [30.0, 15.0, 5.0, 1.0]


def test_a_click_on_the_history_goes_to_the_step(make, run, asked):
    picture = make(HistoryMap, run)
    assert picture.map.values.shape == (7, 5)
    assert picture.map.values == pytest.approx(history(run))
    picture.map.cell_clicked.emit(2, 3)
    assert asked == [("seek", 3)]


def history(run):
    """δ of every layer at every step, each step lived again."""
    found = []
    for step in range(5):
        other = Run.from_recipe(run.recipe, type(run.position)(step))
        found.append(other.frame["delta_norm"])
    return np.array(found).T


def answer_of(picture, rows, columns, shape):
    values = np.full(shape, 1e-3)
    values[1, 2] = 0.0
    arguments = {"rows": rows, "columns": columns, "network": 0, "steps": 8}
    for part in ("grid_start", "grid_end"):
        arrays = {f"{part}/{name}": values for name in ("delta_ratio", "gradient_ratio", "loss")}
        picture.draw_job("grid", arguments, arrays)


def test_a_click_on_the_grid_goes_there(make, run, asked):
    picture = make(Grid, run)
    answer_of(picture, "activation", "init", (11, 10))
    assert picture.map.values[0, 0] == pytest.approx(-3.0)
    assert np.isnan(picture.map.values[1, 2]), "no gradient at all has no logarithm"
    picture.map.cell_clicked.emit(2, 7)
    assert asked == [("set", {"activation": "relu", "init": "he-normal"})]


def test_a_setting_for_a_network_beside_changes_its_entry_only():
    params = Run("gradient-flow", beside=("relu:init=pytorch", "tanh")).params
    assert with_setting(params, 1, "normalization", "layer") == {
        "beside": ("relu:init=pytorch:normalization=layer", "tanh")
    }
    changed = params.replace(**with_setting(params, 2, "activation", "gelu"))
    assert [told.activation for told in resolve(changed)] == ["sigmoid", "relu", "gelu"]
    assert with_setting(params, 0, "skip", "residual") == {"skip": "residual"}


def test_remedies_are_listed_best_first_and_a_click_takes_one(make, run, asked, qtbot):
    picture = make(Remedies, run)
    tried = [
        Tried("", "", 2.3, 0.1, -1),
        Tried("skip", "residual", float("nan"), float("nan"), 2),
        Tried("normalization", "batch", 0.5, 0.9, -1),
        Tried("lr", "1.0", 2.5, 0.1, -1),
    ]
    picture.list.show_tried(tried)
    assert [each.words for each in picture.list.shown] == ["normalization: batch", "as it is", "η 1", "skip: residual"]
    middle = QPointF(60, 6 + 0.5 * picture.list._line()).toPoint()
    qtbot.mouseClick(picture.list, Qt.MouseButton.LeftButton, pos=middle)
    assert asked == [("set", {"normalization": "batch"})]
    assert "Overflowed: skip: residual" in picture.summary()


def test_names_of_profiles_cover_neither_a_profile_nor_each_other(qtbot):
    plot = ProfilePlot("Flow", y_label="size")
    qtbot.addWidget(plot)
    plot.resize(700, 260)
    plot.show()
    layers, between = np.arange(1, 22), np.linspace(1, 21, 2_000)
    values = {
        "steep": 10.0 ** (0.6 * (layers - 21)),
        "flat": np.full(21, 0.5),
        "between": 10.0 ** (0.3 * (layers - 21)),
    }
    plot.set_profiles([Profile(row, name, index) for index, (name, row) in enumerate(values.items())])
    pixels(plot)
    names = next(layer for layer in plot.layers if isinstance(layer, ProfileNames))
    size = plot.view_box.rect()
    found = names.places(QFontMetricsF(plot.font()), size.width(), size.height())
    assert [profile.label for _, profile in found] == list(values)
    for place, (box, _) in enumerate(found):
        assert not any(box.intersects(other) for other, _ in found[:place])
        for row in values.values():
            line = plot.to_pixels(between, 10.0 ** np.interp(between, layers, np.log10(row)))
            assert not any(box.contains(QPointF(*point)) for point in line.tolist())


def test_the_pointer_on_a_profile_lights_its_layer_and_says_the_values(make, run, qtbot):
    picture = make(Deltas, run)
    place = picture.plot.widget_position(3.2, float(run.frame["each_delta_norm"][0][2]))
    qtbot.mouseMove(picture.plot.viewport(), place)
    qtbot.waitUntil(lambda: picture.plot.read_out_label.text().startswith("layer 3\n"))
    assert "Tanh + Xavier" in picture.plot.read_out_label.text()


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", VIEW.cards, ids=lambda kind: kind.key)
def test_every_picture_paints_and_says_something(make, run, kind, tokens):
    picture = make(kind, run, tokens)
    assert len(np.unique(pixels(picture).reshape(-1, 3), axis=0)) > 3
    assert len(picture.summary()) > 10


def test_the_product_of_real_factors_stays_below_that_of_the_largest_singular_values():
    made = Run("gradient-flow", activation="tanh", depth=9, width=16, beside=())
    real, values = made.frame["delta_factor"][1:-1], made.frame["jacobian_singular"]
    network = made.execution.experiment.networks[0]
    z = made.execution.experiment.shown.passes[0].sums
    for layer in range(1, 9):
        slope = 1 - np.tanh(z[layer][0].detach().double().numpy()) ** 2
        jacobian = slope[:, None] * network.layers[layer].linear.weight.detach().double().numpy()
        assert values[layer] == pytest.approx(np.linalg.svd(jacobian, compute_uv=False), rel=1e-4, abs=1e-6)
    assert np.isnan(values[[0, -1]]).all()
    assert product_words(np.array([9.0, 2.0, 3.0, 9.0])) == ", product 6.00"
    assert len(real) == 8


def test_a_network_beside_folds_out_its_own_settings(qtbot, run):
    field = run.params.declaration("beside")
    control = make_control(field)
    qtbot.addWidget(control)
    control.set_surroundings(run.params.values())
    control.set_value(run.params.beside)
    control.fold_out(0)
    assert control.settings.controls["init"].value() == "pytorch"
    assert control.settings.controls["lr"].value() == run.params.lr
    control.settings.controls["normalization"].propose("layer")
    assert control.value() == ("relu:init=pytorch:normalization=layer", "tanh")
