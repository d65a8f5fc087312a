"""The experiment: each step weighs the points, grows one tree, and lets it vote with those before."""

import math
import pickle
from collections.abc import Iterator

import torch

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.planar import PLANAR
from explainer.scenes.ensembles import DEEP, MOST, Params
from explainer.scenes.ensembles import side_jobs as jobs
from explainer.scenes.ensembles.drawings import Drawings
from explainer.scenes.ensembles.trees import classifier, corrector, says

TEST = 2000


class Ensembles(Experiment[Params]):
    """``trees`` are the members, pickled; ``alphas`` their votes' weights; ``given`` the weights (n,) they grew on."""

    learns_from = ("x", "y")

    def build(self) -> None:
        """Draw the points; no tree is grown yet."""
        params = self.params
        self.draw_from("data")
        self.x, self.truth = PLANAR[params.data](params.points, params.noise, None)
        flipped = torch.randperm(params.points)[: round(params.wrong * params.points)]
        self.y = self.truth.clone()
        self.y[flipped] = 1 - self.y[flipped]
        self.draw_from("test")
        self.test_x, self.test_y = PLANAR[params.data](TEST, params.noise, None)
        self.draws = self.generator("members")
        self.weights = torch.ones(params.points, dtype=torch.float64)
        odds = self.y.double().mean() if params.method == "gradient" else torch.tensor(0.5, dtype=torch.float64)
        self.prior = float(torch.log(odds / (1 - odds)))
        self.score = torch.full((params.points,), self.prior, dtype=torch.float64)
        self.test_score = torch.full((TEST,), self.prior, dtype=torch.float64)
        self.trees: list[bytes] = []
        self.given: list[torch.Tensor] = []
        self.alphas: list[float] = []
        self.removed: list[int] = []
        self.one = 0.0
        self.drawings = (Drawings(self),)

    def step(self) -> Iterator[str]:
        """Grow one more member."""
        method, depth = self.params.method, self.params.max_depth
        if method in ("bagging", "forest"):
            drawn = torch.randint(len(self.y), (round(self.params.max_samples * len(self.y)),), generator=self.draws)
            self.weights = torch.bincount(drawn, minlength=len(self.y)).double()
        if method == "gradient":
            self.weights = (self.y - torch.sigmoid(self.score)).abs()
        yield "weights"
        number = int(torch.randint(2**31, (1,), generator=self.draws))
        if method == "gradient":
            tree = corrector(self.x, self.y, self.score, depth, number)
        else:
            tree = classifier(self.x, self.y, self.weights, depth, 1 if method == "forest" else 2, number)
        said, test_said = (says(tree, x, method == "adaboost") for x in (self.x, self.test_x))
        yield "tree"
        self.given.append(self.weights)
        alpha = 1.0
        if method == "gradient":
            alpha = self.params.learning_rate
        if method == "adaboost":
            missed = (said > 0) != (self.y == 1)
            error = float(self.weights[missed].sum() / self.weights.sum())
            alpha = self.params.learning_rate * math.log((1 - error) / max(error, 1e-10))
            self.weights = self.weights * torch.exp(alpha * missed.double())
            self.weights = self.weights / self.weights.mean()
        self.trees.append(pickle.dumps(tree))
        self.alphas.append(alpha)
        self.score = self.score + alpha * said
        self.test_score = self.test_score + alpha * test_said
        if len(self.trees) == 1:
            strong = classifier(self.x, self.y, torch.ones_like(self.score), DEEP, 2, 0)
            self.one = float(((says(strong, self.test_x, True) > 0) == (self.test_y == 1)).double().mean())
        yield "vote"
        self.record({
            "test/vote": ((self.test_score > 0) == (self.test_y == 1)).double().mean(),
            "test/member": ((test_said > 0) == (self.test_y == 1)).double().mean(),
            "test/one": self.one,
            "train/vote": ((self.score > 0) == (self.y == 1)).double().mean(),
        })  # fmt: skip
        self.finished = len(self.trees) == MOST

    def remove(self, member: int) -> None:
        """Take a member's vote away, or give it back; the score is summed anew."""
        if member > len(self.trees):
            raise Refused(f"member = {member} is refused: there are {len(self.trees)}", about="member")
        self.removed = sorted({*self.removed} ^ {member})
        self.score = torch.full_like(self.score, self.prior)
        self.test_score = torch.full_like(self.test_score, self.prior)
        for number, (tree, alpha) in enumerate(zip(self.trees, self.alphas, strict=True), 1):
            if number not in self.removed:
                grown = pickle.loads(tree)
                self.score = self.score + alpha * says(grown, self.x, self.params.method == "adaboost")
                self.test_score = self.test_score + alpha * says(grown, self.test_x, self.params.method == "adaboost")

    # side jobs

    def one_tree(self) -> Parts:
        """Yield ``strong`` (y, x) from −1 to 1, and ``strong_scores`` (2,): accuracy on points and test points."""
        yield from jobs.one_tree(self.x, self.y, self.test_x, self.test_y, Drawings(self).cells)

    def spread(self) -> Parts:
        """Yield ``measured`` and ``foretold`` (trial,), the variance of the vote, and ``causes`` (2,): σ² and ρ."""
        yield from jobs.spread(self.params, self.seed)

    def race(self) -> Parts:
        """Yield ``on_points`` and ``on_tumours`` (way, trial): test accuracies."""
        yield from jobs.race(self.x, self.y, self.test_x, self.test_y, self.seed)
