"""Things that go wrong with autograd and torch.fx, and what PyTorch says to them: each is really tried."""

from collections.abc import Callable

import torch
from torch import Tensor, fx


def leaf(value: float = 3.0) -> Tensor:
    """Return a leaf that needs a gradient."""
    return torch.tensor(value, requires_grad=True)


def answer(attempt: Callable[[], object]) -> str:
    """Return what an attempt gives, or the first sentence of what PyTorch says to it."""
    try:
        return str(attempt())
    except (RuntimeError, fx.proxy.TraceError) as error:
        return f"{type(error).__name__}: " + str(error).split(". ")[0].split("\n")[0]


def twice() -> object:
    """Go back twice."""
    y = leaf() ** 2
    y.backward()
    y.backward()
    return y


def retained() -> object:
    """Go back twice and keep the graph."""
    x = leaf()
    y = x**2
    y.backward(retain_graph=True)
    y.backward()
    return f"x.grad is {float(x.grad)}: twice 6, for gradients add up"  # type: ignore[arg-type]


def not_zeroed() -> object:
    """Go back from two results without zero_grad between."""
    x = leaf()
    (x**2).backward()
    (x**2).backward()
    return f"x.grad is {float(x.grad)}: 6 + 6"  # type: ignore[arg-type]


def in_place() -> object:
    """Overwrite what was saved."""
    y = leaf().exp()
    z = y**2
    y.add_(1)
    z.backward()
    return z


def leaf_in_place() -> object:
    """Overwrite a leaf."""
    x = leaf()
    x.add_(1)
    return x


def detached() -> object:
    """Cut the way back."""
    (leaf() ** 2).detach().backward()
    return "a gradient"


def without_grad() -> object:
    """Record nothing."""
    with torch.no_grad():
        y = leaf() ** 2
    return f"y.requires_grad is {y.requires_grad}, y.grad_fn is {y.grad_fn}"


def of_a_vector() -> object:
    """Go back from several numbers."""
    (torch.ones(3, requires_grad=True) * 2).backward()
    return "a gradient"


def traced_branch() -> object:
    """Record a function that asks a number which way to go."""
    return fx.symbolic_trace(lambda x: x if x > 0 else -x)


CASES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("y = x ** 2; y.backward(); y.backward()", lambda: answer(twice)),
    ("y.backward(retain_graph=True); y.backward()", lambda: answer(retained)),
    ("(x ** 2).backward(); (x ** 2).backward()", lambda: answer(not_zeroed)),
    ("y = x.exp(); z = y ** 2; y.add_(1); z.backward()", lambda: answer(in_place)),
    ("x.add_(1), x a leaf", lambda: answer(leaf_in_place)),
    ("(x ** 2).detach().backward()", lambda: answer(detached)),
    ("with torch.no_grad(): y = x ** 2", lambda: answer(without_grad)),
    ("(torch.ones(3, requires_grad=True) * 2).backward()", lambda: answer(of_a_vector)),
    ("torch.fx.symbolic_trace(lambda x: x if x > 0 else -x)", lambda: answer(traced_branch)),
)
