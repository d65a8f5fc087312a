"""How it looks: the graph with numbers on nodes and edges, the operation at hand, leaves to drag, nudging."""

from collections.abc import Callable, Sequence

import numpy as np

from explainer.contract.cards import (
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Drag,
    Graph,
    Handle,
    Steps,
    Table,
    reads,
)
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View


def node_words(frame: Frame, k: int) -> str:
    """Say what a node is, is worth, and what has arrived at it."""
    name, value, gradient = (frame.arrays[each][k] for each in ("names", "values", "gradients"))
    words = [str(name), "not computed yet" if np.isnan(value) else f"value {n(value)}"]
    if not np.isnan(gradient):
        words.append(f"∂output/∂ here so far {n(gradient)}")
    return " · ".join(words)


@reads("names", "edges")
def choose(frame: Frame, k: int) -> Asked:
    """Return what a click on a node comes to: a leaf is the one to nudge."""
    leaves = [int(leaf) for leaf in np.setdiff1d(np.arange(len(frame.arrays["names"])), frame.arrays["edges"][:, 1])]
    return {"leaf": leaves.index(k)} if k in leaves else None


@reads("here", "names")
def hand_title(frame: Frame) -> str:
    """Return the title: which operation is at hand, and in which direction."""
    k, done = int(frame.arrays["here"][0]), frame.params.read
    if k < 0:
        return "The operation at hand: none yet"
    back = bool(np.isfinite(frame.arrays["locals"]).any()) if "locals" in frame.arrays else False
    arrived = f", arriving {n(frame.arrays['gradients'][k])}" if back and "gradients" in frame.arrays else ""
    return f"{'Back' if back else 'Forward'}: {done.nodes[k].name}{arrived}"


@reads("inputs", "names")
def input_names(frame: Frame) -> list[str]:
    """Return what the inputs are called (input,)."""
    return [str(frame.arrays["names"][k]) for k in frame.arrays["inputs"]]


@reads("inputs", "values")
def input_values(frame: Frame) -> np.ndarray:
    """Return the inputs' values (input,)."""
    return frame.arrays["values"][frame.arrays["inputs"]]


@reads("inputs", "gradients")
def input_sums(frame: Frame) -> np.ndarray:
    """Return what has been added up at each input by now (input,)."""
    return frame.arrays["gradients"][frame.arrays["inputs"]]


def known(value: float) -> str:
    """Return a number, or a dash for what is not there yet."""
    return "–" if np.isnan(value) else n(value)


@reads("nudged", "leaf_names")
def nudge_title(frame: Frame) -> str:
    """Return the title: the quotient beside the derivative."""
    quotient, exact = frame.arrays["nudged"]
    names = frame.arrays["leaf_names"]
    name = names[min(frame.params.leaf, len(names) - 1)]
    return f"Nudge {name} by ε: Δoutput/2ε = {n(quotient, 6)}, ∂output/∂{name} = {n(exact, 6)}"


GRAPH = Card(
    "graph",
    "Values, and below them gradients",
    Graph(
        "names",
        "edges",
        values="values",
        gradients="gradients",
        lit="reached",
        flow="flow",
        labels="edge_words",
        chosen=lambda frame: int(frame.arrays["here"][0]) if frame.arrays.get("here", [-1])[0] >= 0 else None,
        reading=node_words,
        click=choose,
    ),
    about="Each node with its value and the gradient that has arrived; on the edges what the operation at hand sends",
    hint="click a leaf to nudge it",
    at_first=True,
    weight=3.0,
    least=(420, 280),
)
HAND = Card(
    "hand",
    hand_title,
    Table(
        (
            Cell(input_names, "input"),
            Cell(input_values, "value", right=True, number=known),
            Cell("locals", "local derivative", right=True, number=known),
            Cell("sent", "× arriving = sent", right=True, number=known),
            Cell(input_sums, "sum there by now", right=True, number=known),
        ),
        dim="input",
        none="Step forward with the right arrow key",
    ),
    name="The operation at hand",
    about="Its inputs, its own derivative in each, and what it sends back to them",
    at_first=True,
    weight=1.6,
    least=(260, 100),
)
LEAVES = Card(
    "leaves",
    "Leaves, and their gradients",
    Column(
        (
            Bars("leaf_values", "value", span="even", drag=Drag("set_leaf", low=-100, high=100)),
            Bars("exact", "∂", span="even"),
        )
    ),
    about="Drag a leaf: values and gradients follow. Below: the gradient of the whole by torch.autograd",
    hint="drag a dot",
    at_first=True,
    weight=1.6,
    least=(260, 165),
)
NUDGE = Card(
    "nudge",
    nudge_title,
    Curves("nudge_errors", "error", log=True, handle=Handle("epsilon")),
    name="Finite difference against the derivative",
    about="Too large an ε cuts the curve short, too small a one rounds everything off; drag the line",
    hint="drag the line",
)
AUTOGRAD = Card(
    "autograd",
    "What autograd records",
    Table(
        (Cell("names", "node"), Cell("grad_fn", "grad_fn"), Cell("saved", "saved for backward")),
        dim="node",
        chosen=lambda frame: int(frame.arrays["here"][0]) if frame.arrays.get("here", [-1])[0] >= 0 else None,
    ),
    about="The same graph as PyTorch keeps it: its name for each operation, and the tensors that it saved",
)


