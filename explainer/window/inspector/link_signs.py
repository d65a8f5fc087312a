"""What kinds of links there are: each has a sign of its own before or behind its words, and says what it does."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from explainer.contract.lesson import Link
from explainer.stage.translation import later, tr

__all__ = ["SIGNS", "tip_of", "with_sign"]

FIRM = "\u00a0"


class Sign(NamedTuple):
    """A sign before the words of a link, or behind them, and what the link does."""

    before: str
    after: str
    does: str


SIGNS = {
    "try": Sign("▸" + FIRM, "", later("Set and run")),
    "compare": Sign("◫" + FIRM, "", later("Run side by side")),
    "show": Sign("▣" + FIRM, "", later("Bring out the picture")),
    "scene": Sign("", FIRM + "→", later("Go to the scene")),
    "http": Sign("", FIRM + "↗", later("Open in the browser")),
    "https": Sign("", FIRM + "↗", later("Open in the browser")),
}
"""The start of a target → its sign."""
OWN = {"run": later("{} steps"), "seed": later("seed {}"), "keep": "", "speed": ""}
"""What a link says beside parameters."""


def with_sign(link: Link) -> str:
    """Return the words of a link with the sign of its kind."""
    sign = SIGNS.get(link.target.partition(":")[0])
    return f"{sign.before}{link.text}{sign.after}" if sign and link.target != NEXT else link.text


def tip_of(link: Link) -> str:
    """Return what a link does, in a line without quotation marks."""
    kind, _, rest = link.target.partition(":")
    sign = SIGNS.get(kind)
    if sign is None or link.target == NEXT:
        return ""
    words = " | ".join(_settings(part) for part in rest.split("|")) if kind in ("try", "compare") else rest
    return f"{tr(sign.does)}: {words or tr('the defaults')}".replace('"', "'").replace("\\", "")


NEXT = "scene:next"
"""On to the next step of the lesson."""


def _settings(pairs: str) -> str:
    found = []
    for pair in filter(None, pairs.split("&")):
        name, _, value = pair.partition("=")
        found.append(tr(OWN[name]).format(value) if name in OWN else f"{name} = {unquote(value)}")
    return ", ".join(filter(None, found))
