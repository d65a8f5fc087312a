"""Dimensionality: columns are added to digits a few at a time, and their nearest neighbours are lost."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    choice,
    integer,
    real,
)
from explainer.contract.cards import Dimension

MOST, PIXELS, MOST_KEPT, SHOWN = 4000, 64, 40, 30
"""Columns that can be added, pixels, components that can be kept, variances that are drawn."""
ADDED = {"noise": "Noise", "mixtures": "Mixtures of the pixels"}
PLANES = {"pixels": "The pixels alone", "all": "All columns"}
WAYS = ("pixels alone", "all columns", "PCA, q", "PCA, 2", "t-SNE, 2", "autoencoder, 2")
MEASURES = ("k-NN", "neighbours", "distances")


class Params(Parameters):
    """What can be set, in the order of the controls."""

    added: str = choice(
        "noise", ADDED, kind=STRUCTURAL, label="Columns added",
        help="Random numbers of their own, or sums of the 64 pixels with random weights: nothing new.",
    )
    scale: float = real(
        1.0, 0.05, 20.0, log=True, kind=STRUCTURAL, label="Their scale σ",
        help="Standard deviation of an added column; pixels have 1 in the mean.",
    )
    per_step: int = integer(
        10, 1, 200, log=True, kind=LIVE, label="Columns per step", help="How many one step adds, 4,000 in all."
    )
    k: int = integer(5, 1, 20, kind=LIVE, label="Neighbours k", help="So many nearest digits vote.")
    q: int = integer(
        10, 1, MOST_KEPT, kind=LIVE, label="Components q", help="The principal components of all columns that are kept."
    )
    examples: int = integer(300, 100, 500, log=True, kind=STRUCTURAL, label="Digits n", help="How many digits there are.")
    query: int = integer(63, 0, 499, kind=VIEW, label="Digit asked about", help="The one whose neighbours are shown.")
    plane: str = choice(
        "pixels", PLANES, kind=VIEW, label="Plane of", help="Whose first two principal components are the plane."
    )
    mapped: int = integer(
        200, 0, 1000, kind=VIEW, label="Added columns, maps", help="With how many of them the maps are made."
    )
    d: int = integer(20, 1, 1000, log=True, kind=VIEW, label="Dimensions d", help="Of the ball and the cube.")
    shell: float = real(0.1, 0.001, 0.5, log=True, kind=VIEW, label="Shell ε", help="The outer part of the radius.")


def asked_of(params: Params) -> int:
    """Return the digit asked about: the last one where there are not so many."""
    return min(params.query, params.examples - 1)


SCENE = Scene(
    title="Dimensionality",
    room="Generalization",
    question="Why does everything get far away?",
    parameters=Params,
    first=("added", "per_step", "plane"),
    data=("added", "examples"),
    steps=400,
    speed=20.0,
    progress="accuracy/*",
    metrics={
        "columns": "How many columns have been added.",
        "accuracy/all": "Share of the digits that the vote of their k nearest others gets right, by all columns.",
        "accuracy/pca": "The same by the first q principal components of all columns.",
        "kept": "The share of the k nearest others by the pixels alone that are still among the k nearest.",
        "contrast": "(farthest − nearest) / nearest other digit, the median over the digits.",
        "hub": "How often the most popular digit is among the k nearest of another one.",
    },
    arrays={
        "places": Array(("digit", "axis"), "float64", "The digits in the plane."),
        "labels": Array(("digit",), "int64", "Which digit each shows."),
        "distances": Array(("digit",), "float64", "From the digit asked about, by all columns."),
        "chosen": Array(("neighbour",), "int64", "Its k nearest others."),
        "faces": Array(("face", "y", "x"), "float64", "The images of it and of these, from 0 to 1."),
        "near_counts": Array(("relation", "distance bin"), "int64", "Others by their distance, this class and the rest."),
        "near_edges": Array(("distance edge",), "float64", "The bins' edges, in mean distances."),
        "variances": Array(("component",), "float64", "Variance along each principal component of all columns."),
        "dims_at": Array(("dims",), "float64", "Numbers of dimensions."),
        "geometry": Array(("figure", "dims"), "float64", "Outer shell of a ball, ball in its cube, edge of a hundredth."),
    },
    dimensions={
        "digit": Dimension("digit"),
        "neighbour": Dimension("neighbour", whole=True),
        "component": Dimension("principal component", whole=True),
        "relation": Dimension("", ("same class", "others"), colours=(2, 7)),
        "dims": Dimension("dimensions d", at="dims_at", log=True),
        "figure": Dimension("", ("outer shell", "ball / cube", "edge for 1 %"), colours=(5, 0, 2)),
        "dims tried": Dimension("dimensions", at="tried_dims", log=True),
        "way": Dimension("", WAYS),
    },
    jobs={
        "maps": Job("Two-dimensional maps by PCA, t-SNE and an autoencoder, and what each keeps."),
        "contrasts": Job("(farthest − nearest) / nearest of 500 points, for 2 to 1,000 dimensions."),
    },
    symbols={"k": "k", "q": "q", "σ": "scale", "n": "examples", "ε": "shell", "d": "d", "λ": "variances"},
    order=65,
)  # fmt: skip
