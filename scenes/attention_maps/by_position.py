"""How often each position is right on the held-out sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour
from explainer.scenes.attention_maps.bars import CENTRE, Bars
from explainer.scenes.attention_maps.moment import NEEDED, Moment


class ByPosition(Bars):
    """A column for each token, as high as the share that is right there."""

    key: ClassVar[str] = "positions"
    title: ClassVar[str] = "Right at each position"
    about: ClassVar[str] = "Share of 128 held-out sequences that are right at each token"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "position_accuracy")

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint a column for each position at which something is asked."""
        moment = Moment.of(self.frame)
        shares = self.frame.arrays.get("position_accuracy") if self.frame else None
        if moment is None or shares is None or len(shares) != len(moment.words):
            return
        if not np.isfinite(shares).any():
            self.say(painter, "A real model has no targets here.")
            return
        count, line = len(shares), self.tokens.size(22)
        step = min((width - 32) / count, self.tokens.size(84))
        start = (width - step * count) / 2
        for place, share in enumerate(shares.tolist()):
            column = QRectF(start + place * step, line, step, height - 2 * line - 6)
            if np.isfinite(share):
                self._paint_column(painter, column, share)
            foot = QRectF(column.left(), height - line, step, line)
            self.words(painter, foot, CENTRE, str(place + 1), self.tokens.muted, 11)
        self.say_title(f"{self.title} · {np.nanmean(shares):.1%}")

    def _paint_column(self, painter: QPainter, column: QRectF, share: float) -> None:
        """Paint a share as a column, with its number above where there is room for one."""
        tokens, step = self.tokens, column.width()
        track = column.adjusted(step * 0.14, 0, -step * 0.14, 0)
        self.bar(painter, track, colour(tokens.raised))
        high = max(2.0, track.height() * share)
        bar = QRectF(track.left(), track.bottom() - high, track.width(), high)
        self.bar(painter, bar, colour(tokens.accent))
        said = f"{share:.0%}" if step > tokens.size(34) else f"{100 * share:.0f}"
        if step >= tokens.size(26):
            head = QRectF(column.left() - step, 0, 3 * step, column.top())
            self.words(painter, head, CENTRE, said, tokens.text, 11)

    def summary(self) -> str:
        """Return the worst and the best position."""
        shares = self.frame.arrays.get("position_accuracy") if self.frame else None
        if shares is None or not np.isfinite(shares).any():
            return self.title
        worst, best = int(np.nanargmin(shares)), int(np.nanargmax(shares))
        ends = ((worst, "worst"), (best, "best"))
        return "Held out: " + ", ".join(f"position {at + 1} is {how}, {shares[at]:.0%} right" for at, how in ends)
