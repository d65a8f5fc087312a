"""How it looks: a review and its twin as words to drag and strike, with every model's score; what each word does."""

from collections.abc import Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Level,
    Matrix,
    Steps,
    Table,
    Tokens,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.sentiment import FAMILIES, LINEAR, LONGEST, MODELS, ORDERED
from explainer.scenes.sentiment.reviews import words_of

LISTED = ("the plot was great not silly", "the acting was dull but the music was superb",
          "nobody would say that the ending was good", "the script was not boring")  # fmt: skip
"""Reviews that the button leads through."""
SURE = 0.9
"""From this share on a family is told; below the rest of it, it is told wrongly."""


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}" if np.isfinite(value) else "–"


# the review under the hand


def written(frame: Frame) -> list[str]:
    """Return the words of the review as they are written: struck ones begin with a ~."""
    return words_of(frame.params.words)[:LONGEST]


def move(frame: Frame, word: int, place: int) -> Mapping[str, str]:
    """Put a word at another one's place."""
    words = written(frame)
    words.insert(place, words.pop(word))
    return {"words": " ".join(words)}


def strike(frame: Frame, word: int) -> Mapping[str, str]:
    """Strike a word out, or let it stand again."""
    words = written(frame)
    words[word] = words[word][1:] if words[word].startswith("~") else f"~{words[word]}"
    return {"words": " ".join(words)}


def following(frame: Frame) -> Mapping[str, str]:
    """Take the next review."""
    at = LISTED.index(frame.params.words) if frame.params.words in LISTED else -1
    return {"words": LISTED[(at + 1) % len(LISTED)]}


@reads("other")
def change(frame: Frame) -> Mapping[str, str]:
    """Take the twin for the review."""
    return {"words": " ".join(frame.arrays["other"].tolist())}


@reads("struck", "unknown")
def ink(frame: Frame, word: int) -> str:
    """Return the colour of a word: faint where no model reads it."""
    return "faint" if frame.arrays["struck"][word] or frame.arrays["unknown"][word] else ""


@reads("word", "struck", "unknown")
def word_words(frame: Frame, word: int) -> str:
    """Say what a hand can do with a word, or why no model reads it."""
    if frame.arrays["unknown"][word]:
        return f"“{frame.arrays['word'][word]}” stands in no training review: no model reads it"
    if frame.arrays["struck"][word]:
        return f"“{frame.arrays['word'][word]}” is not read"
    return f"“{frame.arrays['word'][word]}”: drag it elsewhere, click to strike it out"


def verdict(score: str) -> Cell:
    """Return a column that says good or bad of a score."""

    @reads(score)
    def said(frame: Frame) -> list[str]:
        return ["good" if each > 0.5 else "bad" if each < 0.5 else "–" for each in frame.arrays[score]]

    @reads(score)
    def token(frame: Frame, lane: int) -> str:
        return "good" if frame.arrays[score][lane] > 0.5 else "danger"

    return Cell(reads(score, dims=("lane",))(said), token=token)


@reads(dims=("lane",))
def names(frame: Frame) -> list[str]:
    """Return what the models are called (lane,)."""
    return [MODELS[lane] for lane in frame.params.lanes]


@reads("score", "other_score")
def score_words(frame: Frame, lane: int) -> str:
    """Say what a model holds of both."""
    own, other = frame.arrays["score"][lane], frame.arrays["other_score"][lane]
    same = "the same" if own == other else f"{n(own)} and {n(other)}"
    return f"{MODELS[frame.params.lanes[lane]]}: P(good) of review and twin {same}"


def look_into(frame: Frame, lane: int) -> Mapping[str, int]:
    """Look into a model."""
    return {"selected": lane}


def looked_into(frame: Frame) -> str:
    """Return what the model is called that is looked into."""
    return MODELS[frame.params.lanes[frame.params.shown]]


