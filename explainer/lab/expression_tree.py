"""The syntax tree of an expression in x and y: what it is worth, and how it is written.

Plain Python: the window writes formulas with it, the engine computes with it. Every node offers

- ``constant``: whether neither x nor y occurs below it,
- ``value(x, y, functions)``: its value; constant nodes are Python floats whatever ``functions`` is,
- ``text()`` and ``latex()``: its spelling, with the parentheses that keep the tree's shape,
- ``binding`` and ``latex_binding``: how tightly that spelling holds together (see ``SUM`` … ``ATOM``).
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = ("sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs")

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
# operator: binding of the whole, least binding of its left side, least binding of its right side
BINDINGS = {
    "+": (SUM, SUM, PRODUCT),
    "-": (SUM, SUM, PRODUCT),
    "*": (PRODUCT, PRODUCT, SIGN),
    "/": (PRODUCT, PRODUCT, SIGN),
    "**": (POWER, ATOM, SIGN),
}
_LATEX_SIGNS = {"+": " + ", "-": " - ", "*": r" \cdot "}


@dataclass(frozen=True)
class Number:
    """A finite number that is not negative; a sign before it is a node of its own."""

    number: float
    constant: ClassVar[bool] = True
    binding: ClassVar[int] = ATOM

    @property
    def latex_binding(self) -> int:
        """A number spelled with a power of ten is a product."""
        return PRODUCT if "e" in self.text() else ATOM

    def value(self, x: Any, y: Any, functions: Any) -> float:
        """Return the number."""
        return self.number

    def text(self) -> str:
        """Return the shortest decimal spelling that reads back as the same number."""
        return repr(self.number).removesuffix(".0")

    def latex(self) -> str:
        """Return the number, a decimal exponent as a power of ten."""
        digits, _, exponent = self.text().partition("e")
        return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits


@dataclass(frozen=True)
class Name:
    """The variable x or y, or the constant pi or e."""

    name: str
    binding: ClassVar[int] = ATOM
    latex_binding: ClassVar[int] = ATOM

    @property
    def constant(self) -> bool:
        """Tell whether this is pi or e."""
        return self.name in CONSTANTS

    def value(self, x: Any, y: Any, functions: Any) -> Any:
        """Return x, y or the constant's value."""
        return CONSTANTS[self.name] if self.constant else {"x": x, "y": y}[self.name]

    def text(self) -> str:
        """Return the name."""
        return self.name

    def latex(self) -> str:
        """Return the name, pi as the Greek letter."""
        return r"\pi" if self.name == "pi" else self.name


@dataclass(frozen=True)
class Negative:
    """A sign change."""

    operand: "Node"
    binding: ClassVar[int] = SIGN
    latex_binding: ClassVar[int] = SIGN

    @property
    def constant(self) -> bool:
        """Tell whether neither x nor y occurs in it."""
        return self.operand.constant

    def value(self, x: Any, y: Any, functions: Any) -> Any:
        """Return minus the operand's value."""
        return -self.operand.value(x, y, functions)

    def text(self) -> str:
        """Return the operand behind a minus."""
        return "-" + _text(self.operand, SIGN)

    def latex(self) -> str:
        """Return the operand behind a minus; a sign that follows a sign is put in parentheses."""
        return "-" + _latex(self.operand, PRODUCT if isinstance(self.operand, Binary) else POWER)


@dataclass(frozen=True)
class Binary:
    """One of ``+ - * / **`` between two nodes."""

    sign: str
    left: "Node"
    right: "Node"

    @property
    def constant(self) -> bool:
        """Tell whether neither x nor y occurs in it."""
        return self.left.constant and self.right.constant

    @property
    def binding(self) -> int:
        """Return the operator's binding."""
        return BINDINGS[self.sign][0]

    @property
    def latex_binding(self) -> int:
        """Return the operator's binding; a fraction stands like a product."""
        return self.binding

    def value(self, x: Any, y: Any, functions: Any) -> Any:
        """Return the operation's result on both sides' values."""
        left, right = self.left.value(x, y, functions), self.right.value(x, y, functions)
        return _OPERATIONS[self.sign](left, right)

    def text(self) -> str:
        """Return both sides around the operator, with spaces save around ``**``."""
        _, left, right = BINDINGS[self.sign]
        sign = "**" if self.sign == "**" else f" {self.sign} "
        return _text(self.left, left) + sign + _text(self.right, right)

    def latex(self) -> str:
        """Return a fraction, a raised exponent, or both sides around the sign."""
        if self.sign == "/":
            return rf"\frac{{{self.left.latex()}}}{{{self.right.latex()}}}"
        if self.sign == "**":
            return f"{_latex(self.left, ATOM)}^{{{self.right.latex()}}}"
        _, left, right = BINDINGS[self.sign]
        right = POWER if isinstance(self.right, Negative) else right
        return _latex(self.left, left) + _LATEX_SIGNS[self.sign] + _latex(self.right, right)


@dataclass(frozen=True)
class Call:
    """One of ``FUNCTIONS`` of one argument."""

    function: str
    argument: "Node"
    binding: ClassVar[int] = ATOM

    @property
    def constant(self) -> bool:
        """Tell whether neither x nor y occurs in it."""
        return self.argument.constant

    @property
    def latex_binding(self) -> int:
        """Return the binding: only a radical and bars may carry an exponent as they stand."""
        return ATOM if self.function in ("sqrt", "abs") else POWER

    def value(self, x: Any, y: Any, functions: Any) -> Any:
        """Apply the function of ``functions``, or of :mod:`math` where the argument is constant."""
        argument = self.argument.value(x, y, functions)
        if self.function == "abs":
            return abs(argument)
        return getattr(math if self.constant else functions, self.function)(argument)

    def text(self) -> str:
        """Return the function's name and the argument in parentheses."""
        return f"{self.function}({self.argument.text()})"

    def latex(self) -> str:
        """Return the usual notation: a radical, bars, a power of e, or the upright name."""
        argument = self.argument.latex()
        shapes = {"sqrt": r"\sqrt{%s}", "abs": r"\left|%s\right|", "exp": "e^{%s}"}
        return shapes.get(self.function, rf"\{self.function}\left(%s\right)") % argument


Node = Number | Name | Negative | Binary | Call


def _text(node: Node, least: int) -> str:
    return node.text() if node.binding >= least else f"({node.text()})"


def _latex(node: Node, least: int) -> str:
    return node.latex() if node.latex_binding >= least else rf"\left({node.latex()}\right)"
