"""What all tests share: the scenes that live only here, and a window that needs no screen."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OURS = str(Path(__file__).parent / "scenes_for_tests")
NAMED = [place for place in os.environ.get("EXPLAINER_SCENES", "").split(os.pathsep) if place not in ("", OURS)]
os.environ["EXPLAINER_SCENES"] = os.pathsep.join([OURS, *NAMED])
