"""Equivariance: shift the image, and see what shifts with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid
from explainer.scenes.convolution.equivariance import alike, moved, verdict
from explainer.scenes.convolution.layout import Item, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import LinkedPicture

NEEDED = ("shifted_input", "shifted_result", "pooled", "shifted_pooled")


class Equivariance(LinkedPicture):
    """The output of the shifted image against the shifted output of the image, and the same after pooling."""

    key: ClassVar[str] = "equivariance"
    title: ClassVar[str] = "Shift the image: what shifts with it?"
    about: ClassVar[str] = (
        "The output for the shifted image beside the shifted output: equal is equivariant; "
        "click the image to shift its middle there"
    )
    hint: ClassVar[str] = "click the image to shift it"
    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result", *NEEDED)

    def grids(self) -> list[NumberGrid]:
        """Return the shifted image, both outputs and their difference, before and after pooling."""
        self.image = NumberGrid("shifted-image", "Image, shifted", Shading("ink"))
        self.after = NumberGrid("its-output", "Its output", Shading("signed"))
        self.along = NumberGrid("moved-output", "Output, shifted along", Shading("signed"))
        self.gap = NumberGrid("difference", "Difference", Shading("signed"))
        self.pooled = NumberGrid("pooled", "2 × 2 max-pooled", Shading("signed"))
        return [self.image, self.after, self.along, self.gap, self.pooled]

    @property
    def shift(self) -> tuple[int, int]:
        """How far the image is shifted, down and to the right."""
        assert self.moment is not None
        return self.moment.params.shift_y, self.moment.params.shift_x

    @property
    def arrived(self) -> bool:
        """Whether the arrays belong to the moment."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or not frame.arrays.keys() >= set(NEEDED):
            return False
        return frame.arrays["shifted_result"].shape == moment.result.shape

    def show_moment(self) -> None:
        """Set the numbers."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or not self.arrived:
            return
        out, arrays = moment.channel_out, frame.arrays
        after, along = arrays["shifted_result"][out], moved(moment.plan, moment.result[out], self.shift)
        self.image.shading = Shading(moment.shade)
        self.image.fill(arrays["shifted_input"][moment.channel_in])
        self.after.fill(after)
        self.along.fill(along)
        with np.errstate(invalid="ignore"):
            self.gap.fill(np.nan_to_num(after - along, neginf=0.0, posinf=0.0))
        high = float(np.abs(after[np.isfinite(after)]).max(initial=1e-9))
        self.gap.shading = Shading("signed", high=high)
        same = alike(after, along)
        self.gap.caption = f"{same} of {after.size} cells equal"
        self._show_pooled(arrays["pooled"], arrays["shifted_pooled"], out)

    def _show_pooled(self, before: np.ndarray, after: np.ndarray, out: int) -> None:
        if before.shape != after.shape or not before.size:
            self.pooled.fill(np.zeros((0, 0)))
            return
        self.pooled.fill(after[out], faint=~np.isclose(after[out], before[out]))
        self.pooled.caption = f"{alike(after[out], before[out])} of {after[out].size} as before"

    def items(self) -> list[Item]:
        """Return the grids in their row."""
        found = [Item(self.image), Item(self.after, "→"), Item(self.along, "−"), Item(self.gap, "=")]
        return [*found, Item(self.pooled)] if self.pooled.values.size else found

    def arrange(self) -> None:
        """Lay the grids out in a row."""
        if self.arrived:
            below = words_height(self.board, 1)
            lay_row(self.board, self.items(), QRectF(self.board.rect()).adjusted(4, 0, -4, -below))

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and the verdict."""
        if self.arrived:
            paint_titles(self.board, painter, self.items())
            paint_words(self.board, painter, [self.words()])

    def words(self) -> tuple[str, str]:
        """Return what moved along, of the operation only what holds for every image."""
        assert self.moment is not None
        return verdict(self.moment, self.shift, self.after.values)

    def hover(self, name: str, row: int, column: int) -> None:
        """Nothing is linked: these are other images."""

    def click(self, name: str, row: int, column: int) -> None:
        """Shift the image by what was clicked, seen from its middle."""
        if name == "shifted-image" and self.moment is not None:
            rows, columns = self.image.shape
            down, right = row - rows // 2, column - columns // 2
            limit = 4
            self.steering.set(
                shift_y=max(-limit, min(limit, down)),
                shift_x=max(-limit, min(limit, right)),
            )
