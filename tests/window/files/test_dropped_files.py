"""Files of a scene's own that are dropped on the window."""

import pytest
from PIL import Image

from tests.window.driver import Driver
from tests.window.files.test_run_files import drop, notice, urls


@pytest.fixture
def cnn(shared_window, qtbot):
    driver = Driver(shared_window, qtbot)
    driver.activate()
    driver.open("cnn")
    return driver


def test_an_image_that_is_dropped_goes_through_the_network(cnn, tmp_path):
    paper = Image.new("L", (60, 60), 240)
    paper.paste(10, (25, 8, 33, 52))
    paper.save(tmp_path / "one.png")
    assert drop(cnn.window, urls(tmp_path / "one.png")) == "Drop to send one.png through the network"
    cnn.until(lambda: len(cnn.frame.params.drawing) == 64 and int(cnn.frame.arrays.get("label", 0)) == -1)
    assert cnn.frame.arrays["image"][0, 4, 4] > 0.5
    cnn.set(drawing=())


def test_what_is_no_image_is_refused_and_nothing_changes(cnn, tmp_path):
    (tmp_path / "a.png").write_text("words")
    drop(cnn.window, urls(tmp_path / "a.png"))
    assert "cannot be read as an image" in notice(cnn)
    assert cnn.session.params.drawing == ()


def test_other_files_and_other_scenes_are_as_before(cnn, driver, tmp_path):
    (tmp_path / "a.png").write_text("words")
    assert drop(driver.window, urls(tmp_path / "a.png")).startswith("Drop one run file")
