"""The experiment: one operation a step, forwards, then backwards, then an update of the weights.

Each operation is done by torch on float64 scalars, and its local derivatives are autograd's of that operation alone;
what is multiplied and added up on the way back is done here, and compared with autograd's gradient of the whole.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, fx

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.backprop import Params
from explainer.scenes.backprop.program import Node, Program
from explainer.scenes.backprop.recorded import PIECES, Counted, Record, count, records, trace
from explainer.scenes.backprop.tried import CASES

Value = TypeVar("Value", Tensor, fx.Proxy)
OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    **{name: getattr(torch, name) for name in ("tanh", "sigmoid", "relu", "exp", "log", "sqrt", "sin", "cos", "abs")},
}
FLOOR = 1e-18


def is_data(name: str) -> bool:
    """Return whether a leaf is data, which no update changes."""
    return name[:1] in ("x", "t")


def compute(node: Node, values: Sequence[Value]) -> Value:
    """Return the value of an operation, given those of all nodes before it."""
    return OPERATIONS[node.op](*(values[each] if isinstance(each, int) else each for each in node.arguments))


def evaluate(program: Program, leaves: Sequence[Value]) -> list[Value]:
    """Return the value of every node, in order; ``leaves`` are those of the leaves."""
    given, values = iter(leaves), list[Value]()
    for node in program.nodes:
        values.append(compute(node, values) if node.op else next(given))
    return values


def local_derivatives(node: Node, values: Sequence[Tensor]) -> list[float]:
    """Return an operation's derivative in each node that it uses, one for each use, by autograd of it alone."""
    used = [torch.tensor(float(values[k]), dtype=torch.float64, requires_grad=True) for k in node.parents]
    given = iter(used)
    with torch.enable_grad():
        made = OPERATIONS[node.op](*(next(given) if isinstance(each, int) else each for each in node.arguments))
        return [float(found) for found in torch.autograd.grad(made, used)]


