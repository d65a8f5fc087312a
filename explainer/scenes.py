"""The scenes as one importable package, wherever their folders are.

``__path__`` names the built-in folder (beside the package in a checkout, inside it in a wheel) and
then the folders listed in the environment variable ``EXPLAINER_SCENES``, so
``import explainer.scenes.gradient_descent`` works in each of these.
"""

import os
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_BUILT_IN = next((place for place in (_HERE / "_scenes", _HERE.parent / "scenes") if place.is_dir()), _HERE)
_NAMED = [os.path.expanduser(place) for place in os.environ.get("EXPLAINER_SCENES", "").split(os.pathsep) if place]

__path__ = [str(_BUILT_IN), *_NAMED]
