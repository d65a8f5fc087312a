"""Names and places in the text of an expression."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from typing import NoReturn

from explainer.contract.refused import Refused
from explainer.contract.scene import Scene

LANES = "abcd"
"""The runs of a comparison."""
SLASH = "ǀ"
"""Stands for the / within a name while Python's grammar reads it: a letter of the same width."""
_PATH = re.compile(r"[^\W\d]\w*(?:/\w+)+|\"[^\"]*\"|'[^']*'")


def with_names(text: str, scene: Scene) -> str:
    """Return the text with each declared name as one word: its slashes are :data:`SLASH`."""
    return _PATH.sub(lambda found: _as_name(found.group(), scene), text)


def _as_name(words: str, scene: Scene) -> str:
    """Return a path with slashes as one name, as far as one is declared so; text in quotes stays as it is."""
    if words[0] in "\"'":
        return words
    parts = words.split("/")
    for end in range(len(parts), 1, -1):
        if kinds_of("/".join(parts[:end]), scene):
            return "/".join([SLASH.join(parts[:end]), *parts[end:]])
    return words


def kinds_of(name: str, scene: Scene) -> list[str]:
    """Return as what a name is declared."""
    declared = {"metric": scene.metrics, "array": scene.arrays}
    return [kind for kind, names in declared.items() if any(fnmatchcase(name, pattern) for pattern in names)]


class Positions:
    """Refuses what stands at a place of the source."""

    def __init__(self, source: str) -> None:
        self._source = source

    def refuse(self, node: ast.AST, message: str) -> NoReturn:
        """Raise :class:`Refused` with the position of a node, counted from 1."""
        start = len(self._source.encode()[: getattr(node, "col_offset", 0)].decode())
        raise Refused(f"at position {start + 1}: {message}") from None
