"""What each piece of a Python source is, for colouring it: the standard tokenizer's view."""

from __future__ import annotations

import builtins
import io
import keyword
import tokenize
from collections import defaultdict
from typing import NamedTuple

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"self", "cls"}
_TYPES = {tokenize.STRING: "string", tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}


class Word(NamedTuple):
    """A piece of one line: ``kind`` is keyword, string, doc, comment, number, name, decorator or builtin."""

    start: int
    length: int
    kind: str


def words_by_line(source: str) -> dict[int, list[Word]]:
    """Return the coloured pieces of each line, counted from 0; of a broken source as far as it can be read."""
    found: dict[int, list[Word]] = defaultdict(list)
    lines = source.splitlines()
    before, fresh = "", True
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _kind(token, before, fresh)
            if kind:
                _add(found, token, kind, lines)
            if token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
                fresh = True
            elif token.type not in (tokenize.NL, tokenize.COMMENT):
                before, fresh = token.string, False
    except (tokenize.TokenError, SyntaxError):
        return dict(found)
    return dict(found)


def _kind(token: tokenize.TokenInfo, before: str, fresh: bool) -> str:
    if token.type == tokenize.STRING and fresh:
        return "doc"
    if token.type in _TYPES:
        return _TYPES[token.type]
    if token.type == tokenize.OP:
        return "decorator" if token.string == "@" and fresh else ""
    if token.type != tokenize.NAME:
        return ""
    if keyword.iskeyword(token.string):
        return "keyword"
    if before in ("def", "class"):
        return "name"
    return "builtin" if token.string in _BUILTINS and before != "." else ""


def _add(found: dict[int, list[Word]], token: tokenize.TokenInfo, kind: str, lines: list[str]) -> None:
    (first, start), (last, end) = token.start, token.end
    for line in range(first, last + 1):
        left = start if line == first else 0
        right = end if line == last else len(lines[line - 1])
        found[line - 1].append(Word(left, right - left, kind))
