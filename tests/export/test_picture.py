import pytest
from PySide6.QtGui import QImage

from explainer import Run
from explainer.commands.running import frame_of
from explainer.contract.catalogue import CATALOGUE
from explainer.export import of_run, picture
from explainer.export.encoding import png_bytes
from explainer.export.look import Look
from explainer.plots.views import view_of
from explainer.theme.tokens import DARK, LIGHT


@pytest.fixture(scope="module")
def frame():
    run = Run("gradient-descent")
    run.step(6)
    return frame_of(run, run.arrays("*"))


@pytest.fixture
def view():
    return view_of(CATALOGUE.scene("gradient-descent"))


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_each_theme_has_its_ground_and_both_balls(tokens, frame, view, qapp):
    image = picture.render(frame, view, Look((720, 450), theme=tokens.name))
    assert (image.width(), image.height()) == (720, 450)
    assert image.pixelColor(2, 2).name() == tokens.window
    assert {tokens.series[0], tokens.series[1]} <= colours(image)


def test_another_step_is_another_picture_and_the_same_step_the_same(frame, view, qapp):
    run = Run("gradient-descent")
    run.step(1)
    size = Look((720, 450))
    early = picture.render(frame_of(run, run.arrays("*")), view, size)
    late = picture.render(frame, view, size)
    assert early != late
    assert late == picture.render(frame, view, size)


def test_a_picture_becomes_a_png_file(qapp):
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill("#123456")
    raw = png_bytes(image)
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert QImage.fromData(raw).pixelColor(1, 1).name() == "#123456"


def test_the_application_that_is_there_is_used(qapp):
    assert picture.application() is qapp


def test_a_picture_that_needs_a_side_job_has_its_answer(qapp):
    run = Run("gradient-descent", surface="himmelblau", lr=0.002)
    run.step(2)
    easel = of_run.easel_of(run, Look((600, 500)), ["basins"])
    of_run.draw(easel, run)
    svg = easel.encode(".svg").decode()
    easel.close()
    assert "computed" not in svg
    assert "click" not in svg
    for minimum in ("(3.0, 2.0)", "(−2.8, 3.1)", "(−3.8, −3.3)", "(3.6, −1.8)"):
        assert minimum in svg
