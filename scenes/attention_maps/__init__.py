"""Attention maps: what the heads of a transformer read, while it learns and in real models."""

from collections.abc import Mapping
from typing import Any

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
    integer,
    numbers,
    real,
    switch,
)
from explainer.contract import (
    text as a_text,
)
from explainer.contract.cards import Dimension, reads
from explainer.contract.frame import Frame
from explainer.scenes.attention_maps.moment import kept_words
from explainer.scenes.attention_maps.names import TASKS, sizes_for

MOST_LAYERS, MOST_HEADS = 48, 64
"""What a model of one's own may have."""
EXAMPLES = 128
"""Sequences that are held out: never trained on, measured and looked at."""
_TRAINED, _REAL = {"model": ("trained",)}, {"model": ("minilm", "folder")}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    model: str = choice(
        "trained",
        {"trained": "Trained here", "minilm": "MiniLM", "folder": "A folder of yours"},
        kind=STRUCTURAL,
        label="Model",
        help="A transformer trained before your eyes; MiniLM, six layers of twelve heads; or the weights in a folder.",
    )
    task: str = choice("reverse", TASKS, suggests=sizes_for, kind=STRUCTURAL, label="Task", when=_TRAINED, help="What the network has to say at each token; brings the length, layers and heads that it needs.")
    position: str = choice(
        "learned",
        {"learned": "Learned", "sinusoidal": "Sinusoidal", "rotary": "Rotary", "none": "None"},
        kind=STRUCTURAL,
        label="Positions",
        when=_TRAINED,
        help="How the network is told where a token stands; without them it sees a bag of tokens.",
    )
    length: int = integer(8, 4, 24, kind=STRUCTURAL, label="Length", unit="tokens", when=_TRAINED, help="Tokens in a sequence; sums have as many digits as fit.")
    symbols: int = integer(10, 4, 26, kind=STRUCTURAL, label="Symbols", when={**_TRAINED, "task": ("copy", "reverse", "sort", "induction")}, help="How many different symbols there are.")
    layers: int = integer(1, 1, 4, kind=STRUCTURAL, label="Layers", when=_TRAINED, help="Blocks of attention and a small network, one after the other.")
    heads: int = integer(1, 1, 8, kind=STRUCTURAL, label="Heads", when=_TRAINED, help="Maps in each layer; they share its width.")
    width: int = integer(32, 8, 64, kind=STRUCTURAL, label="Width d", when=_TRAINED, help="Numbers per token in the residual stream; a multiple of the heads.")
    norm: str = choice("post", {"post": "After (post)", "pre": "Before (pre)"}, kind=STRUCTURAL, label="Normalization", when=_TRAINED, help="After each addition, as in 2017, or before each part, as today.")
    direction: str = choice("task", {"task": "As the task needs", "both": "Both ways", "causal": "Causal"}, kind=STRUCTURAL, label="May read", when=_TRAINED, help="Causal: nothing from later tokens.")
    lr: float = real(0.003, 1e-5, 1.0, log=True, kind=LIVE, label="Learning rate η", when=_TRAINED, help="The size of Adam's steps.")
    batch: int = integer(64, 1, 128, kind=LIVE, label="Batch size", when=_TRAINED, help="Sequences in each step, drawn afresh.")
    text: str = a_text("The animal did not cross the street because it was too tired.", most=4_000, eager=True, kind=LIVE, label="Text", when=_REAL, help="What a real model reads, up to 512 word pieces.")
    text_b: str = a_text("", most=4_000, eager=True, kind=LIVE, label="Second text", when=_REAL, help="Another sentence after the first, for encoders that take pairs.")
    path: str = a_text(
        "",
        most=1_000,
        names="folder",
        read_when={"model": ("folder",)},
        suggests=lambda path: {"model": "folder"} if path.strip() else {"model": "trained"},
        kind=STRUCTURAL,
        label="Folder",
        help="A folder with config.json, tokenizer.json and *.safetensors: BERT, RoBERTa, DistilBERT or GPT-2. Or drop one on the window.",
    )
    example: int = integer(0, 0, EXAMPLES - 1, kind=VIEW, label="Sequence", when=_TRAINED, help="Which of the held-out sequences is looked at.")
    layer: int = integer(1, 1, MOST_LAYERS, kind=VIEW, label="Layer", help="Whose map is large.")
    head: int = integer(1, 1, MOST_HEADS, kind=VIEW, label="Head", help="Which of its heads.")
    shows: str = choice("head", {"head": "One head", "mean": "Mean of the layer", "rollout": "Rollout"}, kind=VIEW, label="Map", help="One head; the layer's mean; or the mean of all layers multiplied through, with the residual path.")
    measure: str = choice("weights", {"weights": "Weights α", "contribution": "‖α·v·W_O‖"}, kind=VIEW, label="Shows", help="How much is read from a token, or how long the vector is that this adds.")
    special: bool = switch(True, kind=VIEW, label="Special tokens", when=_REAL, help="Show [CLS] and [SEP], which often take most of the weight.")
    query: int = integer(0, 0, 512, kind=VIEW, label="Token", help="Whose next token is shown, counted from 1; 0 for the last. Click a row's token to choose it.")
    temperature: float = real(1.0, 0.05, 10.0, log=True, kind=VIEW, label="Temperature", help="The logits are divided by it before softmax.")
    top_k: int = integer(0, 0, 100, kind=VIEW, label="Top-k", help="Only the k likeliest symbols can be drawn; 0 for all.")
    top_p: float = real(1.0, 0.05, 1.0, kind=VIEW, label="Top-p", help="Only the fewest symbols that have this much probability together.")
    sketch: tuple[float, ...] = numbers((), -1, 63, most=64, kind=VIEW, label="Your drawing", when=_TRAINED, help="The key that you expect each token to read, from 0; −1 for none. Draw into the map.")

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the length, layers and heads that the task needs, and the model that a folder is given for.

        A width that several heads cannot share has one.
        """
        sizes = sizes_for(given.get("task", "reverse"))
        heads = sizes["heads"] if given.get("width", 32) % sizes["heads"] == 0 else 1
        return {**sizes, "heads": heads, "model": "folder" if given.get("path", "").strip() else "trained"}

    def verify(self) -> None:
        """Refuse a width that the heads cannot share."""
        even = self.position == "rotary"
        if self.model == "trained" and self.width % (self.heads * (2 if even else 1)):
            what = "an even multiple" if even else "a multiple"
            raise Refused(f"width = {self.width} is refused: give {what} of heads = {self.heads}", about="width")


@reads("residual_norm")
def _stream(frame: Frame) -> list[str]:
    """Return what the places of the residual stream are called."""
    return ["embedding", *(f"layer {number}" for number in range(1, len(frame.arrays["residual_norm"])))]


_L, _H, _Q, _K, _MAP = "layer", "head", "query", "key", ("layer", "head", "query", "key")

SCENE = Scene(
    title="Attention maps",
    room="Attention",
    question="What does a head learn to read?",
    symbols={"α": "map", "T": "temperature", "η": "lr"},
    order=10,
    parameters=Params,
    first=("model", "task", "position"),
    steps=300,
    speed=30.0,
    progress="loss",
    data=("model", "path", "text", "text_b", "task", "length", "symbols", "batch"),
    metrics={
        "loss": "Mean cross-entropy of the batch in nats per target token, before the update.",
        "accuracy": "Share of target tokens right in the batch, before the update.",
        "accuracy/sequence": "Share of the batch's sequences with every target token right, before the update.",
    },
    arrays={
        "tokens": Array((_Q,), "<U32", "The tokens that are read."),
        "special": Array((_Q,), "int64", "1 for special tokens such as [CLS], 0 for the text's own."),
        "pieces": Array(("read, there",), "int64", "How many tokens are read, and how many the text has."),
        "divided": Array((_L,), "float32", "What the scores of each layer are divided by, in units of √d: 1 but for some models."),
        "target": Array((_Q,), "<U32", "What is asked at each token, empty where nothing is."),
        "answer": Array((_Q,), "<U32", "What the model says there, empty for a model that says nothing."),
        "weights": Array(_MAP, "float32", "What each query reads from each key; rows add up to 1."),
        "contribution": Array(_MAP, "float32", "Length of the vector that reading this key adds at the query: ‖α·v·W_O‖."),
        "shown": Array((_Q, _K), "float32", "The map on show: one head, the layer's mean or the rollout."),
        "overview": Array((_L, _H, "cell row", "cell column"), "float32", "All maps, of long texts at most 64 cells wide: the largest value in each cell."),
        "rollout": Array((_Q, _K), "float32", "Attention rollout through all layers."),
        "logits": Array(("scored token", "symbol"), "float32", "Scores of every symbol at every token; none for a model that has none."),
        "next_symbol": Array(("candidate",), "<U32", "The likeliest symbols at the chosen token, likeliest first."),
        "next_logit": Array(("candidate",), "float32", "Their scores."),
        "next_probability": Array(("candidate",), "float64", "Their probabilities with temperature, top-k and top-p."),
        "next_drawn": Array(("candidate",), "int64", "1 where top-k and top-p leave a symbol to be drawn, however unlikely, 0 where not."),
        "head_on": Array((_L, _H), "int64", "1 for a head that takes part, 0 for one that is switched off."),
        "pattern": Array(("pattern",), "<U32", "The patterns that heads are searched for."),
        "pattern_score": Array(("pattern", _L, _H), "float32", "Mean weight that a head's queries give to what the pattern says.", slow=True),
        "residual_norm": Array(("layer + 1", _Q), "float32", "Length of the residual stream before the first and after each layer."),
        "position_accuracy": Array((_Q,), "float32", "Share of held-out sequences that are right at each token.", slow=True, nan="nothing is asked at this token"),
        "held_out": Array(("all heads, now", "loss, accuracy"), "float32", "Loss and accuracy on the held-out sequences, with all heads on and with those that are on now.", slow=True, nan="a real model has no targets"),
        "importance": Array(("by gradient, by ablation", _L, _H), "float32", "Change of the held-out loss, or of the sentence's embedding, per head.", slow=True, nan="the text is too long to try every head"),
        "cosine": Array(("similarity",), "float32", "Cosine of the sentence's embedding as it is and with all heads on; none for a trained model.", nan="the model has no sentence embedding"),
    },
    dimensions={
        "query": Dimension("this token", kept_words),
        "key": Dimension("reads from", kept_words),
        "layer": Dimension("layer", whole=True),
        "head": Dimension("head", whole=True),
        "layer + 1": Dimension("after", _stream),
        "position": Dimension("position", whole=True),
        "candidate": Dimension("candidate", "next_symbol"),
        "racer": Dimension("", ("GRU", "block of attention"), colours=(1, 0)),
        "race length": Dimension("tokens", at="race_length", log=True),
    },
    actions={
        "switch_head": Verb(
            "Switch a head off, or on again.",
            {"layer": integer(1, 1, MOST_LAYERS, label="Layer"), "head": integer(1, 1, MOST_HEADS, label="Head")},
            label="Switch head",
        ),
        "all_heads": Verb("Switch every head on.", label="All heads on"),
    },
    jobs={"race": Job("Time a GRU and a block of attention at lengths 16 to 1024.")},
)  # fmt: skip
