"""Cutting the text of an expression into tokens that know their position."""

import re
from dataclasses import dataclass
from typing import NoReturn

from explainer.contract.number_words import MINUS
from explainer.contract.refused import Refused

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:,[0-9]+|\.?[0-9]*)|[.,][0-9]+)(?:[eE][+−-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|[-−+*/()])"
)


@dataclass(frozen=True)
class Token:
    """One piece of text: ``kind`` is number, name, sign or end, ``position`` counts from 1."""

    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        return f'"{self.text}"' if self.text else "the end"


def refuse(position: int, message: str) -> NoReturn:
    """Raise :class:`Refused` for what stands at a position, counted from 1."""
    raise Refused(f"at position {position}: {message}")


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens, the last of kind end; raises :class:`Refused` at a strange character."""
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse_character(text[position], position + 1)
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0].replace(MINUS, "-"), position + 1))
        position = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _refuse_character(character: str, position: int) -> NoReturn:
    if character == "^":
        refuse(position, 'a power is written with **, found "^"')
    shown = character if character.isprintable() else ascii(character)[1:-1]
    refuse(position, f'expected a number, a name, an operator or a parenthesis, found "{shown}"')
