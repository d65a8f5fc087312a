"""Backpropagation: a graph of operations, values forwards and gradients backwards, op by op."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, choice, integer, real, text
from explainer.contract.cards import Dimension
from explainer.scenes.backprop.program import MOST_NODES, Program, read_program

GRAPHS = {
    "network": "A network of six weights",
    "neuron": "One neuron and its loss",
    "branch": "One value used three times",
    "softmax": "Softmax and cross-entropy",
    "norm": "A layer norm of three",
    "attention": "Attention over two keys",
    "own": "An expression of your own",
}
PROGRAMS = {
    "network": "x1 = 1.0; x2 = -0.5; t = 1.0; w1 = 0.6; w2 = -0.4; w3 = -0.3; w4 = 0.9; v1 = 0.8; v2 = -0.5; "
    "h1 = tanh(w1 * x1 + w2 * x2); h2 = tanh(w3 * x1 + w4 * x2); (v1 * h1 + v2 * h2 - t) ** 2",
    "neuron": "x1 = 2.0; x2 = -1.0; t = 1.0; w1 = 0.5; w2 = 0.8; b = 0.1; "
    "p = sigmoid(w1 * x1 + w2 * x2 + b); (p - t) ** 2",
    "branch": "a = 1.5; s = sin(a); s * a + s",
    "softmax": "w1 = 2.0; w2 = 1.0; w3 = -1.0; e1 = exp(w1); e2 = exp(w2); e3 = exp(w3); "
    "-log(e2 / (e1 + e2 + e3))",
    "norm": "w1 = 2.0; w2 = 3.0; w3 = -1.0; m = (w1 + w2 + w3) / 3; d1 = w1 - m; d2 = w2 - m; d3 = w3 - m; "
    "s = sqrt((d1 ** 2 + d2 ** 2 + d3 ** 2) / 3 + 0.00001); d1 / s",
    "attention": "q = 1.2; k1 = 0.9; k2 = -0.7; u1 = 2.0; u2 = -1.0; e1 = exp(q * k1); e2 = exp(q * k2); "
    "(e1 * u1 + e2 * u2) / (e1 + e2)",
}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    graph: str = choice("network", GRAPHS, kind=STRUCTURAL, label="Graph", help="What is computed.")
    program: str = text(
        "a = 2; b = -3; c = 10; (a * b + c).tanh() ** 2",
        kind=STRUCTURAL, label="Your expression", when={"graph": ("own",)},
        help="Leaves first, a = 2; the last part is the output. + − * / ** tanh sigmoid relu exp log sqrt sin cos abs.",
    )
    lr: float = real(
        0.2, 0.001, 5.0, log=True, kind=LIVE, label="Learning rate η",
        help="The size of the update after each backward pass; leaves that begin with x or t are data and stay.",
    )
    leaf: int = integer(
        3, 0, MOST_NODES - 1, kind=VIEW, label="Leaf to nudge", help="Whose derivative is also had by nudging it."
    )
    epsilon: float = real(
        1e-3, 1e-12, 1.0, log=True, kind=VIEW, label="Nudge ε", help="How far the leaf is nudged, up and down."
    )  # fmt: skip

    @property
    def source(self) -> str:
        """The program in force."""
        return self.program if self.graph == "own" else PROGRAMS[self.graph]

    @property
    def read(self) -> Program:
        """The program as a graph."""
        return read_program(self.source)

    def verify(self) -> None:
        """Refuse a program that cannot be read."""
        self.read  # noqa: B018 - it raises


SCENE = Scene(
    title="Backpropagation",
    room="Foundations",
    question="How does the gradient get there?",
    parameters=Params,
    first=("graph", "lr"),
    data=("graph", "program"),
    steps=80,
    speed=2.0,
    pictured=18,
    progress="output",
    metrics={
        "output": "What the whole program gives with the present leaves.",
        "pass": "How many backward passes have been completed.",
    },
    arrays={
        "names": Array(("node",), "<U32", "What each node is called."),
        "edges": Array(("edge", "end"), "int64", "From and to, one for each use of a node."),
        "values": Array(("node",), "float64", "Values; leaves have theirs from the start.", nan="not computed yet",
                        infinite="too large for a float64"),
        "gradients": Array(("node",), "float64", "∂output/∂node, as far as it has been added up.", nan="nothing has "
                           "arrived yet", infinite="too large for a float64"),
        "reached": Array(("node",), "bool", "Whether the pass has been there."),
        "edge_words": Array(("edge",), "<U48", "On the edges of the operation at hand: local × arriving = sent."),
        "flow": Array(("edge",), "float64", "1 on the edges of the operation at hand."),
        "here": Array(("one",), "int64", "The node of the operation at hand; −1: none."),
        "inputs": Array(("input",), "int64", "The nodes that the operation at hand is made of."),
        "locals": Array(("input",), "float64", "Its derivative in each of them.", nan="not asked for going forward",
                        infinite="too large for a float64"),
        "sent": Array(("input",), "float64", "Local derivative × arriving gradient.", nan="not asked for going forward",
                      infinite="too large for a float64"),
        "leaf_names": Array(("leaf",), "<U32", "The leaves."),
        "leaf_values": Array(("leaf",), "float64", "Their values."),
        "exact": Array(("leaf",), "float64", "∂output/∂leaf by torch.autograd.", nan="not a number",
                       infinite="too large for a float64"),
        "epsilons": Array(("nudge",), "float64", "Sizes of the nudge."),
        "nudge_errors": Array(("precision", "nudge"), "float64", "|(f(a + ε) − f(a − ε)) / 2ε − ∂f/∂a| for the leaf to "
                              "nudge, in float64 and float32; at least 1e-18.", nan="not a number",
                              infinite="not a number"),
        "nudged": Array(("what",), "float64", "The quotient at ε, and the exact derivative.", nan="not a number",
                        infinite="too large for a float64"),
        "grad_fn": Array(("node",), "<U40", "What autograd calls each node's operation."),
        "saved": Array(("node",), "<U60", "What autograd has saved for its backward."),
        "costs": Array(("mode",), "float64", "Multiplications for all derivatives of the one output."),
        "traced_nodes": Array(("record",), "int64", "The node that each line of torch.fx's graph stands for; −1: output."),
        "traced_ops": Array(("record",), "<U16", "What kind of line it is."),
        "traced_names": Array(("record",), "<U40", "What torch.fx calls it."),
        "traced_targets": Array(("record",), "<U32", "The function that it calls."),
        "traced_arguments": Array(("record",), "<U80", "With what."),
        "replayed": Array(("one",), "float64", "What torch.fx's graph gives for the present leaves.", nan="not a number",
                          infinite="too large for a float64"),
        "pieces": Array(("cut",), "<U32", "Into how many pieces 16 layers are cut."),
        "bytes_kept": Array(("cut",), "int64", "Bytes of saved tensors after the pass forwards, weights apart."),
        "bytes_most": Array(("cut",), "int64", "Bytes of saved tensors at most, on the way back."),
        "layers_computed": Array(("cut",), "int64", "How many layers were computed, again or for the first time."),
        "gradient_off": Array(("cut",), "float64", "The largest difference from the gradient without checkpoints."),
        "written": Array(("case",), "<U80", "Things that are tried with autograd and torch.fx."),
        "said": Array(("case",), "<U140", "What PyTorch answers, word for word."),
    },
    dimensions={
        "node": Dimension("node", "names"),
        "leaf": Dimension("", "leaf_names"),
        "nudge": Dimension("ε", at="epsilons", log=True),
        "precision": Dimension("", ("float64", "float32")),
        "mode": Dimension("", ("reverse: one pass", "forward: a pass per leaf")),
        "input": Dimension("input"),
        "cut": Dimension("pieces of which the input is kept", "pieces"),
    },
    actions={
        "set_leaf": Verb(
            "Give a leaf another value.",
            {
                "index": integer(0, 0, MOST_NODES - 1, label="Leaf"),
                "value": real(0.0, -100.0, 100.0, label="Value"),
            },
            label="Set a leaf",
            replaces=("index",),
        ),
    },
    symbols={"η": "lr", "ε": "epsilon"},
    order=20,
)  # fmt: skip
