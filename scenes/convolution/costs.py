"""What layers cost: parameters and multiply–adds of this one, a dense and a depthwise-separable one; plain Python."""

from __future__ import annotations

from dataclasses import dataclass

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
