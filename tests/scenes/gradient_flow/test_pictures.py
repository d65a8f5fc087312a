"""The pictures: what they show, say and ask for."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explainer import Run
from explainer.commands.running import frame_of
from explainer.contract.cards import Seek
from explainer.contract.catalogue import CATALOGUE
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.scenes.gradient_flow.cards import layers as cards
from explainer.scenes.gradient_flow.cards.words import chain, product_words
from explainer.scenes.gradient_flow.lanes import resolve, titles, with_setting
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.controls.factory import make_control
from tests.plots.hand import pixels, shows

CARDS = view_of(CATALOGUE.scene("gradient-flow")).cards


def card(key):
    return next(kind for kind in CARDS if kind.key == key)


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
    picture = make(card("changed"), run)
    counts = run.frame["each_weights_changed"]
    colours = picture.parts[0].coloured()
    for index, count in enumerate(counts):
        assert f"{(count > 0).sum():,} of 4,096 changed" in picture.summary()
        assert count[0, 0] == 0, "the first pixel of a digit is never inked"
        lit = (colours[index] != colours[index, 0, 0]).any(-1)
        assert (lit == (count > 0)).all()
    assert shows(picture, DARK.series_colour(2), least=50)


def test_the_pointed_weight_says_how_often_it_changed_and_a_click_selects_the_network(make, run, asked, qtbot):
    part = make(card("changed"), run).parts[0]
    qtbot.mouseClick(part, Qt.MouseButton.LeftButton, pos=part.rectangle((2, 10, 30)).center().toPoint())
    assert asked == [("set", {"selected": 2})]
    times = run.frame["each_weights_changed"][2, 10, 30]
    assert part.reading().endswith(f"input 31 → unit 11: changed in {times} of 4 steps")


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


def test_the_chain_is_the_product_from_the_output_back():
    factors = np.array([7.0, 2.0, 3.0, 5.0])
    assert chain(factors).tolist() == [30.0, 15.0, 5.0, 1.0]


def history(run):
    """δ of every layer at every step, each step lived again."""
    found = []
    for step in range(5):
        other = Run.from_recipe(run.recipe, type(run.position)(step))
        found.append(other.frame["delta_norm"])
    return np.array(found).T


def test_a_setting_for_a_network_beside_changes_its_entry_only():
    params = Run("gradient-flow", beside=("relu:init=pytorch", "tanh")).params
    assert with_setting(params, 1, "normalization", "layer") == {
        "beside": ("relu:init=pytorch:normalization=layer", "tanh")
    }
    changed = params.replace(**with_setting(params, 2, "activation", "gelu"))
    assert [told.activation for told in resolve(changed)] == ["sigmoid", "relu", "gelu"]
    assert with_setting(params, 0, "skip", "residual") == {"skip": "residual"}


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", CARDS, ids=lambda kind: kind.key)
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


def frame_at(run, **found):
    frame = frame_of(run, run.arrays("*"))
    return replace(frame, arrays={**frame.arrays, **{name.replace("__", "/"): value for name, value in found.items()}})


def test_a_lit_layer_says_the_values_of_every_network(make, run):
    part = make(card("delta"), run).parts[0]
    part.light("layer", 2)
    assert part.reading().startswith("layer, from the input 3")
    for name in titles(run.params):
        assert name in part.reading()
    part.light("layer", None)
    assert part.reading() == ""


def test_the_map_of_the_run_shows_every_layer_at_every_step_and_a_click_goes_there(run):
    frame = frame_at(run)
    assert cards.history(frame) == pytest.approx(history(run))
    assert cards.HISTORY.drawing.click(frame, 2, 3) == Seek(3)


def test_the_map_of_the_run_shows_the_size_of_means(run):
    layers = [
        output.detach().double().mean().abs().item() for output in run.execution.experiment.shown.passes[0].outputs
    ]
    run.set(history="mean")
    try:
        assert cards.history(frame_at(run))[:, -1] == pytest.approx(layers, abs=1e-6)
    finally:
        run.set(history="delta")


def test_the_grid_shows_logarithms_and_a_click_takes_the_settings_of_a_cell(run):
    values = np.full((11, 10), 1e-3)
    values[1, 2] = 0.0
    frame = frame_at(run, grid_start__delta_ratio=values)
    assert cards.grid_values(frame)[0, 0] == pytest.approx(-3.0)
    assert np.isnan(cards.grid_values(frame)[1, 2]), "no gradient at all has no logarithm"
    assert cards.go_to_cell(frame, 2, 7) == {"activation": "relu", "init": "he-normal"}


def test_remedies_are_listed_best_first_and_a_click_takes_one(run):
    frame = frame_at(
        run,
        remedy_name=np.array(["", "skip", "normalization", "lr"]),
        remedy_value=np.array(["", "residual", "batch", "1.0"]),
        remedy_loss=np.array([2.3, np.nan, 0.5, 2.5]),
        remedy_accuracy=np.array([0.1, np.nan, 0.9, 0.1]),
        remedy_lost=np.array([-1, 2, -1, -1]),
        remedy_planned=np.array(4),
    )
    words = cards.change_words(frame)[cards.best_first(frame)].tolist()
    assert words == ["normalization: batch", "as it is", "η 1", "skip: residual"]
    assert cards.take_change(frame, 2) == {"normalization": "batch"}
    assert cards.take_change(frame, 0) == {}
    assert cards.outcome_words(frame)[1] == "overflow at step 2"
