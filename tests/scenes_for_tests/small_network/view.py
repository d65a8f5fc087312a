"""One picture: the weights as a heat map."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent

from explainer.contract.frame import Frame
from explainer.contract.view import View
from explainer.plots.picture import Picture


class Weights(Picture):
    """The weights of the hidden layer as a row of bars."""

    key = "weights"
    title = "Weights"
    arrays = ("weight", "singular")
    at_first = True

    def build(self) -> None:
        self.values: list[float] = []

    def draw(self, frame: Frame) -> None:
        if "weight" in frame.arrays:
            self.values = frame.arrays["weight"].ravel().tolist()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.tokens.canvas))
        width = self.width() / max(1, len(self.values))
        for index, value in enumerate(self.values):
            height = int(min(1.0, abs(value)) * self.height())
            painter.fillRect(int(index * width), 0, max(1, int(width) - 1), height, QColor(self.tokens.accent))


VIEW = View(cards=(Weights,), summary=lambda frame: f"Step {frame.step} of a small network.")
