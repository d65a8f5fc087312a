"""What the lesson of the playground states, and how each number is had."""

from __future__ import annotations

from tests.measure_lessons import Stated


def test_right(run):
    """Return how many percent of the test points are right."""
    return 100 * float(run.arrays("now")["now"][2, 1])


def loss(part):
    """Return a measure: the loss of the training (0) or test points (2) now."""
    return lambda run: float(run.arrays("now")["now"][part, 0])


def lowest_test_loss(run):
    return float(run.metrics["loss/test"].min())


def rare_recall(run):
    return 100 * float(run.arrays("recall")["recall"][1])


test_right.__test__ = False
SIX = (0, 1, 2, 3, 4, 5)
HEART = "data=moons&points=60&noise=0.3&layers=16,16&run=600"
RARE = "data=gaussians&noise=1&imbalance=20&points=1000&layers=&run=400"

STATED = [
    Stated("78 to 82 % of the test points are right (three seeds)", "run=1500", test_right, (77, 82.5)),
    Stated("of six seeds four find it (97 to 98 % right), two stay at 80 and 84 %", "layers=3&run=1500", test_right, (96.5, 98.6), (0, 2, 3, 5)),
    Stated("of six seeds four find it (97 to 98 % right), two stay at 80 and 84 %", "layers=3&run=1500", test_right, (79, 84.9), (1, 4, 4)),
    Stated("found it in all six (96 to 100 %)", "layers=4&run=1500", test_right, (95.5, 100), SIX),
    Stated("One unit gets 60 to 66 % of the test points", "layers=1&run=1500", test_right, (59.5, 66.5)),
    Stated("64 to 72 % of the test points are right (three seeds)", "data=xor&layers=2&run=1500", test_right, (62.5, 72.5)),
    Stated("get 91 to 92 %", "data=xor&layers=4&run=1500", test_right, (90.5, 92.5)),
    Stated("has hardly moved after 300 updates (53 to 62 % right)", "layers=4&lr=0.0001&run=300", test_right, (52, 62.5)),
    Stated("leaps about (52 to 70 %)", "layers=4&lr=3&run=300", test_right, (51.5, 70.5)),
    Stated("the test loss at 0.78 to 1.17 after having been at 0.24 to 0.45", HEART, loss(2), (0.775, 1.175)),
    Stated("the test loss at 0.78 to 1.17 after having been at 0.24 to 0.45", HEART, lowest_test_loss, (0.235, 0.455)),
    Stated("| up to 0.003 | 0.78 to 1.17 |", HEART, loss(0), (0, 0.0035)),
    Stated("| 0.11 to 0.36 | 0.35 to 0.52 |", f"{HEART}&l2=0.03", loss(0), (0.105, 0.365)),
    Stated("| 0.11 to 0.36 | 0.35 to 0.52 |", f"{HEART}&l2=0.03", loss(2), (0.345, 0.525)),
    Stated("| 0.05 to 0.28 | 0.38 to 0.73 |", f"{HEART}&dropout=0.4", loss(0), (0.045, 0.285)),
    Stated("| 0.05 to 0.28 | 0.38 to 0.73 |", f"{HEART}&dropout=0.4", loss(2), (0.375, 0.735)),
    Stated("8 to 44 % of the rare class (three seeds), at an accuracy of 95 to 96 %", RARE, rare_recall, (7.5, 44.9)),
    Stated("8 to 44 % of the rare class (three seeds), at an accuracy of 95 to 96 %", RARE, test_right, (94.5, 96.5)),
]  # fmt: skip