REVIEW = Card(
    "hero",
    "A review, and the same words in another order",
    Column(
        (
            Tokens("word", struck="struck", token=ink, head="review", reading=word_words, click=strike, move=move,
                   none="Type a review"),
            Tokens("other", head="the same words in another order: its twin", none="No word is left"),
            Table(
                (Cell(names, "model"), Bar("score", "review: P(good)", span=1.0, number=percent), verdict("score"),
                 Bar("other_score", "twin: P(good)", span=1.0, place=1, number=percent), verdict("other_score")),
                "lane", chosen=lambda frame: frame.params.shown, click=look_into, reading=score_words, most=88.0,
            ),
        ),
        weights=(0, 0, 1),
    ),
    about="What every model says of a review and of its twin: drag words, strike them out, type others",
    hint="drag a word elsewhere; click it to strike it out; click a model to look into it",
    buttons=(
        Button("Next review ›", following, "Another kind of review"),
        Button("⇄ Twin", change, "Take the twin for the review"),
    ),
    at_first=True,
    weight=3.0,
    least=(420, 250),
)  # fmt: skip

# all reviews


@reads("accuracies")
def family_words(frame: Frame, lane: int) -> str:
    """Say how many reviews of each family a model gets right."""
    shares = zip(FAMILIES.values(), frame.arrays["accuracies"][lane], strict=True)
    return f"{MODELS[frame.params.lanes[lane]]}: " + ", ".join(f"{name} {share:.0%}" for name, share in shares)


def family_column(family: int) -> Cell:
    """Return the column of one family; a click shows the review that the model tells worst."""

    @reads("accuracies", dims=("lane",))
    def shares(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays["accuracies"][:, family])

    @reads("accuracies")
    def token(frame: Frame, lane: int) -> str:
        share = frame.arrays["accuracies"][lane, family]
        return "good" if share >= SURE else "danger" if share <= 1 - SURE else ""

    @reads("examples")
    def show(frame: Frame, lane: int) -> Mapping[str, str | int]:
        return {"words": str(frame.arrays["examples"][lane, family]), "selected": lane}

    head = tuple(FAMILIES.values())[family]
    return Cell(shares, head, right=True, number=percent, token=token, click=show)


def of_lanes(what: str, frame: Frame) -> Mapping[str, str]:
    """Return a metric for each model."""
    return {f"{what}/{lane}": MODELS[lane] for lane in frame.params.lanes}


ACCURACIES = Card(
    "families",
    "Told rightly, by family",
    Table((Cell(names, "model"), *map(family_column, range(len(FAMILIES)))), "lane", reading=family_words,
          chosen=lambda frame: frame.params.shown, click=look_into, most=30.0),
    about="The share of other reviews told rightly, by family; a click shows the worst told one",
    hint="click a number: the review that this model tells worst",
    at_first=True,
    least=(320, 130),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "Accuracy on other reviews",
    Steps(lambda frame: of_lanes("accuracy", frame), "accuracy", levels=(Level(0.5, "chance"),)),
    about="Of 50 other reviews, 10 of each family",
    at_first=True,
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(lambda frame: of_lanes("loss", frame), "cross-entropy in nats", log=True),
    about="Binary cross-entropy on the batch; ln 2 = 0.69 says nothing",
)

# inside the models


def no_weights(params: object) -> str:
    """Say that no model has one weight a feature."""
    return "" if set(LINEAR) & set(getattr(params, "lanes", ())) else "Choose the bag of words or the n-grams"


@reads("feature", "weights", "seen")
def weight_words(frame: Frame, k: int) -> str:
    """Say what a weight does."""
    name, weight, seen = (frame.arrays[each][k] for each in ("feature", "weights", "seen"))
    return f"“{name}” adds {weight:+.3f} to the logit each time; in {seen:,} of 2,000 reviews"


