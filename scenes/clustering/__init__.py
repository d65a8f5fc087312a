"""Clustering: groups without names, made step by step in four ways, and the scores that are to say how many there are."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
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
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension

DATA = {
    "moons": "Two moons",
    "blobs": "Four blobs",
    "stripes": "Three stripes",
    "uneven": "One wide, two small",
    "uniform": "No groups at all",
    "digits": "Digits, real",
    "file": "A table of your own",
}
GROUPS = {"moons": 2, "blobs": 4, "stripes": 3, "uneven": 3, "uniform": 3, "digits": 10, "file": 3}
METHODS = {
    "kmeans": "k-means",
    "mixture": "Gaussian mixture",
    "dbscan": "DBSCAN",
    "agglomerative": "Agglomerative",
}
STARTS = {"k-means++": "k-means++", "random": "Random points"}
WAYS = ("k-means", "mixture", "DBSCAN", "Ward", "single linkage", "the labels")
MEASURES = ("silhouette", "stability", "agreement")
SCORES = ("groups", "silhouette", "Calinski–Harabasz", "Davies–Bouldin", "agreement")
MOST, MOST_GROUPS, SHOWN = 1000, 30, 12
"""Points and groups at most; so many groups are counted by their labels."""


class Params(Parameters):
    """What can be set, in the order of the controls."""

    data: str = choice("moons", DATA, kind=STRUCTURAL, label="Data", help="What is to be grouped.")
    method: str = choice("kmeans", METHODS, kind=STRUCTURAL, label="Method", help="How groups are made.")
    k: int = integer(
        2, 1, MOST_GROUPS, kind=STRUCTURAL, label="Groups k", unless={"method": ("dbscan",)},
        help="How many groups the method is told to make.",
    )
    init: str = choice(
        "k-means++", STARTS, kind=STRUCTURAL, label="Start", when={"method": ("kmeans", "mixture")},
        help="Points at which centres begin: far from one another, or any.",
    )
    n_init: int = integer(
        1, 1, 50, log=True, kind=STRUCTURAL, label="Starts tried", when={"method": ("kmeans", "mixture")},
        help="So many starts are run to their end first; the one that ends best is shown.",
    )
    covariance: str = choice(
        "full", {"full": "Full", "diag": "Diagonal", "spherical": "Spherical"}, kind=STRUCTURAL, label="Covariance",
        when={"method": ("mixture",)}, help="Ellipses of any kind, along the axes, or circles.",
    )
    eps: float = real(
        0.2, 0.001, 10.0, log=True, kind=STRUCTURAL, label="Reach ε", when={"method": ("dbscan",)},
        help="Points at most this far apart are neighbours.",
    )
    min_samples: int = integer(
        5, 1, 50, kind=STRUCTURAL, label="Neighbours m", when={"method": ("dbscan",)},
        help="A point with so many within reach, itself included, is a core point.",
    )
    linkage: str = choice(
        "ward", ("ward", "single", "complete", "average"), kind=STRUCTURAL, label="Linkage",
        when={"method": ("agglomerative",)}, help="How far apart two groups are.",
    )
    points: int = integer(300, 30, MOST, log=True, kind=STRUCTURAL, label="Points n", help="How many are drawn, at most.")
    noise: float = real(
        0.05, 0.0, 1.0, kind=STRUCTURAL, label="Noise", when={"data": ("moons", "blobs", "stripes", "uneven")},
        help="What is added at random: of moons its standard deviation.",
    )
    stretch: float = real(
        1.0, 0.01, 100.0, log=True, kind=STRUCTURAL, label="Unit of x₂", unless={"data": ("digits", "file")},
        help="The method gets x₂ times this, as if metres were centimetres; the picture stays.",
    )
    standardize: bool = switch(
        False, kind=STRUCTURAL, label="Standardize", help="Gives every column a standard deviation of 1 first."
    )
    path: str = text(
        "", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)},
        suggests=lambda path: {"data": "file"} if path.strip() else {},
        help="A CSV with a head line: every column that holds numbers alone. Or drop one on the window.",
    )
    label: str = text(
        "", most=200, kind=STRUCTURAL, label="Label column", when={"data": ("file",)},
        help="A column that no method sees, only the agreement; may be empty.",
    )
    truth: bool = switch(
        False, kind=VIEW, label="Show the labels", help="Colours points by the labels that no method is told."
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return as many groups as have labels, points enough for digits, and a table in standard units."""
        data = given.get("data", "moons")
        return {
            "k": GROUPS.get(data, 2),
            "points": 500 if data in ("digits", "file") else 300,
            "standardize": data == "file",
            "eps": {"digits": 1.5, "file": 0.5}.get(data, 0.2),
        }

    def verify(self) -> None:
        """Refuse more groups than points."""
        if self.k > self.points:
            raise Refused(f"k = {self.k} is refused with {self.points} points: give at most {self.points}", about="k")


