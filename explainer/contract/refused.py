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


LONGEST = 60
"""How many characters of a refused value a message repeats."""


def shown(value: object) -> str:
    """Return ``value`` as a message may repeat it: on one line and cut short, whatever it is."""
    try:
        words = repr(value[: 2 * LONGEST] if isinstance(value, (str, bytes, list, tuple)) else value)
    except Exception:  # noqa: BLE001 - an integer of thousands of digits, or an object's own __repr__
        return f"a value of type {type(value).__name__}"
    return one_line(words)


def said_of(error: BaseException) -> str:
    """Return kind and message of an exception as text that can be sent anywhere, even if its own ``str`` raises."""
    try:
        words = str(error)
    except BaseException:  # noqa: BLE001 - the exception is another one's, and so is what it raises
        words = "it cannot say what is wrong"
    return sendable(f"{type(error).__name__}: {words}" if words else type(error).__name__)


def sendable(words: str) -> str:
    """Return text in which halves of characters are written out, so that it can be encoded."""
    return words.encode("utf-8", "backslashreplace").decode()


def one_line(words: str, longest: int = LONGEST) -> str:
    """Return words of another origin on one line, cut short."""
    words = " ".join(words.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"
