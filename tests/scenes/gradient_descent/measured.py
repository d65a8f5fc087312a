"""What the lesson of gradient descent states, and how each number is had."""

from __future__ import annotations

import numpy as np
import torch

from explainer.lab.optimizer_settings import parse_entry
from explainer.scenes.gradient_descent.side_jobs.sweeps import sweep
from explainer.scenes.gradient_descent.surfaces import make_surface
from tests.measure_lessons import Stated


def stays(name, level=0.01):
    """Return a measure: the step from which the loss stays below a level; infinite: never."""

    def measure(run):
        losses = run.metrics[f"loss/{name}"]
        above = np.flatnonzero(~(losses < level))
        return (above[-1] + 2 if len(above) else 1) if losses[-1] < level else np.inf

    return measure


def first(name, level=0.01):
    """Return a measure: the first step with a loss below a level."""
    return lambda run: np.flatnonzero(run.metrics[f"loss/{name}"] < level)[0] + 1


def loss(name, step=None):
    """Return a measure: the loss at a step, at the last one if none is named."""
    return lambda run: run.metrics[f"loss/{name}"][-1 if step is None else step - 1]


def place(index):
    """Return a measure: both coordinates of an optimizer, one."""
    return lambda run: run.frame["position"][index].tolist()


def coordinate(index, which):
    """Return a measure: one coordinate at the end."""
    return lambda run: run.frame["position"][index, which]


def mean_place(index, which, begin):
    """Return a measure: the mean of one coordinate from a step on."""
    return lambda run: run.frame["path"][index, begin:, which].mean()


def cloud(run):
    """Return the mean loss over steps 600 to 1,200."""
    return run.metrics["loss/sgd"][600:1200].mean()


def hills(momentum, lower):
    """Return a measure: how many of the grid's starts end lower (or higher) with momentum than without."""

    def measure(seed):
        x, y = np.arange(-5, 5.01, 0.25), np.arange(-4, 4.01, 0.25)
        starts = torch.tensor(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2))
        plain, heavy = (
            list(sweep(parse_entry(name), make_surface("hills"), starts, 0.2, momentum=beta, steps=3000, chunk=3000))[
                -1
            ]
            for name, beta in (("sgd", 0.0), ("momentum", momentum))
        )
        gap = (heavy.losses - plain.losses) * (1 if lower else -1)
        return int((gap < -0.01).sum())

    return measure


def within(value, digits):
    """Return the range that a rounded number stands for."""
    half = 0.5 * 10.0**-digits
    return value - half, value + half


def exact(value):
    """Return the range of a whole number."""
    return value, value


NOISY = "surface=custom&expression=25*(x-1)**2+(y-1)**2/2&start=1,1&optimizers=adam:weight_decay=1,adamw:weight_decay=1&lr=0.002&noise=5&run=12000"
QUIET = "surface=custom&expression=25*(x-1)**2+(y-1)**2/2&start=-1,-2&optimizers=adam:weight_decay=1,adamw:weight_decay=1,sgd:weight_decay=1:lr=0.03&lr=0.05&run="
LINE = "surface=regression&start=-1,3&optimizers=sgd"
PLATEAU = "surface=plateau&start=-3.5,2&optimizers=sgd,momentum,adam&lr=0.1&momentum=0.9&run=260"
TURNED = "With momentum the loss stays below 0.01 from step 25 on (it dips below at step 21 and swings back once), without from step 108."
HILLS = "(every 0.25 on ±5 × ±4, η = 0.2) 114 ended lower with momentum 0.9 than without and none higher"
EIGHT = tuple(range(8))

