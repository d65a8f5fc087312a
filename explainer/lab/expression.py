"""Reading an expression in x and y, such as ``sin(x) * y**2``, without ever running it as Python.

The grammar, tightest last; ``**`` groups to the right and binds tighter than the sign before it::

    sum     = product (("+" | "-") product)*
    product = signed (("*" | "/") signed)*
    signed  = ("+" | "-") signed | power
    power   = atom ["**" signed]
    atom    = number | "x" | "y" | "pi" | "e" | function "(" sum ")" | "(" sum ")"

Plain Python: window and engine both read expressions with it.
"""

import math
from dataclasses import dataclass
from typing import Any, NoReturn

from explainer.contract.number_words import Ambiguous, read_number
from explainer.contract.refused import Refused
from explainer.lab.expression_tokens import Token, refuse, tokens
from explainer.lab.expression_tree import (
    CONSTANTS,
    FUNCTIONS,
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
)

LONGEST = 200
DEEPEST = 40
LARGEST_EXPONENT = 20.0

_ATOM = 'a number, x, y, a function or "("'


@dataclass(frozen=True)
class Expression:
    """A parsed expression in x and y."""

    tree: Node

    def evaluate(self, x: Any, y: Any, functions: Any) -> Any:
        """Compute the expression elementwise.

        ``x`` and ``y`` are tensors, arrays or floats that broadcast against each other, and
        ``functions`` is the module that has sin, cos, … for them (``torch``, ``numpy``, ``math``).
        The result has the shape of ``x + y`` and depends on both even where the expression does
        not (with slope zero), so that autograd finds a path to either.
        """
        result = self.tree.value(x, y, functions)
        return result if self.variables == {"x", "y"} else result + 0.0 * (x + y)

    @property
    def variables(self) -> set[str]:
        """Those of x and y that occur."""
        return _variables(self.tree)

    def text(self) -> str:
        """Return the expression in canonical spelling, with no needless parentheses."""
        return self.tree.text()

    def latex(self) -> str:
        """Return the expression as LaTeX."""
        return self.tree.latex()


def parse(text: str) -> Expression:
    """Read an expression.

    Raises :class:`Refused` with one line that names the position (counted from 1) and what was
    expected there, or the bound that was exceeded: ``LONGEST`` characters, ``DEEPEST`` levels of
    nesting, finite numbers, and constant exponents of at most ``LARGEST_EXPONENT`` in size.
    """
    if len(text) > LONGEST:
        raise Refused(f"the expression has {len(text)} characters: at most {LONGEST} are allowed, shorten it")
    return Expression(_Parser(tokens(text)).whole())


class _Parser:
    """Recursive descent over the tokens; one method for each rule of the grammar above."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = -1

    @property
    def _next(self) -> Token:
        return self._tokens[self._index]

    def _take(self, *texts: str) -> Token | None:
        token = self._next
        if token.text not in texts:
            return None
        self._index += 1
        return token

    def whole(self) -> Node:
        node = self._sum()
        if self._next.kind != "end":
            refuse(self._next.position, f"expected an operator or the end, found {self._next}")
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = _checked(Binary(sign.text, node, self._product()), sign)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._take("*", "/"):
            node = _checked(Binary(sign.text, node, self._signed()), sign)
        return node

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            refuse(self._next.position, f"nested deeper than {DEEPEST} levels, simplify it")
        sign = self._take("+", "-")
        node = self._power() if sign is None else self._signed()
        self._depth -= 1
        return Negative(node) if sign is not None and sign.text == "-" else node

    def _power(self) -> Node:
        base = self._atom()
        sign = self._take("**")
        if sign is None:
            return base
        exponent = self._signed()
        if exponent.constant and abs(exponent.value(0.0, 0.0, math)) > LARGEST_EXPONENT:
            limit = f"{LARGEST_EXPONENT:g}"
            refuse(sign.position, f"an exponent must lie between -{limit} and {limit}")
        return _checked(Binary("**", base, exponent), sign)

    def _atom(self) -> Node:
        token = self._next
        self._index += token.kind != "end"
        if token.kind == "number":
            return _number(token)
        if token.text in FUNCTIONS:
            self._expect("(")
            return _checked(Call(token.text, self._inside()), token)
        if token.text in ("x", "y", *CONSTANTS):
            return Name(token.text)
        if token.text == "(":
            return self._inside()
        return _refuse_atom(token)

    def _inside(self) -> Node:
        node = self._sum()
        self._expect(")")
        return node

    def _expect(self, text: str) -> None:
        if self._take(text) is None:
            wanted = f'"{text}"' if text == "(" else f'an operator or "{text}"'
            refuse(self._next.position, f"expected {wanted}, found {self._next}")


def _refuse_atom(token: Token) -> NoReturn:
    if token.kind == "name":
        known = ", ".join(("x", "y", *CONSTANTS, *FUNCTIONS))
        refuse(token.position, f"unknown name {token}, known are {known}")
    refuse(token.position, f"expected {_ATOM}, found {token}")


def _number(token: Token) -> Number:
    try:
        number = read_number(token.text)
    except Ambiguous as ambiguous:
        refuse(token.position, str(ambiguous))
    if not math.isfinite(number):
        refuse(token.position, f"the number {token.text} is too large, at most 1.7e308")
    return Number(number)


def _checked(node: Binary | Call, token: Token) -> Node:
    """Refuse a constant part, such as log(-1) or 1/0, that has no finite real value."""
    if not node.constant:
        return node
    try:
        value = node.value(0.0, 0.0, math)
    except (ArithmeticError, ValueError):
        value = math.nan
    if isinstance(value, complex) or not math.isfinite(value):
        refuse(token.position, f"{node.text()} has no finite real value")
    return node


def _variables(node: Node) -> set[str]:
    match node:
        case Name(name):
            return {name} - CONSTANTS.keys()
        case Negative(operand) | Call(_, operand):
            return _variables(operand)
        case Binary(_, left, right):
            return _variables(left) | _variables(right)
    return set()
