"""The engine starts without torch's compiler, and nobody misses it."""

import subprocess
import sys

WITHOUT = """
import sys
import torch
from explainer.engine.lean_torch import postpone_compiler
if {lean}:
    postpone_compiler()
from explainer import Run
run = Run("small-network", optimizer="{optimizer}")
run.step(20)
print(run.metrics["error"].tobytes().hex())
print(any(name.startswith("torch._dynamo.") for name in sys.modules))
"""

COMPILES = """
import torch
from explainer.engine.lean_torch import postpone_compiler
postpone_compiler()
model = torch.nn.Linear(2, 1)
torch.optim.Adam(model.parameters()).step()
import torch._dynamo.config
print(torch.compile(lambda x: x * 2 + 1, backend="eager")(torch.ones(2)).tolist())
print(torch._dynamo.is_compiling())
"""


def run_python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=100)
    return done.stdout.split("\n")


def test_a_run_has_the_same_bits_and_the_compiler_is_not_imported():
    with_compiler = run_python(WITHOUT.format(lean=False, optimizer="adam"))
    without = run_python(WITHOUT.format(lean=True, optimizer="adam"))
    assert with_compiler[1] == "True"
    assert without[1] == "False"
    assert without[0] == with_compiler[0]


def test_the_compiler_still_works_when_it_is_asked_for():
    assert run_python(COMPILES)[:2] == ["[3.0, 3.0]", "False"]
