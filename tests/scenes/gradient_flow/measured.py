"""What the lesson of gradient flow states, and how each number is had."""

from __future__ import annotations

import copy

import numpy as np
import torch

from explainer import Run
from tests.measure_lessons import Stated


def right(run):
    """Return how many percent each network got right in the last ten batches."""
    return [100 * float(values[-10:].mean()) for name, values in run.metrics.items() if name.startswith("accuracy")]


def right_of(index):
    """Return a measure: the same of one network."""
    return lambda run: right(run)[index]


def changed(index):
    """Return a measure: how many weights of the map have been changed."""
    return lambda run: (run.frame["each_weights_changed"][index] > 0).sum()


def at_start(measure):
    """Return a measure of the run's first step."""

    def found(run):
        first = Run(
            "gradient-flow", seed=run.recipe.seed, **run.execution.scene.parameters(**run.recipe.parameters).values()
        )
        first.step(1)
        return measure(first)

    return found


def factor(index=0):
    """Return a measure: what a layer multiplies δ by at the start, the geometric mean."""

    def found(run):
        delta = run.frame["each_delta_norm"][index]
        return (delta[0] / delta[-2]) ** (1 / (len(delta) - 2))

    return at_start(found)


def ratio(run):
    """Return first over last δ of the first network, at the start."""
    delta = run.frame["each_delta_norm"][0]
    return delta[0] / delta[-2]


def length(run):
    """Return the length of the whole first gradient."""
    return run.metrics["gradient_norm/total"][0]


def ended(index):
    """Return a measure: the step at which a network overflowed, infinite if it did not."""

    def found(run):
        if run.stopped is not None:
            return run.stopped.step
        step = int(run.frame["retired"][index])
        return step if step >= 0 else np.inf

    return found


def read_out(depth, dtype=torch.float32):
    """Return a measure: percent of all digits that least squares reads from the last hidden layer, untrained."""

    def found(seed):
        experiment = Run("gradient-flow", seed=seed, depth=depth, beside=()).execution.experiment
        with torch.no_grad():
            hidden = copy.deepcopy(experiment.networks[0]).to(dtype)(experiment.data.x.to(dtype))[0][-2].double()
        hidden = (hidden - hidden.mean(0)) / (hidden - hidden.mean(0)).std()  # else rounding in the fit loses more
        features = torch.cat([hidden, torch.ones(len(hidden), 1).double()], 1).numpy()
        wanted = np.eye(10)[experiment.data.y.numpy()]
        weights = np.linalg.lstsq(features, wanted, rcond=1e-15)[0]
        return 100 * ((features @ weights).argmax(1) == wanted.argmax(1)).mean()

    return found


def zero_share(layer):
    """Return a measure: percent of zeros in δ of a layer."""
    return lambda run: 100 * run.frame["zero_deltas"][layer]


DEFAULT = "run=300"
RNN = "architecture=recurrent&depth=30&optimizer=adam&lr=0.01&beside=&run=200&"
CELLS = (
    ("activation=sigmoid", "| 0.25 to 0.26 | 15 to 17 % |", (0.2475, 0.2585), (14.5, 17.5)),
    ("activation=tanh", "| 0.99 to 1.02 | 14 to 51 % |", (0.985, 1.025), (13.5, 51.5)),
    ("cell=lstm&keep_bias=0", "| 0.61 to 0.63 | 9 to 69 % |", (0.605, 0.635), (8.5, 69.5)),
    ("cell=lstm&keep_bias=4", "| 1.03 to 1.05 | 87 to 94 % |", (1.025, 1.055), (86.5, 94.5)),
    ("cell=gru&keep_bias=0", "| 0.65 to 0.66 | 84 to 98 % |", (0.645, 0.665), (83.5, 98.5)),
    ("cell=gru&keep_bias=4", "| 0.98 | 98 to 99 % |", (0.975, 0.985), (97.5, 99.5)),
)
FIRST = "Sigmoid: 0 of 4,096 weights change, ReLU: 15 to 36, tanh: 3,904"
HE = "activation=relu&init=he-normal&"
FOUR = (f"{HE}depth=50&beside=relu:skip=residual:init=he-normal,relu:skip=residual:init=he-normal:normalization=layer,"
        "relu:skip=residual-zero:init=he-normal&run=300")  # fmt: skip
CLIPPED = (f"{HE}gain=1.5&beside=relu:init=he-normal:gain=1.5:clip=norm,"
           "relu:init=he-normal:gain=1.5:clip=value:clip_at=0.01&run=300")  # fmt: skip
