"""Folding a script to what its run does: options not taken, and what nothing reads, are left out.

A script is a whole program, so all calls of its functions and all values of its variables are known. A
parameter that has the same word or switch in every call is put in; conditions that are then always or
never met go, with what they guard; and so does everything that nothing reads any more. The numbers that
the script prints are the same: only what draws no random numbers and changes nothing is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from explainer.script.fold.branches import Folder
from explainer.script.fold.inline import inline
from explainer.script.fold.parameters import drop_parameters
from explainer.script.fold.program import Program
from explainer.script.fold.tables import prune_tables
from explainer.script.fold.tree import parse
from explainer.script.fold.unused import Unused
from explainer.script.fold.words import shorten
from explainer.script.fold.write import write

ROUNDS = 12
"""How often the parts of folding make work for one another, at most."""


def fold(text: str, kept: Iterable[str] = ()) -> str:
    """Return the program ``text`` without what it does not use; variables that are ``kept`` stay for a reader."""
    tree = parse(text)
    for _ in range(ROUNDS):
        before = ast.dump(tree)
        while Unused(tree, kept).sweep():
            pass
        program = Program(tree)
        Folder(program).visit(tree)
        program = Program(tree)
        prune_tables(program)
        if not drop_parameters(program) and ast.dump(tree) == before and not inline(program):
            break
    shorten(tree)
    while Unused(tree, kept).sweep():
        pass
    return write(ast.fix_missing_locations(tree))
