"""A collection of wanted array names in which ``*`` matches anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

EVERYTHING = "*"


class Wanted(Collection[str]):
    """Names and patterns; ``"filters/conv1" in Wanted(["filters/*"])`` is true."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact = frozenset(names)
        self._patterns = tuple(name for name in self._exact if EVERYTHING in name)
        self._known: dict[object, bool] = dict.fromkeys(self._exact, True)

    def __contains__(self, name: object) -> bool:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = any(fnmatchcase(str(name), pattern) for pattern in self._patterns)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)
