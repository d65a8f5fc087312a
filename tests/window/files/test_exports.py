"""Export from the window: every kind of file is read back by something that did not write it."""

import csv
import io
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu

from explainer import Run
from explainer.export.timing import Timing
from explainer.theme.tokens import DARK, LIGHT, PRESENT_SCALE
from explainer.window.files.export_child import ExportChild
from explainer.window.files.export_panel import ARRAYS, FORMULAS, METRICS, RUNS, STAGE, Wish
from explainer.window.inspector.tabs import LESSON, MATH
from tests.window.driver import Driver

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def driver(shared_window, qtbot) -> Driver:
    made = Driver(shared_window, qtbot)
    made.open("gradient-descent")
    made.go_to(12)
    return made


@pytest.fixture
def exports(driver):
    yield driver.window.exports
    driver.window.exports.cancel()
    if driver.window.exports.panel is not None:
        driver.window.exports.panel.reject()


def wish(what: str = STAGE, kind: str = ".png", **changes) -> Wish:
    values = {"scale": 1.0, "theme": "dark", "transparent": False, "large": False, "timing": Timing(5), "last": 12}
    return Wish(what, kind, **(values | changes))


def shown_for(film: Image.Image) -> list[int]:
    """Return the milliseconds of each picture of a GIF."""
    found = []
    for index in range(film.n_frames):
        film.seek(index)
        found.append(film.info["duration"])
    return found


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_card_is_saved_at_any_scale(driver, exports, tmp_path):
    card = driver.window.stage.cards[0]
    for scale in (1.0, 2.0):
        width, height = card.width(), card.height()
        exports.save(wish(card.picture.key, scale=scale), tmp_path / "card.png")
        with Image.open(tmp_path / "card.png") as image:
            assert image.size == (width * scale, height * scale)


def test_a_light_picture_of_a_dark_window_leaves_the_window_as_it_was(driver, exports, tmp_path):
    stage = driver.window.stage
    driver.until(lambda: driver.session.is_answered)
    stage.grab()
    before = stage.grab().toImage()
    exports.save(wish(theme="light", large=True), tmp_path / "light.png")
    found = colours(QImage(str(tmp_path / "light.png")))
    assert {LIGHT.window, LIGHT.card, LIGHT.series[0], LIGHT.series[1]} <= found
    assert DARK.window not in found
    driver.until(lambda: stage.grab().toImage() == before)
    assert all(button.isVisible() for card in stage.cards for button in card.buttons)


def test_what_was_zoomed_is_saved_zoomed(driver, exports, tmp_path):
    card = driver.window.stage.cards[0]
    axes = card.picture.parts[0].axes
    exports.save(wish(card.picture.key), tmp_path / "whole.png")
    axes.view_box.zoom(0.3, axes.view_box.rect().center())
    exports.save(wish(card.picture.key), tmp_path / "near.png")
    exports.save(wish(card.picture.key, ".svg"), tmp_path / "near.svg")
    axes.fit()
    assert QImage(str(tmp_path / "whole.png")) != QImage(str(tmp_path / "near.png"))
    assert ">12<" not in (tmp_path / "near.svg").read_text()


def test_an_svg_has_clips_words_and_each_curve_in_one_path(driver, exports, tmp_path):
    exports.save(wish(kind=".svg"), tmp_path / "stage.svg")
    root = ElementTree.parse(tmp_path / "stage.svg").getroot()
    clips = {clip.get("id") for clip in root.iter(f"{SVG}clipPath")}
    used = {group.get("clip-path")[5:-1] for group in root.iter(f"{SVG}g") if group.get("clip-path")}
    assert used
    assert used <= clips
    words = " ".join(text.text for text in root.iter(f"{SVG}text"))
    assert "Ravine, condition 50" in words
    assert "drag" not in words
    trails = [
        path.get("d")
        for path in root.iter(f"{SVG}path")
        if path.get("stroke") == DARK.series[0] and path.get("fill") == "none" and path.get("d").count("L") == 12
    ]
    assert [path.count("M") for path in trails] == [1]


