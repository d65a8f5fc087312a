"""What the pictures of one cell share: which cell is looked at, by the run or by a pointer in any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.board import Board
from explainer.plots.number_grid import NumberGrid
from explainer.plots.picture import Picture
from explainer.scenes.convolution.moment import Moment, Place, moment_of
from explainer.theme.tokens import Tokens

CELL, TAP = "output cell", "kernel tap"
"""What pointers light: (channel, row, column) of the output, (row, column) of the kernel as it is written."""


class LinkedPicture(Picture):
    """A board of grids that follows the run's cell, or the one that a pointer is on."""

    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result")

    def build(self) -> None:
        """Make the board."""
        self.moment: Moment | None = None
        self.frame: Frame | None = None
        self.lit: Place | None = None
        self.tap: tuple[int, int] | None = None
        self.board = Board(f"{self.key}-board", self.grids(), self)
        self.board.setToolTip(self.about)
        self.board.setAccessibleName(self.title)
        self.board.arrange = self.arrange
        self.board.decorate = self.decorate
        self.board.cell_hovered.connect(self.hover)
        self.board.left.connect(self.leave)
        self.board.cell_clicked.connect(self.click)
        self.board.number_given.connect(self.give)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.board)

    def grids(self) -> list[NumberGrid]:
        """Return the grids of the board."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Lay the grids out."""

    def decorate(self, painter: object) -> None:
        """Paint what stands beside the grids."""

    def show_moment(self) -> None:
        """Set data on the grids; :attr:`moment` is there."""

    def show_marks(self) -> None:
        """Mark what belongs to the cell that is looked at."""

    @property
    def place(self) -> Place:
        """The output cell that is looked at."""
        assert self.moment is not None
        lit = self.lit
        if lit is not None and all(0 <= at < size for at, size in zip(lit, self.moment.plan.shape, strict=True)):
            return lit
        return self.moment.here

    def draw(self, frame: Frame) -> None:
        """Show a frame; while arrays are on their way, what was there stays."""
        found = moment_of(frame)
        if found is None:
            return
        self.frame, self.moment = frame, found
        self.show_moment()
        self.show_marks()
        self.board.update()
        self.say_title()

    def light(self, name: str, value: object | None) -> None:
        """Look at the cell, or the weight, that a pointer is on in any picture."""
        if name == CELL:
            self.lit = value if isinstance(value, tuple) else None
        elif name == TAP:
            self.tap = value if isinstance(value, tuple) else None
        else:
            return
        if self.moment is not None:
            self.show_marks()
            self.board.update()

    def hover(self, name: str, row: int, column: int) -> None:
        """Light what the pointer is on."""

    def leave(self) -> None:
        """Follow the run again: the pointer is on nothing."""
        self.steering.light(CELL, None)
        self.steering.light(TAP, None)

    def click(self, name: str, row: int, column: int) -> None:
        """Go to a cell, or choose."""

    def give(self, name: str, row: int, column: int, number: float) -> None:
        """Take a number that was typed or dragged."""

    def say_title(self) -> None:
        """Bring the card's title up to date."""
        words = self.heading()
        if words and words != self.accessibleName():
            self.setAccessibleName(words)
            self.title_changed.emit(words)

    def heading(self) -> str:
        """Return the card's title."""
        return self.title

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.board.apply_theme(tokens)
        if self.moment is not None:
            self.show_marks()

    def summary(self) -> str:
        """Return what is to be seen."""
        return self.heading()
