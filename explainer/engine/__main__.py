"""The engine as a process of its own: ``python -m explainer.engine``, commands on standard input."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import BinaryIO


def main() -> None:
    """Serve the window at the other end of standard input and output."""
    source, sink = _take_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    from explainer.engine.line import Line

    line = Line(source, sink)
    from explainer.engine.lean_torch import postpone_compiler
    from explainer.engine.server import Server

    postpone_compiler()
    gc.collect()
    gc.freeze()  # what the imports made stays; collecting it again and again costs steps
    Server(line).serve()


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output for the line alone: what an experiment prints goes to stderr."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


if __name__ == "__main__":
    main()