_NONE = "In no group, or there is no other group."
_UNDEFINED = "A score needs two groups, agreement needs labels."

SCENE = Scene(
    title="Clustering",
    room="Generalization",
    question="How many groups are there, and who says so?",
    parameters=Params,
    first=("data", "method", "k", "truth"),
    data=("data", "points", "noise", "stretch", "standardize", "path", "label"),
    steps=20,
    speed=4.0,
    progress="agreement",
    metrics={
        "objective/*": "What the method makes small, or how far it is: k-means its inertia, the sum of squared distances "
                       "to the centres; a mixture the mean −ln p of a point, before its update; DBSCAN the share of "
                       "points without a group; merging how far apart the two groups were.",
        "moved": "Points whose group is another than before this step.",
        "groups": "How many groups have a point.",
        "silhouette": "The mean silhouette of the points that are in a group; 0 with fewer than two groups.",
        "agreement": "The adjusted Rand index with the labels, points without a group counted as one.",
    },
    arrays={
        "places": Array(("place", "coordinate"), "float64", "Where the points are drawn, and after them the centres."),
        "colours": Array(("place",), "int64", "The colour of each: its group's number, the last for no group."),
        "truth_colours": Array(("place",), "int64", "The same by the labels."),
        "diameters": Array(("place",), "float64", "How large each is drawn, in pixels."),
        "hollow": Array(("place",), "bool", "Whether DBSCAN does not count it as a core point."),
        "group": Array(("point",), "int64", "Each point's group, −1 for none."),
        "labels": Array(("point",), "int64", "What no method is told; −1 where nothing is known."),
        "row_at": Array(("row",), "float64", "Where the map's rows lie."),
        "column_at": Array(("column",), "float64", "Where its columns lie."),
        "territory": Array(("colour", "row", "column"), "float64", "How much of each colour a place belongs to.",
                           nan="To no group, or the plane is but a shadow of more than two columns."),
        "path": Array(("step + 1", "centre", "coordinate"), "float64", "The centres so far.", traced=True),
        "ellipse_at": Array(("ellipse", "coordinate"), "float64", "The middles of ellipses: one standard deviation of a "
                            "component, or DBSCAN's reach from the points that it reached last."),
        "ellipse_shape": Array(("ellipse", "coordinate", "other coordinate"), "float64", "Their covariances."),
        "silhouettes": Array(("point",), "float64", "(b − a) / max(a, b) of each point.", nan=_NONE),
        "profile": Array(("group number", "rank"), "float64", "The same, sorted within each group.", nan=_NONE),
        "counts": Array(("label", "largest group"), "int64", "Points by label and group, of the twelve largest."),
        "tree": Array(("corner", "coordinate"), "float64", "The lines of the whole tree of merges.",
                      nan="between two lines"),
        "branches": Array(("corner done", "coordinate"), "float64", "Those merges that are done.",
                          nan="between two lines"),
        "tops": Array(("merge", "coordinate"), "float64", "Where each merge stands: across, and its height."),
    },
    dimensions={
        "row": Dimension("x₂", at="row_at"),
        "column": Dimension("x₁", at="column_at"),
        "group number": Dimension("group", whole=True),
        "rank": Dimension("points of the group, best first", whole=True),
        "way": Dimension("", WAYS),
        "groups made": Dimension("groups k", at="tried_k"),
        "measure": Dimension("", MEASURES, colours=(0, 4, 2)),
        "reach": Dimension("reach ε", at="tried_eps", log=True),
        "reading": Dimension("", ("silhouette", "in no group", "agreement"), colours=(0, 7, 2)),
        "start": Dimension("", ("k-means++", "random"), colours=(2, 5)),
    },
    actions={
        "move_centre": Verb(
            "Put a centre elsewhere in the plane; the method goes on from there.",
            {
                "index": integer(0, 0, MOST_GROUPS - 1, label="Centre"),
                "x": real(0.0, -1e6, 1e6, label="Across"),
                "y": real(0.0, -1e6, 1e6, label="Up"),
            },
            label="Move a centre", replaces=("index",),
        ),
    },
    jobs={
        "over_k": Job("Objective, silhouette, stability and agreement for 1 to 12 groups."),
        "over_eps": Job("What DBSCAN finds for growing ε."),
        "ends": Job("The inertia at which k-means ends from 100 starts of each kind."),
        "scores": Job("Four methods and the labels, by five scores."),
    },
    symbols={"k": "k", "ε": "eps", "m": "min_samples", "n": "points", "J": "steps", "s": "silhouette"},
    order=70,
)  # fmt: skip
