"""Side jobs: maps of two dimensions and what they keep, and distances in more and more dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts

HIDDEN, EPOCHS, RATE = 64, 200, 0.005
"""Hidden units of encoder and decoder, Adam's updates on all digits, and its learning rate."""
TRIED, POINTS, QUERIES = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000), 500, 50


def linear(inputs: int, outputs: int, generator: Generator) -> nn.Linear:
    """Return a layer with PyTorch's own initial weights, even within ±1/√inputs."""
    layer = nn.Linear(inputs, outputs)
    with torch.no_grad():
        for values in layer.parameters():
            values.uniform_(-(inputs**-0.5), inputs**-0.5, generator=generator)
    return layer


def encoded(x: Tensor, generator: Generator) -> Parts:
    """Give the codes ``map_code`` (n, 2) of an autoencoder with one hidden layer of tanh units on either side."""
    width = x.shape[1]
    encoder = nn.Sequential(linear(width, HIDDEN, generator), nn.Tanh(), linear(HIDDEN, 2, generator))
    decoder = nn.Sequential(linear(2, HIDDEN, generator), nn.Tanh(), linear(HIDDEN, width, generator))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=RATE)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        F.mse_loss(decoder(encoder(x)), x).backward()
        optimizer.step()
        yield {}
    yield {"map_code": encoder(x).detach().double().cpu().numpy()}


def keeps(pixels: np.ndarray, found: np.ndarray, labels: np.ndarray, k: int) -> list[float]:
    """Return k-NN accuracy, the share of neighbours by the pixels kept, and the rank correlation of distances."""
    from scipy.spatial.distance import pdist
    from scipy.stats import spearmanr
    from sklearn.neighbors import NearestNeighbors

    near = [NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False) for x in (found, pixels)]
    votes = np.array([np.bincount(labels[row], minlength=10).argmax() for row in near[0]])
    still = (near[0][:, :, None] == near[1][:, None]).any(2)
    return [(votes == labels).mean(), still.mean(), spearmanr(pdist(found), pdist(pixels)).statistic]


def maps_job(pixels: Tensor, x: Tensor, labels: Tensor, params: Any, generator: Generator) -> Parts:
    """Give three maps (digit, 2) of the columns x (n, d), and what each way keeps (way, measure)."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    told, alone, classes = x.cpu().numpy(), pixels.cpu().numpy(), labels.cpu().numpy()
    yield {}
    main = PCA(params.q, svd_solver="full").fit_transform(told)
    two = PCA(2, svd_solver="full").fit_transform(told)
    yield {"map_pca": two}
    code = two
    for part in encoded(torch.from_numpy(told).float(), generator):
        code = np.asarray(part.get("map_code", code))
        yield part
    near = TSNE(2, init="pca", random_state=0, max_iter=500, perplexity=min(30, len(told) / 4)).fit_transform(told)
    near = near.astype(float)
    yield {"map_near": near}
    every = (alone, told, main, two, near, code)
    yield {"keeps": np.array([keeps(alone, found, classes, params.k) for found in every])}


def contrasts_job(generator: Generator) -> Parts:
    """Give the median of (farthest − nearest) / nearest, by uniform and by normal points (2, dims), and deviations.

    From each of 50 points to 500 others, all drawn alike; beside it the distances' standard deviation over their mean.
    """
    found = []
    for count in TRIED:
        row = []
        for draw in (torch.rand, torch.randn):
            points = draw(POINTS + QUERIES, count, generator=generator, dtype=torch.float64)
            distance = torch.cdist(points[:QUERIES], points[QUERIES:])
            least = distance.min(1).values
            row += [((distance.max(1).values - least) / least).median(), (distance.std(1) / distance.mean(1)).median()]
        found.append(torch.stack(row))
        yield {}
    table = torch.stack(found, 1).cpu().numpy()
    yield {"tried_dims": np.array(TRIED, float), "spreads": table[1::2], "contrast_of": table[::2]}
