"""What layers cost: parameters and multiply–adds of this one, a dense and a depthwise-separable one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.cards import Bar, Card, Cell, Table
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards.looking import of_moment
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL, TRANSPOSED, Plan


@dataclass(frozen=True)
class Cost:
    """A layer's name, parameters with biases, and multiplications of an input with a weight; pooling has none.

    What pooling does instead, one number with another, is counted then and named.
    """

    name: str
    parameters: int
    products: int


def costs(plan: Plan) -> list[Cost]:
    """Return what the operation costs beside other layers; windows count in full at the border."""
    ins, outs = plan.in_channels, plan.out_channels
    input_cells, output_cells = plan.y.size * plan.x.size, plan.y.out * plan.x.out
    taps = plan.y.kernel * plan.x.kernel
    windows = input_cells if plan.operation == TRANSPOSED else output_cells
    dense = ins * input_cells * outs * output_cells
    found = [Cost("Dense layer", dense + outs * output_cells, dense)]
    if plan.pools:
        reads = ins * sum(len(plan.y.taps(at)) for at in range(plan.y.out))
        reads *= sum(len(plan.x.taps(at)) for at in range(plan.x.out))
        what = "comparisons" if plan.operation == MAX_POOL else "additions"
        return [Cost(f"Pooling: {what}", 0, reads - ins * output_cells), *found]
    weights = outs * (ins // plan.groups) * taps
    whole = outs * ins * taps
    this = Cost("This layer", weights + outs, weights * windows)
    if plan.groups > 1:
        found.insert(0, Cost("Without groups", whole + outs, whole * windows))
    depthwise, pointwise = ins * taps, ins * outs
    separable = Cost(
        "Depthwise separable", depthwise + ins + pointwise + outs, depthwise * windows + pointwise * output_cells
    )
    return [this, separable, *found]


# the card


def _column(of: Callable[[Cost], Any]) -> Any:
    """Return a column of the table: what ``of`` says of each layer."""
    return of_moment(dims=("layer",))(lambda frame, moment: np.array([of(cost) for cost in costs(moment.plan)]))


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _token(frame: Frame, place: int) -> str:
    return "faint" if place else "accent"


@of_moment()
def summary(frame: Frame, moment: Moment) -> str:
    """Return the costs in words."""
    told = (f"{c.name}: {c.parameters:,} parameters, {c.products:,} multiply–adds" for c in costs(moment.plan))
    return "; ".join(told)


COST = Card(
    "cost",
    "Cost of this layer beside others",
    Table(
        (
            Cell(_column(lambda cost: cost.name), "Layer"),
            Bar(_column(lambda cost: float(cost.parameters)), "Parameters", number=_count, token=_token, log=True),
            Bar(_column(lambda cost: float(cost.products)), "Multiply–adds", number=_count, token=_token, log=True),
        ),
        dim="layer",
        most=64.0,
    ),
    about="Parameters and multiply–adds, against a dense layer and a depthwise-separable one; logarithmic bars",
    summary=summary,
)