WEIGHTS = Card(
    "weights",
    "Weights of a linear model",
    Table(
        (Cell("feature", "feature"), Bar("weights", "weight w", signed=True, number=n),
         Cell("seen", "reviews", right=True, number=lambda value: f"{value:,.0f}")),
        "feature", sortable=True, reading=weight_words,
    ),
    about="Logistic regression has one weight a word, wherever the word stands",
    applies=no_weights,
    least=(260, 180),
)  # fmt: skip


@reads("effect", "word")
def effect_words(frame: Frame, lane: int, word: int) -> str:
    """Say what a word does to a model's logit."""
    value = frame.arrays["effect"][lane, word]
    return f"{MODELS[frame.params.lanes[lane]]}: “{frame.arrays['word'][word]}” changes the logit by {n(value)}"


EFFECT = Card(
    "effect",
    "What each word does to the logit",
    Matrix("effect", "Δ logit", colours="signed", square=False, reading=effect_words, bad="not read",
           click=lambda frame, lane, word: strike(frame, word)),
    about="The logit of the review less that of the review without this word",
    hint="click a word: struck out, or back",
    least=(300, 130),
)  # fmt: skip


def no_attention(params: object) -> str:
    """Say that no model pools by attention."""
    fits = getattr(params, "pooling", "") == "attention" and set(ORDERED) & set(getattr(params, "lanes", ()))
    return "" if fits else "Choose attention as pooling, and an LSTM or a transformer"


@reads("attention", "word")
def attention_words(frame: Frame, lane: int, word: int) -> str:
    """Say how much of a word is pooled."""
    share, name = frame.arrays["attention"][lane, word], frame.arrays["word"][word]
    return f"{MODELS[frame.params.lanes[lane]]}: {percent(share)} of what is pooled is at “{name}”"


ATTENTION = Card(
    "attention",
    "Where attention pools from",
    Matrix("attention", "α", low=0.0, high=1.0, square=False, reading=attention_words, bad="none"),
    about="The share of each word’s vector in the one that is judged",
    applies=no_attention,
    least=(300, 130),
)


@reads("truth", dims=("review",))
def truths(frame: Frame) -> list[str]:
    """Return good or bad for each review."""
    return ["good" if each else "bad" for each in frame.arrays["truth"]]


@reads("truth", "review_score")
def right(frame: Frame, k: int) -> str:
    """Return the colour of a review's truth: whether the model is right."""
    score = frame.arrays["review_score"][k]
    return "good" if (score > 0.5) == bool(frame.arrays["truth"][k]) else "danger"


REVIEWS = Card(
    "reviews",
    lambda frame: f"Other reviews: {looked_into(frame)}",
    Table(
        (Cell("review", "review"), Cell("family_of", "family"), Cell(truths, "is", token=right),
         Bar("review_score", "P(good)", span=1.0, number=percent)),
        "review", click=reads("review")(lambda frame, k: {"words": str(frame.arrays["review"][k])}),
    ),
    name="Other reviews",
    about="Reviews that nobody learned from, four of each family; a click takes one",
    hint="click a review to take it",
    least=(420, 180),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{MODELS[lane]} {frame.metric(f'accuracy/{lane}'):.0%}" for lane in frame.params.lanes)
    return f"Step {frame.step}. Other reviews told rightly: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the models' accuracies."""
    named = [(MODELS[lane], percent(frame.metric(f"accuracy/{lane}"))) for lane in frame.params.lanes[:2]]
    return named if frame.step else ()


VIEW = View(
    cards=(REVIEW, ACCURACIES, ACCURACY, EFFECT, WEIGHTS, ATTENTION, REVIEWS, LOSS),
    formulas=(
        Formula("Bag of words", lambda frame: r"P(good) = \sigma\left(\sum_j w_j \, c_j + b\right)", lambda frame: ""),
        Formula("Loss", lambda frame: r"L = -\ln P(\text{its label})", lambda frame: ""),
        Formula("Attention", lambda frame: r"\alpha = \mathrm{softmax}(q \cdot h_t), \quad \sum_t \alpha_t h_t",
                lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
