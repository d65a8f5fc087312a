"""The experiment: gradient descent on the scores themselves, so that nothing stands between them and the loss."""

import math
from collections.abc import Collection, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.scenes.softmax import CLASSES, Params

STARTS = {
    "spread": [2.0, 1.0, 0.2, -0.5, -1.5],
    "equal": [0.0, 0.0, 0.0, 0.0, 0.0],
    "sure": [8.0, 0.0, 0.0, 0.0, 0.0],
}
SAMPLES = 121


def target_of(index: int, smoothing: float, classes: int) -> Tensor:
    """Return y (class,): one-hot, of which a share ``smoothing`` is spread evenly (Szegedy et al. 2016)."""
    return F.one_hot(torch.tensor(index), classes) * (1.0 - smoothing) + smoothing / classes


class Softmax(Experiment[Params]):
    """A few scores, moved against the gradient of the cross-entropy."""

    def build(self) -> None:
        """Make the scores and the optimizer."""
        if self.params.start == "random":
            first = 2.0 * torch.randn(self.params.classes)
        else:
            first = torch.tensor(STARTS[self.params.start][: self.params.classes])
        self.z = torch.nn.Parameter(first.to(self.device))
        self.optimizer = torch.optim.SGD([self.z], lr=self.params.lr)
        self.aim()

    def aim(self) -> None:
        """Make the target that the parameters describe."""
        index = CLASSES.index(self.params.target)
        self.y = target_of(index, self.params.smoothing, self.params.classes).to(self.device)

    def step(self) -> Iterator[str]:
        """One update of the scores."""
        self.optimizer.zero_grad()
        log_p = F.log_softmax((self.z + self.params.shift) / self.params.temperature, -1)
        loss = -(self.y * log_p).sum()
        entropy = torch.special.entr(log_p.detach().exp()).sum()
        yield "forward"
        loss.backward()
        yield "backward"
        self.optimizer.step()
        self.record(loss=loss, entropy=entropy)
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Take a new target, and hand a new learning rate to the optimizer."""
        self.aim()
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def set_score(self, index: int, value: float) -> None:
        """Give one class another score."""
        if index >= self.params.classes:
            raise Refused(
                f"index = {index} is refused: there are classes 0 to {self.params.classes - 1}", about="index"
            )
        with torch.no_grad():
            self.z[index] = value

    def scores(self) -> Tensor:
        """Return the logits z (class,)."""
        return self.z.detach()

    def target(self) -> Tensor:
        """Return the target distribution y (class,)."""
        return self.y

    def _inputs(self) -> Tensor:
        """Return what softmax is given, (z + c) / T (class,)."""
        return (self.z.detach() + self.params.shift) / self.params.temperature

    def probabilities(self) -> Tensor:
        """Return softmax((z + c) / T) (class,)."""
        return F.softmax(self._inputs(), -1)

    def gradient(self) -> Tensor:
        """Return ∂L/∂z = (p − y) / T (class,)."""
        return (self.probabilities() - self.y) / self.params.temperature

    def jacobian(self) -> Tensor:
        """Return ∂p/∂z = (diag p − p pᵀ) / T (class, class)."""
        p = self.probabilities()
        return (torch.diag(p) - torch.outer(p, p)) / self.params.temperature

    def temperatures(self) -> Tensor:
        """Return the temperatures of the curves, over the control's range (sample,)."""
        return torch.logspace(math.log10(0.05), math.log10(20.0), SAMPLES, device=self.device)

    def by_temperature(self) -> Tensor:
        """Return softmax(z / T) over the temperatures (class, sample)."""
        return F.softmax(self.z.detach()[:, None] / self.temperatures(), 0)

    def terms(self) -> Tensor:
        """Return H(y), KL(y‖p) and the cross-entropy, their sum, in nats (term,)."""
        cross = -(self.y * F.log_softmax(self._inputs(), -1)).sum()
        own = torch.special.entr(self.y).sum()
        return torch.stack([own, cross - own, cross])

    def margins(self) -> Tensor:
        """Return the places of the pulls (margin,)."""
        return torch.linspace(-8.0, 8.0, SAMPLES, device=self.device)

    def pulls(self) -> Tensor:
        """Return how hard two losses pull the true one of two scores up, over its lead (loss, margin).

        With p = σ(lead / T): the cross-entropy pulls by (1 − p) / T, the squared error Σ(p − y)² = 2 (1 − p)² by
        4 p (1 − p)² / T.
        """
        lead = self.margins() / self.params.temperature
        p, other = torch.sigmoid(lead), torch.sigmoid(-lead)
        return torch.stack([other, 4 * p * other**2]) / self.params.temperature

    def exponentials(self) -> Tensor:
        """Return e^((z + c) / T) as float32 has it (class,)."""
        return self._inputs().exp()

    def naive(self) -> Tensor:
        """Return the exponentials over their sum (class,)."""
        return self.exponentials() / self.exponentials().sum()

    def shifted(self) -> Tensor:
        """Return the exponentials after the largest score was subtracted (class,)."""
        return (self._inputs() - self._inputs().max()).exp()

    def differences(self) -> Tensor:
        """Return the places of the sigmoid (difference,)."""
        return torch.linspace(-8.0, 8.0, SAMPLES, device=self.device)

    def sigmoid(self) -> Tensor:
        """Return the first of two classes' probability over the difference of their scores (difference,)."""
        return torch.sigmoid(self.differences() / self.params.temperature)
