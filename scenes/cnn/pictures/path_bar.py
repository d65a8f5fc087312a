"""Above the network: where one is, the way back, and which image goes through."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explainer.contract.frame import Frame
from explainer.plots.picture import Steering
from explainer.scenes.cnn.arithmetic import cell_of, chosen, taken_apart
from explainer.theme.tokens import Tokens


class PathBar(QWidget):
    """Network › Conv 2, map 5 › cell (3, 4), and buttons for the image before and after."""

    def __init__(self, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("path-bar")
        self.steering = steering
        self._image = 0
        self.network = self._button("to-network", "Network", "The whole network", lambda: steering.set(zoom="network"))
        self.map = self._button("to-map", "One map", "How this map is made", lambda: steering.set(zoom="map"))
        self.cell = self._button("to-cell", "One cell", "How this cell is made", lambda: steering.set(zoom="cell"))
        self.before = self._button("image-before", "‹", "The held-out image before", lambda: self._go(-1))
        self.after = self._button("image-after", "›", "The next held-out image", lambda: self._go(1))
        self.name = QLabel("Image 0")
        self.name.setObjectName("image-name")
        self.name.setProperty("role", "muted")
        self.own = self._button(
            "to-held-out", "back to the held-out images", "Leave the drawing", lambda: steering.set(drawing=())
        )
        self.own.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        self.marks = [QLabel("›") for _ in range(2)]
        for mark in self.marks:
            mark.setProperty("role", "muted")
        for widget in (self.network, self.marks[0], self.map, self.marks[1], self.cell):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.own, self.before, self.name, self.after):
            row.addWidget(widget)

    def _button(self, name: str, words: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(words)
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setProperty("role", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        return button

    def _go(self, by: int) -> None:
        self.steering.set(image=max(0, self._image + by), drawing=())

    def draw(self, frame: Frame) -> None:
        """Say where one is."""
        params = frame.params
        number, channel, _ = chosen(frame)
        depth = ("network", "map", "cell").index(params.zoom)
        self._image = params.image
        self.map.setText(f"Conv {number}, map {channel}")
        part = taken_apart(frame)
        row, column = cell_of(frame, part) if part is not None else (params.row, params.column)
        self.cell.setText(f"cell ({row}, {column})")
        for button, level in ((self.network, 0), (self.map, 1), (self.cell, 2)):
            button.setEnabled(level != depth)
            button.setVisible(level <= max(1, depth + 1))
        self.marks[1].setVisible(depth >= 1)
        self.own.setVisible(bool(params.drawing))
        self.name.setText("Drawing" if params.drawing else f"Image {params.image}")

    def apply_theme(self, tokens: Tokens) -> None:
        """Colours come from the style sheet."""
