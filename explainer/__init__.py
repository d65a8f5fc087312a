"""See and steer what happens inside neural networks.

>>> from explainer import Run
>>> run = Run("gradient-descent", lr=0.05, seed=1)
"""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    del sys.path[0]  # python -m explainer: the folder it is started in may hold a random.py or a __future__.py

from typing import TYPE_CHECKING, Any

from explainer.contract.refused import Refused
from explainer.contract.version import __version__

if TYPE_CHECKING:
    from explainer.engine.run import Run

__all__ = ["Refused", "Run", "__version__"]


def __getattr__(name: str) -> Any:
    """Import :class:`Run`, and with it torch, only when it is asked for."""
    if name == "Run":
        from explainer.engine.run import Run

        return Run
    raise AttributeError(f"module 'explainer' has no attribute {name!r}")
