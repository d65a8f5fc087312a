"""What the lesson of features states, and how each number is had."""

from tests.measure_lessons import Stated
from tests.scenes.playground.measured import test_right as right

right.__test__ = False
MADE = "features=x1,x2,x1x1,x2x2,x1x2&"
FEW = "points=400&train_share=0.1&run=500"

STATED = [
    Stated("100 % (three seeds), where $x_1$ and $x_2$ alone get 35 to 55 %", "features=x1,x2,x1x1,x2x2&run=500", right, (99.5, 100)),
    Stated("100 % (three seeds), where $x_1$ and $x_2$ alone get 35 to 55 %", "run=500", right, (34.5, 55.5)),
    Stated("[100 %](try:features=x1,x2,x1x1,x2x2,x1x2&run=500", f"{MADE}run=500", right, (99.5, 100)),
    Stated("[52 to 56 %]", "data=xor&run=500", right, (51.5, 56.5)),
    Stated("[95 to 99 %]", f"data=xor&{MADE}run=500", right, (94.5, 99.5)),
    Stated("[62 to 67 %]", "data=spiral&run=500", right, (61.5, 67.5)),
    Stated("[60 to 64 %]", f"data=spiral&{MADE}run=500", right, (59.5, 64.5)),
    Stated("The squares: 100 %, the hidden units 80 to 88 % (three seeds)", f"{MADE}{FEW}", right, (99.5, 100)),
    Stated("The squares: 100 %, the hidden units 80 to 88 % (three seeds)", f"layers=8&{FEW}", right, (79, 88)),
]  # fmt: skip
