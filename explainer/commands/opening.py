"""``explainer``, ``explainer SCENE``, ``explainer FILE.run.json``: the window."""

from __future__ import annotations

from argparse import Namespace

from explainer.commands.display import check_display, missing_library
from explainer.contract.refused import Refused
from explainer.contract.start import Start

OPTIONS = ("seed", "device", "threads")


def open_at(options: Namespace) -> int:
    """Check what is asked for and whether there is a display, then open the window; return its exit status."""
    start = read_start(options)
    check_display()
    try:
        from explainer.window.app import open_window
    except ImportError as error:
        if error.name is not None and error.name.startswith("explainer"):
            raise
        raise missing_library(error) from None
    return open_window(start)


def read_start(options: Namespace) -> Start:
    """Return what the window is told; raise :class:`Refused`."""
    told = options.set or options.fix or options.hide or any(getattr(options, name) is not None for name in OPTIONS)
    if options.target is None:
        if told:
            raise Refused("these options belong to a scene: write explainer SCENE and then the options")
        return Start()
    from explainer.commands.request import read_request

    request = read_request(options, device="cpu")
    if not told and not request.from_file:
        return Start(request.scene.name)
    if not request.from_file:
        return Start(request.scene.name, request.recipe, plan=request.plan or None)
    return Start(request.scene.name, request.recipe, request.position, options.target, request.plan or None)
