"""Cost: parameters and multiply–adds of this layer beside a dense and a depthwise-separable one."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour, small_font
from explainer.plots.number_grid import NumberGrid
from explainer.scenes.convolution.costs import Cost, costs
from explainer.scenes.convolution.linked import LinkedPicture
from explainer.theme.tokens import BODY, CAPTION

MOST_ROW = 64.0
NAME = 150.0
KINDS = ("Parameters", "Multiply–adds")


class CostPicture(LinkedPicture):
    """Two bars for each layer on logarithmic scales, with their numbers."""

    key: ClassVar[str] = "cost"
    title: ClassVar[str] = "Cost of this layer beside others"
    about: ClassVar[str] = (
        "Parameters and multiply–adds, against a dense layer and a depthwise-separable one; logarithmic bars"
    )

    def grids(self) -> list[NumberGrid]:
        """Return none: this picture has bars."""
        return []

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Draw a row per layer."""
        if self.moment is None:
            return
        found = costs(self.moment.plan)
        scale, area = self.tokens.scale, QRectF(self.board.rect()).adjusted(8, 4, -8, -4)
        head = 24 * scale
        height = min(MOST_ROW * scale, (area.height() - head) / len(found))
        half = (area.width() - NAME * scale) / 2
        painter.setFont(small_font(self.tokens, self.board.font(), CAPTION))
        painter.setPen(colour(self.tokens.muted))
        for index, kind in enumerate(KINDS):
            place = QRectF(area.left() + NAME * scale + index * half, area.top(), half, head)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, kind)
        for row, cost in enumerate(found):
            box = QRectF(area.left(), area.top() + head + row * height, area.width(), height)
            self._paint_row(painter, box, cost, found, strong=row == 0)

    def _paint_row(self, painter: QPainter, box: QRectF, cost: Cost, every: list[Cost], strong: bool) -> None:
        scale = self.tokens.scale
        painter.setFont(small_font(self.tokens, self.board.font(), BODY, strong))
        painter.setPen(colour(self.tokens.text))
        painter.drawText(
            QRectF(box.left(), box.top(), NAME * scale, box.height()), Qt.AlignmentFlag.AlignVCenter, cost.name
        )
        half = (box.width() - NAME * scale) / 2
        for index, (number, most) in enumerate(
            (
                (cost.parameters, max(each.parameters for each in every)),
                (cost.products, max(each.products for each in every)),
            )
        ):
            place = QRectF(box.left() + NAME * scale + index * half, box.top(), half - 12 * scale, box.height())
            self._paint_bar(painter, place, number, most, strong)

    def _paint_bar(self, painter: QPainter, place: QRectF, number: int, most: int, strong: bool) -> None:
        words = f"{number:,}"
        painter.setFont(small_font(self.tokens, self.board.font(), BODY, strong))
        room = painter.fontMetrics().horizontalAdvance(f"{most:,}") + 12.0
        share = math.log1p(number) / math.log1p(most) if most else 0.0
        bar = QRectF(
            place.left(),
            place.center().y() - 5 * self.tokens.scale,
            max(2.0, share * (place.width() - room)),
            10 * self.tokens.scale,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.tokens.accent if strong else self.tokens.faint))
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(colour(self.tokens.text if strong else self.tokens.muted))
        painter.drawText(
            QRectF(bar.right() + 8, place.top(), room, place.height()), Qt.AlignmentFlag.AlignVCenter, words
        )

    def summary(self) -> str:
        """Return the costs in words."""
        if self.moment is None:
            return self.title
        told = [f"{c.name}: {c.parameters:,} parameters, {c.products:,} multiply–adds" for c in costs(self.moment.plan)]
        return "; ".join(told)
