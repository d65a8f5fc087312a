"""The experiment: a step of the chosen method, and what the scores say of the groups after it."""

from collections.abc import Iterator

import torch
from torch import Tensor

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.clusters import adjusted_rand, apart, mean_silhouette
from explainer.lab.points import moons
from explainer.scenes.clustering import Params
from explainer.scenes.clustering.data import Flat, blobs, own_table, pixels, stripes, uneven, uniform
from explainer.scenes.clustering.drawings import Drawings
from explainer.scenes.clustering.methods import (
    best_start,
    dense,
    expectation,
    group_means,
    inertia,
    maximisation,
    merge,
    nearest,
    random_start,
    spread,
    spread_start,
)
from explainer.scenes.clustering.side_jobs import ends_job, over_eps_job, over_k_job, scores_job


class Clustering(Experiment[Params]):
    """Points (n, d) in float64, and a group for each (n,), −1 for none."""

    learns_from = ("x", "truth")
    drawings: tuple[Drawings, ...] = ()

    def build(self) -> None:
        """Make the points in the units that the method gets, and begin."""
        self.draw_from("data")
        if self.params.data == "moons":
            base, truth = moons(self.params.points, self.params.noise)
        elif self.params.data == "blobs":
            base, truth = blobs(self.params.points, self.params.noise)
        elif self.params.data == "stripes":
            base, truth = stripes(self.params.points, self.params.noise)
        elif self.params.data == "uneven":
            base, truth = uneven(self.params.points, self.params.noise)
        elif self.params.data == "uniform":
            base, truth = uniform(self.params.points)
        elif self.params.data == "digits":
            base, truth = pixels(self.params.points)
        else:
            base, truth, scale = own_table(self.params.path, self.params.label, self.params.points)
        base = base.double()
        if self.params.standardize:
            width = base.std(0, correction=0)
            scale = 1 / torch.where(width > 0, width, 1.0)
        elif self.params.data == "digits":
            scale = torch.ones(64, dtype=torch.float64)
        elif self.params.data != "file":
            scale = torch.tensor([1.0, self.params.stretch], dtype=torch.float64)
        self.x, self.truth = (base * scale).to(self.device), truth.to(self.device)
        self.draw_from("start")
        n, k = len(self.x), min(self.params.k, len(self.x))
        if self.params.method in ("kmeans", "mixture"):
            if self.params.init == "random":
                starts = [random_start(self.x, k) for _ in range(self.params.n_init)]
            else:
                starts = [spread_start(self.x, k) for _ in range(self.params.n_init)]
            self.centres = starts[0]
            if self.params.n_init > 1:
                self.centres = best_start(
                    self.x, starts, self.params.covariance if self.params.method == "mixture" else ""
                )
            self.group = nearest(self.x, self.centres)
        if self.params.method == "mixture":
            shares = torch.eye(k).to(self.x)[self.group]
            self.weights, self.centres, self.covariances = maximisation(self.x, shares, self.params.covariance)
        elif self.params.method == "dbscan":
            self.near, self.core = dense(self.x, self.params.eps, self.params.min_samples)
            self.group = torch.full((n,), -1, device=self.device)
            self.front = torch.zeros_like(self.core)
        elif self.params.method == "agglomerative":
            self.between = apart(self.x).fill_diagonal_(torch.inf)
            self.sizes, self.group = torch.ones(n).to(self.x), torch.arange(n, device=self.device)
        self.drawings = (Drawings(self, base, scale),)
        self.trace(path=self.drawn_centres())

    def step(self) -> Iterator[str]:
        """One round of the method."""
        before = self.group
        if self.params.method == "kmeans":
            self.centres = group_means(self.x, self.group, self.centres)
            yield "move"
            self.group = nearest(self.x, self.centres)
            self.record({"objective/kmeans": inertia(self.x, self.group, self.centres)})
            yield "assign"
        elif self.params.method == "mixture":
            shares, likelihood = expectation(self.x, self.weights, self.centres, self.covariances)
            self.group = shares.argmax(1)
            yield "expect"
            self.weights, self.centres, self.covariances = maximisation(self.x, shares, self.params.covariance)
            self.record({"objective/mixture": -likelihood})
            yield "maximise"
        elif self.params.method == "dbscan":
            self.group, self.front = spread(self.near, self.core, self.group, self.front)
            self.finished = not bool(self.front.any() or (self.core & (self.group < 0)).any())
            self.record({"objective/dbscan": (self.group < 0).double().mean()})
            yield "spread"
        else:
            self.between, self.sizes, self.group, height = merge(
                self.between, self.sizes, self.group, self.params.linkage
            )
            self.finished = len(self.group.unique()) <= self.params.k
            self.record({"objective/agglomerative": height})
            yield "merge"
        self.record(moved=(self.group != before).double().sum(), groups=len(self.group[self.group >= 0].unique()))
        self.record(silhouette=mean_silhouette(self.x, self.group))
        if self.params.data != "file" or self.params.label:
            self.record(agreement=adjusted_rand(self.group + 1, self.truth))
        self.trace(path=self.drawn_centres())
        yield "score"

    def move_centre(self, index: int, x: float, y: float) -> None:
        """Move a centre so that it is drawn at (x, y)."""
        if self.params.method not in ("kmeans", "mixture"):
            raise Refused("only k-means and a mixture have centres: choose one of these methods", about="index")
        if index >= len(self.centres):
            last = len(self.centres) - 1
            raise Refused(f"index = {index} is refused: there are centres 0 to {last}", about="index")
        by = torch.tensor([x, y]).to(self.x) - self.flat.drawn(self.centres[index])
        self.centres = self.centres.clone()
        self.centres[index] += self.flat.shift(by)
        if self.params.method == "kmeans":
            self.group = nearest(self.x, self.centres)
        else:
            self.group = expectation(self.x, self.weights, self.centres, self.covariances)[0].argmax(1)

    @property
    def flat(self) -> Flat:
        """The plane in which all is drawn."""
        return self.drawings[0].flat

    def drawn_centres(self) -> Tensor:
        """Return where the centres are drawn (centre, 2); there are none without a method that has some."""
        if self.params.method in ("kmeans", "mixture"):
            return self.flat.drawn(self.centres)
        return self.x.new_zeros(0, 2)

    def labels(self) -> Tensor:
        """Return what no method is told (point,)."""
        return self.truth

    # side jobs

    def over_k(self) -> Parts:
        """Try 1 to 12 groups."""
        return over_k_job(self.x, self.truth, self.params, self.generator("over k"))

    def over_eps(self) -> Parts:
        """Try growing reaches."""
        return over_eps_job(self.x, self.truth, self.params)

    def ends(self) -> Parts:
        """Try a hundred starts of each kind."""
        return ends_job(self.x, self.params, self.generator("ends"))

    def scores(self) -> Parts:
        """Score four methods and the labels."""
        return scores_job(self.x, self.truth, self.params, self.generator("scores"))
