"""Expressions over a run: ``first_below(loss/sgd, 0.01) < 30 and param("lr") == 0.1``.

Python's syntax, read through ``ast`` and never run as Python. Names of metrics and arrays are written as they are
declared: a metric is its whole series over steps (the k-th value belongs to step k), an array is as it is at the
end. ``metric("name")``, ``array("name")`` and ``param("name")`` say which is meant; ``step``, ``stopped`` and
``finished`` are of the run. Of runs that are compared, ``a.`` to ``d.`` stand before a name. A ``/`` within a name
has no spaces around it; a division that could be read as a name has.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene
from explainer.teach.expressions.check import Check
from explainer.teach.expressions.evaluation import Evaluation
from explainer.teach.expressions.evidence import Evidence
from explainer.teach.expressions.names import with_names
from explainer.teach.expressions.operations import truth

__all__ = ["Expression", "parse"]

LONGEST = 500


@dataclass(frozen=True)
class Expression:
    """A checked expression; ``arrays`` and ``metrics`` are the names that it reads."""

    text: str
    tree: ast.expr
    arrays: frozenset[str]
    metrics: frozenset[str]

    def value(self, moments: Sequence[Frame]) -> Any:
        """Return what it is at a moment of the run, or of each run of a comparison; raise :class:`Refused`."""
        with np.errstate(all="ignore"):
            return Evaluation(self.text, self.metrics, [Evidence(moment) for moment in moments]).value(self.tree)

    def holds(self, moments: Sequence[Frame]) -> bool:
        """Return whether it is true; raise :class:`Refused` where it is neither true nor false."""
        try:
            return truth(self.value(moments))
        except Refused as refused:
            raise Refused(f"{shown(self.text)}: {refused}") from None


def parse(text: str, scene: Scene, lanes: int = 1) -> Expression:
    """Read an expression over a scene's run, or over ``lanes`` runs that are compared.

    Raises :class:`Refused` in one line that says the position, counted from 1, and what is allowed there.
    """
    if len(text) > LONGEST:
        raise Refused(f"the expression has {len(text)} characters: at most {LONGEST} are allowed, shorten it")
    source = with_names(text.strip(), scene)
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        position = min(error.offset or 1, len(source) + 1)
        raise Refused(f"at position {position}: {error.msg}, in {shown(text)}") from None
    except (RecursionError, MemoryError, ValueError):
        raise Refused(f"the expression {shown(text)} cannot be read: it is nested too deeply") from None
    check = Check(source, scene, lanes)
    check.visit(tree)
    return Expression(source, tree, frozenset(check.arrays), frozenset(check.metrics))
