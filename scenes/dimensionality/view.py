"""How it looks: a digit and its nearest others in a plane, and what is left of near and far as columns are added."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Bar,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Histogram,
    Images,
    Level,
    Line,
    Row,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.dimensionality import MOST, WAYS, asked_of

SAME, OTHER, REST = 2, 5, 7
"""Colours: the class of the digit asked about, neighbours of another class, all others."""


def added(frame: Frame) -> int:
    """Return how many columns have been added."""
    return int(frame.metric("columns")) if frame.step else 0


def title(frame: Frame) -> str:
    """Return how many columns there are, and how many neighbours are right."""
    labels, chosen = frame.arrays.get("labels"), frame.arrays.get("chosen")
    words = f"64 pixels + {added(frame):,} columns"
    if labels is None or chosen is None:
        return words
    own = labels[asked_of(frame.params)]
    return f"{words}: of the {len(chosen)} nearest to this {own}, {int((labels[chosen] == own).sum())} right"


@reads("labels", "chosen")
def classes(frame: Frame) -> np.ndarray:
    """Return the digits' colours (digit,)."""
    labels, chosen = frame.arrays["labels"], frame.arrays["chosen"]
    found = np.where(labels == labels[asked_of(frame.params)], SAME, REST)
    wrong = chosen[labels[chosen] != labels[asked_of(frame.params)]]
    found[wrong] = OTHER
    return found


@reads("labels", "chosen")
def sizes(frame: Frame) -> np.ndarray:
    """Return the digits' diameters in pixels (digit,)."""
    found = np.full(len(frame.arrays["labels"]), 5.0)
    found[frame.arrays["chosen"]] = 9.0
    found[asked_of(frame.params)] = 16.0
    return found


def spokes(right: bool) -> Trail:
    """Return lines from the digit asked about to its neighbours of its class, or of others."""

    @reads("places", "labels", "chosen")
    def points(frame: Frame) -> np.ndarray:
        places, labels = np.asarray(frame.arrays["places"]), frame.arrays["labels"]
        own = asked_of(frame.params)
        gap = np.full(2, np.nan)
        ways = [[places[own], places[k], gap] for k in frame.arrays["chosen"] if (labels[k] == labels[own]) == right]
        return np.array(ways).reshape(-1, 2)

    return Trail(points, "", SAME if right else OTHER, width=2.5)


def ask_about(frame: Frame, k: int) -> Mapping[str, Any]:
    """Ask about another digit."""
    return {"query": k}


@reads("labels", "distances")
def digit_words(frame: Frame, k: int) -> str:
    """Say what a digit shows, and how far it is."""
    label, far = frame.arrays["labels"][k], float(frame.arrays["distances"][k])
    return f"digit {k}, a {label}" + (
        ": asked about" if k == asked_of(frame.params) else f", at a distance of {n(far)}"
    )


def axis(k: int) -> Callable[[Frame], str]:
    """Return the name of an axis of the plane."""
    return lambda frame: f"component {k + 1} of {'the pixels' if frame.params.plane == 'pixels' else 'all columns'}"


@reads("labels", "chosen", "distances")
def captions(frame: Frame) -> Sequence[str]:
    """Return what stands below the images."""
    labels, distances = frame.arrays["labels"], frame.arrays["distances"]
    nearest = [f"{labels[k]} at {float(distances[k]):.1f}" for k in frame.arrays["chosen"]]
    return [f"asked: {labels[asked_of(frame.params)]}", *nearest]


@reads("labels", "chosen")
def tokens(frame: Frame) -> Sequence[str]:
    """Return the colours of the images' captions."""
    labels = frame.arrays["labels"]
    own = labels[asked_of(frame.params)]
    return ["accent", *("good" if labels[k] == own else "danger" for k in frame.arrays["chosen"])]


@reads("chosen")
def ask_face(frame: Frame, k: int) -> Mapping[str, Any]:
    """Ask about one of the neighbours."""
    return {"query": int(frame.arrays["chosen"][k - 1])} if k else {}


def near_title(frame: Frame) -> str:
    """Return the contrast of the digit asked about."""
    found = frame.arrays.get("distances")
    if found is None:
        return "Near and far"
    others = np.delete(np.asarray(found), asked_of(frame.params))
    far, near = float(others.max()), float(others.min())
    return f"Nearest {near:.1f}, farthest {far:.1f}" + (f", {100 * (far / near - 1):.0f} % more" if near else "")


