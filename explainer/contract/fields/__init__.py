"""The types a parameter can have, each with its check, its text form and its description.

The lower-case functions (:func:`real`, :func:`choice`, …) are what a scene writes in its
declaration; the classes are what controls, command line and run files read.
"""

from explainer.contract.fields.declare import choice, choices, integer, numbers, point, real, switch, text
from explainer.contract.fields.number import MAX_NUMBER, Integer, Numbers, Point, Real
from explainer.contract.fields.parameter import Kind, Parameter
from explainer.contract.fields.word import MAX_TEXT, Choice, Choices, Switch, Text

__all__ = [
    "MAX_NUMBER",
    "MAX_TEXT",
    "Choice",
    "Choices",
    "Integer",
    "Kind",
    "Numbers",
    "Parameter",
    "Point",
    "Real",
    "Switch",
    "Text",
    "choice",
    "choices",
    "integer",
    "numbers",
    "point",
    "real",
    "switch",
    "text",
]
