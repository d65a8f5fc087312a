"""``explainer run --picture`` and ``--animation``, as they are typed."""

import os
from xml.etree import ElementTree

import pytest
from PIL import Image

from explainer.command_line import main

SMALL = ("run", "gradient-descent", "--steps", "6")


def run(*words) -> int:
    return main([*SMALL, *map(str, words)])


def test_a_picture_has_the_size_times_the_scale(tmp_path, capsys, qapp):
    assert run("--picture", tmp_path / "a.png", "--size", "300x400", "--scale", "1.5") == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (450, 600)


def test_only_the_cards_that_are_named_are_in_the_file(tmp_path, capsys, qapp):
    assert run("--picture", tmp_path / "a.svg", "--size", "500x300", "--cards", "loss", "--theme", "light") == 0
    words = [
        text.text for text in ElementTree.parse(tmp_path / "a.svg").getroot().iter("{http://www.w3.org/2000/svg}text")
    ]
    assert "Loss at every step" in words
    assert not any("Ravine" in word for word in words)


def test_an_animation_shows_every_so_many_steps_and_the_last(tmp_path, capsys, qapp):
    assert run("--animation", tmp_path / "a.gif", "--size", "240x400", "--every", "4", "--from", "1") == 0
    with Image.open(tmp_path / "a.gif") as film:
        assert (film.n_frames, film.size) == (3, (240, 400))
    assert os.listdir(tmp_path) == ["a.gif"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--picture", "a.jpg"), "must end with .png or .svg"),
        (("--picture", "a.png", "--cards", "nonsense"), "card 'nonsense' is refused: choose from contours"),
        (("--picture", "a.png", "--size", "9x9"), "give 40 to 8192 pixels a side"),
        (("--picture", "a.png", "--size", "300x100"), "size = 300x100 is refused: these pictures need at least 300x"),
        (("--picture", "a.png", "--scale", "nan"), "give a number from 0.25 to 8"),
        (("--picture", "a.png", "--theme", "pink"), "choose from"),
        (
            (
                "--picture",
                "missing/a.png",
            ),
            "choose another folder",
        ),
        (("--animation", "a.gif", "--every", "0"), "every"),
        (("--animation", "a.gif", "--from", "7"), "the run ends at step 6"),
        (("--animation", "a.gif", "--transparent"), "leave out --transparent"),
        (("--large",), "--large goes with --picture FILE or --animation FILE"),
        (("--picture", "a.png", "--fps", "9"), "--fps goes with --animation FILE"),
    ],
)
def test_what_cannot_be_had_is_one_line_and_no_file(tmp_path, monkeypatch, capsys, qapp, words, said):
    monkeypatch.chdir(tmp_path)
    assert run(*words) == 2
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("explainer: ")
    assert said in line
    assert os.listdir(tmp_path) == []
