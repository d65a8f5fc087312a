"""The engine as a process of its own: ``python -m explainer.engine``, commands on standard input."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Serve the window at the other end of standard input and output."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    from explainer.engine.line import Line

    line = Line(sys.stdin.buffer, sink)
    from explainer.engine.server import Server

    Server(line).serve()


if __name__ == "__main__":
    main()
