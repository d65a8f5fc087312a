"""``explainer script``: a run as a PyTorch script of its own, printed or written into a file."""

from __future__ import annotations

import sys
from argparse import Namespace

import msgspec

from explainer.commands.request import read_request
from explainer.contract.files import path_of, write_atomically
from explainer.contract.recipe import Recipe
from explainer.contract.refused import Refused
from explainer.script import check_has_script, script_of


def script(options: Namespace) -> int:
    """Do what the options ask for; return the exit status. Raises :class:`Refused` before anything is written."""
    if options.out == "":
        raise Refused("--out '' is refused: name a file", about="out")
    request = read_request(options, device="auto")
    check_has_script(request.scene)
    steps = request.position.step
    if options.steps is None:
        steps = steps or request.scene.steps
    text = script_of(_buildable(request.recipe), steps).encode()
    if options.out is None:
        _print(text)
    else:
        write_atomically(path_of(options.out, "out"), text)
        sys.stderr.write(f"written: {options.out}\n")
    return 0


def _buildable(recipe: Recipe) -> Recipe:
    """Return the recipe for this machine's device, once its experiment has been built: what it refuses is refused."""
    from explainer.engine import devices
    from explainer.engine.lean_torch import postpone_compiler
    from explainer.engine.run import Run

    postpone_compiler()
    local = msgspec.structs.replace(recipe, device=str(devices.resolve(recipe.device)))
    Run.from_recipe(local)
    return local


def _print(text: bytes) -> None:
    """Print as UTF-8 into files and pipes, which is what Python reads, and as it can be shown on a terminal."""
    sys.stdout.flush()
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        sys.stdout.write(text.decode())
    else:
        sys.stdout.buffer.write(text)
