"""The experiment: one image a step, shown to three learners that are told different things of it."""

from collections.abc import Collection, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.clusters import adjusted_rand
from explainer.lab.digits import digits
from explainer.scenes.paradigms import Params

TRAIN, GATHER, EVERY, SLOW = 1437, 30, 10, 0.05
"""Training images; so many examples before clusters move; every so many steps they do; the baseline's rate."""


def spread_out(examples: Tensor, count: int) -> Tensor:
    """Return ``count`` of the examples (n, pixel), each the one farthest from those before; fewer if there are."""
    chosen = examples[:1]
    for _ in range(min(count, len(examples)) - 1):
        farthest = torch.cdist(examples, chosen).min(1).values.argmax()
        chosen = torch.cat([chosen, examples[farthest][None]])
    return chosen


def moved(centres: Tensor, examples: Tensor) -> Tensor:
    """Return the centres after one round of Lloyd's k-means; one without an example stays."""
    nearest = torch.cdist(examples, centres).argmin(1)
    sums = torch.zeros_like(centres).index_add(0, nearest, examples)
    counts = torch.bincount(nearest, minlength=len(centres))[:, None]
    return torch.where(counts > 0, sums / counts.clamp(min=1), centres)


class Paradigms(Experiment[Params]):
    """Softmax regression by labels, the same by REINFORCE, and k-means."""

    learns_from = ("pixels", "names", "index")

    def build(self) -> None:
        """Take the digits apart into training and test images, and begin with nothing learned."""
        self.draw_from("data")
        images, written = digits()
        order = torch.randperm(len(images))
        flat, numbers = torch.tensor(images).flatten(1)[order] / 16.0, torch.tensor(written).long()[order]
        self.pixels, self.test_pixels = flat[:TRAIN].to(self.device), flat[TRAIN:].to(self.device)
        self.names, self.truth = numbers[:TRAIN].to(self.device), numbers[TRAIN:].to(self.device)
        if self.params.noise:
            wrong = (torch.rand(TRAIN) < self.params.noise).to(self.device)
            others = (self.names + torch.randint(1, 10, (TRAIN,)).to(self.device)) % 10
            self.names = torch.where(wrong, others, self.names)
        self.middle, self.scale = self.pixels.mean(0), self.pixels.std()
        self.w_labels = torch.zeros(10, 65, device=self.device)
        self.w_reward = torch.zeros(10, 65, device=self.device)
        self.expected = torch.tensor(0.1, device=self.device)
        self.turns, self.guesses = self.generator("order"), self.generator("guesses")
        self.index, self.guess, self.shown = torch.tensor(0), torch.tensor(0), torch.zeros(0, dtype=torch.int64)
        self.centre_points = torch.zeros(0, 64, device=self.device)

    def joined(self, given: Tensor) -> Tensor:
        """Return pixels (…, 64) centred and scaled, with a 1 joined for the bias (…, 65)."""
        return F.pad((given - self.middle) / self.scale, (0, 1), value=1.0)

    def step(self) -> Iterator[str]:
        """Show one image to all three."""
        self.index = torch.randint(TRAIN, (), generator=self.turns)
        x, name = self.joined(self.pixels[self.index]), self.names[self.index]
        yield "look"
        error = F.one_hot(name, 10) - torch.softmax(self.w_labels @ x, 0)
        self.w_labels = self.w_labels + self.params.lr * torch.outer(error, x)
        yield "labels"
        chances = torch.softmax(self.w_reward @ x, 0)
        self.guess = torch.multinomial(chances.cpu(), 1, generator=self.guesses)[0]
        reward = (self.guess == name.cpu()).float().to(self.device)
        surplus = reward - self.expected if self.params.baseline else reward
        towards = F.one_hot(self.guess, 10).to(self.device) - chances
        self.w_reward = self.w_reward + self.params.lr * surplus * torch.outer(towards, x)
        self.expected = self.expected + SLOW * (reward - self.expected)
        yield "reward"
        self.shown = torch.cat([self.shown, self.index[None]])
        if len(self.shown) <= GATHER:
            self.centre_points = spread_out(self.pixels[self.shown], self.params.clusters)
        elif len(self.shown) % EVERY == 0:
            self.centre_points = moved(self.centre_points, self.pixels[self.shown])
        yield "clusters"
        test = self.joined(self.test_pixels)
        self.record({
            "accuracy/labels": self.right((test @ self.w_labels.T).argmax(1)),
            "accuracy/reward": self.right((test @ self.w_reward.T).argmax(1)),
            "accuracy/clusters": self.right(self.by_clusters()),
            "agreement": adjusted_rand(self.groups(), self.truth),
            "reward": reward,
        })  # fmt: skip
        yield "test"

    def changed(self, names: Collection[str]) -> None:
        """Do nothing: parameters are read at each step."""

    # what each says of the test images

    def right(self, answers: Tensor) -> Tensor:
        """Return the share of the test images that are answered rightly."""
        return (answers == self.truth).double().mean()

    def groups(self) -> Tensor:
        """Return the cluster of each test image (test image,)."""
        return torch.cdist(self.test_pixels, self.centre_points).argmin(1)

    def centre_digits(self) -> Tensor:
        """Return the name of the shown image nearest to each centre (cluster,)."""
        nearest = torch.cdist(self.centre_points, self.pixels[self.shown]).argmin(1)
        return self.names[self.shown][nearest]

    def by_clusters(self) -> Tensor:
        """Return what the clusters say, one example of each named (test image,)."""
        return self.centre_digits()[self.groups()]

    # arrays

    def image(self) -> Tensor:
        """Return the example of this step (row, column)."""
        return self.pixels[self.index].reshape(8, 8)

    def told(self) -> list[str]:
        """Return what each learner was told."""
        if not len(self.shown):
            return ["nothing yet"] * 3
        name, guess = int(self.names[self.index]), int(self.guess)
        verdict = "right" if name == guess else "wrong"
        return [f"this is a {name}", f"your guess {guess} is {verdict}", "nothing"]

    def asked_so_far(self) -> Tensor:
        """Return how many names a person has given (learner,)."""
        return torch.tensor([len(self.shown), 0, len(self.centre_points)])

    @kept
    def accuracies(self) -> Tensor:
        """Return the test accuracies (learner,); 0 before the first step."""
        if not len(self.shown):
            return torch.zeros(3, dtype=torch.float64)
        test = self.joined(self.test_pixels)
        said = [(test @ self.w_labels.T).argmax(1), (test @ self.w_reward.T).argmax(1), self.by_clusters()]
        return torch.stack([self.right(answers) for answers in said])

    def names_templates(self) -> Tensor:
        """Return the labelled learner's weights (digit, row, column)."""
        return self.w_labels[:, :64].reshape(10, 8, 8)

    def reward_templates(self) -> Tensor:
        """Return the rewarded learner's weights (digit, row, column)."""
        return self.w_reward[:, :64].reshape(10, 8, 8)

    def centres(self) -> Tensor:
        """Return the centres (cluster, row, column)."""
        return self.centre_points.reshape(-1, 8, 8)

    def centre_names(self) -> Tensor:
        """Return each centre's name (cluster,)."""
        return self.centre_digits() if len(self.shown) else torch.zeros(0, dtype=torch.int64)

    @kept("pixels")
    def places(self) -> Tensor:
        """Return the test images on the first two principal components (test image, 2)."""
        _, _, axes = torch.linalg.svd(self.pixels - self.middle, full_matrices=False)
        return (self.test_pixels - self.middle) @ axes[:2].T

    @kept
    def answers(self) -> Tensor:
        """Return what the learner looked at says (test image,)."""
        test = self.joined(self.test_pixels)
        if self.params.shown == "clusters":
            return self.by_clusters() if len(self.shown) else torch.zeros_like(self.truth)
        weights = self.w_labels if self.params.shown == "labels" else self.w_reward
        return (test @ weights.T).argmax(1)

    def confusion(self) -> Tensor:
        """Return the counts (actual, predicted)."""
        return torch.bincount(10 * self.truth + self.answers(), minlength=100).reshape(10, 10)
