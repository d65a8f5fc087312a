"""The experiment: an operation on x a step, and one update of a regression whose shapes may not fit."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.scenes.tensors import POINTS, Params
from explainer.scenes.tensors.devices import answers, statements
from explainer.scenes.tensors.operations import Line, as_rows, cells_of, places_of, storage, walk
from explainer.scenes.tensors.program import MOST_ELEMENTS, known_pair
from explainer.scenes.tensors.tables import (
    DTYPES,
    TwoHeads,
    as_functions,
    as_sequence,
    leaves,
    limits,
    looped,
    loops_of,
    operands,
    stored,
)


class Tensors(Experiment[Params]):
    """How many operations have been done, what was written into x, and the regression's two weights."""

    learns_from = ("features", "labels")

    def build(self) -> None:
        """Begin with no operation done, and with weights of zero."""
        self.at = 0
        self.writes: list[tuple[int, int, float]] = []
        dtype = getattr(torch, self.params.precision)
        self.draw_from("data")
        self.features = torch.randn(POINTS, 1).sort(0).values
        self.labels = 3 * self.features[:, 0] + 1 + 0.3 * torch.randn(POINTS)
        self.weight = torch.zeros(1, 1, dtype=dtype, requires_grad=True)
        self.bias = torch.zeros(1, dtype=dtype, requires_grad=True)
        self.draw_from("weights")
        self.network = TwoHeads()
        self.inputs = torch.randn(5)

    @kept
    def present(self) -> tuple[Tensor, Tensor, list[Line]]:
        """Return the first tensor, x, and a line for each operation done."""
        return walk(self.params.read, self.at, self.writes)

    def step(self) -> Iterator[str]:
        """Do the next operation, or take the first tensor again; and one update of the regression."""
        if self.at == len(self.params.read.operations):
            self.at, self.writes = 0, []
        else:
            self.at += 1
        _, x, lines = walk(self.params.read, self.at, self.writes)
        self.record(copied=float(lines[-1].copied), elements=float(x.numel()), cells=float(len(cells_of(x))))
        yield "operation"
        features, labels = self.features.to(self.weight.dtype), self.labels.to(self.weight.dtype)
        targets = labels[:, None] if self.params.targets == "column" else labels
        predictions = features @ self.weight + self.bias
        loss = ((predictions - targets) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            self.record(loss=loss, mse=((predictions[:, 0].float() - self.labels) ** 2).mean())
            for each in (self.weight, self.bias):
                assert each.grad is not None
                each -= self.params.lr * each.grad
                each.grad = None
        yield "update"

    def write(self, index: int, value: float) -> None:
        """Write a number into an element of x, in place."""
        count = self.present()[1].numel()
        if index >= count:
            raise Refused(f"index = {index} is refused: x has elements 0 to {count - 1}", about="index")
        self.writes = [*self.writes, (self.at, index, value)]

    # x and its memory

    def tensor(self) -> Tensor:
        """Return x as rows (row, column)."""
        return as_rows(self.present()[1]).clone()

    def places(self) -> Tensor:
        """Return the memory cell of each element (row, column)."""
        return as_rows(places_of(self.present()[1])).clone()

    def memory(self) -> Tensor:
        """Return the memory below x (1, cell)."""
        return cells_of(self.present()[1])[None].clone()

    def first_memory(self) -> Tensor:
        """Return the memory of the first tensor (1, cell)."""
        return cells_of(self.present()[0])[None].clone()

    def shares(self) -> list[bool]:
        """Return whether x lies over the first memory (1,)."""
        first, x, _ = self.present()
        return [storage(first) == storage(x)]

    def lines_done(self) -> list[int]:
        """Return how many operations have been done (1,)."""
        return [self.at]

    def _lines(self) -> Sequence[Line]:
        """Return a line for each operation, those to come without what they will be."""
        done = self.present()[2]
        return [*done, *(Line(each.written) for each in self.params.read.operations[len(done) - 1 :])]

    def written(self) -> list[str]:
        """Return the operations (operation,)."""
        return [line.written for line in self._lines()]

    def shapes(self) -> list[str]:
        """Return the shapes (operation,)."""
        return [line.shape for line in self._lines()]

    def strides(self) -> list[str]:
        """Return the strides (operation,)."""
        return [line.strides for line in self._lines()]

    def offsets(self) -> list[str]:
        """Return the offsets (operation,)."""
        return [line.offset for line in self._lines()]

    def contiguous(self) -> list[str]:
        """Return which are contiguous (operation,)."""
        return [line.contiguous for line in self._lines()]

    def became(self) -> list[str]:
        """Return what they became (operation,)."""
        return [line.became for line in self._lines()]

    # broadcasting

    @kept
    def pair_made(self) -> tuple[Tensor, Tensor, Tensor, str]:
        """Return both operands as they are stretched, the result, and its shape or what PyTorch says."""
        one, sign, two, complaint = known_pair(self.params.pair)
        a, b = (torch.arange(torch.Size(shape).numel(), dtype=torch.float32).reshape(shape) for shape in (one, two))
        a = 10 * a
        try:
            wide, narrow = torch.broadcast_tensors(a, b)
            if wide.numel() > MOST_ELEMENTS:
                raise RuntimeError(f"{tuple(wide.shape)} has {wide.numel()} elements, more than are drawn")
        except RuntimeError as error:
            return a, b, torch.full((1, 1), torch.nan), str(error).split("\n")[0]
        made = wide + narrow if sign == "+" else wide - narrow if sign == "−" else wide * narrow
        return wide, narrow, made, complaint or str(tuple(made.shape))

    def left(self) -> Tensor:
        """Return the left operand (row, column)."""
        return as_rows(self.pair_made()[0]).clone()

    def right(self) -> Tensor:
        """Return the right operand (row, column)."""
        return as_rows(self.pair_made()[1]).clone()

    def combined(self) -> Tensor:
        """Return the result (row, column)."""
        return as_rows(self.pair_made()[2])

    def left_repeated(self) -> np.ndarray:
        """Return which elements of the left operand are repetitions (row, column)."""
        return repeated(self.pair_made()[0])

    def right_repeated(self) -> np.ndarray:
        """Return which elements of the right operand are repetitions (row, column)."""
        return repeated(self.pair_made()[1])

    def axes(self) -> list[str]:
        """Return the axes' names, counted from the right (axis,)."""
        one, _, two, _ = known_pair(self.params.pair)
        return [str(-k).replace("-", "−") for k in range(max(len(one), len(two), 1), 0, -1)]

    def aligned(self) -> list[list[str]]:
        """Return the sizes of both shapes and of the result, aligned from the right (operand, axis)."""
        one, _, two, _ = known_pair(self.params.pair)
        axes = max(len(one), len(two), 1)
        rows = [[""] * (axes - len(shape)) + [str(size) for size in shape] for shape in (one, two)]
        return [*rows, [size_of(a, b) for a, b in zip(*rows, strict=True)]]

    def pair_said(self) -> list[str]:
        """Return the shape of the result, or what PyTorch says (1,)."""
        return [self.pair_made()[3]]

    # the regression

    def x(self) -> Tensor:
        """Return the inputs (point,)."""
        return self.features[:, 0].clone()

    def wanted(self) -> Tensor:
        """Return the targets (point,)."""
        return self.labels

    def prediction(self) -> Tensor:
        """Return the predictions (point,)."""
        return (self.features.to(self.weight.dtype) @ self.weight + self.bias).detach()[:, 0].float()

    # dtypes, leaves, devices, einsum, three ways

    def dtypes(self) -> list[str]:
        """Return the dtypes (dtype,)."""
        return list(DTYPES)

    def bits(self) -> list[int]:
        """Return the bits (dtype,)."""
        return [limits(name)[0] for name in DTYPES]

    def largest(self) -> list[float]:
        """Return the largest numbers (dtype,)."""
        return [limits(name)[1] for name in DTYPES]

    def smallest(self) -> list[float]:
        """Return the smallest positive normal numbers (dtype,)."""
        return [limits(name)[2] for name in DTYPES]

    def eps(self) -> list[float]:
        """Return the steps from 1 to the next number (dtype,)."""
        return [limits(name)[3] for name in DTYPES]

    def stored(self) -> list[float]:
        """Return the number as it is stored (dtype,)."""
        return [stored(self.params.number, name) for name in DTYPES]

    def made(self) -> list[str]:
        """Return how the tensors are made (leaf,)."""
        return [words for words, _ in leaves()]

    def is_leaf(self) -> list[str]:
        """Return which are leaves (leaf,)."""
        return ["yes" if each.is_leaf else "no" for _, each in leaves()]

    def requires_grad(self) -> list[str]:
        """Return which autograd follows (leaf,)."""
        return ["yes" if each.requires_grad else "no" for _, each in leaves()]

    def grad_fn(self) -> list[str]:
        """Return what made them (leaf,)."""
        return [each.grad_fn.name() if each.grad_fn is not None else "None" for _, each in leaves()]

    def grad(self) -> list[str]:
        """Return the gradients after backward() (leaf,)."""
        return ["None" if not each.is_leaf or each.grad is None else f"{float(each.grad):g}" for _, each in leaves()]

    def device_written(self) -> list[str]:
        """Return statements about devices (statement,)."""
        return statements()

    @kept("features")
    def device_said(self) -> list[str]:
        """Return what PyTorch answers to each (statement,)."""
        return answers()

    def loops(self) -> list[str]:
        """Return the einsum as loops (loop,)."""
        return loops_of(self.params.equation)

    def einsum(self) -> Tensor:
        """Return what torch.einsum gives (row, column)."""
        return as_rows(torch.einsum(self.params.equation, *operands(self.params.equation))).contiguous()

    def looped(self) -> Tensor:
        """Return what the loops give (row, column)."""
        return as_rows(looped(self.params.equation))

    def ways(self) -> list[str]:
        """Return the ways (way,)."""
        return ["nn.Sequential(Linear, Tanh, Linear)", "class TwoHeads(nn.Module)", "functions of tensors"]

    def takes(self) -> list[str]:
        """Return what each takes and returns (way,)."""
        return ["one tensor in, one out", "image and words in, scores and value out", "the same, and the weights too"]

    @torch.no_grad()
    def outputs(self) -> Tensor:
        """Return what each way gives (way, output)."""
        image, words = self.inputs[:3], self.inputs[3:]
        by_module = self.network(image, words)
        by_functions = as_functions(image, words, dict(self.network.named_parameters()))
        return torch.stack([as_sequence(self.network)(self.inputs), torch.cat(by_module), torch.cat(by_functions)])


def repeated(x: Tensor) -> np.ndarray:
    """Return which elements of a stretched tensor are repetitions: beyond the first along an axis of stride 0."""
    found = np.zeros(tuple(x.shape), dtype=bool)
    for axis, (size, stride) in enumerate(zip(x.shape, x.stride(), strict=True)):
        if size > 1 and stride == 0:
            found |= np.arange(size).reshape([-1 if k == axis else 1 for k in range(x.ndim)]) > 0
    return found.reshape(-1, found.shape[-1]) if found.ndim else found.reshape(1, 1)


def size_of(a: str, b: str) -> str:
    """Return the size of the result along an axis: a missing one and 1 give way."""
    if a == b or b in ("", "1"):
        return a
    return b if a in ("", "1") else f"{a} ≠ {b}"
