"""Images of one's own: a folder to learn from, a file that is dropped; what cannot be read is refused in words."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from explainer import Refused, Run
from explainer.scenes.cnn import Params
from explainer.scenes.cnn.dropped import as_digit, averaged, take, words


@pytest.fixture
def folder(tmp_path):
    """Two classes of ten images: red on the left, blue on the right."""
    chance = np.random.default_rng(0)
    for name, channel in (("blue", 2), ("red", 0)):
        (tmp_path / name).mkdir()
        for number in range(10):
            pixels = chance.integers(0, 60, (40, 50, 3), np.uint8)
            pixels[..., channel] += 180
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    return tmp_path


SMALL = {"data": "folder", "side": 12, "blocks": "pooled:channels=4"}


def test_a_folder_is_learned_from(folder):
    run = Run("cnn", folder=str(folder), image=0, **SMALL)
    run.step(30)
    arrays = run.arrays("*")
    assert arrays["classes"].tolist() == ["blue", "red"]
    assert arrays["confusion"].tolist() == [[2, 0], [0, 2]], "every fifth of ten is held out"
    assert arrays["image"].shape == (3, 12, 12)
    assert arrays["image"][2].mean() > arrays["image"][0].mean() + 0.5, "the first class is blue"


def test_its_script_prints_the_same_numbers(folder, tmp_path):
    from explainer.export import metrics_csv
    from tests.scripts import outputs

    run = Run("cnn", folder=str(folder), **SMALL)
    run.step(5)
    run.execution.recorder.flush()
    assert outputs([run.script()], tmp_path) == [metrics_csv.encode(run.execution.recorder.series, 5).decode()]


def spoil(folder, how):
    match how:
        case "missing":
            return folder / "nowhere"
        case "one class":
            return folder / "red"
        case "loose":
            (folder / "red" / "0.png").rename(folder / "stray.png")
        case "few":
            for number in range(7):
                (folder / "red" / f"{number}.png").unlink()
        case "text":
            (folder / "red" / "notes.txt").write_text("no image")
        case "corrupt":
            content = (folder / "red" / "3.png").read_bytes()
            (folder / "red" / "3.png").write_bytes(content[: len(content) // 2])
        case "no image":
            (folder / "red" / "3.png").write_text("not a picture at all")
        case "huge":
            Image.new("1", (20_000, 3_000)).save(folder / "red" / "3.png")
    return folder


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("missing", "is no folder"),
        ("one class", "beside its subfolders"),
        ("loose", "'stray.png' beside its subfolders"),
        ("few", "holds 3 images: a class needs at least 5"),
        ("text", "'notes.txt', which is no image"),
        ("corrupt", "3.png cannot be read as an image"),
        ("no image", "3.png cannot be read as an image"),
        ("huge", "20000 × 3000 pixels: make it smaller"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_words(folder, how, said):
    with pytest.raises(Refused) as refused:
        Run("cnn", folder=str(spoil(folder, how)), **SMALL)
    assert said in str(refused.value)
    assert refused.value.about == "folder"


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(Refused, match="0 subfolders: give 2 to 20"):
        Run("cnn", folder=str(tmp_path), **SMALL)
    with pytest.raises(Refused, match="is no folder"):
        Run("cnn", data="folder")


def ink_image(tmp_path, invert=False):
    """A seven drawn as dark ink on light paper, not in the middle, or the other way round."""
    paper = np.full((90, 120), 235, np.uint8)
    paper[20:28, 30:70] = 20
    paper[28:70, 62:70] = 20
    path = tmp_path / f"seven-{invert}.png"
    Image.fromarray(255 - paper if invert else paper).save(path)
    return path


@pytest.mark.parametrize("invert", [False, True])
def test_a_dropped_digit_becomes_ink_in_the_middle_whatever_its_paper(tmp_path, invert):
    path = ink_image(tmp_path, invert)
    assert words(path) == f"Drop to send {path.name} through the network"
    drawing = np.array(take(path, Params())["drawing"]).reshape(8, 8)
    assert drawing.max() == 1
    assert not drawing[4:, :3].any(), "no ink below the bar at the left"
    assert (drawing[4:7, 5:7].max(1) > 0.4).all(), "the stem goes down at the right"
    rows = np.flatnonzero((drawing > 0.3).any(1))
    assert rows.min() <= 1
    assert rows.max() >= 6


def test_averaging_keeps_the_mean_and_agrees_with_blocks():
    chance = np.random.default_rng(1)
    square = chance.random((24, 24))
    assert np.allclose(averaged(square, 8), square.reshape(8, 3, 8, 3).mean((1, 3)))
    assert averaged(chance.random((11, 11)), 8).shape == (8, 8)
    assert np.allclose(averaged(np.full((11, 11), 0.7), 8), 0.7)


def test_a_dropped_photograph_keeps_its_colours(tmp_path):
    pixels = np.zeros((30, 50, 3), np.uint8)
    pixels[..., 1] = 255
    Image.fromarray(pixels).save(tmp_path / "green.png")
    drawing = np.array(take(tmp_path / "green.png", Params(data="shapes"))["drawing"]).reshape(3, 32, 32)
    assert np.allclose(drawing.mean((1, 2)), [0, 1, 0])


def test_what_is_dropped_and_no_image_is_refused_or_left_to_others(tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    (tmp_path / "a.txt").write_text("words")
    assert words(tmp_path / "a.txt") == ""
    with pytest.raises(Refused, match="cannot be read as an image"):
        take(tmp_path / "a.png", Params())
    blank = QImage(20, 20, QImage.Format.Format_RGB32)
    blank.fill(0xFFFFFFFF)
    with pytest.raises(Refused, match="the image is empty"):
        as_digit(blank, 8)


def test_a_dropped_folder_is_learned_from(folder):
    values = take(folder, Params())
    assert values["data"] == "folder"
    assert values["folder"] == str(folder)
    assert Params(**values).blocks
