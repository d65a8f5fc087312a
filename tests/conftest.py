"""What all tests share: the scenes that live only here, and a window that needs no screen."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["EXPLAINER_SCENES"] = str(Path(__file__).parent / "scenes_for_tests")
