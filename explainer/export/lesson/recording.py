"""Lives a run again from step to step and keeps what a page shows of it: shapes in two themes, and what is read where.

Every kind of card is kept in the same way, as the shapes that its own code paints: what the page shows is what the
window shows. What the pointer can find comes from the card too, with the words that it then says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.contract.view import View
from explainer.export import of_run
from explainer.export.lesson.images import small_link
from explainer.export.lesson.reading import Reader
from explainer.export.lesson.recording_data import Moment, Painted, Recording
from explainer.export.lesson.shapes import Clips, Gathered, Shape
from explainer.export.look import Look
from explainer.export.picture import Easel
from explainer.export.svg_device import SvgDevice
from explainer.plots.picture import Picture

if TYPE_CHECKING:
    from explainer.engine.run import Run

THEMES = ("dark", "light")
WIDTH, HEIGHT = 470, 400
"""Pixels of the stage that one card has to itself: as narrow as its words can still be read on a phone."""
GROWS, WIDEST = 1.25, 2000


class _Pair:
    """One card on two easels, dark and light."""

    def __init__(self, run: Run, key: str, view: View, scene: Scene, clips: Clips) -> None:
        self.key, self._clips = key, clips
        self.easels = [_easel(run, key, theme) for theme in THEMES]
        self._reader = Reader(self.picture)

    @property
    def picture(self) -> Picture:
        return self.easels[0].pictures[0]

    @property
    def size(self) -> tuple[str, int, int]:
        return self.key, self.picture.width(), self.picture.height()

    def paint(self, frame: Frame) -> Painted:
        for easel in self.easels:
            easel.draw(frame)
        dark, light = (_shapes_of(easel.pictures[0], self._clips) for easel in self.easels)
        return Painted(self.picture.accessibleName(), (dark, light), self._reader.spots())


def record(
    run: Run, view: View, steps: Sequence[int], keys: Sequence[str], going_on: Callable[[int], None]
) -> Recording:
    """Return the run at these steps, in their order, with the cards of these keys; it knows nothing beyond a step.

    ``going_on`` is told how many steps are done, and may raise to stop.
    """
    scene, clips = run.execution.scene, Clips()
    pairs = [_Pair(run, key, view, scene, clips) for key in keys]
    sizes, moments = [pair.size for pair in pairs], []
    try:
        for done, step in enumerate(steps, 1):
            run.seek(step)
            moments.append(_moment(run, view, pairs))
            going_on(done)
    finally:
        for pair in pairs:
            for easel in pair.easels:
                easel.close()
    return Recording(sizes, moments, clips)


def _moment(run: Run, view: View, pairs: Sequence[_Pair]) -> Moment:
    run.execution.recorder.flush()
    wanted = {name for pair in pairs for name in pair.easels[0].wanted(run.params)}
    frame = of_run.frame_of(run, run.arrays(*sorted(wanted)))
    cards = [pair.paint(frame) for pair in pairs]
    metrics = [(name, number_text(frame.metric(name))) for name in frame.series] if frame.step else []
    return Moment(frame.step, view.summary(frame), view.readings(frame), metrics, cards)


def _easel(run: Run, key: str, theme: str) -> Easel:
    """Return an easel for one card, as large as it needs to be."""
    width, height = float(WIDTH), float(HEIGHT)
    while True:
        try:
            return of_run.easel_of(run, Look((round(width), round(height)), theme=theme), [key])
        except Refused as refused:
            if refused.about != "size" or width > WIDEST:
                raise
        width, height = width * GROWS, height * GROWS


def _shapes_of(picture: QWidget, clips: Clips) -> Sequence[Shape]:
    document = Gathered(picture.width(), picture.height(), clips)
    device = SvgDevice(picture.width(), picture.height(), document, small_link, keeps_cells=True)
    painter = QPainter(device)
    picture.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    return document.shapes
