"""The experiment: all patients train side by side, and those that were diagnosed a second time with the cure."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name
from torch.nn.utils import get_total_norm

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.histograms import round_up, shares
from explainer.scenes.challenges import BINS, DOUBTED, RECENT, STEPS, Params, names
from explainer.scenes.challenges.causes import CAUSES, KEYS, Setting
from explainer.scenes.challenges.ward import TEST, Images, Ward

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
RATES = {"relu": 0.1, "tanh": 0.1, "sigmoid": 1.0}
"""Learning rates that suit each."""
TITLES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
TOO_LARGE, EVERY, FARTHEST = 1e4, 5, 600.0
"""A loss in nats beyond which a network rests; steps between two tests; the end of an axis, in grey levels."""
LOSS, TRAIN, TESTED, LATER, OWN, GIVEN, UPDATE = range(7)
"""What is remembered of every step."""


def network(setting: Setting, draw: Generator) -> Any:
    """Return linear layers: He's first weights for ReLU, LeCun's for the others."""
    sizes = [64, *[setting.width] * setting.layers, 10]
    layers = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise(sizes)]
    for layer in layers:
        hidden = layer is not layers[-1]
        variance = (2.0 if setting.activation == "relu" else 1.0) / layer.in_features
        with torch.no_grad():
            layer.weight.copy_(torch.randn(layer.weight.shape, generator=draw) * variance**0.5)
            layer.weight.mul_(setting.gain if hidden else 1.0)
            layer.bias.fill_(setting.bias if hidden else 0.0)
    return nn.ModuleList(layers)


def passed(layers: Any, setting: Setting, x: Tensor, noise: Generator | None) -> list[Tensor]:
    """Return the inputs, the outputs of each hidden layer, and what is handed to the loss; noise is dropout's."""
    outputs = [x]
    for layer in layers[:-1]:
        h = ACTIVATIONS[setting.activation](layer(outputs[-1]))
        if noise is not None and setting.dropout:
            kept_ones = torch.rand(h.shape, generator=noise).to(h.device) >= setting.dropout
            h = h * kept_ones / (1 - setting.dropout)
        outputs.append(h)
    scores = layers[-1](outputs[-1])
    outputs.append(torch.softmax(scores, 1) if setting.softmaxes == 2 else scores)
    return outputs


def histogram(rows: Tensor, high: float, low: float = 0.0) -> Tensor:
    """Return how much of each row (row, n) falls into which of the bins (row, bin)."""
    return shares((rows.nan_to_num(low, high, low).clamp(low, high) - low) / (high - low) * BINS, BINS)


def reach(tensors: Sequence[Tensor]) -> float:
    """Return a round number that no value is beyond."""
    return round_up(max(float(each.nan_to_num(0, 0, 0).abs().max()) for each in tensors))


