"""The contract: what a scene declares and what a run is, as plain data without Qt and torch.

A scene's ``__init__.py`` needs nothing but the names exported here.
"""

from explainer.contract.fields import (
    Kind,
    choice,
    choices,
    integer,
    numbers,
    point,
    real,
    switch,
    text,
)
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