def edge(frame: Frame) -> float | None:
    """Return how large a variance noise alone has, σ² (1 + √(p / (n − 1)))² (Marchenko and Pastur 1967)."""
    params, count = frame.params, added(frame)
    if params.added != "noise" or not count:
        return None
    return float(params.scale**2 * (1 + np.sqrt(count / (params.examples - 1))) ** 2)


def maps_key(frame: Frame) -> tuple[Any, ...]:
    """Return what the maps depend on."""
    params = frame.params
    return params.added, params.scale, params.examples, params.mapped, params.q, params.k


def map_of(name: str, words: str) -> Scatter:
    """Return one of the maps, the class of the digit asked about in its colour."""

    @reads("labels")
    def own(frame: Frame) -> np.ndarray:
        labels = frame.arrays["labels"]
        return np.where(labels == labels[asked_of(frame.params)], SAME, REST)

    @reads("labels")
    def own_sizes(frame: Frame) -> np.ndarray:
        found = np.full(len(frame.arrays["labels"]), 5.0)
        found[asked_of(frame.params)] = 13.0
        return found

    return Scatter(name, (words, ""), dims=("digit", "axis"), classes=own, sizes=own_sizes, scales=False,
                   click=ask_about, reading=digit_words)  # fmt: skip


def kept_bar(column: int, head: str) -> Bar:
    """Return a column of what each way keeps."""

    @reads("keeps", dims=("way",))
    def values(frame: Frame) -> np.ndarray:
        return frame.arrays["keeps"][:, column]

    return Bar(values, head, span=1.0, place=(0, 2, 4)[column], number=lambda v: f"{v:.2f}".replace("-", "−"))


def tried(name: str, k: int, words: str) -> Line:
    """Return a curve over the dimensions that were tried."""
    return Line(reads(name, dims=("dims tried",))(lambda frame: frame.arrays[name][k]), words, (0, 4)[k])


@reads("tried_dims", dims=("dims tried",))
def law(frame: Frame) -> np.ndarray:
    """Return what the deviation of normal points' distances by their mean tends to."""
    return 1 / np.sqrt(2 * np.asarray(frame.arrays["tried_dims"]))


def geometry_title(frame: Frame) -> str:
    """Return how much of the chosen ball is in its outer shell."""
    d, shell = frame.params.d, frame.params.shell
    return f"d = {d}: the outer {100 * shell:.3g} % of the radius holds {100 * (1 - (1 - shell) ** d):.5g} % of a ball"


