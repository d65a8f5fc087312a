"""The one exception for everything a person asks for that cannot be had."""

from __future__ import annotations


class Refused(ValueError):
    """A request that is refused: the message names what was given, what is allowed and what to do.

    ``about`` is the name of the parameter, action or file the refusal concerns, empty when it
    concerns the request as a whole; the window shows the message beside that control.
    """

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about