class Backprop(Experiment[Params]):
    """A program, the values of its leaves, and how far the pass has come."""

    learns_from = ("first",)

    def build(self) -> None:
        """Take the leaves' first values."""
        self.first = torch.tensor([self.program.nodes[k].value for k in self.program.leaves], dtype=torch.float64)
        self.leaves = self.first.clone()
        self.at, self.passes = 0, 0
        self.sums: dict[str, float] = {}

    @property
    def program(self) -> Program:
        """The program as a graph."""
        return self.params.read

    def all_values(self) -> list[Tensor]:
        """Return the value of every node."""
        return evaluate(self.program, list(self.leaves))

    def step(self) -> Iterator[str]:
        """One operation forwards or backwards, or the update."""
        count = len(self.program.operations)
        if self.at == 2 * count:
            self.at, self.passes = 0, self.passes + 1
            self.update()
        else:
            self.at += 1
        self.record(output=self.all_values()[-1])
        self.record({"pass": float(self.passes + (self.at == 2 * count))})
        yield "update" if not self.at else "forward" if self.at <= count else "backward"

    def update(self) -> None:
        """Move every leaf that is not data against its gradient."""
        gradients = self.exact()
        weights = [not is_data(self.program.nodes[k].name) for k in self.program.leaves]
        self.leaves = torch.where(torch.tensor(weights), self.leaves - self.params.lr * gradients, self.leaves)

    def set_leaf(self, index: int, value: float) -> None:
        """Give a leaf another value; what has been computed follows."""
        if index >= len(self.leaves):
            raise Refused(f"index = {index} is refused: there are leaves 0 to {len(self.leaves) - 1}", about="index")
        self.leaves = self.leaves.clone()
        self.leaves[index] = value

    # how far the pass has come

    def forward_done(self) -> int:
        """Return how many operations have been computed."""
        return min(self.at, len(self.program.operations))

    def backward_done(self) -> list[int]:
        """Return the operations that have sent their gradients back, in that order."""
        operations = self.program.operations
        return list(operations[::-1][: max(0, self.at - len(operations))])

    @kept
    def arrived(self) -> np.ndarray:
        """Return the gradients as far as they have been added up (node,)."""
        program, values = self.program, self.all_values()
        found = np.full(len(program.nodes), np.nan)
        if self.at > len(program.operations):
            found[-1] = 1.0
        for k in self.backward_done():
            for parent, local in zip(
                program.nodes[k].parents, local_derivatives(program.nodes[k], values), strict=True
            ):
                sent = local * (0.0 if np.isnan(found[k]) else found[k])
                found[parent] = sent if np.isnan(found[parent]) else found[parent] + sent
        return found

    def at_hand(self) -> int:
        """Return the node of the operation at hand, −1 where there is none."""
        operations = self.program.operations
        if not self.at:
            return -1
        back = self.backward_done()
        return back[-1] if back else operations[self.at - 1]

    # arrays

    def names(self) -> list[str]:
        """Return what each node is called (node,)."""
        return [node.name for node in self.program.nodes]

    def edges(self) -> np.ndarray:
        """Return the edges (edge, 2)."""
        return np.array(self.program.edges, dtype=np.int64).reshape(-1, 2)

    def values(self) -> np.ndarray:
        """Return the values that have been computed (node,)."""
        found = np.array([float(value) for value in self.all_values()])
        found[list(self.program.operations[self.forward_done() :])] = np.nan
        return found

    def gradients(self) -> np.ndarray:
        """Return the gradients that have arrived (node,)."""
        return self.arrived()

    def reached(self) -> np.ndarray:
        """Return which nodes the pass has been at (node,)."""
        back = self.at > len(self.program.operations)
        return np.isfinite(self.arrived()) if back else ~np.isnan(self.values())

    @kept
    def hand(self) -> tuple[list[int], list[float], list[float]]:
        """Return the inputs of the operation at hand, its local derivatives and what it sends; NaN going forward."""
        k = self.at_hand()
        if k < 0:
            return [], [], []
        node = self.program.nodes[k]
        if not self.backward_done():
            unknown = [float("nan")] * len(node.parents)
            return list(node.parents), unknown, unknown
        local = local_derivatives(node, self.all_values())
        return list(node.parents), local, [each * float(self.arrived()[k]) for each in local]

    def edge_words(self) -> list[str]:
        """Return the words on the edges of the operation at hand (edge,)."""
        words, k = [], self.at_hand()
        back = bool(self.backward_done())
        for node in range(len(self.program.nodes)):
            _, local, sent = self.hand()
            for number, _ in enumerate(self.program.nodes[node].parents):
                shown = node == k and back
                told = f"{local[number]:.3g} × {float(self.arrived()[k]):.3g} = {sent[number]:.3g}" if shown else ""
                words.append(told.replace("-", "−"))
        return words

    def flow(self) -> np.ndarray:
        """Return 1 on the edges of the operation at hand (edge,)."""
        k = self.at_hand()
        return np.array([1.0 if k < 0 or to == k else 0.25 for _, to in self.program.edges])

    def here(self) -> np.ndarray:
        """Return the node of the operation at hand (1,)."""
        return np.array([self.at_hand()])

    def inputs(self) -> np.ndarray:
        """Return the inputs of the operation at hand (input,)."""
        return np.array(self.hand()[0], dtype=np.int64)

    def locals(self) -> np.ndarray:
        """Return its local derivatives (input,)."""
        return np.array(self.hand()[1], dtype=float)

    def sent(self) -> np.ndarray:
        """Return what it sends back (input,)."""
        return np.array(self.hand()[2], dtype=float)

    def leaf_names(self) -> list[str]:
        """Return the leaves' names (leaf,)."""
        return [self.program.nodes[k].name for k in self.program.leaves]

    def leaf_values(self) -> Tensor:
        """Return the leaves' values (leaf,)."""
        return self.leaves

    @kept
    def exact(self) -> Tensor:
        """Return the gradient of the output in the leaves, by autograd of the whole (leaf,)."""
        with torch.enable_grad():
            given = [leaf.clone().requires_grad_() for leaf in self.leaves]
            output = evaluate(self.program, given)[-1]
            found = torch.autograd.grad(output, given, allow_unused=True)
        return torch.stack([torch.zeros((), dtype=torch.float64) if each is None else each for each in found])

    # nudging

    def chosen(self) -> int:
        """Return the leaf that is nudged."""
        return min(self.params.leaf, len(self.leaves) - 1)

    def quotient(self, epsilon: float, dtype: torch.dtype) -> float:
        """Return (f(a + ε) − f(a − ε)) / 2ε for the chosen leaf, computed in a type."""
        ends = []
        for sign in (1.0, -1.0):
            moved = self.leaves.to(dtype, copy=True)
            moved[self.chosen()] = moved[self.chosen()] + sign * epsilon
            ends.append(evaluate(self.program, list(moved))[-1])
        return float((ends[0] - ends[1]) / (2 * epsilon))

    def epsilons(self) -> Tensor:
        """Return the sizes of the nudge (nudge,)."""
        return torch.logspace(-12, 0, 49, dtype=torch.float64)

    @kept("leaves")
    def nudge_errors(self) -> np.ndarray:
        """Return how far the quotient is from the derivative (precision, nudge)."""
        exact = float(self.exact()[self.chosen()])
        quotients = [
            [self.quotient(float(epsilon), dtype) for epsilon in self.epsilons()]
            for dtype in (torch.float64, torch.float32)
        ]
        return np.maximum(np.abs(np.array(quotients) - exact), FLOOR)

    def nudged(self) -> np.ndarray:
        """Return the quotient at ε and the exact derivative (2,)."""
        return np.array([self.quotient(self.params.epsilon, torch.float64), float(self.exact()[self.chosen()])])

    # autograd's own words

    @kept("leaves")
    def recorded(self) -> tuple[list[str], list[str]]:
        """Return autograd's name of each node's operation, and what it saved for it."""
        with torch.enable_grad():
            values = evaluate(self.program, [leaf.clone().requires_grad_() for leaf in self.leaves])
        names, saved = [], []
        for value in values:
            function = value.grad_fn
            kept_there = sorted({
                name.removeprefix("_saved_") for name in dir(function)
                if name.startswith("_saved_") and isinstance(getattr(function, name), Tensor)
            })  # fmt: skip
            names.append(type(function).__name__ if function is not None else "leaf: requires_grad")
            saved.append(", ".join(kept_there))
        return names, saved

    def grad_fn(self) -> list[str]:
        """Return what autograd calls each node's operation (node,)."""
        return self.recorded()[0]

    def saved(self) -> list[str]:
        """Return what autograd has saved for it (node,)."""
        return self.recorded()[1]

    @kept("first")
    def traced(self) -> fx.GraphModule:
        """Return the program as torch.fx records it."""
        return trace(self.leaf_names(), lambda leaves: evaluate(self.program, leaves)[-1])

    def traced_nodes(self) -> list[int]:
        """Return the node that each line of torch.fx's graph stands for: leaves, operations, output (record,)."""
        return [*self.program.leaves, *self.program.operations, -1]

    @kept("first")
    def records(self) -> list[Record]:
        """Return the lines of torch.fx's graph."""
        return records(self.traced())

    def traced_ops(self) -> list[str]:
        """Return what kind of line each is (record,)."""
        return [each.op for each in self.records()]

    def traced_names(self) -> list[str]:
        """Return what torch.fx calls each (record,)."""
        return [each.name for each in self.records()]

    def traced_targets(self) -> list[str]:
        """Return the functions that are called (record,)."""
        return [each.target for each in self.records()]

    def traced_arguments(self) -> list[str]:
        """Return with what (record,)."""
        return [each.arguments for each in self.records()]

    def replayed(self) -> list[float]:
        """Return what torch.fx's graph gives for the present leaves (1,)."""
        return [float(self.traced()(*self.leaves))]

    # checkpointing

    @kept("first")
    def counted(self) -> list[Counted]:
        """Return what the chain of layers came to, cut into more and more pieces."""
        return [count(pieces) for pieces in PIECES]

    def pieces(self) -> list[str]:
        """Return the pieces in words (cut,)."""
        return ["all is kept", *map(str, PIECES[1:])]

    def bytes_kept(self) -> list[int]:
        """Return the bytes held after the pass forwards (cut,)."""
        return [each.kept for each in self.counted()]

    def bytes_most(self) -> list[int]:
        """Return the bytes held at most (cut,)."""
        return [each.most for each in self.counted()]

    def layers_computed(self) -> list[int]:
        """Return how many layers were computed (cut,)."""
        return [each.layers for each in self.counted()]

    def gradient_off(self) -> list[float]:
        """Return how far each gradient is from that without checkpoints (cut,)."""
        first = self.counted()[0].gradient
        return [float((each.gradient - first).abs().max()) for each in self.counted()]

    def costs(self) -> np.ndarray:
        """Return how many multiplications each mode needs (mode,): one for each edge and pass."""
        edges = len(self.program.edges)
        return np.array([float(edges), float(edges * len(self.leaves))])

    def written(self) -> list[str]:
        """Return what is tried (case,)."""
        return [words for words, _ in CASES]

    @kept("first")
    def said(self) -> list[str]:
        """Return what PyTorch answers (case,)."""
        with torch.enable_grad():
            return [answer() for _, answer in CASES]

    def changed(self, names: Collection[str]) -> None:
        """Do nothing: the learning rate is read at each update."""
