"""What all tests share: the scenes that live only here, and a window that needs no screen."""

import os
import signal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OURS = str(Path(__file__).parent / "scenes_for_tests")
NAMED = [place for place in os.environ.get("EXPLAINER_SCENES", "").split(os.pathsep) if place not in ("", OURS)]
os.environ["EXPLAINER_SCENES"] = os.pathsep.join([OURS, *NAMED])

# A shell that starts tests in the background, or nohup, has them ignore these; the program then rightly does too.
for name, usual in {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}.items():
    if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, name), usual)