@reads("here", "traced_nodes")
def record_at_hand(frame: Frame) -> int | None:
    """Return the line of torch.fx's graph that stands for the operation at hand."""
    found = np.flatnonzero(frame.arrays["traced_nodes"] == frame.arrays["here"][0])
    return int(found[0]) if frame.arrays["here"][0] >= 0 else None


@reads("names", "traced_nodes")
def record_nodes(frame: Frame) -> list[str]:
    """Return what the lines of torch.fx's graph are called here (record,)."""
    return [str(frame.arrays["names"][k]) if k >= 0 else "" for k in frame.arrays["traced_nodes"]]


@reads("replayed", "traced_ops")
def traced_title(frame: Frame) -> str:
    """Return the title: how many calls were recorded, and what they give when they are run again."""
    calls = int((frame.arrays["traced_ops"] == "call_function").sum())
    return f"torch.fx recorded {calls} calls; run with these leaves they give {n(frame.arrays['replayed'][0])}"


TRACED = Card(
    "traced",
    traced_title,
    Table(
        (
            Cell(record_nodes, "node"),
            Cell("traced_ops", "torch.fx"),
            Cell("traced_names", "name"),
            Cell("traced_targets", "calls"),
            Cell("traced_arguments", "with"),
        ),
        dim="record",
        chosen=record_at_hand,
    ),
    name="What torch.fx records",
    about="The program called once with stand-ins: a list of calls without numbers, which can be run with any leaves",
    least=(420, 140),
)


def kibibytes(name: str) -> Callable[[Frame], np.ndarray]:
    """Return a binding to an array of bytes, in KiB."""

    @reads(name, dims=("cut",))
    def size(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays[name] / 1024)

    return size


def whole(value: float) -> str:
    """Return a whole number."""
    return f"{value:.0f}"


CHECKPOINTS = Card(
    "checkpoints",
    "Checkpointing 16 layers: memory for time",
    Column(
        (
            Bars(kibibytes("bytes_most"), "most KiB at once", number=whole),
            Table(
                (
                    Cell("pieces", "pieces"),
                    Cell(kibibytes("bytes_kept"), "KiB kept going forward", right=True, number=whole),
                    Cell(kibibytes("bytes_most"), "most KiB going back", right=True, number=whole),
                    Cell("layers_computed", "layers computed", right=True, number=whole),
                    Cell("gradient_off", "gradients differ by", right=True),
                ),
                dim="cut",
            ),
        )
    ),
    about="Saved tensors of 16 tanh layers, 64 × 64 float32 each (16 KiB), counted as autograd takes and frees them",
    least=(420, 300),
)
SAID = Card(
    "said",
    "What PyTorch says",
    Table((Cell("written", "you write (x = 3, a leaf)"), Cell("said", "PyTorch answers")), dim="case"),
    about="Going back twice, gradients that add up, changes in place, cut graphs, a branch: each really tried",
)
COSTS = Card(
    "costs",
    "Multiplications for all derivatives",
    Bars("costs", "multiplications"),
    about="Reverse mode: one pass for all leaves. Forward mode: a pass for each leaf",
)
OUTPUT = Card(
    "output", "Output at every step", Steps({"output": "output"}, "output"), about="It changes at updates only"
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    return f"Step {frame.step}: the output is {n(frame.metric('output'))}, {frame.metric('pass'):.0f} passes back."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return output and passes."""
    return (("output", n(frame.metric("output"))),) if frame.step else ()


def chain_numbers(frame: Frame) -> str:
    """Return the chain rule with the numbers of the first input of the operation at hand."""
    if not {"locals", "sent", "here", "gradients"} <= frame.arrays.keys() or not len(frame.arrays["locals"]):
        return ""
    local, sent = frame.arrays["locals"][0], frame.arrays["sent"][0]
    arriving = frame.arrays["gradients"][int(frame.arrays["here"][0])]
    return "" if np.isnan(local) else rf"{local:.4g} \cdot ({arriving:.4g}) = {sent:.4g}"


VIEW = View(
    cards=(GRAPH, HAND, LEAVES, NUDGE, AUTOGRAD, TRACED, CHECKPOINTS, SAID, COSTS, OUTPUT),
    formulas=(
        Formula(
            "Chain rule",
            lambda frame: (
                r"\frac{\partial L}{\partial a} = \sum_{b} \frac{\partial b}{\partial a} \cdot "
                r"\frac{\partial L}{\partial b}"
            ),
            chain_numbers,
        ),
        Formula("Update", lambda frame: r"w \leftarrow w - \eta\, \frac{\partial L}{\partial w}", lambda frame: ""),
    ),
    arrays=("here",),
    formula_arrays=("locals", "sent", "gradients"),
    summary=summary,
    readings=readings,
)
