"""How it looks: the plane of words with an arrow to drag, the neighbours of a word, and the company that makes them."""

from collections.abc import Mapping

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Level,
    Matrix,
    Scatter,
    Steps,
    Table,
    Tokens,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.embeddings import place_of
from explainer.scenes.embeddings.sentences import FAMILIES, PEOPLE, WORDS

EXAMPLES = (
    ("man", "king", "woman"),
    ("france", "paris", "japan"),
    ("boy", "man", "princess"),
    ("lord", "lady", "king"),
)
"""Analogies that the button leads through."""


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}"


def given(frame: Frame) -> list[int]:
    """Return the places of a, b and c."""
    return [place_of(frame.params, name) for name in "abc"]


def looked_at(frame: Frame) -> str:
    """Return the word whose neighbours are shown."""
    return WORDS[place_of(frame.params, "word")]


def total(frame: Frame) -> str:
    """Return b − a + c in words."""
    a, b, c = (WORDS[k] for k in given(frame))
    return f"{b} − {a} + {c}"


def ranked(values: np.ndarray) -> list[int]:
    """Return the places of words, the largest value first."""
    return [int(k) for k in np.argsort(-values, kind="stable")]


def answers(frame: Frame) -> tuple[str, str]:
    """Return the word nearest to b − a + c: of all but a, b and c, and of all."""
    order = ranked(frame.arrays["like_sum"])
    return next(WORDS[k] for k in order if k not in given(frame)), WORDS[order[0]]


def neighbour(frame: Frame) -> str:
    """Return the nearest neighbour of the word that is looked at."""
    order = ranked(frame.arrays["like_word"])
    return next(WORDS[k] for k in order if WORDS[k] != looked_at(frame))


# the plane


def nearest(frame: Frame, x: float, y: float) -> str:
    """Return the word nearest to a place of the plane."""
    return WORDS[int(np.hypot(*(frame.arrays["place"] - (x, y)).T).argmin())]


def end_of(name: str, beyond: bool = False):  # type: ignore[no-untyped-def]
    """Return what dragging one end of an arrow comes to: another word as a, b or c.

    ``beyond``: the end is the tip of the arrow at c, and its foot goes along.
    """

    @reads("place")
    def dragged(frame: Frame, _arrow: int, x: float, y: float) -> Mapping[str, str]:
        a, b, _ = frame.arrays["place"][given(frame)]
        foot = (x, y) - (b - a) if beyond else np.array([x, y])
        return {name: nearest(frame, *foot.tolist())}

    return dragged


@reads("place")
def foot_a(frame: Frame) -> np.ndarray:
    """Return where a lies (1, 2)."""
    return np.asarray(frame.arrays["place"][given(frame)[:1]])


@reads("place")
def foot_c(frame: Frame) -> np.ndarray:
    """Return where c lies (1, 2)."""
    return np.asarray(frame.arrays["place"][given(frame)[2:]])


@reads("place")
def arrow(frame: Frame) -> np.ndarray:
    """Return b − a in the plane (1, 2)."""
    a, b, _ = frame.arrays["place"][given(frame)]
    return np.asarray(b - a)[None]


@reads("like_sum")
def sizes(frame: Frame) -> np.ndarray:
    """Return the words' diameters: a, b, c and the answer are large."""
    found = np.full(len(WORDS), 6.0)
    found[[*given(frame), WORDS.index(answers(frame)[0])]] = 12.0
    return found


@reads("family", "word")
def texts(frame: Frame) -> list[str]:
    """Return what is written beside the dots: the words of the named families."""
    return [word if family < 3 else "" for word, family in zip(WORDS, frame.arrays["family"], strict=True)]


