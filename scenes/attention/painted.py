"""What the pictures of attention share: the row on show, whichever picture's pointer chose it."""

from __future__ import annotations

from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention.moment import Moment


class Painted(PaintedPicture):
    """A painted picture that lights the query and the key that some picture's pointer is on."""

    def build(self) -> None:
        """Start without a frame."""
        super().build()
        self.hovered: int | None = None
        """The query token that some picture's pointer is on."""
        self.lit_key: int | None = None

    def light(self, name: str, value: object | None) -> None:
        """Show the row, and mark the key, that some picture's pointer is on."""
        number = value if isinstance(value, int) else None
        if name == "query" and number != self.hovered:
            self.hovered = number
            self.update()
        elif name == "key" and number != self.lit_key:
            self.lit_key = number
            self.update()

    @property
    def moment(self) -> Moment | None:
        """The row on show."""
        return Moment.of(self.frame, self.hovered)
