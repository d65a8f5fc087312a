"""What the lesson of depth and width states, and how each number is had."""

from tests.measure_lessons import Stated
from tests.scenes.playground.measured import test_right as right

right.__test__ = False


def pieces(run):
    return int(run.arrays("pieces")["pieces"])


def parameters(run):
    return int(run.arrays("parameters")["parameters"])


STATED = [
    Stated("Two layers of six units have 67 parameters, one layer of 17 has 69", "layers=6,6&run=1", parameters, (67, 67)),
    Stated("Two layers of six units have 67 parameters, one layer of 17 has 69", "layers=17&run=1", parameters, (69, 69)),
    Stated("54 to 83 pieces deep, 87 to 116 wide", "layers=6,6&run=2000", pieces, (54, 83)),
    Stated("54 to 83 pieces deep, 87 to 116 wide", "layers=17&run=2000", pieces, (87, 116)),
    Stated("it gets all test points right in five, the wide one in three (99 % and more)", "layers=6,6&run=2000", right, (99.9, 100), (0, 1, 2, 3, 4)),
    Stated("it gets all test points right in five, the wide one in three (99 % and more)", "layers=17&run=2000", right, (99, 100), (0, 1, 4)),
    Stated("89 to 96 % deep, 96 to 97 % wide (three seeds)", "data=spiral&layers=8,8,8&run=3000", right, (88.5, 96.5)),
    Stated("89 to 96 % deep, 96 to 97 % wide (three seeds)", "data=spiral&layers=44&run=3000", right, (95.5, 97.5)),
]  # fmt: skip
