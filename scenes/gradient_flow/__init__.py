"""Gradient flow: real deep networks whose gradients vanish, explode, or arrive."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    real,
    switch,
)
from explainer.contract.cards import Dimension
from explainer.lab.optimizer_settings import OPTIMIZERS
from explainer.scenes.gradient_flow.cards.words import drawn_steps, layer_words
from explainer.scenes.gradient_flow.grid_axes import AXES, SHOWS, axis_names, sides
from explainer.scenes.gradient_flow.lanes import DECLARED, MOST_BESIDE, own_settings, parse_lane, titles
from explainer.scenes.gradient_flow.options import ACTIVATIONS, ARCHITECTURES, CONDITION, DATA, HISTORIES, RIDGES

_MLP, _RECURRENT = {"architecture": ("mlp",)}, {"architecture": ("recurrent",)}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    activation: str = choice(
        "sigmoid", ACTIVATIONS, kind=STRUCTURAL, label="Activation", help="The function after every hidden layer of the first network."
    )
    init: str = DECLARED["init"](kind=STRUCTURAL)
    depth: int = integer(20, 1, 100, log=True, kind=STRUCTURAL, label="Depth", help="How many hidden layers; of a recurrent network, how many time steps.")
    width: int = integer(64, 4, 256, log=True, kind=STRUCTURAL, label="Width", help="Units in every hidden layer.")
    beside: tuple[str, ...] = choices(
        "relu:init=pytorch,tanh:init=xavier-uniform",
        ACTIVATIONS,
        least=0,
        most=MOST_BESIDE,
        entry=lambda words: parse_lane(words).text(),
        settings=own_settings,
        first_colour=1,
        kind=STRUCTURAL,
        label="Beside it",
        help="Up to three more networks on the same batches; relu:init=he-normal:normalization=batch gives one settings of its own.",
    )
    lr: float = DECLARED["lr"](kind=LIVE)
    gain: float = DECLARED["gain"](kind=STRUCTURAL)
    normalization: str = DECLARED["normalization"](kind=STRUCTURAL, when=_MLP)
    skip: str = DECLARED["skip"](kind=STRUCTURAL, when=_MLP)
    clip: str = DECLARED["clip"](kind=LIVE)
    clip_at: float = DECLARED["clip_at"](kind=LIVE)
    data: str = choice("digits", DATA, kind=STRUCTURAL, label="Data", help="What is learned: 10 digits, 2 spirals, or a random function of 16 numbers.")
    batch: int = integer(64, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Examples in each gradient, drawn afresh at every step.")
    optimizer: str = choice(
        "sgd", {name: known.label for name, known in OPTIMIZERS.items() if name != "newton"}, kind=STRUCTURAL, label="Optimizer",
        help="What turns gradients into updates, with PyTorch's other settings.",
    )  # fmt: skip
    momentum: float = real(
        0.9, 0.0, 0.999, kind=LIVE, label="Momentum β", when={"optimizer": ("momentum", "nesterov")}, help="The share of the last step that is kept."
    )
    dtype: str = DECLARED["dtype"](kind=STRUCTURAL)
    loss_scale: float = DECLARED["loss_scale"](kind=STRUCTURAL)
    architecture: str = choice("mlp", ARCHITECTURES, kind=STRUCTURAL, label="Depth is", help="Layers with weights of their own, or time steps that share one cell's weights.")
    cell: str = DECLARED["cell"](kind=STRUCTURAL, when=_RECURRENT)
    keep_bias: float = DECLARED["keep_bias"](kind=STRUCTURAL, when=_RECURRENT)
    truncation: int = integer(0, 0, 100, kind=STRUCTURAL, label="Truncate after", when=_RECURRENT, help="Gradients flow back over the last so many time steps; 0: over all.")
    selected: int = integer(0, 0, MOST_BESIDE, kind=VIEW, label="Selected network", help="Whose layers the detailed pictures show, counted from 0.")
    history: str = choice("delta", HISTORIES, kind=VIEW, label="Layer × step shows", help="What the map over the whole run shows.")
    ridges: str = choice("gradients", RIDGES, kind=VIEW, label="Ridges show", help="Which values the histograms count.")
    grid_rows: str = choice("activation", AXES, kind=VIEW, label="Grid rows", help="What differs from row to row of the grid.")
    grid_columns: str = choice("init", AXES, kind=VIEW, label="Grid columns", help="What differs from column to column.")
    grid_shows: str = choice("delta_ratio", SHOWS, kind=VIEW, label="Grid shows", help="What colours a cell; a ratio of weight gradients can hide a collapse.")
    grid_after: bool = switch(False, kind=VIEW, label="After 8 steps", help="The grid after 8 steps of plain gradient descent instead of at initialization.")
    log_loss: bool = switch(False, kind=VIEW, label="Logarithmic loss", help="Decades instead of equal distances on the loss axis.")


_NETWORK, _LAYER = "network", "layer"
_OVERFLOW = "the network's numbers became too large for its number type"
_AHEAD = f"{_OVERFLOW}, or the backward pass has still to come"
_NONE = "nothing arrives there that could be multiplied, or the backward pass has still to come"


def _per_layer(meaning: str, nan: str = _AHEAD) -> Array:
    return Array((_LAYER,), "float64", meaning, nan=nan, infinite=_OVERFLOW)


def _of_all(meaning: str) -> Array:
    return Array((_NETWORK, _LAYER), "float64", meaning, nan=_AHEAD, infinite=_OVERFLOW)


def _history(meaning: str) -> Array:
    words = f"{meaning} of each network at every step; at step 0, what the first step will see."
    dims = (_NETWORK, _LAYER, "step + 1")
    return Array(dims, "float64", words, traced=True, nan=_OVERFLOW, infinite=_OVERFLOW)


SCENE = Scene(
    title="Gradient flow",
    room="Gradient flow",
    question="Why does a deep network not learn?",
    symbols={"η": "lr", "δ": "delta", "φ": "activation", "W": "changed"},
    order=0,
    parameters=Params,
    first=("activation", "init", "depth"),
    steps=300,
    speed=60.0,
    progress="loss*",
    data=("data", "batch"),
    metrics={
        "loss": "The first network's loss on the step's batch, before the update; of a retired one, where it was last finite.",
        "loss/*": "The same of a network beside it.",
        "accuracy": "The share of the step's batch that is classified right, before the update; for regression, the share of variance explained.",
        "accuracy/*": "The same of a network beside it.",
        "delta_ratio": "The norm of ∂L/∂output at the first hidden layer over that at the last, before the update; 0 where the latter is 0.",
        "delta_ratio/*": "The same of a network beside it.",
        "gradient_norm/total": "The norm of the whole gradient, accumulated in float64, before clipping.",
        "gradient_norm/total/*": "The same of a network beside it.",
        "cosine": "The mean cosine between the last hidden vectors of different inputs of the batch; 1 where fewer than two are other than zero.",
        "cosine/*": "The same of a network beside it.",
    },
    arrays={
        "gradient_norm": _per_layer("Frobenius norm of ∂L/∂W of each layer of the selected network, on the last step's batch, before clipping."),
        "delta_norm": _per_layer("Norm of ∂L/∂(output of each layer)."),
        "delta_factor": _per_layer("What each layer multiplies the norm of ∂L/∂output by on its way to the layer's input.", _NONE),
        "slope_factor": _per_layer("The part of it that the activation's slope makes.", _NONE),
        "weight_factor": _per_layer("The rest of it: weights, normalization and skip connection.", _NONE),
        "activation_mean": _per_layer("Mean of each layer's outputs over batch and units."),
        "activation_std": _per_layer("Standard deviation of each layer's outputs over batch and units."),
        "saturated": _per_layer("Share of outputs where the activation's slope is below a twentieth of its greatest; 0 for the last layer."),
        "dead": _per_layer("Share of units whose slope is 0 for every example of the batch; 0 for the last layer."),
        "zero_deltas": _per_layer("Share of the entries of ∂L/∂output that are exactly zero."),
        "update_ratio": _per_layer("Norm of the last change of each layer's weights over the norm of the weights; 0 at step 0."),
        "weights_changed": Array(("y", "x"), "int64", "How many steps have changed each weight of the first square layer of the selected network, the first layer where none is square."),
        "activation_histogram": Array((_LAYER, "bin"), "float64", "Share of each layer's outputs between two edges, over the batch's first 16 examples; outputs beyond the ends count in the outermost."),
        "activation_histogram_edges": Array(("bin + 1",), "float64", "The edges of these bins."),
        "gradient_histogram": Array((_LAYER, "bin"), "float64", "Share of the entries of ∂L/∂output whose size lies between two edges, over the batch's first 16 examples; zeros count in none."),
        "gradient_histogram_edges": Array(("bin + 1",), "float64", "The edges of these bins, powers of ten."),
        "jacobian_singular": Array((_LAYER, "value"), "float64", "Singular values, descending, of the Jacobian of each hidden layer's output in its input, at the first example of the batch; their products only bound what happens to δ.", slow=True, nan="not computed: a layer of other shape, one left out to save time, or numbers that are not finite"),
        "delta_history": _history("Norm of ∂L/∂(output of each layer)"),
        "gradient_history": _history("Norm of ∂L/∂W of each layer"),
        "mean_history": _history("Mean of each layer's outputs"),
        "spread_history": _history("Standard deviation of each layer's outputs"),
        "condition": Array(("quantity", _LAYER), "float64", f"What the diagnosis reads: {', '.join(CONDITION)}.", slow=True, nan=_AHEAD, infinite=_OVERFLOW),
        "label": Array((_NETWORK,), "<U32", "The name of each network, as in its metrics."),
        "retired": Array((_NETWORK,), "int64", "The step at which the network's numbers ran away, −1 while it trains."),
        "each_gradient_norm": _of_all("Frobenius norm of ∂L/∂W of each layer of each network."),
        "each_delta_norm": _of_all("Norm of ∂L/∂(output of each layer) of each network."),
        "each_weights_changed": Array((_NETWORK, "y", "x"), "int64", "How many steps have changed each weight of each network's first square layer."),
        "each_change": Array((_NETWORK, "y", "x"), "float64", "What the last update added to each of these weights; 0 where it left them alone."),
    },
    dimensions={
        _NETWORK: Dimension("network", titles),
        _LAYER: Dimension(layer_words, whole=True),
        "drawn step": Dimension("step", at=drawn_steps),
        "grid row": Dimension("", lambda params: axis_names(sides(params)[0])),
        "grid column": Dimension("", lambda params: axis_names(sides(params)[1])),
    },
    jobs={
        "grid": Job(
            "Gradient and loss of a network for each pair of settings.",
            {
                "rows": choice("activation", AXES, label="Rows"),
                "columns": choice("init", AXES, label="Columns"),
                "network": integer(0, 0, MOST_BESIDE, label="Network"),
                "steps": integer(8, 0, 32, label="Steps"),
            },
        ),
        "remedies": Job(
            "How copies of a network fare with one setting changed.",
            {"network": integer(0, 0, MOST_BESIDE, label="Network"), "steps": integer(30, 1, 200, label="Steps")},
        ),
    },
)  # fmt: skip
