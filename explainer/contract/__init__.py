"""The contract: what a scene declares and what a run is, as plain data without Qt and torch.

A scene's ``__init__.py`` needs nothing but the names exported here. They are imported when they are first asked
for: the home page is painted without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explainer.contract.fields import Kind, choice, choices, integer, numbers, point, real, switch, text
    from explainer.contract.parameters import Parameters
    from explainer.contract.refused import Refused
    from explainer.contract.scene import Array, Job, Scene, Verb

    LIVE, STRUCTURAL, VIEW = Kind.LIVE, Kind.STRUCTURAL, Kind.VIEW

__all__ = [
    "LIVE",
    "STRUCTURAL",
    "VIEW",
    "Array",
    "Job",
    "Kind",
    "Parameters",
    "Refused",
    "Scene",
    "Verb",
    "choice",
    "choices",
    "integer",
    "numbers",
    "point",
    "real",
    "switch",
    "text",
]

_PLACES = {
    "fields": ("Kind", "choice", "choices", "integer", "numbers", "point", "real", "switch", "text"),
    "parameters": ("Parameters",),
    "refused": ("Refused",),
    "scene": ("Array", "Job", "Scene", "Verb"),
}


def __getattr__(name: str) -> Any:
    """Import what is exported when it is asked for."""
    if name in ("LIVE", "STRUCTURAL", "VIEW"):
        found = getattr(import_module("explainer.contract.fields").Kind, name)
    else:
        place = next((place for place, names in _PLACES.items() if name in names), None)
        if place is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{place}"), name)
    globals()[name] = found
    return found
