"""What the listed operations make of a tensor, and whether a number was moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explainer.scenes.tensors.program import MOST_AXES, MOST_ELEMENTS, Operation, Program


@dataclass(frozen=True)
class Line:
    """What is told of x after an operation."""

    written: str
    shape: str = "–"
    strides: str = "–"
    offset: str = "–"
    contiguous: str = "–"
    became: str = "–"
    copied: int = 0


def first_tensor(shape: Sequence[int]) -> Tensor:
    """Return 0, 1, 2, … in a shape."""
    count = torch.Size(shape).numel()
    return torch.arange(count, dtype=torch.float32).view(*shape)


def apply(operation: Operation, x: Tensor) -> Tensor:
    """Return what torch makes of x."""
    if operation.name == "[]":
        return x[operation.arguments[0]]
    found = getattr(x, operation.name)
    return found if operation.name in ("T", "mT") else found(*operation.arguments)


def attempt(operation: Operation, x: Tensor) -> tuple[Tensor, str]:
    """Return the next tensor and nothing, or x as it is and the first sentence of what is said against it."""
    try:
        found = apply(operation, x)
    except (RuntimeError, IndexError, TypeError, ValueError) as error:
        return x, f"{type(error).__name__}: " + str(error).split("\n")[0]
    if not 0 < found.numel() <= MOST_ELEMENTS or found.ndim > MOST_AXES:
        return x, f"Left out: {found.numel()} elements, {found.ndim} axes; 1 to {MOST_ELEMENTS}, {MOST_AXES} are shown"
    return found, ""


def storage(x: Tensor) -> int:
    """Return where the memory of a tensor begins."""
    return x.untyped_storage().data_ptr()


def told(written: str, x: Tensor, became: str, copied: int = 0) -> Line:
    """Return what is told of x."""
    return Line(
        written, str(tuple(x.shape)), str(tuple(x.stride())), str(x.storage_offset()),
        "yes" if x.is_contiguous() else "no", became, copied,
    )  # fmt: skip


def taken(operation: Operation, x: Tensor) -> tuple[Tensor, Line]:
    """Return x after an operation, and what is told of it."""
    after, error = attempt(operation, x)
    if error:
        return x, told(operation.written, x, error)
    copied = 0 if storage(after) == storage(x) else after.numel()
    same = not copied and (after.shape, after.stride(), after.storage_offset()) == (
        x.shape, x.stride(), x.storage_offset(),
    )  # fmt: skip
    became = f"a copy: {copied} numbers moved" if copied else "x itself" if same else "a view: no number moved"
    return after, told(operation.written, after, became, copied)


def put(x: Tensor, index: int, value: float) -> None:
    """Write a number into an element of x, counted in the order of rows."""
    place = torch.unravel_index(torch.tensor(index), x.shape) if x.ndim else ()
    x[tuple(int(each) for each in place)] = value


def walk(program: Program, done: int, writes: Sequence[tuple[int, int, float]]) -> tuple[Tensor, Tensor, list[Line]]:
    """Return the first tensor, x after ``done`` operations, and a line for each; writes are made at their times."""
    first = x = first_tensor(program.start)
    lines = [told(f"arange({x.numel()}).view{tuple(x.shape)}", x, "made")]
    for number in range(done + 1):
        if number:
            x, line = taken(program.operations[number - 1], x)
            lines.append(line)
        for at, index, value in writes:
            if at == number:
                put(x, index, value)
    return first, x, lines


def as_rows(x: Tensor) -> Tensor:
    """Return a tensor of any number of axes as rows, leading axes one below the other."""
    return x.reshape(-1, x.shape[-1]) if x.ndim else x.reshape(1, 1)


def cells_of(x: Tensor) -> Tensor:
    """Return the memory below x (cell,)."""
    count = x.untyped_storage().nbytes() // x.element_size()
    return x.as_strided((count,), (1,), 0)


def places_of(x: Tensor) -> Tensor:
    """Return the memory cell of each element, in the shape of x."""
    count = x.untyped_storage().nbytes() // x.element_size()
    return torch.arange(count).as_strided(x.shape, x.stride(), x.storage_offset())
