"""Sentiment: models that count words, and models that read them in order, on reviews in which order matters."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    real,
    text,
)
from explainer.contract.cards import Dimension

MODELS = {
    "bag": "Bag of words",
    "hidden": "Bag, hidden layer",
    "ngrams": "Bag of n-grams",
    "lstm": "LSTM",
    "unordered": "No positions",
    "transformer": "Transformer",
}
LINEAR, ORDERED = ("bag", "ngrams"), ("lstm", "unordered", "transformer")
"""Models with one weight a feature; models that read a sequence of word vectors."""
FAMILIES = {"plain": "plain", "not": "not", "far": "far", "but": "but", "twins": "twins"}
MOST, LONGEST, FEATURES = 4, 24, 64
"""Models at the most, words of a review at the most, features whose weights are drawn at the most."""


def metrics_of(what: str, lanes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each model."""
    return [f"{what}/{lane}" for lane in lanes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    lanes: tuple[str, ...] = choices(
        ("bag", "hidden", "lstm", "unordered"), MODELS, most=MOST, kind=STRUCTURAL, label="Models",
        help="Side by side: the same batches. No positions: a transformer that is not told where words stand.",
    )
    ngrams: int = integer(
        3, 1, 3, kind=STRUCTURAL, label="n-grams up to n", help="ngram_range = (1, n): n words in a row are a feature."
    )
    stop_words: str = choice(
        "kept", {"kept": "Kept", "english": "Taken out"}, kind=STRUCTURAL, label="Stop words",
        help="Those of scikit-learn’s English list, before any model reads.",
    )
    negated: str = choice(
        "all", {"all": "All adjectives", "half": "Half of them"}, kind=STRUCTURAL, label="Negated in training",
        help="With half of them, “not” and far negation are tested on the other half.",
    )
    plain: float = real(
        0.6, 0.0, 1.0, kind=STRUCTURAL, label="Plain reviews", help="Their share in training; others share the rest."
    )
    pooling: str = choice(
        "usual", {"usual": "Last state or mean", "attention": "Attention"}, kind=STRUCTURAL, label="Pooling",
        help="LSTM: its last state. Transformers: the mean. Or a mean weighted by learned attention.",
    )
    hidden_size: int = integer(
        32, 4, 64, log=True, kind=STRUCTURAL, label="Hidden units", help="Of the LSTM and of the hidden layer."
    )
    lr: float = real(0.01, 1e-4, 0.3, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    words: str = text(
        "the plot was great not silly", most=200, eager=True, kind=VIEW, label="Review",
        help="Up to 24 words; a word with ~ before it is struck out.",
    )
    selected: int = integer(
        0, 0, MOST - 1, kind=VIEW, label="Model looked into", help="Whose weights and scores are drawn; 0 is the first."
    )

    @property
    def shown(self) -> int:
        """Which model is looked into."""
        return min(self.selected, len(self.lanes) - 1)


BEYOND = "Beyond float32."

SCENE = Scene(
    title="Sentiment",
    room="Sequences",
    question="Does word order matter?",
    parameters=Params,
    first=("words", "lanes"),
    symbols={"w": "weights", "η": "lr", "n": "ngrams", "α": "attention"},
    steps=100,
    speed=60.0,
    progress="accuracy/*",
    data=("negated", "plain"),
    metrics={
        "loss/*": "Binary cross-entropy in nats, mean of 64 reviews, before the update.",
        "accuracy/*": "The share of 50 other reviews, 10 of each family, told rightly before the update.",
    },
    arrays={
        "word": Array(("word",), "<U24", "The words of the review, those struck out among them."),
        "struck": Array(("word",), "bool", "Which no model reads: struck out, or a stop word that is taken out."),
        "unknown": Array(("word",), "bool", "Which never stood in training: left out by all models."),
        "other": Array(("other word",), "<U24", "The twin: the words left over, their first and last adjective changed "
                       "for one another; in reverse where there are not two."),
        "score": Array(("lane",), "float64", "The probability that the review is good.", nan=BEYOND),
        "other_score": Array(("lane",), "float64", "The same of the twin.", nan=BEYOND),
        "effect": Array(("lane", "word"), "float32", "The logit of the review less that without this word.",
                        nan="The word is not read, or beyond float32.", infinite=BEYOND),
        "attention": Array(("lane", "word"), "float32", "The share of each word in the pooled vector.",
                           nan="The model does not pool by attention, or the word is not read."),
        "accuracies": Array(("lane", "family"), "float64", "The share of 100 other reviews of a family told rightly.",
                            slow=True),
        "examples": Array(("lane", "family"), "<U200", "The review of the family that is told worst.", slow=True),
        "feature": Array(("feature",), "<U48", "Words, or n words in a row, those with the largest weights first; of "
                         "the model looked into, or the first that has a weight for each."),
        "weights": Array(("feature",), "float32", "Their weights: what one more adds to the logit.", nan=BEYOND,
                         infinite=BEYOND),
        "seen": Array(("feature",), "int64", "In how many of the 2,000 reviews each stands."),
        "review": Array(("review",), "<U200", "Other reviews, four of each family."),
        "family_of": Array(("review",), "<U16", "Their families."),
        "truth": Array(("review",), "bool", "Whether they are good."),
        "review_score": Array(("review",), "float64", "What the model looked into says of them.", nan=BEYOND),
    },
    dimensions={
        "lane": Dimension("", lambda params: [MODELS[lane] for lane in params.lanes]),
        "family": Dimension("", tuple(FAMILIES.values())),
        "word": Dimension("", "word"),
        "other word": Dimension("", "other"),
        "feature": Dimension("", "feature"),
        "review": Dimension("review", whole=True),
    },
    order=30,
)  # fmt: skip