TYPES = "depth=10&dtype=float16&beside=sigmoid:dtype=float16:loss_scale=65536,sigmoid:dtype=float32&run=1"
CLIFF = f"architecture=recurrent&{HE}gain=1.3&depth=50&beside=relu:init=he-normal:gain=1.3:clip=norm&run=100"

STATED = [
    Stated(FIRST, DEFAULT, changed(0), (0, 0)),
    Stated(FIRST, DEFAULT, changed(1), (15, 36)),
    Stated(FIRST, DEFAULT, changed(2), (3904, 3904)),
    Stated("the first two guess (9 to 11 %), the third reads 86 to 97 % (three seeds)", DEFAULT, lambda run: right(run)[:2], (8.5, 11.5)),
    Stated("the third reads 86 to 97 % (three seeds)", DEFAULT, right_of(2), (85.5, 97.5)),
    Stated("a layer multiplies δ by 0.233 to 0.239 (three seeds)", DEFAULT, factor(0), (0.2325, 0.2395)),
    Stated("gets 95 to 96 % right from the last hidden layer of 3 or 5 sigmoid layers", None, read_out(3), (94.5, 96.5)),
    Stated("gets 95 to 96 % right from the last hidden layer of 3 or 5 sigmoid layers", None, read_out(5), (94.5, 96.5)),
    Stated("From 20 it gets 16 to 22 %", None, read_out(20), (15.5, 22.5)),
    Stated("in float64 the same layers leave 92 to 94 %", None, read_out(20, torch.float64), (91.5, 94.5)),
    Stated("lose a factor of 16 to 18", "beside=&depth=3&run=300", at_start(lambda run: 1 / ratio(run)), (15.5, 18.5)),
    Stated("of 300 to 360; with this η neither has learned anything after 300 steps (8 to 13 % right)", "beside=&depth=5&run=300",
           at_start(lambda run: 1 / ratio(run)), (295, 365)),
    Stated("(8 to 13 % right)", "beside=&depth=3&run=300", right, (7.5, 13.5)),
    Stated("(8 to 13 % right)", "beside=&depth=5&run=300", right, (7.5, 13.5)),
    Stated("multiply δ by 1.03 to 1.04 a layer and read 94 to 98 %", "normalization=batch&beside=&run=300", factor(), (1.025, 1.045)),
    Stated("multiply δ by 1.03 to 1.04 a layer and read 94 to 98 %", "normalization=batch&beside=&run=300", right, (93.5, 98.5)),
    Stated("δ grows by 1.47 to 1.52 a layer, to 74,000 to 190,000 times", f"{HE}gain=1.5&depth=30&beside=&run=20", factor(), (1.465, 1.525)),
    Stated("δ grows by 1.47 to 1.52 a layer, to 74,000 to 190,000 times", f"{HE}gain=1.5&depth=30&beside=&run=20", at_start(ratio), (73500, 195000)),
    Stated("the numbers overflow at step 2.", f"{HE}gain=1.5&depth=30&beside=&run=20", ended(0), (2, 2)),
    *[Stated("by 0.96 to 1.01 with He, 0.69 to 0.70 with Xavier, 0.39 to 0.41 with PyTorch's default",
             f"{HE}beside=relu:init=xavier-uniform,relu:init=pytorch&run=1", factor(index), between)
      for index, between in enumerate(((0.954, 1.015), (0.684, 0.705), (0.385, 0.415)))],
    Stated("> 0.59 to 0.60 a layer, 2 to 4 ten-millionths in all", f"{HE}gain=0.6&depth=30&beside=&run=1", factor(), (0.585, 0.605)),
    Stated("> 0.59 to 0.60 a layer, 2 to 4 ten-millionths in all", f"{HE}gain=0.6&depth=30&beside=&run=1", ratio, (1.5e-7, 4.5e-7)),
    Stated("with layer normalization 8 to 12 %. It still multiplies δ by 0.38 to 0.41 a layer", "beside=sigmoid:normalization=layer&run=300", right_of(1), (7.5, 12.5)),
    Stated("It still multiplies δ by 0.38 to 0.41 a layer", "beside=sigmoid:normalization=layer&run=300", factor(1), (0.375, 0.415)),
    Stated("δ *grows* by 1.23 a layer, to 23,000 to 29,000 times", f"{HE}normalization=batch&depth=50&beside=&run=100", factor(), (1.225, 1.235)),
    Stated("δ *grows* by 1.23 a layer, to 23,000 to 29,000 times", f"{HE}normalization=batch&depth=50&beside=&run=100", at_start(ratio), (22500, 29500)),
    Stated("After these 100 steps 16 to 19 % are right", f"{HE}normalization=batch&depth=50&beside=&run=100", right, (15.5, 19.5)),
    Stated("bear it better: 88 to 97 % after 300", f"{HE}normalization=batch&depth=20&beside=&run=300", right, (87.5, 97.5)),
    Stated("| plain | 0.98 to 0.99 | 10 to 14 % |", FOUR, right_of(0), (9.5, 14.5)),
    Stated("| plain | 0.98 to 0.99 | 10 to 14 % |", FOUR, factor(0), (0.975, 0.995)),
    Stated("| residual | 1.64 to 1.65 | overflow at step 2 |", FOUR, ended(1), (2, 2)),
    Stated("| residual | 1.64 to 1.65 | overflow at step 2 |", FOUR, factor(1), (1.635, 1.655)),
    Stated("| residual and layer normalization | 1.02 | 96 to 99 % |", FOUR, right_of(2), (95.5, 99.5)),
    Stated("| residual, branch starting at 0 | 1.00 | over 99 % |", FOUR, right_of(3), (99, 100)),
    Stated("the factor falls from 1.23 to 1.06 or 1.07 a layer, and 70 to 78 % are right", f"{HE}normalization=batch&skip=residual&depth=50&beside=&run=300", right, (69.5, 78.5)),
    Stated("the factor falls from 1.23 to 1.06 or 1.07 a layer, and 70 to 78 % are right", f"{HE}normalization=batch&skip=residual&depth=50&beside=&run=300", factor(), (1.055, 1.075)),
    Stated("the numbers overflow at step 2 or 3", CLIPPED, ended(0), (2, 3)),
    Stated("a first gradient of length 8,700 to 39,000", CLIPPED, length, (8650, 39500)),
    Stated("31 to 36 and 50 to 55 % after 300 steps", CLIPPED, right_of(1), (30.5, 36.5)),
    Stated("31 to 36 and 50 to 55 % after 300 steps", CLIPPED, right_of(2), (49.5, 55.5)),
    Stated("a gradient of length 0.6 to 0.8 in all", "clip=norm&beside=&run=100", length, (0.55, 0.85)),
    Stated("at the second layer 63 to 80 % are 0", TYPES, zero_share(1), (62.5, 80.5)),
    Stated("exactly 0 in the first 31 to 33 of them", "depth=100&beside=&run=1", lambda run: (run.frame["delta_norm"] == 0).sum(), (31, 33)),
    *[Stated(words, RNN + given, factor(), gate) for given, words, gate, _ in CELLS],
    *[Stated(words, RNN + given, right, share) for given, words, _, share in CELLS],
    Stated("it reads 80 to 91 %", "architecture=recurrent&activation=tanh&depth=30&optimizer=adam&lr=0.001&beside=&run=200", right, (79.5, 91.5)),
    Stated("only 4 to 6 millionths of δ are left", RNN + "cell=gru&keep_bias=0", at_start(ratio), (3.5e-6, 6.5e-6)),
    Stated("19 to 41 % right after the link's 20 steps", "architecture=recurrent&activation=tanh&init=orthogonal&depth=30&truncation=10&beside=&run=20", right, (18.5, 41.5)),
    Stated("a first gradient of length 7,100 to 9 million and overflows at step 2", CLIFF, length, (7050, 9.5e6)),
    Stated("a first gradient of length 7,100 to 9 million and overflows at step 2", CLIFF, ended(0), (2, 2)),
    Stated("With η = 0.02 it reads 90 to 96 % after 300 steps", "activation=tanh&init=orthogonal&depth=100&lr=0.02&beside=&run=300", right, (89.5, 96.5)),
    Stated("&run=300&speed=60) 9 to 12 %.", "activation=tanh&init=orthogonal&depth=100&beside=&run=300", right, (8.5, 12.5)),
    Stated("96 to 99 % with η = 0.03", f"{HE}skip=residual-zero&depth=100&lr=0.03&beside=&run=300", right, (95.5, 99.5)),
    Stated("three of four seeds overflow, at steps 43 to 291", f"{HE}skip=residual-zero&depth=100&beside=&run=300", ended(0), (43, 291), (0, 1, 3)),
    Stated("and the fourth reads 99 %", f"{HE}skip=residual-zero&depth=100&beside=&run=300", right, (98.5, 99.5), (2, 2, 2)),
]  # fmt: skip
