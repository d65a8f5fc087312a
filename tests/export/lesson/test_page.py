"""A lesson as one page: its numbers are those of the run, and it asks the network nothing."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from explainer import Run
from explainer.assets import asset
from explainer.command_line import main
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.refused import Refused
from explainer.export.lesson import page as pages
from explainer.export.lesson.images import rgba, small_link, unrepeated
from explainer.export.lesson.of_run import Wish, page_of_run, steps_of
from explainer.export.lesson.packing import unpacked
from explainer.export.lesson.page import MOST_BYTES, MOST_STEPS

NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?")


class Found(HTMLParser):
    """Gathers what matters of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.inside, self.texts = [], "", {}
        self.feed(html.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.inside = dict(attributes).get("id", tag) if tag in ("script", "style") else self.inside

    def handle_endtag(self, tag):
        self.inside = "" if tag in ("script", "style") else self.inside

    def handle_data(self, data):
        self.texts[self.inside] = self.texts.get(self.inside, "") + data

    @property
    def data(self):
        return unpacked(self.texts["data"])

    def all(self, tag):
        return [attributes for each, attributes in self.tags if each == tag]


def made(scene, steps, cards=(), plan=LessonPlan(), **given):
    run = Run(scene, **given)
    run.step(steps)
    return run, Found(page_of_run(run, Wish(cards, plan)).html)


def read_at(data, card, frame):
    """Return (x, y, words) of every place of a card at a frame."""
    told = next(each for each in data["cards"] if each["key"] == card)
    places, *words = told["read"][told["frames"][frame][1]]
    spots = data["spots"][places]
    return [(spots[2 * k], spots[2 * k + 1], data["words"][word]) for k, word in enumerate(words)]


def shapes_at(data, card, frame):
    told = next(each for each in data["cards"] if each["key"] == card)
    return [data["shapes"][number] for _, numbers in told["frames"][frame][0] for number in numbers]


def numbers(words):
    return [float(each.replace("−", "-")) for each in NUMBER.findall(words)]


# What the page holds


def test_the_matrix_that_is_read_is_the_array(qapp):
    run, page = made("attention-maps", 12)
    for frame, step in ((12, 12), (5, 5)):
        run.seek(step)
        said = [numbers(words.rpartition(":")[2])[0] for _, _, words in read_at(page.data, "map", frame)]
        assert _are(said, np.asarray(run.frame["weights"], float)), said[:5]


def _are(said, array):
    """Whether the numbers that are read are the entries of an array, or of one of its planes, rounded as written."""
    planes = array.reshape(-1, *array.shape[-2:])
    return any(plane.size == len(said) and np.allclose(plane.ravel(), said, rtol=6e-3, atol=6e-4) for plane in planes)


def test_the_numbers_in_the_cells_are_the_array(qapp):
    run, page = made("convolution", 3)
    shown = [float(shape[4].replace("−", "-")) for shape in shapes_at(page.data, "operation", 3)
             if shape[0] == "text" and len(shape) > 4 and NUMBER.fullmatch(shape[4])]  # fmt: skip
    entries = np.concatenate([np.ravel(run.frame[name]) for name in ("input",) if name in run.frame]).tolist()
    assert entries
    for value in entries:
        assert value in shown


def test_a_curve_lies_where_its_numbers_are_to_a_pixel(qapp):
    run, page = made("gradient-descent", 60, ("loss",))
    series = run.metrics["loss/sgd"]
    curves = [points(shape[2]["d"]) for shape in shapes_at(page.data, "loss", 60)
              if shape[0] == "path" and shape[2].get("d", "").count("L") > 20]  # fmt: skip
    fits = [_misfit(curve, series) for curve in curves]
    assert min(fits) <= 0.11, fits


def points(data):
    return np.array([[float(part) for part in pair.split(",")] for pair in re.findall(r"-?[\d.]+,-?[\d.]+", data)])


def _misfit(curve, series):
    """Return how many pixels a curve is away from a straight map of step and (logarithm of) value, at the most."""
    steps = np.arange(1, len(series) + 1)
    if len(curve) != len(series):
        return np.inf
    worst = []
    for values in (np.asarray(series), np.log10(series)):
        fits = [np.polynomial.Polynomial.fit(known, seen, 1)(known) - seen
                for known, seen in ((steps, curve[:, 0]), (values, curve[:, 1]))]  # fmt: skip
        worst.append(max(np.abs(fit).max() for fit in fits))
    return min(worst)


def test_a_path_is_read_where_it_goes(qapp):
    run, page = made("gradient-descent", 30)
    told = {words for _, _, words in read_at(page.data, "contours", 30)}
    position = np.ravel(run.frame["position"])[:2]
    last = next(words for words in told if words.startswith("step 30"))
    assert np.allclose(numbers(last)[1:3], position, rtol=6e-3, atol=6e-4)


def test_every_step_has_its_numbers(qapp):
    run, page = made("gradient-descent", 5)
    data = page.data
    assert data["steps"] == [0, 1, 2, 3, 4, 5]
    for step in range(1, 6):
        shown = dict(data["metrics"][step])
        assert numbers(shown["loss/sgd"])[0] == pytest.approx(run.metrics["loss/sgd"][step - 1], rel=6e-3)
    assert data["metrics"][0] == []


@pytest.mark.parametrize("scene", [scene.name for scene in CATALOGUE.scenes() if not scene.missing])
def test_every_scene_has_a_page_that_holds_all_it_needs(scene, qapp):
    _, page = made(scene, 1)
    data = page.data
    script = asset("lesson/page.js").read_text(encoding="utf-8")
    tags = set(re.findall(r'"(\w+)"', re.search(r"TAGS = new Set\(\[(.*?)\]", script, re.DOTALL).group(1)))
    names = set(re.findall(r'"([\w-]+)"', re.search(r"NAMES = new Set\(\[(.*?)\]", script, re.DOTALL).group(1)))
    clips = {name for name, _, _ in data["clips"]}
    for tag, look, places, *_ in data["shapes"]:
        assert tag in tags
        assert {*places, *data["looks"][look]} <= names | {"xlink:href"}, (tag, places)
        assert places.get("xlink:href", "data:image/png;base64,").startswith("data:image/png;base64,")
    for _, tag, attributes in data["clips"]:
        assert tag in tags
        assert set(attributes) <= names
    for card in data["cards"]:
        for seen, _ in card["frames"]:
            assert seen, card["key"]
            assert {clip for clip, _ in seen} <= clips | {""}
        for seen, _ in card["frames"]:
            shown = [data["shapes"][number] for _, numbers in seen for number in numbers]
            dark, light = (
                [shape[4] for shape in shown if shape[0] == "text" and shape[3] == theme] for theme in (1, 2)
            )
            assert sorted(dark) == sorted(light), "where the pointer was is left in one of the themes"
    assert any(shape[3] == 0 for shape in data["shapes"]), "hardly anything is alike in both themes"


# What the page asks for


def test_a_page_may_run_its_own_script_and_nothing_else(qapp):
    _, page = made("softmax" if "softmax" in CATALOGUE.names() else "pooling", 1)
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:; ")
    for kind, text in (("style", page.texts["style"]), ("script", page.texts["script"])):
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert [attributes.get("type") for attributes in page.all("script")] == ["text/plain", None]
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert "src" not in attributes
        assert tag == "a" or attributes.get("href", "#").startswith("#"), (tag, attributes)
        assert "style" not in attributes


def test_words_of_a_lesson_cannot_become_code(qapp, monkeypatch):
    hostile = '</script><script>alert(1)</script><img src=x onerror="alert(1)">'
    text = f"# {hostile}\n\n## {hostile}\n\n{hostile} [{hostile}](https://x/{hostile.replace(' ', '')})\n\n" + (
        f"```predict\n{hostile}\n- [ ] {hostile}\n- [x] b\n> {hostile}\n```\n\n"
        f"```question\n{hostile}\n> {hostile}\n```\n"
    )
    monkeypatch.setattr(type(CATALOGUE), "lesson", lambda self, scene: text)
    scene = CATALOGUE.scene("pooling")
    monkeypatch.setattr(type(CATALOGUE), "scene", lambda self, name: replace(scene, title=hostile, question=hostile))
    _, page = made("pooling", 1)
    assert len(page.all("script")) == 2
    assert not page.all("img")


# How large it is


def test_a_page_shows_as_many_steps_as_have_room(qapp, monkeypatch):
    whole, _ = len(page_of_run(_run(8)).html), None
    monkeypatch.setattr(pages, "MOST_BYTES", whole - 10_000)
    page = page_of_run(_run(8))
    assert len(page.html) <= whole - 10_000
    assert 2 <= page.steps < page.recorded == 9
    assert f"{page.steps} of 9 steps" in page.remark
    data = Found(page.html).data
    assert (data["steps"][0], data["steps"][-1]) == (0, 8)
    monkeypatch.setattr(pages, "MOST_BYTES", 1_000)
    with pytest.raises(Refused, match="choose fewer"):
        page_of_run(_run(8))


def _run(steps):
    run = Run("gradient-descent")
    run.step(steps)
    return run


@given(st.integers(0, 10**9))
def test_steps_are_spread_evenly_with_both_ends(last):
    steps = steps_of(last)
    assert len(steps) <= MOST_STEPS
    assert (steps[0], steps[-1]) == (0, last)
    assert np.ptp(np.diff(steps)) <= 1 if len(steps) > 1 else last == 0


# What a lesson file says


def test_a_page_of_a_lesson_file_has_its_steps_pictures_and_controls(qapp):
    plan = LessonPlan({"lr": 0.038}, ("momentum",), (), ("slice",), (1, 3))
    run = Run("gradient-descent", lr=0.038)
    run.step(2)
    html = page_of_run(run, Wish(plan=plan)).html.decode()
    assert html.count("<section>") == 2
    assert 'Learning rate η</dt><dd>0.038 <span class="quiet">fixed</span>' in html
    assert "Momentum β</dt>" not in html
    assert [card["key"] for card in Found(html.encode()).data["cards"]] == ["slice"]


def test_the_command_line_writes_a_page(tmp_path, capsys, qapp):
    place = tmp_path / "out.html"
    assert main(["run", "pooling", "--steps", "3", "--lesson", str(place), "--cards", "cell"]) == 0
    assert "4 steps" in capsys.readouterr().err
    data = Found(place.read_bytes()).data
    assert [card["key"] for card in data["cards"]] == ["cell"]
    assert data["steps"] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--lesson", "x.txt"], "its name must end with .html"),
        (["--lesson", "missing/x.html"], "cannot write missing/x.html"),
        (["--lesson", "x.html", "--cards", "nothing"], "card 'nothing' is refused"),
        (["--lesson", "x.html", "--size", "10x10"], "--size goes with --picture FILE"),
        (["--lesson", "x.html", "--every", "2"], "--every goes with --animation FILE"),
    ],
)
def test_what_no_page_can_be_is_refused_before_the_run(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "pooling", *words]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


# Images


@given(
    cells=arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(4))),
    down=st.integers(1, 5),
    across=st.integers(1, 5),
)
def test_repeated_pixels_are_kept_once_and_enlarge_to_the_same(cells, down, across):
    whole = cells.repeat(down, 0).repeat(across, 1)
    small = unrepeated(whole)
    times = whole.shape[0] // small.shape[0], whole.shape[1] // small.shape[1]
    assert np.array_equal(small.repeat(times[0], 0).repeat(times[1], 1), whole)
    assert small.shape[0] <= cells.shape[0]
    assert small.shape[1] <= cells.shape[1]


def test_an_image_keeps_every_colour(qapp):
    colours = np.random.default_rng(0).integers(0, 256, (7, 5, 4), dtype=np.uint8)
    image = QImage(colours.data, 5, 7, 20, QImage.Format.Format_RGBA8888).copy()
    raw = base64.b64decode(small_link(image, QRectF(0, 0, 50, 70), True).partition(",")[2])
    assert np.array_equal(rgba(QImage.fromData(raw)), colours)


def test_a_page_is_small_enough_for_a_phone():
    assert MOST_BYTES <= 3_000_000
