"""Fine-tuning: a small language model taught another text, a reward, or preferences, and what it forgets."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Refused,
    Scene,
    Verb,
    choice,
    integer,
    real,
    text,
)
from explainer.contract.cards import Dimension

TASKS = {"reward": "A reward", "preferences": "Preferences (DPO)", "choices": "Your own choices", "text": "Another text"}
METHODS = {"all": "All weights", "lora": "LoRA", "head": "Only the output layer"}
LAYERS = ("attention.query", "attention.key", "attention.value", "attention.out", "mlp.up", "mlp.down")
MATRICES = {f"{block}.{layer}": f"L{block + 1} {layer.split('.')[1]}" for block in (0, 1) for layer in LAYERS}
TEXTS, PROMPT, LENGTH = 16, 8, 32
"""Texts that are written in a step; characters of prose before each; characters of each."""
BETA = {"reward": 0.05, "preferences": 0.1, "choices": 0.1}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    task: str = choice("reward", TASKS, kind=STRUCTURAL, label="Taught", help="What the model is taught.")
    method: str = choice("all", METHODS, kind=STRUCTURAL, label="Trained", help="Which weights may change.")
    rank: int = integer(
        4, 1, 16, kind=STRUCTURAL, label="Rank r", when={"method": ("lora",)}, help="Of what is added to each matrix."
    )
    rule: str = text(
        " the ", most=80, kind=LIVE, label="Rule",
        help="The reward of a text: how often this regular expression is found in its 32 characters.",
    )
    beta: float = real(
        0.05, 0.0, 2.0, kind=LIVE, label="β", unless=({"task": ("text",)},),
        help="The price of a nat of KL from the start; in DPO how hard the start holds.",
    )
    lr: float = real(0.001, 1e-5, 0.1, log=True, kind=LIVE, label="Learning rate η", help="Adam's.")
    matrix: str = choice("0.attention.query", MATRICES, kind=VIEW, label="Matrix", help="Whose change is drawn.")

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the β that goes with a task."""
        return {"beta": BETA.get(given.get("task", "reward"), 0.05)}

    def verify(self) -> None:
        """Refuse a rule that is no regular expression."""
        import regex

        try:
            regex.compile(self.rule)
        except regex.error as error:
            raise Refused(f"rule = {self.rule!r} is refused: {error}; give a word, or a regular expression", "rule") from None


def _texts(meaning: str) -> Array:
    return Array(("text",), "<U64", meaning)


SCENE = Scene(
    title="Fine-tuning",
    room="Attention",
    question="How is a language model taught manners?",
    parameters=Params,
    first=("task", "method", "rule", "beta"),
    symbols={"β": "beta", "η": "lr", "r": "rank", r"\Delta W": "singular", "R": "reward"},
    order=50,
    steps=100,
    speed=60.0,
    progress="reward",
    no_script="its texts and the model that it starts from lie in this program, and a script is to need nothing of it",
    metrics={
        "reward": "Mean reward of the 16 texts that the model wrote in this step, before the update.",
        "nats/*": "kl: mean of log π/π₀ over these texts, an estimate of KL. winners, losers: mean of log π/π₀ over the "
                  "preferred and the other texts of the pairs, before the update; all in nats a text.",
        "entropy": "Mean entropy of what comes next within these texts, in nats a character.",
        "loss/*": "prose: what was learned first, held out: four of 96 pieces are read after each update, the mean of "
                  "the latest readings, an eighth of all, at most 24. code: the same of the other text. batch: the "
                  "batch of the other text, before the update. Nats a character.",
    },
    arrays={
        "prompts": _texts("What stands before each text."),
        "start_texts": _texts("What the model wrote behind it before it was taught."),
        "texts": _texts("What it writes now."),
        "start_rewards": Array(("text",), "float32", "The rewards of the first."),
        "rewards": Array(("text",), "float32", "The rewards of the second."),
        "pair": Array(("option",), "<U64", "Two continuations of one prompt, to choose from."),
        "chosen": Array((), "int64", "How many pairs you have judged."),
        "at_start": Array(("what",), "float32", "At the start: loss of prose and of code held out, mean reward of the 16."),
        "best_of": Array(("draws", "axis"), "float32", "Best of 1 to 16 texts of the start: its KL, log n − (n − 1)/n, "
                         "and the mean reward of the best of n of those 16."),
        "singular": Array(("value",), "float32", "The singular values of the chosen matrix' change, largest first."),
        "grown": Array(("matrix",), "float32", "‖ΔW‖ / ‖W‖ of each matrix."),
        "trained": Array(("which",), "int64", "Weights that are trained, and all that the model has."),
        "merge_gap": Array((), "float32", "By how much scores differ at most once ΔW is merged into W."),
    },
    dimensions={
        "text": Dimension("text", whole=True),
        "value": Dimension("singular value", whole=True),
        "matrix": Dimension("", tuple(MATRICES.values())),
        "draws": Dimension("n", whole=True),
        "option": Dimension("", ("A", "B")),
    },
    actions={"prefer": Verb("Say which of the two is better; a new pair is written.", {"option": integer(0, 0, 1)})},
)  # fmt: skip
