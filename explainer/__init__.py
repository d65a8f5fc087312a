"""See and steer what happens inside neural networks.

>>> from explainer import Run
>>> run = Run("gradient-descent", lr=0.05, seed=1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explainer.contract.refused import Refused

if TYPE_CHECKING:
    from explainer.engine.run import Run

__all__ = ["Refused", "Run", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import :class:`Run`, and with it torch, only when it is asked for."""
    if name == "Run":
        from explainer.engine.run import Run

        return Run
    raise AttributeError(f"module 'explainer' has no attribute {name!r}")
