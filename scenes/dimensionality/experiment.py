"""The experiment: a step adds columns, and the nearest others vote on every digit, by all columns and by a few."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.lab.digits import digits
from explainer.scenes.dimensionality import MOST, MOST_KEPT, PIXELS, SHOWN, Params, asked_of
from explainer.scenes.dimensionality.side_jobs import contrasts_job, maps_job

BINS = 80
DIMS = np.unique(np.geomspace(1, 1000, 80).round())


@dataclass(frozen=True, eq=False)
class Columns:
    """Images (n, 64) from 0 to 1; the same centred, with mean variance 1; the columns to come (column, n)."""

    images: Tensor
    pixels: Tensor
    added: Tensor


def columns(count: int, added: str) -> tuple[Columns, Tensor]:
    """Draw some digits, and columns beside their pixels; return them and the labels (n,)."""
    images, labels = digits()
    flat = torch.from_numpy(images.reshape(-1, PIXELS) / 16.0)
    centred = flat - flat.mean(0)
    some = torch.randperm(len(flat))[:count]
    pixels = centred[some] / centred.square().mean().sqrt()
    if added == "noise":
        more = torch.randn(count, MOST, dtype=torch.float64)
    else:
        more = pixels @ torch.randn(PIXELS, MOST, dtype=torch.float64) / PIXELS**0.5
    return Columns(flat[some], pixels, more.T), torch.from_numpy(labels).long()[some]


def apart(gram: Tensor) -> Tensor:
    """Return distances (n, n) from the inner products: ‖a − b‖² = a·a + b·b − 2 a·b."""
    squares = gram.diagonal()
    return (squares[:, None] + squares - 2 * gram).clamp(min=0).sqrt()


def nearest(distance: Tensor, k: int) -> Tensor:
    """Return each digit's k nearest others (n, k)."""
    alone = torch.eye(len(distance), dtype=torch.bool, device=distance.device)
    return distance.masked_fill(alone, torch.inf).topk(k, largest=False).indices


def voted(near: Tensor, labels: Tensor) -> Tensor:
    """Return the share of digits whose neighbours' commonest label, the lowest of equals, is their own."""
    return (F.one_hot(labels[near], 10).sum(1).argmax(1) == labels).double().mean()


def components(gram: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first principal coordinates (n, 40) and variances (40,), largest first.

    The eigenvectors of the centred inner products, times the roots of their eigenvalues: what the singular value
    decomposition of the centred columns gives, without them.
    """
    from scipy.linalg import eigh

    n = len(gram)
    centred = gram - gram.mean(0) - gram.mean(1, keepdim=True) + gram.mean()
    values, vectors = eigh(centred.cpu().numpy(), subset_by_index=(n - MOST_KEPT, n - 1))
    largest = torch.from_numpy(values).to(gram).flip(0).clamp(min=0)
    return torch.from_numpy(vectors).to(gram).flip(1) * largest.sqrt(), largest / (n - 1)


class Dimensionality(Experiment[Params]):
    """The inner products of all pairs of digits (n, n) over the columns so far: distances and PCA need no more."""

    learns_from = ("labels",)

    def build(self) -> None:
        """Draw digits and columns, and begin with the pixels alone."""
        self.draw_from("data")
        self.known, self.labels = columns(self.params.examples, self.params.added)
        self.gram = self.known.pixels @ self.known.pixels.T
        self.first = nearest(apart(self.gram), 20)
        self.count = 0

    def step(self) -> Iterator[str]:
        """Add columns, and let neighbours vote."""
        block = self.known.added[self.count : self.count + self.params.per_step] * self.params.scale
        self.gram = self.gram + block.T @ block
        self.count += len(block)
        self.finished = self.count == MOST
        yield "add"
        distance = apart(self.gram)
        near = nearest(distance, self.params.k)
        still = (near[:, :, None] == self.first[:, None, : self.params.k]).any(2)
        least = distance.gather(1, near[:, :1])[:, 0]
        self.record({"columns": self.count, "accuracy/all": voted(near, self.labels), "kept": still.double().mean()})
        self.record(contrast=((distance.max(1).values - least) / least).median())
        self.record(hub=near.flatten().bincount().double().max())
        yield "vote"
        few = components(self.gram)[0][:, : self.params.q]
        self.record({"accuracy/pca": voted(nearest(torch.cdist(few, few), self.params.k), self.labels)})
        yield "reduce"

    # pictures

    @kept
    def main(self) -> tuple[Tensor, Tensor]:
        """Return principal coordinates and variances of all columns so far."""
        return components(self.gram)

    @kept("known")
    def alone(self) -> Tensor:
        """Return the first two principal coordinates of the pixels (digit, 2)."""
        return components(self.known.pixels @ self.known.pixels.T)[0][:, :2].contiguous()

    @kept
    def places(self) -> Tensor:
        """Return where the digits lie; the plane of all columns is turned over where that is nearer to the other."""
        if self.params.plane == "pixels":
            return self.alone()
        found = self.main()[0][:, :2]
        return found * torch.where((found * self.alone()).sum(0) < 0, -1.0, 1.0)

    @kept
    def distances(self) -> Tensor:
        """Return the distances from the digit asked about (digit,)."""
        return apart(self.gram)[asked_of(self.params)]

    @kept
    def chosen(self) -> Tensor:
        """Return its nearest others (neighbour,)."""
        return nearest(apart(self.gram), self.params.k)[asked_of(self.params)]

    def faces(self) -> Tensor:
        """Return its image and theirs (1 + k, 8, 8)."""
        every = torch.cat([torch.tensor([asked_of(self.params)], device=self.labels.device), self.chosen()])
        return self.known.images[every].reshape(-1, 8, 8)

    def near_counts(self) -> Tensor:
        """Return how many others lie in each bin of distance, of the same class and of others (2, bin)."""
        distance, own = self.distances(), self.labels == self.labels[asked_of(self.params)]
        mean = distance.sum() / (len(distance) - 1)
        bins = (distance / mean * BINS / 2).long().clamp(max=BINS - 1)
        own, rest = own.clone(), ~own
        own[asked_of(self.params)] = False
        return torch.stack([bins[part].bincount(minlength=BINS) for part in (own, rest)])

    def near_edges(self) -> np.ndarray:
        """Return the edges of the bins, in mean distances."""
        return np.linspace(0, 2, BINS + 1)

    def variances(self) -> Tensor:
        """Return the largest variances (component,)."""
        return self.main()[1][:SHOWN]

    def dims_at(self) -> np.ndarray:
        """Return the numbers of dimensions."""
        return DIMS

    def geometry(self) -> np.ndarray:
        """Return shares of the outer shell of a ball, of the ball in its cube, and the edge of a hundredth (3, d)."""
        from scipy.special import gammaln

        ball = np.exp(DIMS / 2 * np.log(np.pi) - gammaln(DIMS / 2 + 1) - DIMS * np.log(2))
        return np.stack([1 - (1 - self.params.shell) ** DIMS, ball, 0.01 ** (1 / DIMS)])

    # side jobs

    def maps(self) -> Parts:
        """Make three maps with as many added columns as are asked for."""
        extra = self.known.added[: self.params.mapped].T * self.params.scale
        every = torch.cat([self.known.pixels, extra], 1)
        return maps_job(self.known.pixels, every, self.labels, self.params, self.generator("maps"))

    def contrasts(self) -> Parts:
        """Draw points in more and more dimensions."""
        return contrasts_job(self.generator("contrasts"))
