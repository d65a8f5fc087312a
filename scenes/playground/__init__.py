"""Playground: a small network learns points in the plane, and every unit can be watched and changed while it does."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Refused,
    Scene,
    Verb,
    choice,
    choices,
    integer,
    numbers,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.lab.optimizer_settings import OPTIMIZERS, parse_entry
from explainer.scenes.playground.data_names import (
    DATA,
    FIRST_DRAWN,
    MOST_BRUSHES,
    MOST_DRAWN,
    NUMBERS,
    check_drawn,
    table_of,
)
from explainer.scenes.playground.features import FEATURES, feature
from explainer.scenes.playground.layers import (
    DECLARED,
    MOST_LAYERS,
    MOST_UNITS,
    SIZES,
    own_settings,
    read_skips,
    sources,
    told,
)
from explainer.scenes.playground.layers import (
    parse_entry as parse_layer,
)

INITS = {
    "xavier-uniform": "Xavier, uniform", "xavier-normal": "Xavier, normal", "he-uniform": "He, uniform", "he-normal": "He, normal",
    "pytorch": "PyTorch's default", "normal": "Normal, 1/√n", "uniform": "Uniform, 1/√n", "orthogonal": "Orthogonal", "constant": "Constant, 1/n", "zeros": "Zeros",
}  # fmt: skip
LOSSES = {"cross-entropy": "Cross-entropy", "bce": "Binary cross-entropy", "mse": "Mean squared error", "hinge": "Hinge"}
SCHEDULES = {"constant": "Constant", "step": "Steps of a tenth", "exponential": "Exponential", "linear": "Straight to 0", "cosine": "Cosine to 0", "warm-up": "Warm-up, cosine"}
STOPS = {"none": "Never", "accuracy": "Test accuracy reached", "loss": "Test loss reached", "epoch": "After so many epochs"}
EXECUTIONS = {"functional": "By hand, same bits", "eager": "Module and optimizer"}
LINKS = {"weight": "Weights", "gradient": "Gradients"}
SPACES = {"units": "Two units", "components": "Principal components"}
_OPTIMIZERS = {name: known.label for name, known in OPTIMIZERS.items() if name != "newton"}
_CLASSES = {"data": tuple(name for name in DATA if name not in NUMBERS)}
_STOPPING = {"stop": ("accuracy", "loss", "epoch")}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    data: str = choice("circle", DATA, kind=STRUCTURAL, label="Data", help="The points to learn from: made here, real ones by their first two principal components, drawn by hand, or read from a file.")
    layers: tuple[str, ...] = choices(
        "2", {str(size): f"{size} units" if size > 1 else "1 unit" for size in SIZES}, least=0, most=MOST_LAYERS,
        entry=lambda words: parse_layer(words).text(), settings=own_settings, kind=STRUCTURAL, label="Hidden layers",
        help="The units of each hidden layer, as in 8,8; 8:activation=relu:dropout=0.2 gives a layer settings of its own.",
    )  # fmt: skip
    activation: str = DECLARED["activation"](kind=LIVE)
    lr: float = real(0.03, 1e-5, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of the optimizer's steps.")
    batch_size: int = integer(10, 1, 5000, log=True, kind=LIVE, label="Batch size", help="Training points in each update; as many as there are: all of them, one update an epoch.")
    features: tuple[str, ...] = choices("x1,x2", FEATURES, most=len(FEATURES), kind=STRUCTURAL, label="Features", help="What the network is given of each point.")
    own_feature: str = text("x*x + y*y", most=100, reader=feature, kind=STRUCTURAL, label="Your feature", help="An expression in x and y (x₁ and x₂): + - * / ** ( ) numbers pi e sin cos tan tanh exp log sqrt abs.")
    skips: str = text("", most=100, reader=read_skips, kind=STRUCTURAL, label="Skip connections", help="Which layer is also seen by which later one, the input being 0: 0>2,1>3.")
    points: int = integer(500, 10, 5000, log=True, kind=STRUCTURAL, label="Points", help="How many there are in all; of real data at most as many as there are.")
    noise: float = real(0.0, 0.0, 1.0, kind=STRUCTURAL, label="Noise σ", help="Standard deviation of what is added to both coordinates, or to the number that is learned, where the points reach to 1.")
    train_share: float = real(0.5, 0.1, 0.9, kind=STRUCTURAL, label="Training share", help="The share of the points that is learned from.")
    validation_share: float = real(0.0, 0.0, 0.5, kind=STRUCTURAL, label="Validation share", help="The share of the training points that is kept aside to choose by: when to stop, say.")
    drawn: tuple[float, ...] = numbers(FIRST_DRAWN, -3.0, 4.0, most=3 * MOST_DRAWN, reader=check_drawn, kind=LIVE, label="Drawn points", when={"data": ("drawn",)}, help="x₁, x₂ and class of each point, one after the other: draw them in the map.")
    drawn_classes: int = integer(2, 2, MOST_BRUSHES, kind=STRUCTURAL, label="Drawn classes", when={"data": ("drawn",)}, help="How many classes there are to draw.")
    brush: int = integer(1, 0, MOST_BRUSHES - 1, kind=VIEW, label="Brush", when={"data": ("drawn",)}, help="The class of the points that are drawn next.")
    path: str = text("", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)}, help="A CSV with a head line, of at most 20,000 rows.")
    columns: str = text("", most=200, kind=STRUCTURAL, label="Input columns", when={"data": ("file",)}, help="Two columns of numbers, separated by a comma; empty: the first two.")
    target: str = text("", most=100, kind=STRUCTURAL, label="Target column", when={"data": ("file",)}, help="What is to be learned; empty: the last column.")
    target_is: str = choice("auto", {"auto": "As it looks", "classes": "Classes", "number": "A number"}, kind=STRUCTURAL, label="Target is", when={"data": ("file",)}, help="Words, and up to ten whole numbers, look like classes.")
    imbalance: float = real(1.0, 1.0, 50.0, log=True, kind=STRUCTURAL, label="Imbalance", when=_CLASSES, help="How many points of the first class there are for each one of another; 1: as the data are.")
    balanced: bool = switch(False, kind=LIVE, label="Weigh classes", when=_CLASSES, help="Each point counts by 1 over how common its class is among the training points.")
    shuffle: bool = switch(True, kind=LIVE, label="Shuffle", help="A new order for every epoch; without it batches are always the same.")
    loss: str = choice("cross-entropy", LOSSES, kind=LIVE, label="Loss", when=_CLASSES, help="What is made small; of two classes cross-entropy and binary cross-entropy are the same. For numbers it is the mean squared error.")
    label_smoothing: float = real(0.0, 0.0, 0.5, kind=LIVE, label="Label smoothing", when={**_CLASSES, "loss": ("cross-entropy", "bce")}, help="The share of each target that is spread over all classes.")
    optimizer: tuple[str, ...] = choices("adam", _OPTIMIZERS, least=1, most=1, entry=lambda words: parse_entry(words).text(), kind=LIVE, label="Optimizer", help="Who turns gradients into updates; adam:beta2=0.99 gives it settings of its own. A new one remembers nothing.")
    momentum: float = real(0.9, 0.0, 0.999, kind=LIVE, label="Momentum β", help="The share of the last step that is kept; reaches momentum and nesterov only.")
    schedule: str = choice("constant", SCHEDULES, kind=LIVE, label="Schedule", help="How the learning rate changes over the updates.")
    schedule_steps: int = integer(2000, 1, 100_000, log=True, kind=LIVE, label="Schedule length", unit="updates", when={"schedule": tuple(SCHEDULES)[1:]}, help="Over how many updates.")
    l1: float = real(0.0, 0.0, 1.0, kind=LIVE, label="L1", help="Pulls every weight towards 0 with the same force: adds λ·sign(w) to its gradient.")
    l2: float = real(0.0, 0.0, 1.0, kind=LIVE, label="L2", help="Pulls every weight towards 0 by its size: adds λ·w to its gradient.")
    max_norm: float = real(0.0, 0.0, 10.0, kind=LIVE, label="Max-norm", help="The greatest length of the weights into one unit; longer ones are shortened after the update. 0: none.")
    clip: float = real(0.0, 0.0, 10.0, kind=LIVE, label="Clip gradient", help="The greatest length of the whole gradient; a longer one is shortened. 0: none.")
    dropout: float = DECLARED["dropout"](kind=LIVE)
    norm: str = DECLARED["norm"](kind=STRUCTURAL)
    init: str = choice("xavier-uniform", INITS, kind=STRUCTURAL, label="Initial weights", help="How the weights of every layer are drawn.")
    patience: int = integer(0, 0, 1000, kind=LIVE, label="Patience", unit="epochs", help="Stops when the validation loss has not fallen for so many epochs, and takes the best weights back; 0: never.")
    stop: str = choice("none", STOPS, kind=LIVE, label="Stop", help="What else ends the run.")
    stop_at: float = real(0.95, 0.0, 10_000.0, kind=LIVE, label="Stop at", when=_STOPPING, help="The accuracy from 0 to 1, the loss, or the number of epochs.")
    execution: str = choice("functional", EXECUTIONS, kind=LIVE, label="Execution", help="The same numbers to the bit, either way: the operations of PyTorch called directly, or nn.Module, autograd and torch.optim.")
    links: str = choice("weight", LINKS, kind=VIEW, label="Links show", help="What colours and widens the links of the network.")
    layer: int = integer(1, 1, MOST_LAYERS, kind=VIEW, label="Layer", help="Which hidden layer the hidden space shows; beyond the last it is the last.")
    space: str = choice("units", SPACES, kind=VIEW, label="Hidden space shows", help="Two units of the layer, or the two directions in which its points differ most.")
    unit_x: int = integer(1, 1, MOST_UNITS, kind=VIEW, label="Unit across", when={"space": ("units",)}, help="Which unit is drawn to the right.")
    unit_y: int = integer(2, 1, MOST_UNITS, kind=VIEW, label="Unit up", when={"space": ("units",)}, help="Which unit is drawn upwards.")
    example: int = integer(0, 0, 4999, kind=VIEW, label="Example", help="The point whose numbers are followed through the network, counted from 0; beyond the last it starts over.")
    threshold: float = real(0.5, 0.0, 1.0, kind=VIEW, label="Threshold", when=_CLASSES, help="From which probability on a point is taken for the positive class; of several classes the likeliest is taken in the confusion matrix.")
    positive: int = integer(1, 0, 9, kind=VIEW, label="Positive class", when=_CLASSES, help="Which class is told from the others by the threshold, counted from 0.")
    log_loss: bool = switch(True, kind=VIEW, label="Logarithmic loss", help="Decades instead of equal distances on the loss axis.")

    def verify(self) -> None:
        """Refuse what does not go together, and files that cannot be learned from."""
        sources(self)
        if self.data == "drawn" and max(self.drawn[2::3]) >= self.drawn_classes:
            raise Refused(
                f"drawn has points of class {max(self.drawn[2::3]):g}, and there are {self.drawn_classes} classes: raise drawn_classes",
                about="drawn",
            )
        if self.patience and not self.validation_share:
            raise Refused(
                f"patience = {self.patience} is refused: there are no validation points to judge by; raise validation_share",
                about="patience",
            )
        if self.batch_size == 1 and "batch" in told(self).norms:
            raise Refused("batch_size = 1 is refused with batch normalization: one point has no variance; take 2", about="batch_size")
        if self.data == "file":
            table_of(self)


_POINT, _NODE, _EDGE = "point", "node", "edge"
_UNDEFINED = "a feature of your own is not defined there"
_PLANE = ("y", "x")

SCENE = Scene(
    title="Playground",
    room="Foundations",
    question="How does a network learn from data?",
    symbols={"η": "lr", "β": "momentum", "φ": "activation", "L": "loss"},
    order=0,
    parameters=Params,
    first=("data", "layers", "activation", "lr", "batch_size"),
    steps=1500,
    speed=60.0,
    progress="loss/*",
    data=("data", "points", "noise", "train_share", "validation_share", "imbalance", "drawn", "drawn_classes", "path", "columns", "target", "target_is", "norm", "layers", "batch_size", "shuffle"),
    metrics={
        "loss/batch": "The mean loss of this update's batch, before the update.",
        "loss/*": "The mean loss of the training, validation and test points, without what regularization adds; found at least five times an epoch, in between as it was last.",
        "accuracy/*": "The share of them that is classified right, found with the loss; of numbers the share of variance explained.",
        "lr": "The learning rate of this update.",
    },
    arrays={
        "points": Array((_POINT, "coordinate"), "float32", "The points."),
        "labels": Array((_POINT,), "int64", "The class of each point; 0 where a number is learned."),
        "targets": Array((_POINT,), "float32", "What is learned of each point: its class, or a number."),
        "split": Array((_POINT,), "int64", "What each point is for: 0 training, 1 validation, 2 test."),
        "in_batch": Array((_POINT,), "bool", "Which points the last update learned from; none before the first."),
        "classes": Array(("class",), "<U32", "The classes' names; of numbers the one name of what is learned."),
        "plane_x": Array(("x",), "float32", "The x₁ of the drawn part of the plane."),
        "plane_y": Array(("y",), "float32", "The x₂ of the drawn part of the plane."),
        "prediction": Array(("class", *_PLANE), "float32", "Each class's probability over the plane; of numbers what the network says.", nan=_UNDEFINED, infinite=_UNDEFINED),
        "units/*": Array(("unit of *", *_PLANE), "float32", "What every unit of a hidden layer, counted from 1, says over the plane; units/none without hidden layers.", nan=_UNDEFINED, infinite=_UNDEFINED),
        "weight/*": Array(("unit of *", "input of *"), "float32", "A layer's weights; the output is the last layer."),
        "bias/*": Array(("unit of *",), "float32", "A layer's biases."),
        "gradient/*": Array(("unit of *", "input of *"), "float32", "The gradient that the last update used for a layer's weights; zeros before the first."),
        "scores": Array((_POINT, "output"), "float32", "What the network gives for each point now: one score for two classes, one for each of several, or the number."),
        "now": Array(("part", "measure"), "float64", "Loss and accuracy of the training, validation and test points at this moment.", nan="there are no such points"),
        "confusion": Array(("actual", "predicted"), "int64", "How many test points of each class are taken for which."),
        "precision": Array(("class",), "float64", "The share of what is taken for a class that belongs to it.", nan="nothing is taken for it"),
        "recall": Array(("class",), "float64", "The share of a class that is taken for it.", nan="it has no test point"),
        "f1": Array(("class",), "float64", "Twice precision times recall over their sum.", nan="the class neither occurs nor is said"),
        "support": Array(("class",), "int64", "How many test points each class has."),
        "test_scores": Array((_POINT,), "float32", "The probability of the positive class for each test point.", nan="no test point, or a number is learned"),
        "is_positive": Array((_POINT,), "int64", "Which points are of the positive class."),
        "epoch": Array((), "int64", "How many epochs have begun."),
        "batch": Array((), "int64", "Which batch of its epoch the last update learned from, counted from 1; 0 before the first."),
        "batches": Array((), "int64", "How many batches an epoch has."),
        "seen": Array((), "int64", "How many points have been learned from, those seen again counted again."),
        "node_names": Array((_NODE,), "<U32", "Inputs, hidden units and outputs, in the order of their layers."),
        "node_layers": Array((_NODE,), "int64", "The layer of each, 0 being the input."),
        "node_maps": Array((_NODE, "map y", "map x"), "float32", "What each says over the plane, coarser.", nan=_UNDEFINED, infinite=_UNDEFINED),
        "edges": Array((_EDGE, "end"), "int64", "Which node each link comes from and goes to."),
        "edge_values": Array((_EDGE,), "float32", "Their weights, or gradients, as the links show."),
        "weights": Array((_EDGE,), "float32", "Their weights."),
        "held": Array((_EDGE,), "bool", "Whether they are held."),
        "change": Array((_EDGE,), "float32", "What the last update changed of each weight; 0 before the first, within an update 0 until its end."),
        "space_points": Array((_POINT, "axis"), "float32", "Where the points are in the space of the chosen layer."),
        "space_grid": Array(("place", "axis"), "float32", "Where a grid of the plane is in it, line after line.", nan="between two lines, or a feature of your own is not defined there", infinite=_UNDEFINED),
        "example_index": Array((), "int64", "Which point is followed."),
        "example_loss": Array((), "float64", "The loss of the point that is followed, now."),
        "example_values": Array((_NODE,), "float32", "What each node gives for this point; the outputs' are scores."),
        "example_slopes": Array((_NODE,), "float32", "The derivative of its loss by each of these values."),
        "example_gradients": Array((_EDGE,), "float32", "The derivative of its loss by each weight."),
        "piece": Array(_PLANE, "int64", "In which piece each cell of the plane lies: where the same hidden units give more than 0."),
        "pieces": Array((), "int64", "How many pieces there are among the cells of the plane; of a ReLU network, on each of which it is linear."),
        "parameters": Array((), "int64", "How many numbers the network learns."),
        "weight_histogram": Array(("layer", "bin"), "float64", "Shares of each layer's weights between two edges.", slow=True),
        "weight_edges": Array(("bin + 1",), "float64", "The edges."),
        "gradient_histogram": Array(("layer", "bin"), "float64", "Shares of each layer's last gradients by their size, those of size 0 in none.", slow=True),
        "gradient_edges": Array(("bin + 1",), "float64", "The edges, powers of ten."),
    },
    dimensions={
        _NODE: Dimension("node", "node_names"),
        "layer": Dimension("layer", whole=True),
        "class": Dimension("class", "classes"),
        "actual": Dimension("actual", "classes"),
        "predicted": Dimension("predicted", "classes"),
        "x": Dimension("x₁", at="plane_x"),
        "y": Dimension("x₂", at="plane_y"),
    },
    jobs={"save_model": Job("The network as a PyTorch module of its own, its weights, and what it says of every point.")},
    actions={
        "set_weight": Verb(
            "Give a weight or a bias another value.",
            {
                "layer": integer(1, 1, MOST_LAYERS + 1, label="Layer"), "unit": integer(1, 1, MOST_UNITS, label="Unit"),
                "source": integer(1, 0, 1000, label="Input", help="Counted from 1; 0 is the bias."), "value": real(0.0, -1e3, 1e3, label="Value"),
            },
            label="Set weight", replaces=("layer", "unit", "source"),
        ),
        "hold": Verb(
            "Keep weights as they are, or let them learn again.",
            {
                "layer": integer(1, 1, MOST_LAYERS + 1, label="Layer"), "unit": integer(0, 0, MOST_UNITS, label="Unit", help="Counted from 1; 0 is the whole layer."),
                "source": integer(0, 0, 1000, label="Input", help="Counted from 1; 0 is all, and the bias."), "on": switch(True, label="Held"),
            },
            label="Hold",
        ),
        "reinitialise": Verb("Draw the weights into one unit afresh.", {"layer": integer(1, 1, MOST_LAYERS + 1, label="Layer"), "unit": integer(1, 1, MOST_UNITS, label="Unit")}, label="Re-initialise a unit"),
    },
)  # fmt: skip