def test_a_transparent_picture_has_nothing_in_its_corner(driver, exports, tmp_path):
    exports.save(wish(transparent=True), tmp_path / "clear.png")
    with Image.open(tmp_path / "clear.png") as image:
        assert image.getpixel((1, 1))[3] == 0
        corner = driver.window.stage.cards[1].picture.plot
        beside_axis = corner.mapTo(driver.window.stage, QPoint(2, 2))
        assert image.getpixel((beside_axis.x(), beside_axis.y()))[3] == 0
        assert image.getextrema()[3] == (0, 255)


def test_a_card_is_copied_as_it_is_seen(driver, exports, qtbot):
    card = driver.window.stage.cards[0]
    with qtbot.waitSignal(exports.done):
        exports.copy(card.picture.key)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (2 * card.width(), 2 * card.height())
    assert DARK.series[0] in colours(image)


def test_a_cards_menu_saves_and_copies(driver, exports, qtbot):
    card = driver.window.stage.cards[1]
    QTest.mouseClick(card.more, Qt.MouseButton.LeftButton)
    menu = card.findChild(QMenu, "card-menu")
    names = [action.objectName() for action in menu.actions()]
    assert names[:2] == ["save-picture", "copy-picture"]
    menu.actions()[0].trigger()
    menu.close()
    assert exports.panel.isVisible()
    assert exports.panel.what.currentData() == card.picture.key


def test_the_panel_opens_with_a_key_and_knows_how_large_the_file_will_be(driver, exports):
    driver.activate()
    driver.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    panel, stage = exports.panel, driver.window.stage
    driver.until(panel.isVisible)
    assert panel.what.currentData() == STAGE
    assert panel.said.text() == f"{2 * stage.width():,} × {2 * stage.height():,} pixels"
    panel.kind.setCurrentText("GIF")
    panel.last.setValue(100)
    panel.every.setValue(20)
    assert "· 6 pictures ·" in panel.said.text()
    assert panel.first.isVisible()
    assert panel.last.findChild(QLineEdit).width() > panel.last.width() / 2
    assert not panel.transparent.isVisible()
    panel.first.setValue(101)
    assert panel.said.text() == "from = 101 is refused: the run ends at step 100"
    panel.what.setCurrentIndex(panel.what.findData(METRICS))
    assert (panel.kind.currentText(), panel.theme.isVisible()) == ("CSV", False)


def test_formulas_are_outlines_in_an_svg(driver, exports, tmp_path):
    driver.window.inspector.tabs.setCurrentIndex(MATH)
    driver.until(lambda: any(key == FORMULAS for key, _, _ in exports._things()))
    exports.save(wish(FORMULAS, ".svg", theme="light"), tmp_path / "formulas.svg")
    driver.window.inspector.tabs.setCurrentIndex(LESSON)
    text = (tmp_path / "formulas.svg").read_text()
    assert "<image" not in text
    assert text.count("<path") > 50
    assert f'fill="{LIGHT.text}"' in text


def test_metrics_are_those_of_a_run_in_python(driver, exports, tmp_path):
    exports.save(wish(METRICS, ".csv"), tmp_path / "metrics.csv")
    run = Run("gradient-descent")
    run.step(12)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "metrics.csv").read_text())))
    assert [float(row["loss/sgd"]) for row in rows] == run.metrics["loss/sgd"].tolist()


def test_arrays_are_those_of_a_run_in_python(driver, exports, qtbot, tmp_path):
    with qtbot.waitSignal(exports.done, timeout=60_000):
        exports.save(wish(ARRAYS, ".npz"), tmp_path / "arrays.npz")
    run = Run("gradient-descent")
    run.step(12)
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as found:
        assert set(found.files) == set(run.frame)
        for name in found.files:
            assert found[name].dtype == run.frame[name].dtype
            assert found[name].tobytes() == run.frame[name].tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["arrays.npz"]


