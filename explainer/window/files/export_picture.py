"""What is on the stage, painted into a file: the cards as they are seen, dressed for a slide or a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from explainer.contract.frame import Formula, Frame
from explainer.export.look import Look
from explainer.plots.base.axes import Axes
from explainer.stage.stage import Stage
from explainer.theme.stylesheet import style_sheet
from explainer.theme.tokens import Tokens
from explainer.window.compare.lane_header import LaneHeader
from explainer.window.compare.lanes import Lanes
from explainer.window.inspector.math_panel import FormulaCard

COLUMN = 640
"""The width in pixels of a picture of the formulas, before scaling."""


def stage_image(stage: Stage, widget: QWidget, look: Look, own: Tokens) -> QImage:
    """Return the stage or one of its cards as it is seen, zoom and camera included, in another dress."""
    from explainer.export.picture import image_of

    with dressed(stage, look, own):
        return image_of(widget, look)


def stage_file(stage: Stage, widget: QWidget, look: Look, own: Tokens, ending: str, title: str) -> bytes:
    """Return the stage or a card of it as the content of a ``.png`` or ``.svg`` file."""
    with dressed(stage, look, own):
        return file_of(widget, look, ending, title, stage.accessibleDescription())


def lanes_file(lanes: Lanes, look: Look, own: Tokens, ending: str, title: str) -> bytes:
    """Return the runs that are shown side by side as the content of a ``.png`` or ``.svg`` file."""
    with ExitStack() as dress:
        for lane in lanes.all:
            dress.enter_context(dressed(lane.stage, look, own))
            dress.enter_context(_dressed_header(lane.header, look, own))
        return file_of(lanes, look, ending, title, lanes.main.stage.accessibleDescription())


def file_of(widget: QWidget, look: Look, ending: str, title: str, about: str) -> bytes:
    """Return a widget as the content of a ``.png`` or ``.svg`` file."""
    from explainer.export.encoding import png_bytes
    from explainer.export.picture import image_of, svg_of

    return svg_of(widget, look, title, about) if ending == ".svg" else png_bytes(image_of(widget, look))


def formulas_file(formulas: Sequence[Formula], frame: Frame, look: Look, ending: str, title: str) -> bytes:
    """Return the formulas with the frame's numbers, below one another, as a ``.png`` or ``.svg`` file."""
    sheet, tokens = QWidget(), look.tokens()
    sheet.setStyleSheet(style_sheet(tokens))
    rows = QVBoxLayout(sheet)
    rows.setContentsMargins(16, 16, 16, 16)
    rows.setSpacing(16)
    for formula in formulas:
        card = FormulaCard(formula)
        rows.addWidget(card)
        card.apply_theme(tokens)
        card.draw(frame)
    width = tokens.size(COLUMN)
    sheet.resize(width, max(40, rows.totalHeightForWidth(width)))
    made = file_of(sheet, look, ending, title, "")
    sheet.deleteLater()
    return made


@contextmanager
def dressed(stage: Stage, look: Look, own: Tokens) -> Iterator[None]:
    """Give the stage another theme and hide what can be pressed, until the end; nothing of it is ever on the screen."""
    hidden = [part for part in _pressable(stage) if part.isVisible()]
    for part in hidden:
        policy = part.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        part.setSizePolicy(policy)
        part.hide()
    for card in stage.cards:
        card.show_hints(False)
    wanted = look.tokens()
    shares = [(splitter, splitter.sizes()) for splitter in stage.findChildren(QSplitter)]
    rooms = [
        (axis, axis.room) for axes in stage.findChildren(Axes) for axis in (axes.axis("left"), axes.axis("bottom"))
    ]
    if wanted != own:
        stage.setStyleSheet(style_sheet(wanted))
        stage.apply_theme(wanted)
        _lay_out(stage)
        from explainer.export.picture import image_of

        for card in stage.cards:
            image_of(card, look)
    try:
        yield
    finally:
        if wanted != own:
            stage.setStyleSheet("")
            stage.apply_theme(own)
            _lay_out(stage)
            for splitter, sizes in shares:
                splitter.setSizes(sizes)
            for axis, room in rooms:
                axis.room = room
        for card in stage.cards:
            card.show_hints(True)
        for part in hidden:
            part.show()


@contextmanager
def _dressed_header(header: LaneHeader, look: Look, own: Tokens) -> Iterator[None]:
    """Give what stands above a run another theme and hide what can be pressed, until the end."""
    hidden = [part for part in header.pressable if part.isVisible()]
    for part in hidden:
        part.hide()
    if look.tokens() != own:
        header.setStyleSheet(style_sheet(look.tokens()))
    layout = header.layout()
    if layout is not None:
        layout.activate()
    try:
        yield
    finally:
        header.setStyleSheet("")
        for part in hidden:
            part.show()


def _lay_out(stage: Stage) -> None:
    for card in stage.cards:
        layout = card.layout()
        if layout is not None:
            layout.activate()


def _pressable(stage: Stage) -> Iterator[QWidget]:
    """Yield the cards' buttons, and what the plots show only to a pointer."""
    for card in stage.cards:
        yield from card.buttons
        for axes in card.findChildren(Axes):
            yield from (axes.fit_button, axes.read_out_label)
