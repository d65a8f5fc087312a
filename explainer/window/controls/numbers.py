"""A list of numbers, typed with commas between them."""

from __future__ import annotations

from explainer.contract.fields import Numbers
from explainer.stage.translation import tr
from explainer.window.controls.number_text import settled
from explainer.window.controls.text import TextControl


class NumbersControl(TextControl):
    """A list of numbers in one line."""

    parameter: Numbers

    def range_words(self) -> str:
        """Return how many are allowed, and their range."""
        given = self.parameter
        return tr("{least} to {most} numbers from {low} to {high}.").format(
            least=given.least, most=given.most, low=settled(given.low), high=settled(given.high)
        )

    def short(self, value: tuple[float, ...]) -> str:
        """Return the numbers, short, with air between them."""
        return ", ".join(settled(number) for number in value)
