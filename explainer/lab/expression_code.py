"""An expression in x and y as PyTorch code, written from its tree and never from what was typed. Plain Python."""

from explainer.lab.expression import Expression
from explainer.lab.expression_tree import BINDINGS, Binary, Call, Name, Negative, Node, Number


def torch_code(expression: Expression) -> str:
    """Return code that gives the bits of ``expression.evaluate(x, y, torch)``; it needs ``torch`` and ``math``."""
    written = _code(expression.tree)
    return written if expression.variables == {"x", "y"} else f"{written} + 0.0 * (x + y)"


def _code(node: Node, real: bool = False) -> str:
    """Return a node's code; ``real`` asks for a float where the spelling would be a whole number."""
    match node:
        case Number(number):
            return repr(number) if real else node.text()
        case Name(name):
            return f"math.{name}" if node.constant else name
        case Negative(operand):
            return "-" + _inside(operand, node.binding, real or operand == Number(0.0))
        case Call(function, argument):
            home = "" if function == "abs" else "math." if node.constant else "torch."
            return f"{home}{function}({_code(argument, real)})"
        case Binary(sign, left, right):
            _, tight_left, tight_right = BINDINGS[sign]
            real = _whole(left) and _whole(right)
            between = sign if sign == "**" else f" {sign} "
            return _inside(left, tight_left, real) + between + _inside(right, tight_right)


def _inside(node: Node, least: int, real: bool = False) -> str:
    return _code(node, real) if node.binding >= least else f"({_code(node, real)})"


def _whole(node: Node) -> bool:
    """Return whether the code of a node would be a whole number, on which Python computes differently."""
    match node:
        case Number():
            return node.text().isdigit()
        case Negative(operand):
            return _whole(operand) and operand != Number(0.0)
        case Call("abs", argument):
            return _whole(argument)
    return False