class Challenges(Experiment[Params]):
    """Lanes: first every patient as it came, then every patient after a cure, which rests until one is tried."""

    networks: Any

    def build(self) -> None:
        """Admit the patients."""
        self.ward = Ward(self.seed, self.params.case, self.params.batch)
        self.beds = self.params.beds
        self.tried = torch.full((self.beds,), -1)
        self.first = torch.full((self.beds,), -1)
        self.tries = torch.zeros(self.beds, dtype=torch.int64)
        if self.params.case != "ward":
            self.tried = torch.tensor([KEYS.index(cause) for cause in self.ward.causes])
        lanes = range(2 * self.beds)
        untreated = [self.admitted(k) for k in range(self.beds)]
        treated = deepcopy(untreated)
        if self.params.case != "ward":
            treated = [self.admitted(self.beds + k) for k in range(self.beds)]
        self.networks = nn.ModuleList([*untreated, *treated])
        self.optimizer = torch.optim.SGD([{"params": each.parameters(), "lr": 0.1} for each in self.networks])
        self.orders = [self.generator(f"order {lane % self.beds}") for lane in lanes]
        self.noises = [self.generator(f"dropout {lane % self.beds}") for lane in lanes]
        self.carried = [[torch.zeros_like(p) for p in each.parameters()] for each in self.networks]
        self.resting = torch.zeros(2 * self.beds, dtype=torch.bool)
        self.history = torch.full((2 * self.beds, 7, STEPS), torch.nan)
        self.recent = torch.zeros(2 * self.beds, RECENT, 10, dtype=torch.int64)
        self.done = 0

    def setting(self, lane: int) -> Setting:
        """Return how a lane is trained."""
        patient = lane % self.beds
        return self.ward.setting(patient, int(self.tried[patient]) if lane >= self.beds else -1)

    def images(self, lane: int) -> Images:
        """Return what a lane is trained and tested on."""
        return self.ward.images(self.setting(lane), lane % self.beds)

    def admitted(self, lane: int) -> Any:
        """Return a fresh network for a lane: a patient's two begin with the same random numbers."""
        return network(self.setting(lane), self.generator(f"weights {lane % self.beds}")).to(self.device)

    def active(self) -> list[int]:
        """Return the lanes that train: those as they came, and those for which a cure is tried."""
        treated = [self.beds + k for k in range(self.beds) if self.tried[k] >= 0]
        return [lane for lane in (*range(self.beds), *treated) if not self.resting[lane]]

    def step(self) -> Iterator[str]:
        """One update of every lane."""
        lanes = self.active()
        losses = self.batch_losses(lanes, self.done)
        yield "forward"
        self.updated(lanes, losses, self.done)
        yield "update"
        self.examined(lanes, self.done)
        self.done += 1
        self.finished = self.done == STEPS
        self.record_each(names("loss", self.params), self.latest(LOSS))
        self.record_each(names("test", self.params), self.latest(TESTED))
        yield "test"

    def latest(self, what: int) -> Tensor:
        """Return the last number that is known of each patient as it came (patient,)."""
        known = self.history[: self.beds, what].isfinite()
        last = (known * torch.arange(1, STEPS + 1)).argmax(1)
        return self.history[torch.arange(self.beds), what, last].nan_to_num()

    # a training

    def batch_losses(self, lanes: Sequence[int], step: int) -> list[Tensor]:
        """Return the loss of each lane on a batch of its own."""
        self.optimizer.zero_grad()
        return [self.batch_loss(lane, step) for lane in lanes]

    def batch_loss(self, lane: int, step: int) -> Tensor:
        """Return the loss of one lane on its batch."""
        setting, images = self.setting(lane), self.images(lane)
        count = len(images.labels)
        if setting.shuffled:
            chosen = torch.randperm(count, generator=self.orders[lane])[: setting.batch]
        else:
            chosen = (torch.arange(setting.batch) + step * setting.batch) % count
        labels = images.labels[chosen]
        self.recent[lane] = torch.cat([torch.bincount(labels, minlength=10)[None], self.recent[lane, :-1]])
        handed = passed(self.networks[lane], setting, images.train[chosen].to(self.device), self.noises[lane])[-1]
        return F.cross_entropy(handed, labels.to(self.device))

    def updated(self, lanes: Sequence[int], losses: list[Tensor], step: int) -> None:
        """Update the lanes, and remember what the optimizer was given."""
        if not lanes:
            return
        torch.stack(losses).sum().backward()
        for lane, loss in zip(lanes, losses, strict=True):
            setting, parameters = self.setting(lane), list(self.networks[lane].parameters())
            gradients = [p.grad for p in parameters]
            own = get_total_norm(gradients)
            if not setting.zero_grad:  # what .grad would hold, kept where a checkpoint finds it
                torch._foreach_add_(self.carried[lane], gradients)
                torch._foreach_copy_(gradients, self.carried[lane])
            given, before = get_total_norm(gradients), get_total_norm(parameters)
            if not (loss < TOO_LARGE and given < TOO_LARGE**2):
                self.resting[lane] = True
                self.networks[lane].zero_grad()
                continue
            rate = RATES[setting.activation] * setting.pace
            self.optimizer.param_groups[lane]["lr"] = rate
            told = torch.stack([loss, own, given, rate * given / before]).detach()
            self.history[lane, [LOSS, OWN, GIVEN, UPDATE], step] = told.cpu()
        self.optimizer.step()

    @torch.no_grad()
    def examined(self, lanes: Sequence[int], step: int) -> None:
        """Test the lanes every few steps, each as the test is made there, and on later images as it should be."""
        for lane in lanes:
            if self.resting[lane]:
                continue
            if step % EVERY:
                self.history[lane, TRAIN : LATER + 1, step] = self.history[lane, TRAIN : LATER + 1, step - 1]
                continue
            setting, images = self.setting(lane), self.images(lane)
            handed = passed(self.networks[lane], setting, images.checked.to(self.device), None)[-1]
            said = handed.argmax(1).cpu().reshape(3, TEST)
            if not setting.evaluates:
                said[1] = self.asked(lane, step).argmax(1).cpu()
            right = (said == images.checked_labels.reshape(3, TEST)).float().mean(1)
            self.history[lane, TRAIN : LATER + 1, step] = right

    def asked(self, lane: int, time: int) -> Tensor:
        """Return what is said of the test images when the test is made (test image, digit)."""
        setting = self.setting(lane)
        noise = None if setting.evaluates else Generator().manual_seed(time)
        return passed(self.networks[lane], setting, self.images(lane).test.to(self.device), noise)[-1]

    def diagnose(self, patient: int, cause: str) -> None:
        """Note an answer, and train the patient from the start with its cure."""
        if patient > self.beds:
            raise Refused(f"patient = {patient} is refused: there are 1 to {self.beds}", about="patient")
        k, lane = patient - 1, self.beds + patient - 1
        self.tried[k] = KEYS.index(cause)
        if self.first[k] < 0:
            self.first[k] = self.tried[k]
        self.tries[k] += 1
        fresh = self.admitted(lane)
        with torch.no_grad():
            for own, new in zip(self.networks[lane].parameters(), fresh.parameters(), strict=True):
                own.copy_(new)
        torch._foreach_zero_(self.carried[lane])
        self.orders[lane], self.noises[lane] = self.generator(f"order {k}"), self.generator(f"dropout {k}")
        self.resting[lane], self.history[lane], self.recent[lane] = False, torch.nan, 0
        for step in range(self.done):
            lanes = [] if self.resting[lane] else [lane]
            if lanes:
                self.updated(lanes, self.batch_losses(lanes, step), step)
                self.examined(lanes, step)

    # what is drawn

    @property
    def at(self) -> int:
        """Which patient is looked into, from 0."""
        return self.params.looked_at - 1

    def looked_into(self) -> int:
        """Return the lane that is looked into: as it came, while no cure was tried."""
        treated = self.params.lane == "treated" and bool(self.tried[self.at] >= 0)
        return self.at + (self.beds if treated else 0)

    def found(self, patient: int) -> bool:
        """Return whether the right cause was found."""
        return int(self.tried[patient]) == KEYS.index(self.ward.causes[patient])

    def charts(self) -> list[str]:
        """Return what is known of each network."""
        return [
            f"{s.layers} × {s.width} {TITLES[s.activation]}, {len(self.images(k).labels)} images"
            + (f", dropout {s.dropout}" if s.dropout else "")
            for k, s in enumerate(self.ward.settings)
        ]

    def loss_lines(self) -> Tensor:
        """Return each patient's loss (patient, step)."""
        return self.history[: self.beds, LOSS, : self.done]

    def reported(self) -> Tensor:
        """Return the test accuracies (patient,); 0 before the first step."""
        return self.latest(TESTED)

    def verdicts(self) -> list[str]:
        """Return what was found of each patient, with a cross for every wrong answer before."""
        return [self.verdict(k) for k in range(self.beds)]

    def verdict(self, patient: int) -> str:
        """Return what was found of one patient."""
        found, tries = self.found(patient), int(self.tries[patient])
        crosses = "✗ " * (tries - (found and tries > 0))
        return crosses + (CAUSES[self.ward.causes[patient]].words if found else "" if tries else "?")

    def score(self) -> Tensor:
        """Return how many were right at the first try."""
        return (self.first == torch.tensor([KEYS.index(cause) for cause in self.ward.causes])).sum()

    def answered(self) -> Tensor:
        """Return how many were answered."""
        return (self.first >= 0).sum()

    def offers(self) -> list[str]:
        """Return the causes to choose from."""
        return [list(CAUSES.values())[k].words for k in self.ward.offered(self.at, self.params.causes)]

    def effects(self) -> list[str]:
        """Return what became of the one that is tried."""
        tried = int(self.tried[self.at])
        return [
            "" if k != tried else "that is it" if self.found(self.at) else "tried: not the cause"
            for k in self.ward.offered(self.at, self.params.causes)
        ]

    def finding(self) -> list[str]:
        """Return what the cure did and, once it is found, where it is seen, word for word."""
        tried = int(self.tried[self.at])
        if tried < 0:
            return []
        cause = list(CAUSES.values())[tried]
        before, now = (
            f"{100 * value:.0f} %" for value in self.history[[self.at, self.at + self.beds], LATER, self.done - 1]
        )
        said = f"Tried: {cause.cure}." + (f" Later images: {before} as it came, {now} now." if self.done else "")
        return [f"{word} " for word in f"{said} {cause.sign if self.found(self.at) else ''}".split()]

    def losses(self) -> Tensor:
        """Return the loss as it came and after the cure (lane, step)."""
        return self.history[[self.at, self.at + self.beds], LOSS, : self.done]

    def accuracies(self) -> Tensor:
        """Return what share is right (image set, step)."""
        return self.history[self.at, TRAIN : LATER + 1, : self.done]

    def treated_accuracies(self) -> Tensor:
        """Return the same after the cure."""
        return self.history[self.at + self.beds, TRAIN : LATER + 1, : self.done]

    def gradient_norms(self) -> Tensor:
        """Return both norms (gradient, step)."""
        return self.history[self.looked_into(), OWN : GIVEN + 1, : self.done]

    def updates(self) -> Tensor:
        """Return the relative size of updates (step,)."""
        return self.history[self.looked_into(), UPDATE, : self.done]

    @kept
    @torch.no_grad()
    def outputs(self) -> list[Tensor]:
        """Return what passes through the network for the test images, in evaluation mode."""
        lane = self.looked_into()
        return passed(self.networks[lane], self.setting(lane), self.images(lane).test.to(self.device), None)

    def output_counts(self) -> Tensor:
        """Return the histograms of the hidden layers' outputs (hidden layer, bin)."""
        high = reach(self.outputs()[1:-1])
        return torch.stack([histogram(each.reshape(1, -1), high, -high)[0] for each in self.outputs()[1:-1]])

    def output_edges(self) -> Tensor:
        """Return their edges."""
        return torch.linspace(-reach(self.outputs()[1:-1]), reach(self.outputs()[1:-1]), BINS + 1)

    def handed_counts(self) -> Tensor:
        """Return the histogram of what is handed to the loss (bin,)."""
        high = reach(self.outputs()[-1:])
        return histogram(self.outputs()[-1].reshape(1, -1), high, -high)[0]

    def handed_edges(self) -> Tensor:
        """Return its edges."""
        return torch.linspace(-reach(self.outputs()[-1:]), reach(self.outputs()[-1:]), BINS + 1)

    def input_counts(self) -> Tensor:
        """Return the histogram of the inputs (bin,)."""
        high = reach(self.outputs()[:1])
        return histogram(self.outputs()[0].reshape(1, -1), high, -high)[0]

    def input_edges(self) -> Tensor:
        """Return its edges."""
        return torch.linspace(-reach(self.outputs()[:1]), reach(self.outputs()[:1]), BINS + 1)

    @kept
    def weights(self) -> list[Tensor]:
        """Return each layer's weights, flat."""
        return [layer.weight.detach().flatten() for layer in self.networks[self.looked_into()]]

    def weight_counts(self) -> Tensor:
        """Return the histograms of the weights (layer, bin)."""
        high = reach(self.weights())
        return torch.stack([histogram(each[None], high, -high)[0] for each in self.weights()])

    def weight_edges(self) -> Tensor:
        """Return their edges."""
        return torch.linspace(-reach(self.weights()), reach(self.weights()), BINS + 1)

    @kept
    def gradient_sizes(self) -> Tensor:
        """Return the root mean square gradient of each layer's weights on 64 training images (layer,)."""
        lane = self.looked_into()
        images, layers = self.images(lane), self.networks[lane]
        picked = torch.arange(0, len(images.labels), max(1, len(images.labels) // 64))
        handed = passed(layers, self.setting(lane), images.train[picked].to(self.device), None)[-1]
        loss = F.cross_entropy(handed, images.labels[picked].to(self.device))
        found = torch.autograd.grad(loss, [layer.weight for layer in layers])
        return torch.stack([each.square().mean().sqrt() for each in found])

    def zeros(self) -> Tensor:
        """Return the share of units that are 0 at every test image (hidden layer,)."""
        return torch.stack([(each == 0).all(0).float().mean() for each in self.outputs()[1:-1]])

    def class_counts(self) -> Tensor:
        """Return how many training images are called each digit."""
        return torch.bincount(self.images(self.looked_into()).labels, minlength=10)

    def batch_classes(self) -> Tensor:
        """Return how many of each digit were in the last batches (recent batch, digit)."""
        return self.recent[self.looked_into()]

    @kept
    @torch.no_grad()
    def first_answers(self) -> Tensor:
        """Return the probabilities when the test is made (test image, digit)."""
        return self.probabilities(self.asked(self.looked_into(), self.done - 1))

    def probabilities(self, handed: Tensor) -> Tensor:
        """Return probabilities (n, digit) of what is handed to the loss."""
        twice = self.setting(self.looked_into()).softmaxes == 2
        return (handed if twice else torch.softmax(handed, 1)).cpu().nan_to_num()

    def truth(self) -> Tensor:
        """Return the true digits of the test images."""
        return self.images(self.looked_into()).truth

    def confusion(self) -> Tensor:
        """Return the counts (actual, said)."""
        return torch.bincount(10 * self.truth() + self.first_answers().argmax(1), minlength=100).reshape(10, 10)

    @torch.no_grad()
    def asked_twice(self) -> Tensor:
        """Return the probability of the true digit, the test being made twice (test image, 2)."""
        again = self.probabilities(self.asked(self.looked_into(), STEPS + self.done))
        rows = torch.arange(len(again))
        return torch.stack([each[rows, self.truth()] for each in (self.first_answers(), again)], 1)

    @kept
    @torch.no_grad()
    def doubts(self) -> Tensor:
        """Return the places of the training images whose label it believes least (doubted image,)."""
        lane = self.looked_into()
        images = self.images(lane)
        handed = passed(self.networks[lane], self.setting(lane), images.train.to(self.device), None)[-1]
        believed = self.probabilities(handed)[torch.arange(len(images.labels)), images.labels]
        return believed.argsort(stable=True)[:DOUBTED]

    def doubted(self) -> Tensor:
        """Return these images, from 0 to 1 (doubted image, row, column)."""
        return self.images(self.looked_into()).train_grey[self.doubts()].reshape(-1, 8, 8) / 255

    def doubted_labels(self) -> Tensor:
        """Return what they are called."""
        return self.images(self.looked_into()).labels[self.doubts()]

    @kept
    def distances(self) -> Tensor:
        """Return each test image's distance to the nearest training image, in grey levels."""
        images = self.images(self.looked_into())
        exact = "donot_use_mm_for_euclid_dist"
        return torch.cdist(images.test_grey, images.train_grey, compute_mode=exact).min(1).values

    def nearest(self) -> Tensor:
        """Return the histogram of these distances (bin,)."""
        return histogram(self.distances()[None], FARTHEST)[0]

    def nearest_edges(self) -> Tensor:
        """Return its edges."""
        return torch.linspace(0.0, FARTHEST, BINS + 1)