STATED = [
    Stated(TURNED, "run=120", stays("momentum"), exact(25)),
    Stated(TURNED, "run=120", first("momentum"), exact(21)),
    Stated(TURNED, "run=120", stays("sgd"), exact(108)),
    Stated("The loss settles at 56.25", "optimizers=sgd&lr=0.04&run=20000", loss("sgd"), within(56.25, 2)),
    Stated("| 25 | 1037 |", "optimizers=sgd&lr=0.004&run=1100", loss("sgd", 60), within(25, 0)),
    Stated("| 25 | 1037 |", "optimizers=sgd&lr=0.004&run=1100", stays("sgd"), exact(1037)),
    Stated("| 0.39 | 108 |", "optimizers=sgd&run=110", loss("sgd", 60), within(0.39, 2)),
    Stated("| 19,627 | never |", "optimizers=sgd&lr=0.041&run=60", loss("sgd"), within(19627, 0)),
    Stated("| 0.38 | 31 |", "optimizers=sgd&condition=5&lr=0.38&run=35", stays("sgd"), exact(31)),
    Stated("| 0.0095 | 436 |", "optimizers=sgd&condition=200&lr=0.0095&run=440", stays("sgd"), exact(436)),
    Stated("| 0.0019 | 2184 |", "optimizers=sgd&condition=1000&lr=0.0019&run=2200", stays("sgd"), exact(2184)),
    Stated("stays below 0.01 only from step 179 on", "momentum=0.95&run=400", stays("momentum"), exact(179)),
    Stated("below 0.01 at step 34", "optimizers=momentum&lr=0.067&run=60", first("momentum"), exact(34)),
    Stated("the loss passes $10^9$ within 60 steps", "optimizers=momentum&lr=0.069&run=60",
           lambda run: run.metrics["loss/momentum"].max(), (1e9, np.inf)),
    Stated("it stays below 0.01 from step 29 on", "optimizers=momentum&lr=0.0614&momentum=0.566&run=200",
           stays("momentum"), exact(29)),
    Stated("below 0.01 at step 54, momentum at 51", "optimizers=momentum,nesterov&lr=0.02&run=60", first("nesterov"), exact(54)),
    Stated("below 0.01 at step 54, momentum at 51", "optimizers=momentum,nesterov&lr=0.02&run=60", first("momentum"), exact(51)),
    Stated("its first step is 10 η long", "optimizers=adam,rmsprop,radam&lr=0.1&run=1",
           lambda run: np.abs(run.frame["update"][1]).tolist(), within(1.0, 3)),
    Stated("is η along every axis", "optimizers=adam,rmsprop,radam&lr=0.1&run=1",
           lambda run: np.abs(run.frame["update"][0]).tolist(), within(0.1, 4)),
    Stated("here up to 12.3 long", "optimizers=radam&lr=0.1&run=6",
           lambda run: np.hypot(*np.diff(run.frame["path"][0], axis=0).T).max(), within(12.3, 1)),
    Stated("needs 274 steps to a loss below 0.01, with ε = 10⁻⁸ 51",
           "surface=plateau&start=-3.5,2&optimizers=adam,adam:eps=1&lr=0.1&run=280", stays("adam-2"), exact(274)),
    Stated("needs 274 steps to a loss below 0.01, with ε = 10⁻⁸ 51",
           "surface=plateau&start=-3.5,2&optimizers=adam,adam:eps=1&lr=0.1&run=280", stays("adam"), exact(51)),
    Stated("stays below a loss of 0.01 from step 123 on", "optimizers=adam&lr=0.1&start=-5,5&run=400", stays("adam"), exact(123)),
    Stated("| 123 (first below at 84) | 935 |", "optimizers=adam&lr=0.1&start=-5,5&run=400", first("adam"), exact(84)),
    Stated("> From step 935.", "optimizers=adam&lr=0.1&start=-7.071,0&angle=45&run=2000", stays("adam"), exact(935)),
    Stated("needs 93 steps either way", "optimizers=sgd&start=-7.071,0&angle=45&run=100", stays("sgd"), exact(93)),
    Stated("needs 93 steps either way", "optimizers=sgd&start=-5,5&run=100", stays("sgd"), exact(93)),
    Stated("| 176 | 357 |", "optimizers=adam&lr=0.1&run=400", stays("adam"), exact(176)),
    Stated("| 176 | 357 |", "optimizers=adam&lr=0.1&angle=45&start=-7.42462,-5.3033&run=500", stays("adam"), exact(357)),
    Stated("| 176 | 2141 |", "optimizers=adam&lr=0.1&angle=45&condition=1000&start=-7.42462,-5.3033&run=2500", stays("adam"), exact(2141)),
    Stated("it takes 38 steps to get below the saddle's height", "surface=saddle&start=-2,0.001&optimizers=sgd&lr=0.1&run=80",
           lambda run: np.flatnonzero(run.metrics["loss/sgd"] < 0)[0] + 1, exact(38)),
    Stated("in 60 runs the loss fell below −1 after 58 to 175 steps", "surface=saddle&start=-2,0&optimizers=sgd&lr=0.1&noise=0.01&run=200",
           lambda run: np.flatnonzero(run.metrics["loss/sgd"] < -1)[0] + 1, (58, 175), tuple(range(60))),
    Stated("The slope is 0.035 at the start", PLATEAU, lambda run: np.hypot(*np.diff(run.frame["path"][0, :2], axis=0)[0]) / 0.1, within(0.035, 3)),
    Stated("below 0.01 at step 246", PLATEAU, stays("sgd"), exact(246)),
    Stated("momentum needs 43 steps to get there and 70 to stay", PLATEAU, first("momentum"), exact(43)),
    Stated("momentum needs 43 steps to get there and 70 to stay", PLATEAU, stays("momentum"), exact(70)),
    Stated("Adam 31 and 51", PLATEAU, first("adam"), exact(31)),
    Stated("Adam 31 and 51", PLATEAU, stays("adam"), exact(51)),
    Stated("Both end at (−4.27, 0) with loss 0.008", "surface=hills&start=-3,1&optimizers=sgd,momentum&lr=0.2&momentum=0.9&run=400",
           lambda run: run.frame["loss"].tolist(), within(0.008, 3)),
    Stated(HILLS, None, hills(0.9, True), exact(114), (0,)),
    Stated(HILLS, None, hills(0.9, False), exact(0), (0,)),
    Stated("with 0.7 not one changed its hollow", None, lambda seed: hills(0.7, True)(seed) + hills(0.7, False)(seed), exact(0), (0,)),
    Stated("with 0.99 140 ended lower and 132 *higher*", None, hills(0.99, True), exact(140), (0,)),
    Stated("with 0.99 140 ended lower and 132 *higher*", None, hills(0.99, False), exact(132), (0,)),
    Stated("down to the minimum's 0.159", f"{LINE}&lr=0.05&batch=20&run=300", loss("sgd"), within(0.159, 3)),
    Stated("0.169 to 0.172 over steps 600 to 1,200, eight seeds", f"{LINE}&lr=0.05&batch=5&run=1200", cloud, (0.1685, 0.1725), EIGHT),
    Stated("0.240 to 0.263 on average over the same steps", f"{LINE}&lr=0.05&batch=1&run=1200", cloud, (0.2395, 0.2635), EIGHT),
    Stated("the cloud is smaller, 0.178 to 0.188", f"{LINE}&lr=0.02&batch=1&run=1200", cloud, (0.1775, 0.1885), EIGHT),
    Stated("Adam with L2 rests at (0.98, 0.50), and so does SGD with L2", f"{QUIET}2000", coordinate(0, 0), within(0.98, 2)),
    Stated("Adam with L2 rests at (0.98, 0.50), and so does SGD with L2", f"{QUIET}2000", coordinate(0, 1), within(0.50, 2)),
    Stated("Adam with L2 rests at (0.98, 0.50), and so does SGD with L2", f"{QUIET}2000", coordinate(2, 1), within(0.50, 2)),
    Stated("AdamW is at (0.79, 0.76) after 2,000 steps", f"{QUIET}2000", coordinate(1, 0), within(0.79, 2)),
    Stated("AdamW is at (0.79, 0.76) after 2,000 steps", f"{QUIET}2000", coordinate(1, 1), within(0.76, 2)),
    Stated("at (0.95, 0.95) after 20,000", f"{QUIET}20000", place(1), within(0.95, 2)),
    Stated("Adam with L2 is at (0.98, 0.46 to 0.53)", NOISY, mean_place(0, 0, 6000), within(0.98, 2)),
    Stated("Adam with L2 is at (0.98, 0.46 to 0.53)", NOISY, mean_place(0, 1, 6000), (0.455, 0.535)),
    Stated("AdamW at (0.84, 0.15 to 0.17)", NOISY, mean_place(1, 0, 6000), within(0.84, 2)),
    Stated("AdamW at (0.84, 0.15 to 0.17)", NOISY, mean_place(1, 1, 6000), (0.145, 0.175)),
    Stated("descent ends at (3, 2)", "surface=himmelblau&start=0,0&optimizers=sgd&lr=0.01&run=200", coordinate(0, 0), within(3, 2)),
    Stated("at (−2.81, 3.13)", "surface=himmelblau&start=-1,0&optimizers=sgd&lr=0.01&run=200", coordinate(0, 1), within(3.13, 2)),
]  # fmt: skip