@reads("place")
def span(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part of the plane that holds all words and both arrows, with room for the families' names."""
    a, b, c = frame.arrays["place"][given(frame)]
    every = np.concatenate([frame.arrays["place"], (b - a + c)[None]])
    (left, low), (right, high) = every.min(0).tolist(), every.max(0).tolist()
    wide, tall = right - left or 1.0, high - low or 1.0
    return left - 0.05 * wide, right + 0.14 * wide, low - 0.06 * tall, high + 0.14 * tall


@reads("like_sum")
def plane_title(frame: Frame) -> str:
    """Say what the arrow at c comes to, with and without the given words."""
    struck, free = answers(frame)
    return f"{total(frame)} ≈ {struck}; if these may answer too: {free}"


@reads("like_sum")
def place_words(frame: Frame, k: int) -> str:
    """Say how near a word is to b − a + c."""
    return f"{WORDS[k]}: cosine with b − a + c {n(float(frame.arrays['like_sum'][k]))}"


def look_at(frame: Frame, k: int) -> Mapping[str, str]:
    """Look at a word."""
    return {"word": WORDS[k]}


def following(frame: Frame) -> Mapping[str, str]:
    """Take the next analogy."""
    now = (frame.params.a, frame.params.b, frame.params.c)
    at = EXAMPLES.index(now) if now in EXAMPLES else -1
    return dict(zip("abc", EXAMPLES[(at + 1) % len(EXAMPLES)], strict=True))


def axis(frame: Frame) -> str:
    """Say what goes to the right."""
    return "along b − a" if frame.params.plane == "arrows" else "first component"


def across(frame: Frame) -> str:
    """Say what goes up."""
    return "across it, towards c" if frame.params.plane == "arrows" else "second component"


PLANE = Card(
    "hero",
    plane_title,
    Scatter(
        "place",
        (axis, across),
        classes="family",
        class_names=(*list(FAMILIES)[:3], ""),
        sizes=sizes,
        texts=texts,
        over=(
            Arrows(foot_a, arrow, "a → b", 4, tip=end_of("b"), tail=end_of("a")),
            Arrows(foot_c, arrow, "the same from c", 5, tip=end_of("c", beyond=True), tail=end_of("c")),
        ),
        span=span,
        equal=True,
        reading=place_words,
        click=look_at,
    ),
    name="The plane of words",
    about="Unit vectors of all words in a plane, other words unnamed; the arrow from a to b, and the same arrow from c",
    hint="drag an arrow by either end onto other words; click a word to see its neighbours",
    buttons=(Button("Next analogy ›", following, "Other words as a, b and c"),),
    at_first=True,
    weight=1.8,
    least=(380, 300),
)  # fmt: skip


# neighbours and company


@reads("like_word")
def by_likeness(frame: Frame) -> list[int]:
    """Return the words, the nearest to the one looked at first."""
    return ranked(frame.arrays["like_word"])


@reads("like_sum")
def by_answer(frame: Frame) -> list[int]:
    """Return the words, the nearest to b − a + c first."""
    return ranked(frame.arrays["like_sum"])


@reads("company", "other_company")
def by_company(frame: Frame) -> list[int]:
    """Return the words, the commonest company first."""
    return ranked(frame.arrays["company"] + frame.arrays["other_company"])


def given_token(frame: Frame, k: int) -> str:
    """Return the colour of a word: faint if it is a, b or c."""
    return "faint" if k in given(frame) else ""


NEIGHBOURS = Card(
    "neighbours",
    lambda frame: f"Nearest to “{looked_at(frame)}”",
    Table((Cell("word", "word"), Bar("like_word", "cosine", signed=True, number=n)), "word", order=by_likeness,
          chosen=lambda frame: place_of(frame.params, "word"), click=look_at),
    name="Neighbours of a word",
    about="All words by the cosine of their vectors with the word that is looked at; a click looks at another",
    hint="click a word to look at it",
    at_first=True,
    least=(240, 150),
)  # fmt: skip
COMPANY = Card(
    "company",
    reads("like_word")(lambda frame: f"What stands beside “{looked_at(frame)}” and “{neighbour(frame)}”"),
    Table(
        (Cell("word", "company"), Bar("company", looked_at, number=percent),
         Bar("other_company", reads("like_word")(neighbour), place=1, number=percent)),
        "word", order=by_company,
    ),
    name="The company of two words",
    about="Of all words in the window, the share of each: of the word looked at, and of its nearest neighbour",
    at_first=True,
    least=(280, 150),
)  # fmt: skip
ANSWERS = Card(
    "answers",
    lambda frame: f"Nearest to {total(frame)}",
    Table((Cell("word", "word", token=given_token), Bar("like_sum", "cosine", signed=True, number=n)), "word",
          order=by_answer, click=look_at),
    name="Nearest to b − a + c",
    about="All words by their cosine with the sum; a, b and c are faint: usually they are not allowed to be the answer",
    least=(240, 150),
)  # fmt: skip
ANALOGIES = Card(
    "analogies",
    "Analogies answered rightly",
    Steps({"struck": "people", "any": "people, a, b, c allowed", "capitals": "capitals"}, "share"),
    about="120 analogies of people and 30 of capitals; the middle curve lets a, b and c be the answer",
)

# inside

VECTORS = Card(
    "vectors",
    "The table: a row a word",
    Matrix("vectors", "u", colours="signed", square=False, click=lambda frame, word, number: look_at(frame, word)),
    about="What is learned: looking a word up takes its row, which is what one-hot times this matrix gives",
    least=(300, 220),
)
COSINES = Card(
    "cosines",
    "Cosines between people",
    Matrix("cosines", "cos", colours="signed", low=-1.0, high=1.0,
           click=lambda frame, one, other: {"word": PEOPLE[one]}),
    about="1: the same direction; one-hot vectors would have 0 everywhere but on the diagonal",
    least=(300, 260),
)  # fmt: skip
FIT = Card(
    "fit",
    reads("correlation")(lambda frame: f"What u·v tends to: r = {n(float(frame.arrays['correlation']))}"),
    Scatter("fit", ("log P(w, c) / (k P(w) Pₙ(c))", "u·v"),
            reading=reads("fit")(lambda frame, k: "tends to {:.2f}, is {:.2f}".format(*frame.arrays["fit"][k]))),
    name="What u·v tends to",
    about="Each pair that occurs: its pointwise mutual information less log k, and what the two tables give",
    least=(260, 220),
)  # fmt: skip
PIECES = Card(
    "pieces",
    "A text in pieces",
    Column((Tokens("piece", none="Type a text", head="byte pairs"),)),
    about="Byte pairs cut words that were never seen into pieces that were",
    least=(240, 90),
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps({"loss": "loss"}, "nats", levels=(Level(lambda frame: (1 + frame.params.negative) * np.log(2.0), "all 0"),)),
    about="Negative sampling’s loss; with all vectors 0 it is (1 + k) ln 2",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if "like_word" not in frame.arrays or "like_sum" not in frame.arrays:
        return f"Step {frame.step}."
    struck, free = answers(frame)
    near = f"Nearest to {looked_at(frame)}: {neighbour(frame)}"
    return f"Step {frame.step}. {near}. {total(frame)}: {struck}; if these may answer too, {free}."


VIEW = View(
    cards=(PLANE, NEIGHBOURS, COMPANY, ANALOGIES, ANSWERS, COSINES, FIT, VECTORS, PIECES, LOSS),
    formulas=(
        Formula("Loss", lambda frame: r"L = -\ln \sigma(u_w \cdot v_c) - \sum_{j=1}^{k} \ln \sigma(-u_w \cdot v_j)",
                lambda frame: f"L = {n(frame.metric('loss'))}" if frame.step else ""),
        Formula("Analogy", lambda frame: r"d = \arg\max_x \cos(x, b - a + c)", lambda frame: ""),
    ),
    summary=summary,
)  # fmt: skip
