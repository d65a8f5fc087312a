"""Programs such as ``a = 2; b = -3; (a * b + 1).tanh()``, read into a graph of operations without being run.

A statement ``name = number`` makes a leaf, ``name = expression`` names an operation, and the last statement is the
output. Plain Python: the window checks what is typed with it.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from explainer.contract import Refused

FUNCTIONS = ("tanh", "sigmoid", "relu", "exp", "log", "sqrt", "sin", "cos", "abs")
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
SHOWN = {"+": "+", "-": "−", "*": "×", "/": "÷", "**": "^"}
MOST_NODES, LARGEST = 48, 1e6


@dataclass(frozen=True)
class Node:
    """A leaf (``op`` is empty, ``value`` its first value) or an operation on nodes, by number, and constants."""

    name: str
    op: str = ""
    arguments: tuple[int | float, ...] = ()
    """Whole numbers are nodes, floats are constants."""
    value: float = 0.0

    @property
    def parents(self) -> tuple[int, ...]:
        """The nodes that it is made of, one for each time it is used."""
        return tuple(each for each in self.arguments if isinstance(each, int))


@dataclass(frozen=True)
class Program:
    """Nodes in the order in which they are computed, leaves first where they are written first."""

    nodes: tuple[Node, ...]
    text: str
    leaves: tuple[int, ...] = field(default=())

    @property
    def operations(self) -> tuple[int, ...]:
        """The numbers of the operations, in their order."""
        return tuple(k for k, node in enumerate(self.nodes) if node.op)

    @property
    def edges(self) -> list[tuple[int, int]]:
        """From and to, one for each use of a node."""
        return [(parent, k) for k, node in enumerate(self.nodes) for parent in node.parents]


def lines_of(text: str) -> str:
    """Return a program with a line for each statement."""
    return "\n".join(part.strip() for part in text.replace("\n", ";").split(";") if part.strip())


@lru_cache(maxsize=64)
def read_program(text: str) -> Program:
    """Return the program; raise :class:`Refused` naming what cannot be read, what is missing, what is too much."""
    try:
        body = ast.parse(lines_of(text)).body
    except SyntaxError as error:
        raise _refused(f"line {error.lineno} cannot be read ({error.msg})") from None
    reader = _Reader()
    for number, statement in enumerate(body):
        reader.take(statement, last=number == len(body) - 1)
    program = Program(tuple(reader.nodes), text, tuple(k for k, node in enumerate(reader.nodes) if not node.op))
    if not program.operations or not program.nodes[-1].op:
        raise _refused("it computes nothing; end it with an expression of the names above, such as a * b")
    return program


def _refused(why: str) -> Refused:
    return Refused(f"program is refused: {why}. Write a = 2; b = -3; (a * b + 1).tanh()", about="program")


class _Reader:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}

    def take(self, statement: ast.stmt, *, last: bool) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found = self.expression(value, name)
                if isinstance(found, float):
                    found = self.add(Node(name, value=found))
                self.names[name] = found
            case ast.Expr(value=value) if last:
                if isinstance(self.expression(value, ""), float):
                    raise _refused("the output is a plain number")
            case _:
                raise _refused(f"{ast.unparse(statement)!r} is neither name = expression nor the output at the end")

    def add(self, node: Node) -> int:
        if len(self.nodes) >= MOST_NODES:
            raise _refused(f"it has more than {MOST_NODES} nodes")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def operation(self, op: str, arguments: Sequence[int | float], name: str) -> int | float:
        if all(isinstance(each, float) for each in arguments):
            return constant(op, [float(each) for each in arguments])
        words = self.words(op, arguments)
        return self.add(Node(f"{name} = {words}" if name else words, op, tuple(arguments)))

    def words(self, op: str, arguments: Sequence[int | float]) -> str:
        if op not in SHOWN:
            return op
        if any(isinstance(each, float) for each in arguments):
            left, right = (f"{each:g}" if isinstance(each, float) else "" for each in arguments)
            return f"{left} {SHOWN[op]} {right}".strip().replace("-", "−")
        return SHOWN[op]

    def expression(self, node: ast.expr, name: str) -> int | float:
        match node:
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float() as value) if abs(value) <= LARGEST:
                return float(value)
            case ast.Name(id=known) if known in self.names:
                return self.names[known]
            case ast.Name(id=unknown):
                raise _refused(f"{unknown} has no value yet; begin with {unknown} = 1")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                found = self.expression(operand, "")
                return -found if isinstance(found, float) else self.operation("*", (-1.0, found), name)
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
                return self.binary(SIGNS[type(sign)], self.expression(left, ""), self.expression(right, ""), name)
            case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]) if function in FUNCTIONS:
                return self.operation(function, (self.expression(argument, ""),), name)
            case ast.Call(func=ast.Attribute(value=argument, attr=function), args=[], keywords=[]) if (
                function in FUNCTIONS
            ):
                return self.operation(function, (self.expression(argument, ""),), name)
        raise _refused(f"{ast.unparse(node)!r} is not known; there are + − * / ** and {', '.join(FUNCTIONS)}")

    def binary(self, op: str, left: int | float, right: int | float, name: str) -> int | float:
        if op == "**" and isinstance(right, int):
            raise _refused("an exponent must be a number; write exp(b * log(a))")
        return self.operation(op, (left, right), name)


def constant(op: str, values: Sequence[float]) -> float:
    """Return what an operation makes of plain numbers; raise :class:`Refused` where it makes none."""
    try:
        match op:
            case "+":
                return values[0] + values[1]
            case "-":
                return values[0] - values[1]
            case "*":
                return values[0] * values[1]
            case "/":
                return values[0] / values[1]
            case "**":
                return float(values[0] ** values[1])
            case "sigmoid":
                return 1 / (1 + math.exp(-values[0]))
            case "relu":
                return max(0.0, values[0])
            case "abs":
                return abs(values[0])
            case _:
                return float(getattr(math, op)(values[0]))
    except (ArithmeticError, ValueError, TypeError):
        raise _refused(f"{op} of {', '.join(f'{v:g}' for v in values)} is no number") from None