def test_an_animation_is_made_while_the_window_goes_on(driver, exports, qtbot, tmp_path):
    exports.ask()
    exports.panel.large.setChecked(True)
    with qtbot.waitSignal(exports.done, timeout=60_000):
        exports.save(wish(kind=".gif", theme="light"), tmp_path / "run.gif")
        assert exports.panel.busy
        driver.go_to(15)
    assert not exports.panel.busy
    assert exports.panel.said.text() == f"Saved as {tmp_path / 'run.gif'}"
    stage = driver.window.stage
    with Image.open(tmp_path / "run.gif") as film:
        assert (film.size, film.n_frames) == ((stage.width(), stage.height()), 4)
        assert shown_for(film) == [70, 60, 70, 2000]
    assert [path.name for path in tmp_path.iterdir()] == ["run.gif"]


def test_a_card_becomes_a_video_of_even_sides(driver, exports, qtbot, tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    card = driver.window.stage.cards[1]
    with qtbot.waitSignal(exports.done, timeout=60_000):
        exports.save(wish(card.picture.key, ".mp4", timing=Timing(6)), tmp_path / "run.mp4")
    count, seconds = imageio_ffmpeg.count_frames_and_secs(str(tmp_path / "run.mp4"))
    assert (count, round(seconds, 2)) == (32, 2.13)
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", tmp_path / "run.mp4"]
    raw = subprocess.run([*words, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    assert len(raw) == count * ((card.width() + 32) // 2 * 2) * ((card.height() + 32) // 2 * 2)


def test_cancelling_leaves_nothing(driver, exports, qtbot, tmp_path):
    exports.ask()
    exports.save(wish(kind=".gif", timing=Timing(1), last=1_000), tmp_path / "long.gif")
    qtbot.waitUntil(lambda: bool(re.search(r"\d of", exports.panel.said.text())), timeout=60_000)
    assert list(tmp_path.iterdir()) != []
    exports.panel.close_button.click()
    assert list(tmp_path.iterdir()) == []
    assert exports.panel.said.text() == "Cancelled: nothing was written."
    assert exports.panel.isVisible()


@pytest.mark.parametrize("kind", [".png", ".svg", ".gif", ".csv"])
def test_a_place_that_cannot_be_written_is_refused_in_the_panel(driver, exports, tmp_path, kind):
    exports.ask()
    (tmp_path / "file").write_text("kept")
    exports.save(wish(METRICS if kind == ".csv" else STAGE, kind), tmp_path / "file" / f"x{kind}")
    assert "Not a directory; choose another folder" in exports.panel.said.text()
    assert not exports.panel.busy
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("kind", [".png", ".svg", ".csv"])
def test_a_full_disk_is_said_and_leaves_the_old_file(driver, exports, tmp_path, monkeypatch, kind):
    def full(handle, mode):
        os.close(handle)
        return Path("/dev/full").open(mode)

    place = tmp_path / f"old{kind}"
    place.write_bytes(b"old")
    exports.ask()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", full)
        exports.save(wish(METRICS if kind == ".csv" else STAGE, kind), place)
    assert exports.panel.said.text() == f"cannot write {place}: No space left on device; choose another place"
    assert place.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [place.name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("kind", [".png", ".gif"])
def test_a_folder_that_belongs_to_others_is_refused(driver, exports, tmp_path, kind):
    tmp_path.chmod(0o500)
    exports.ask()
    exports.save(wish(kind=kind), tmp_path / f"x{kind}")
    tmp_path.chmod(0o700)
    assert "Permission denied; choose another folder" in exports.panel.said.text()
    assert list(tmp_path.iterdir()) == []


def test_escape_puts_the_panel_away(driver, exports):
    exports.ask()
    driver.until(exports.panel.isVisible)
    QTest.keyClick(exports.panel, Qt.Key.Key_Escape)
    assert not exports.panel.isVisible()


def test_a_child_that_fails_says_why(driver, exports, tmp_path, qtbot):
    child = ExportChild(tmp_path / "x.gif")
    recipe, position = driver.session.to_keep
    with qtbot.waitSignal(child.failed, timeout=60_000) as said:
        child.start(recipe, position, "x.gif", ["--animation", "{aside}/x.gif", "--cards", "nonsense"])
    assert said.args[0].startswith("card 'nonsense' is refused: choose from contours")
    assert list(tmp_path.iterdir()) == []


def test_larger_type_is_larger(driver, exports, tmp_path):
    sizes = []
    for large in (False, True):
        exports.save(wish("contours", ".svg", large=large), tmp_path / "x.svg")
        sizes.append(min(float(size) for size in re.findall(r'font-size="(\d+)px"', (tmp_path / "x.svg").read_text())))
    assert sizes[1] == round(sizes[0] * PRESENT_SCALE)


def test_nothing_is_written_under_another_ending(driver, exports, tmp_path):
    exports.ask()
    exports.save(wish(kind=".svg"), Path(tmp_path / "x.png"))
    assert "its name must end with .svg" in exports.panel.said.text()
    assert list(tmp_path.iterdir()) == []


def test_a_compared_run_is_saved_from_its_own_card(driver, exports, tmp_path):
    lanes = driver.window.lanes
    driver.window.comparison.add_copy()
    driver.until(lambda: len(lanes.others) == 1 and lanes.others[0].session.frame is not None)
    other = lanes.others[0]
    driver.until(lambda: other.session.position.step == 12 and other.session.is_answered)
    driver.set(lr=0.01)
    driver.go_to(14)
    driver.until(lambda: other.session.position.step == 14 and other.session.is_answered)
    other.stage.save_asked.emit(other.stage.cards[0].picture.key)
    exports.save(wish(METRICS, ".csv"), tmp_path / "other.csv")
    driver.window.comparison.end()
    exports.save(wish(METRICS, ".csv"), tmp_path / "main.csv")
    run = Run("gradient-descent")
    run.step(14)
    found = [list(csv.DictReader(io.StringIO((tmp_path / name).read_text()))) for name in ("other.csv", "main.csv")]
    assert [float(row["loss/sgd"]) for row in found[0]] == run.metrics["loss/sgd"].tolist()
    assert [row["loss/sgd"] for row in found[1]][:12] == [row["loss/sgd"] for row in found[0]][:12]
    assert found[1][13]["loss/sgd"] != found[0][13]["loss/sgd"]


def test_compared_runs_are_saved_side_by_side_with_what_sets_them_apart(driver, exports, tmp_path):
    driver.window.comparison.add_copy()
    driver.until(lambda: all(run.is_answered for run in driver.window.conductor.runs))
    driver.set(momentum=0.5)
    header = driver.window.lanes.main.header
    driver.until(lambda: header.words.toolTip() == "Momentum β 0.5 from step 12")
    for kind in (".svg", ".png"):
        exports.save(wish(RUNS, kind, theme="light"), tmp_path / f"runs{kind}")
    words = " ".join(re.sub(r"<[^>]+>", " ", (tmp_path / "runs.svg").read_text()).split())
    for lane, apart in zip(driver.window.lanes.all, ("β 0.5", "β 0.7"), strict=True):
        assert apart in lane.header.words.toolTip()
        assert apart[:4] in words  # as much of it as there is room for
    assert "Steer" not in words
    with Image.open(tmp_path / "runs.png") as image:
        size = driver.window.lanes.size()
        assert image.size == (size.width(), size.height())
    assert header.state.isVisible()
    driver.window.comparison.end()


def test_the_lesson_is_written_as_a_page_with_the_pictures_that_are_out(driver, qtbot, exports, tmp_path):
    driver.go_to(3)
    driver.window.actions_by_key["hand-out"].trigger()
    panel = exports.panel
    assert panel.kind.currentText() == "HTML"
    assert "One page for any browser" in panel.said.text()
    panel.last.setValue(3)
    with qtbot.waitSignal(exports.done, timeout=60_000):
        exports.save(panel.wish(), tmp_path / "lesson.html")
    html = (tmp_path / "lesson.html").read_text(encoding="utf-8")
    assert "<h1>Gradient descent</h1>" in html
    assert len(html) < 3_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["lesson.html"]
    panel.close()
