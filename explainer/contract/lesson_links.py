"""The links of a lesson: ``try:`` sets and runs, ``compare:`` does so side by side, ``show:`` brings out a picture."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from explainer.contract.parameters import Parameters
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:[^\s()]|\([^\s()]*(?:\([^\s()]*\)[^\s()]*)*\))*)\)")
MOST_STEPS = 1_000_000
MOST_LANES = 4
"""So many runs are compared side by side."""


class Link(NamedTuple):
    """A Markdown link: its words, its target and where it stands in the text."""

    text: str
    target: str
    start: int
    end: int


@dataclass(frozen=True)
class TryLink:
    """What a ``try:`` link asks for.

    ``values`` are checked parameter values, starting anew from the defaults unless ``keep``.
    ``run`` is how many steps to run (0: only set), ``seed`` None keeps the seed, and ``speed`` is
    in steps per second: None keeps it, infinity is as fast as it can.
    """

    values: Mapping[str, Any]
    run: int = 0
    seed: int | None = None
    speed: float | None = None
    keep: bool = False


@dataclass(frozen=True)
class CompareLink:
    """What a ``compare:`` link asks for: two to four runs side by side, from one seed and in step.

    ``first`` holds what ``run``, ``seed``, ``speed`` and ``keep`` say for all of them; ``others`` are the
    checked parameter values of the further runs.
    """

    first: TryLink
    others: tuple[Mapping[str, Any], ...]


def links_in(markdown: str) -> list[Link]:
    """Return the links of a text in order; targets may hold brackets in pairs, images are passed over."""
    return [Link(match.group(1), match.group(2), *match.span()) for match in _LINK.finditer(markdown)]


def parse_try(link: str, scene: Scene) -> TryLink:
    """Return what ``try:name=value&…&run=100&seed=3&speed=30&keep=1`` asks for in a scene.

    Values are percent-decoded. Raises :class:`Refused` for an unknown parameter, a value out of
    range, a name given twice and anything that is not name=value.
    """
    if not link.startswith("try:"):
        raise Refused(f"{link!r} does not run anything; begin it with try:")
    given: dict[str, str] = {}
    for pair in filter(None, link.removeprefix("try:").split("&")):
        name, equals, value = pair.partition("=")
        if not equals or not name or name in given:
            raise Refused(f"{pair!r} in {link!r} is refused; write each name once, as name=value")
        given[name] = unquote(value)
    own: dict[str, Any] = {name: read(given.pop(name)) for name, read in _OWN.items() if name in given}
    return TryLink(scene.parameters.parse(given), **own)


def try_link(params: Parameters, run: int = 0, **values: Any) -> str:
    """Return the ``try:`` link that begins again with these values in place of the present ones.

    All others are kept. Empty where the values would be refused: a note's link so never asks for what its
    control does not allow.
    """
    try:
        params.replace(**values).verify()
    except Refused:
        return ""
    pairs = [f"{name}={quote(params.declaration(name).format(value), safe=':,.+=')}" for name, value in values.items()]
    return "try:" + "&".join([*pairs, *([f"run={run}"] if run else []), "keep=1"])


def parse_compare(link: str, scene: Scene) -> CompareLink:
    """Return what ``compare:lr=0.01|lr=0.1|lr=1&run=200`` asks for: one set of parameters for each run.

    ``run``, ``seed``, ``speed`` and ``keep`` may stand in any one set and hold for all. Raises
    :class:`Refused` as :func:`parse_try` does, and for fewer than two or more than four sets.
    """
    if not link.startswith("compare:"):
        raise Refused(f"{link!r} compares nothing; begin it with compare:")
    sets = link.removeprefix("compare:").split("|")
    if not 2 <= len(sets) <= MOST_LANES:
        raise Refused(f"{link!r} names {len(sets)} runs; give 2 to {MOST_LANES}, with | between them")
    pairs = [[pair for pair in given.split("&") if pair] for given in sets]
    own = [pair for given in pairs for pair in given if pair.partition("=")[0] in _OWN]
    values = [parse_try("try:" + "&".join(pair for pair in given if pair not in own), scene).values for given in pairs]
    together = parse_try("try:" + "&".join(own), scene)
    return CompareLink(replace(together, values=values[0]), tuple(values[1:]))


def _steps(words: str) -> int:
    return int(_number("run", words, 0, MOST_STEPS, whole=True))


def _seed(words: str) -> int:
    return int(_number("seed", words, 0, 2**63 - 1, whole=True))


def _speed(words: str) -> float:
    return math.inf if words == "max" else _number("speed", words, 0.1, 1000.0)


def _keep(words: str) -> bool:
    return bool(_number("keep", words, 0, 1, whole=True))


def _number(name: str, words: str, low: float, high: float, whole: bool = False) -> float:
    try:
        value: float = int(words) if whole else float(words)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        kind = "a whole number" if whole else "a number, or max,"
        raise Refused(f"{name} = {words!r} is refused: give {kind} from {low:g} to {high:g}", about=name)
    return value


_OWN: dict[str, Callable[[str], object]] = {"run": _steps, "seed": _seed, "speed": _speed, "keep": _keep}
"""What a link can say beside parameters."""