NEIGHBOURS = Card(
    "neighbours",
    title,
    Scatter(
        "places", (axis(0), axis(1)), dims=("digit", "axis"), classes=classes, sizes=sizes,
        over=(spokes(False), spokes(True)), click=ask_about, reading=digit_words,
    ),
    name="A digit and its nearest others",
    about="Large: the digit asked about, with lines to its k nearest by all columns; green is its class, red another",
    hint="click on a digit to ask about it",
    at_first=True, weight=2.0, least=(340, 280),
)  # fmt: skip
FACES = Card(
    "faces",
    "Who is near?",
    Images("faces", dims=("face", "y", "x"), captions=captions, tokens=tokens, click=ask_face),
    about="The digit asked about, and its k nearest others with their distances",
    hint="click on an image to ask about that digit",
    at_first=True, least=(300, 110),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "Digits told by their neighbours",
    Steps({"accuracy/all": "all columns", "accuracy/pca": "q components", "kept": "neighbours kept"}, "share",
          levels=(Level(0.1, "chance"),)),
    about="Right votes by all columns and by their first q principal components; neighbours that are still the same",
    at_first=True, least=(260, 170), hides_before_prediction=True,
)  # fmt: skip
DISTANCES = Card(
    "distances",
    near_title,
    Histogram("near_counts", "near_edges", "digits", "distance / mean distance", dims=("relation", "distance bin"),
              levels=(Level(1.0),)),
    name="Near and far",
    about="How far the others are from the digit asked about, in mean distances: its class and the rest",
    at_first=True, least=(260, 160),
)  # fmt: skip
SPECTRUM = Card(
    "spectrum",
    "Variance along each component",
    Curves("variances", "λ", dots=True, span=lambda values: (0.0, float(np.nanmax(values)) * 1.1 + 1e-9),
           handle=Handle(lambda frame: frame.params.q, "q"), click=lambda frame, k: {"q": min(k + 1, 40)},
           levels=(Level(edge, "noise reaches this"),)),
    about="What lies above the line stands out of the noise: PCA can keep it",
    hint="click to keep so many components",
)  # fmt: skip
MAPS = Card(
    "maps",
    lambda frame: f"PCA, t-SNE, autoencoder: maps of 64 pixels + {frame.params.mapped:,} columns",
    Column(
        (
            Row((map_of("map_pca", "PCA"), map_of("map_near", "t-SNE"), map_of("map_code", "autoencoder"))),
            Table(
                (Cell(lambda frame: WAYS, "by"), kept_bar(0, "k-NN right"), kept_bar(1, "neighbours kept"),
                 kept_bar(2, "distances")),
                dim="way",
            ),
        ),
        weights=(1.3, 1.0),
    ),
    name="Maps, and what each keeps",
    about="Two dimensions by PCA, t-SNE and an autoencoder; votes, neighbours by the pixels kept, and the rank "
    "correlation with the distances by the pixels",
    hint="click on a digit; the number of columns is under All controls",
    ask=Ask("maps", ("map_pca", "map_code", "map_near", "keeps"), maps_key, busy="making the maps …", parts=True),
    weight=2.2, least=(440, 340), hides_before_prediction=True,
)  # fmt: skip
CONTRASTS = Card(
    "contrasts",
    "Random points: how much farther is the farthest?",
    Column(
        (
            Curves((tried("contrast_of", 0, "cube"), tried("contrast_of", 1, "normal")), "contrast C",
                   dims=("dims tried",), log=True, dots=True),
            Curves((tried("spreads", 0, "cube"), tried("spreads", 1, "normal"), Line(law, "1/√(2d)", 7, dashed=True)),
                   "spread", dims=("dims tried",), log=True),
        ),
    ),
    about="500 points, even in a cube or normal; medians over 50 others. Below: the distances' deviation by their mean",
    ask=Ask("contrasts", ("tried_dims", "spreads", "contrast_of"), lambda frame: (), busy="drawing points …"),
    least=(260, 240),
)  # fmt: skip
GEOMETRY = Card(
    "geometry",
    geometry_title,
    Curves("geometry", "share", dims=("figure", "dims"), span=(0.0, 1.02), handle=Handle("d", "d")),
    name="Balls and cubes of many dimensions",
    about="The ball's outer shell, the ball in the cube around it, and the edge of a cube that holds a hundredth",
    hint="drag the line",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    right = f", {frame.metric('accuracy/all'):.0%} right" if frame.step else ""
    return f"{added(frame):,} of {MOST:,} columns added{right}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the columns and the share of right votes."""
    return (("columns", f"{added(frame):,}"), ("right", f"{frame.metric('accuracy/all'):.0%}")) if frame.step else ()


def contrast_numbers(frame: Frame) -> str:
    """Return the median contrast."""
    return rf"C = {frame.metric('contrast'):.3g}" if frame.step else ""


def edge_numbers(frame: Frame) -> str:
    """Return the largest variance of noise."""
    found = edge(frame)
    return "" if found is None else rf"\lambda_+ = {found:.3g}"


VIEW = View(
    cards=(NEIGHBOURS, FACES, ACCURACY, DISTANCES, MAPS, SPECTRUM, CONTRASTS, GEOMETRY),
    formulas=(
        Formula("Contrast, median", lambda frame: r"C = \frac{d_{\max} - d_{\min}}{d_{\min}}", contrast_numbers),
        Formula("Noise's largest variance",
                lambda frame: r"\lambda_+ = \sigma^2 \left(1 + \sqrt{\tfrac{p}{n - 1}}\right)^2", edge_numbers),
        Formula("Outer shell", lambda frame: r"1 - (1 - \varepsilon)^d",
                lambda frame: f"{1 - (1 - frame.params.shell) ** frame.params.d:.4g}"),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
