"""What PyTorch records: a program as torch.fx writes it down, and the memory that checkpointing saves, counted."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, fx, nn
from torch.autograd.graph import saved_tensors_hooks

LAYERS, WIDTH = 16, 64
PIECES = (0, 1, 2, 4, 8, 16)
"""Into how many pieces the layers are cut; 0: nothing is checkpointed."""


class Record(NamedTuple):
    """A line of a graph of torch.fx."""

    op: str
    name: str
    target: str
    arguments: str


def trace(names: list[str], evaluate: Callable[[list[fx.Proxy]], fx.Proxy]) -> fx.GraphModule:
    """Return the graph of a function: it is called with stand-ins that write down what is done to them."""
    graph = fx.Graph()
    leaves = [fx.Proxy(graph.placeholder(name)) for name in names]
    graph.output(evaluate(leaves).node)
    return fx.GraphModule(nn.Module(), graph)


def records(module: fx.GraphModule) -> list[Record]:
    """Return what a graph holds, in its order."""
    return [
        Record(node.op, node.name, target_name(node), ", ".join(str(each) for each in node.args))
        for node in module.graph.nodes
    ]


def target_name(node: fx.Node) -> str:
    """Return the function that a node calls, ``operator.mul`` say; nothing for leaves and for the output."""
    if not callable(node.target):
        return ""
    return f"{(node.target.__module__ or 'torch').removeprefix('_')}.{node.target.__name__}"


class Held:
    """A tensor that autograd has saved, counted for as long as it holds it."""

    def __init__(self, tensor: Tensor, memory: "Memory") -> None:
        """Take the tensor."""
        self.tensor, self.memory, self.place = tensor, memory, tensor.untyped_storage().data_ptr()
        memory.take(self.place, tensor.untyped_storage().nbytes())

    def __del__(self) -> None:
        """Let the tensor go."""
        self.memory.give_back(self.place)


class Memory:
    """The bytes that autograd holds: each stretch of memory once, however many saved tensors lie over it.

    ``most`` is the most that it has held, ``layers`` how many layers have been computed.
    """

    def __init__(self, weights: list[Tensor]) -> None:
        """Begin with nothing; weights are there anyway and do not count."""
        self.weights = {each.untyped_storage().data_ptr() for each in weights}
        self.uses: Counter[int] = Counter()
        self.sizes: dict[int, int] = {}
        self.most = self.layers = 0

    def now(self) -> int:
        """Return how many bytes are held."""
        return sum(self.sizes[place] for place, uses in self.uses.items() if uses and place not in self.weights)

    def take(self, place: int, size: int) -> None:
        """Count a saved tensor."""
        self.uses[place] += 1
        self.sizes[place] = size
        self.most = max(self.most, self.now())

    def give_back(self, place: int) -> None:
        """Count it no more."""
        self.uses[place] -= 1


class Counted(NamedTuple):
    """What a pass forwards and backwards came to."""

    kept: int
    """Bytes held after the pass forwards."""
    most: int
    """Bytes held at most, on the way back."""
    layers: int
    """How many layers were computed, those computed again included."""
    gradient: Tensor


def run(memory: Memory, h: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Return what a chain of tanh layers makes of h (row, unit)."""
    for weight in weights:
        h = torch.tanh(h @ weight)
        memory.layers += 1
    return h


class Checkpoint(torch.autograd.Function):
    """``run`` that keeps its input alone and computes the rest again on the way back.

    As ``torch.utils.checkpoint.checkpoint`` does with ``use_reentrant=True``.
    """

    @staticmethod
    def forward(ctx: Any, memory: Memory, h: Tensor, *weights: Tensor) -> Tensor:
        """Run, recording nothing."""
        ctx.memory = memory
        ctx.save_for_backward(h, *weights)
        return run(memory, h, weights)

    @staticmethod
    def backward(ctx: Any, arriving: Tensor) -> tuple[Tensor | None, ...]:
        """Run again, recording, and go back through that."""
        given = [each.detach().requires_grad_() for each in ctx.saved_tensors]
        with torch.enable_grad():
            made = run(ctx.memory, given[0], given[1:])
        return None, *torch.autograd.grad(made, given, arriving)


def count(pieces: int) -> Counted:
    """Run a chain of layers forwards and backwards, cut into pieces of which only the inputs are kept."""
    generator = torch.Generator().manual_seed(0)
    weights = [torch.randn(WIDTH, WIDTH, generator=generator) / math.sqrt(WIDTH) for _ in range(LAYERS)]
    x = torch.randn(WIDTH, WIDTH, generator=generator)
    for each in (x, *weights):
        each.requires_grad_()
    memory = Memory(weights)
    with torch.enable_grad(), saved_tensors_hooks(lambda tensor: Held(tensor, memory), lambda held: held.tensor):
        h, size = x, LAYERS // max(pieces, 1)
        for first in range(0, LAYERS, size):
            part = weights[first : first + size]
            h = Checkpoint.apply(memory, h, *part) if pieces else run(memory, h, part)  # type: ignore[no-untyped-call]
        kept = memory.now()
        gradients = torch.autograd.grad(h.sum(), weights)
    return Counted(kept, memory.most, memory.layers, torch.stack(gradients))
