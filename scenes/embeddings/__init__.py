"""Embeddings: words become vectors by guessing their company (skip-gram with negative samples)."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, choice, integer, real, text
from explainer.contract.cards import Dimension
from explainer.scenes.embeddings.sentences import PEOPLE, WORDS


class Params(Parameters):
    """What can be set, in the order of the controls."""

    word: str = text("hot", most=24, kind=VIEW, label="Word", help="The word whose neighbours and company are shown.")
    a: str = text("man", most=24, kind=VIEW, label="a", help="Where the arrow begins: a is to b …")
    b: str = text("king", most=24, kind=VIEW, label="b", help="Where the arrow ends.")
    c: str = text("woman", most=24, kind=VIEW, label="c", help="… as c is to what? The arrow is put here.")
    plane: str = choice(
        "arrows", {"arrows": "Through a, b and c", "principal": "Principal components"}, kind=VIEW, label="Plane",
        help="Where words are drawn: the plane of the arrow and c, or the two directions of the largest variance.",
    )
    window: int = integer(
        5, 1, 10, kind=STRUCTURAL, label="Window", help="How many words to each side are a word’s company."
    )
    dim: int = integer(24, 2, 128, log=True, kind=STRUCTURAL, label="Dimensions d", help="Numbers a word.")
    learning: str = choice(
        "sampled", {"sampled": "Samples", "exact": "All pairs"}, kind=STRUCTURAL, label="Learn from",
        help="512 random pairs a step with negative samples, or the expected loss over all pairs.",
    )
    negative: int = integer(
        5, 1, 20, kind=STRUCTURAL, label="Negative samples k", help="Random words a pair, to be told from company."
    )
    power: float = real(
        0.75, 0.0, 1.0, kind=STRUCTURAL, label="Their power", help="They are drawn by their counts to this power."
    )
    subsample: float = real(
        1.0, 1e-4, 1.0, log=True, kind=STRUCTURAL, label="Subsample t",
        help="A word of frequency f is kept with probability √(t / f): at 1 all words are.",
    )
    lr: float = real(0.02, 1e-4, 0.3, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    unseen: str = text(
        "the kings walk", most=60, eager=True, kind=VIEW, label="Text in pieces", help="Cut by byte pairs."
    )
    merges: int = integer(120, 0, 400, kind=VIEW, label="Merges", help="How many byte pairs have become one piece.")


WORD_NAMES = ("word", "a", "b", "c")


def place_of(params: Params, name: str) -> int:
    """Return where a word that was typed stands in WORDS; where its default does, if no sentence has it."""
    typed = getattr(params, name).strip().lower()
    return WORDS.index(typed if typed in WORDS else str(Params.declarations[name].default))


SCENE = Scene(
    title="Embeddings",
    room="Sequences",
    question="How does a word become numbers?",
    parameters=Params,
    first=("word", "a", "b", "c"),
    symbols={"d": "dim", "k": "negative", "η": "lr", "t": "subsample", "c": "c"},
    steps=1500,
    speed=240.0,
    data=(),
    metrics={
        "loss": "Negative sampling’s loss in nats, the mean over pairs, before the update.",
        "struck": "Of 120 analogies of people, the share answered rightly when a, b and c may not be the answer.",
        "any": "The same share when every word may be the answer.",
        "capitals": "Of 30 analogies of countries and capitals, the share answered rightly, a, b and c struck out.",
    },
    arrays={
        "word": Array(("word",), "<U12", "All words, by family."),
        "family": Array(("word",), "int64", "Their families: 0 people, 1 places, 2 food and pets, 3 others."),
        "count": Array(("word",), "int64", "How often each stands in the sentences."),
        "vectors": Array(("word", "number"), "float32", "The table: a row a word."),
        "place": Array(("word", "axis"), "float32", "Where unit vectors lie in the plane."),
        "like_word": Array(("word",), "float32", "Cosine with the word that is looked at."),
        "like_sum": Array(("word",), "float32", "Cosine with b − a + c, made of unit vectors."),
        "cosines": Array(("person", "other person"), "float32", "Cosines between people."),
        "company": Array(("word",), "float64", "Of all words in the word’s window, the share of each."),
        "other_company": Array(("word",), "float64", "The same of its nearest neighbour."),
        "fit": Array(("pair", "axis"), "float32", "Of pairs that occur: log P(w, c) / (k P(w) Pₙ(c)), and u·v.",
                     slow=True),
        "correlation": Array((), "float64", "Pearson’s r of the two.", nan="All u·v are alike.", slow=True),
        "piece": Array(("piece",), "<U24", "The text, cut by byte pairs."),
    },
    dimensions={
        "word": Dimension("word", "word"),
        "number": Dimension("number"),
        "person": Dimension("", PEOPLE),
        "other person": Dimension("", PEOPLE),
    },
    order=25,
)  # fmt: skip
