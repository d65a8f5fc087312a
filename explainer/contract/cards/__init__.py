"""Cards as data: what is drawn of which arrays, in the words of a vocabulary; neither Qt nor torch.

A dimension's name joins everything: two cards whose arrays share one light the same place, and what a place is
called or where it lies on an axis is said once, in the scene's ``dimensions``.
"""

from explainer.contract.cards.bindings import Act, Ask, Dimension, Drag, Edit, Handle, Level, Seek, Value, Words, reads
from explainer.contract.cards.card import Card, Column, Row, Tabs
from explainer.contract.cards.cells import Board, Confusion, Grid, Images, Map, Maps, Mark, Matrix
from explainer.contract.cards.plots import (
    Arrows,
    Band,
    Bars,
    Curves,
    Ellipses,
    Histogram,
    Line,
    Ridges,
    Scatter,
    Steps,
    Threshold,
    Timeline,
    Trail,
)
from explainer.contract.cards.spaces import DecisionMap, Graph, Plane, Probe, Stroke, Surface
from explainer.contract.cards.words import Bar, Cell, Links, Spark, Table, Text, Tokens

__all__ = [
    "Act",
    "Arrows",
    "Ask",
    "Band",
    "Bar",
    "Bars",
    "Board",
    "Card",
    "Cell",
    "Column",
    "Confusion",
    "Curves",
    "DecisionMap",
    "Dimension",
    "Drag",
    "Edit",
    "Ellipses",
    "Graph",
    "Grid",
    "Handle",
    "Histogram",
    "Images",
    "Level",
    "Line",
    "Links",
    "Map",
    "Maps",
    "Mark",
    "Matrix",
    "Plane",
    "Probe",
    "Ridges",
    "Row",
    "Scatter",
    "Seek",
    "Spark",
    "Steps",
    "Stroke",
    "Surface",
    "Table",
    "Tabs",
    "Text",
    "Threshold",
    "Timeline",
    "Tokens",
    "Trail",
    "Value",
    "Words",
    "reads",
]
