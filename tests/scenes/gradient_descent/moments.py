"""Frames made by hand for tests: two learners on the ravine L = (x² + 50 y²)/2, in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.series import Series
from explainer.scenes.gradient_descent import Params

HESSIAN = np.diag([1.0, 50.0])


def descend(steps, lr=0.038, beta=0.0, start=(-9.0, 1.5), hessian=HESSIAN):
    """Return path (steps + 1, 2), the last gradient, update and velocity of heavy-ball descent."""
    place, velocity = np.array(start, float), np.zeros(2)
    path, gradient, update = [place], hessian @ place, np.zeros(2)
    for _ in range(steps):
        gradient = hessian @ place
        velocity = beta * velocity + gradient
        update = -lr * velocity
        place = place + update
        path.append(place)
    return np.array(path), gradient, update, velocity


def series(losses: Sequence[float], first: int = 1) -> Series:
    """Return a recorded series."""
    made = Series()
    made.extend(np.arange(first, first + len(losses)), np.asarray(losses, float))
    return made


def moment(
    steps=0,
    *,
    lr=0.038,
    betas=(0.0, 0.7),
    start=(-9.0, 1.5),
    hessian=HESSIAN,
    series_given=None,
    ages=None,
    arrays=None,
    **params,
):
    """Return a frame ``steps`` in; ``arrays`` replaces some arrays, ``series_given`` the losses."""
    runs = [descend(steps, lr, beta, start, hessian) for beta in betas]
    names = ["sgd", "momentum"][: len(betas)]
    paths = np.array([run[0] for run in runs])
    losses = np.einsum("lsi,ij,lsj->ls", paths, hessian, paths) / 2
    spectrum = np.linalg.eigvalsh(hessian)
    x, y = np.linspace(-15.75, 15.75, 40), np.linspace(-7.5, 7.5, 32)
    grid = np.stack(np.meshgrid(x, y), -1)
    here, slope = paths[0, -1], hessian @ paths[0, -1]
    lengths = np.linspace(-0.22, 1, 41) * 2.4 * max(1e-9, float(np.hypot(*slope))) / 50
    along = here - lengths[:, None] * slope / max(1e-300, float(np.hypot(*slope)))
    made = {
        "position": paths[:, -1],
        "gradient": np.array([run[1] for run in runs]),
        "next_gradient": paths[:, -1] @ hessian,
        "update": np.array([run[2] for run in runs]),
        "velocity": np.array([run[3] * (beta > 0) for run, beta in zip(runs, betas, strict=True)]),
        "loss": losses[:, -1],
        "label": np.array(names, "<U32"),
        "retired": np.full(len(betas), -1),
        "path": paths,
        "hessian_eigenvalues": np.tile(spectrum, (len(betas), 1)),
        "lr_limit": np.array([2 * (1 + beta) / spectrum[-1] for beta in betas]),
        "slice_length": lengths,
        "slice_loss": np.einsum("si,ij,sj->s", along, hessian, along) / 2,
        "surface_x": x,
        "surface_y": y,
        "surface_loss": np.einsum("yxi,ij,yxj->yx", grid, hessian, grid) / 2,
        "minima": np.zeros((1, 2)),
        "points": np.empty((0, 2)),
    } | (arrays or {})  # fmt: skip
    recorded = series_given or {f"loss/{name}": series(loss[1:]) for name, loss in zip(names, losses, strict=True)}
    chosen = Params(lr=lr, momentum=max(betas), start=start, optimizers=",".join(names), **params)
    return Frame("gradient-descent", steps, "", chosen, made, recorded, ages or {})
