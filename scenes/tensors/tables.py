"""What does not change with the steps: dtypes, leaves, einsum as loops, one network in three ways."""

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

DTYPES = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "int32", "int8", "uint8")
SIZES = {"b": 2, "i": 3, "j": 4, "k": 2}


def stored(number: float, name: str) -> float:
    """Return a number as it is stored in a dtype; NaN where it is beyond the range."""
    dtype = getattr(torch, name)
    info = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    if not dtype.is_floating_point and not info.min <= math.trunc(number) <= info.max:
        return math.nan
    return float(torch.tensor(number, dtype=torch.float64).to(dtype).to(torch.float64))


def limits(name: str) -> tuple[int, float, float, float]:
    """Return bits, the largest number, the smallest positive normal one, and the step from 1 to the next."""
    dtype = getattr(torch, name)
    if dtype.is_floating_point:
        known = torch.finfo(dtype)
        return known.bits, known.max, known.smallest_normal, known.eps
    whole = torch.iinfo(dtype)
    return whole.bits, float(whole.max), 1.0, 1.0


def leaves() -> list[tuple[str, Tensor]]:
    """Return tensors by how they are made, after one backward() through all of them that have a way back."""
    constant, variable = torch.tensor(3.0), torch.tensor(3.0, requires_grad=True)
    parameter = nn.Parameter(torch.tensor(3.0))
    product, cut = variable * 2, variable.detach()
    with torch.no_grad():
        unseen = variable * 2
    (product * parameter + constant).backward()
    return [
        ("c = torch.tensor(3.0), a constant", constant),
        ("w = torch.tensor(3.0, requires_grad=True)", variable),
        ("p = nn.Parameter(torch.tensor(3.0))", parameter),
        ("y = w * 2", product),
        ("w.detach()", cut),
        ("with torch.no_grad(): w * 2", unseen),
        ("c * 2", constant * 2),
    ]


def operands(equation: str) -> list[Tensor]:
    """Return small whole numbers in the shapes that an equation asks for; ``ii`` is square."""
    return [
        torch.arange(math.prod(SIZES[letter] for letter in letters), dtype=torch.float32).reshape(
            [SIZES[letter] for letter in letters]
        )
        for letters in equation.split("->")[0].split(",")
    ]


def loops_of(equation: str) -> list[str]:
    """Return an einsum as lines of loops: first over the letters of the result, then over those that are summed."""
    given, kept = equation.split("->")
    names = [f"{name}[{', '.join(letters)}]" for name, letters in zip("xy", given.split(","), strict=False)]
    letters = [*kept, *dict.fromkeys(letter for letter in given if letter.isalpha() and letter not in kept)]
    lines = [f"{'    ' * depth}for {letter} in range({SIZES[letter]}):" for depth, letter in enumerate(letters)]
    target = f"result[{', '.join(kept)}]" if kept else "result"
    return [*lines, f"{'    ' * len(letters)}{target} += {' * '.join(names)}"]


def looped(equation: str) -> Tensor:
    """Return what the loops give, a product at a time."""
    given, kept = equation.split("->")
    letters = sorted({letter for letter in given if letter.isalpha()})
    result = torch.zeros([SIZES[letter] for letter in kept])
    for places in itertools.product(*(range(SIZES[letter]) for letter in letters)):
        at = dict(zip(letters, places, strict=True))
        factors = [
            float(tensor[tuple(at[letter] for letter in own)])
            for tensor, own in zip(operands(equation), given.split(","), strict=True)
        ]
        result[tuple(at[letter] for letter in kept)] += math.prod(factors)
    return result


class TwoHeads(nn.Module):
    """A network with two inputs and two outputs: scores of three classes, and a value."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.body, self.scores, self.value = nn.Linear(5, 4), nn.Linear(4, 3), nn.Linear(4, 1)

    def forward(self, image: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores and value."""
        hidden = torch.tanh(self.body(torch.cat([image, words], -1)))
        return self.scores(hidden), self.value(hidden)


def as_sequence(network: TwoHeads) -> nn.Sequential:
    """Return the same network as layers in a row, one input, one output; the two heads are one layer of four."""
    sequence = nn.Sequential(nn.utils.skip_init(nn.Linear, 5, 4), nn.Tanh(), nn.utils.skip_init(nn.Linear, 4, 4))
    sequence.load_state_dict(
        {
            "0.weight": network.body.weight,
            "0.bias": network.body.bias,
            "2.weight": torch.cat([network.scores.weight, network.value.weight]),
            "2.bias": torch.cat([network.scores.bias, network.value.bias]),
        }
    )
    return sequence


def as_functions(image: Tensor, words: Tensor, given: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the same by plain functions of tensors; the weights are handed over."""
    hidden = torch.tanh(F.linear(torch.cat([image, words], -1), given["body.weight"], given["body.bias"]))
    scores = F.linear(hidden, given["scores.weight"], given["scores.bias"])
    return scores, F.linear(hidden, given["value.weight"], given["value.bias"])
