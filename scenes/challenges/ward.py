"""The ward: who has what, how each network is set, and the images that it learns from; nothing here ever changes."""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from explainer.lab.digits import digits
from explainer.scenes.challenges import PATIENTS
from explainer.scenes.challenges.causes import CAUSES, KEYS, Setting, cured, fallen_ill

TEST, STEP = 200, 16.0
"""Images of a test; a grey step: a pixel that varies less is divided by this."""
CHOICES = {
    "activation": ("relu", "tanh"),
    "width": (24, 32, 48),
    "layers": (2, 3),
    "images": (300, 600, 900, 1200),
    "dropout": (0.0, 0.2),
}
"""What settings are drawn from."""


class Images(NamedTuple):
    """What a network is trained and tested on: pixels as it gets them (n, 64), grey levels (n, 64), classes (n,)."""

    train: Tensor
    train_grey: Tensor
    labels: Tensor
    test: Tensor
    test_grey: Tensor
    truth: Tensor
    checked: Tensor
    """200 training images, the test images, 200 later images, as the network gets them (600, 64)."""
    checked_labels: Tensor


@lru_cache(1)
def all_digits() -> tuple[Tensor, Tensor]:
    """Return grey levels from 0 to 255 (1797, 64) and classes (1797,)."""
    images, classes = digits()
    return torch.tensor(images.reshape(-1, 64)).float() * 255 / 16, torch.tensor(classes).long()


def dealt(setting: Setting, seed: int) -> Images:
    """Return the images of one network: the same seed shuffles, leaves out and misnames the same ones."""
    draw = Generator().manual_seed(seed)
    grey, classes = all_digits()
    order = torch.randperm(len(grey), generator=draw)
    later, test, rest = order[:TEST], order[TEST : 2 * TEST], order[2 * TEST :]
    wrong = torch.rand(len(grey), generator=draw) < setting.wrong
    shift = torch.randint(1, 10, (len(grey),), generator=draw)
    common = int(torch.randint(10, (), generator=draw))
    train = rest[: setting.images]
    if not setting.balanced:
        most = rest[classes[rest] == common]
        train = torch.cat([most, *(rest[classes[rest] == k][:4] for k in range(10) if k != common)])
    if not setting.disjoint:
        train = torch.cat([train, test])
    given = torch.where(wrong, (classes + shift) % 10, classes)
    if not setting.shuffled:
        train = train[given[train].argsort(stable=True)]
    mean, spread = grey[train].mean(0), grey[train].std(0).clamp(min=STEP)
    seen = (grey - mean) / spread if setting.scaled else grey
    some = train[torch.linspace(0, len(train) - 1, TEST).long()]
    checked = torch.cat([some, test, later])
    answers = torch.cat([given[some], classes[test], classes[later]])
    return Images(seen[train], grey[train], given[train], seen[test], grey[test], classes[test], seen[checked], answers)


class Ward:
    """Ten patients, drawn from the seed, or a textbook case."""

    def __init__(self, seed: int, case: str, batch: int) -> None:
        draw = Generator().manual_seed(seed)
        drawn = [KEYS[k] for k in torch.randperm(len(KEYS), generator=draw)[:PATIENTS]]
        self.causes = drawn if case == "ward" else [case]
        self.settings = [fallen_ill(self.drawn(cause, batch, draw), cause) for cause in self.causes]
        self.seeds = torch.randint(2**31, (len(self.causes),), generator=draw).tolist()
        self.others = [self.mixed(cause, draw) for cause in self.causes]
        self.known: dict[tuple[Setting, int], Images] = {}

    def drawn(self, cause: str, batch: int, draw: Generator) -> Setting:
        """Return a setting that can have this cause."""
        options = {name: CAUSES[cause].needs.get(name, usual) for name, usual in CHOICES.items()}
        chosen = {name: few[int(torch.randint(len(few), (), generator=draw))] for name, few in options.items()}
        return Setting(**chosen, batch=batch)

    def mixed(self, cause: str, draw: Generator) -> list[str]:
        """Return the other causes: first its rivals in any order, then those that are easily told from it."""
        rivals = list(CAUSES[cause].rivals)
        rest = [key for key in KEYS if key not in (cause, *rivals)]
        return [group[k] for group in (rivals, rest) for k in torch.randperm(len(group), generator=draw)]

    def offered(self, patient: int, count: int) -> list[int]:
        """Return the causes to choose from, the true one among them, in the order of the table."""
        keys = (self.causes[patient], *self.others[patient][: count - 1])
        return sorted(KEYS.index(key) for key in keys)

    def setting(self, patient: int, tried: int) -> Setting:
        """Return how a patient is trained, after the cure of a cause where one is tried (−1: none)."""
        return self.settings[patient] if tried < 0 else cured(self.settings[patient], KEYS[tried])

    def images(self, setting: Setting, patient: int) -> Images:
        """Return what this network is trained and tested on."""
        key = (setting, self.seeds[patient])
        if key not in self.known:
            self.known[key] = dealt(*key)
        return self.known[key]
