"""Gathering what a piece of code needs: definitions quoted from their modules, and imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter

from explainer.script.sources import Import, Source, read

OWN = "explainer"
USUAL = {
    "math": Import("math"),
    "os": Import("os"),
    "pairwise": Import("itertools", "pairwise"),
    "partial": Import("functools", "partial"),
    "random": Import("random"),
    "load_digits": Import("sklearn.datasets", "load_digits"),
    "np": Import("numpy", alias="np"),
    "torch": Import("torch"),
    "F": Import("torch.nn", "functional", "F"),
    "nn": Import("torch", "nn"),
    "Tensor": Import("torch", "Tensor"),
}
"""What these names mean where no module of the scene says otherwise."""

_FUNCTION = re.compile(r"^(?:@|(?:async )?def |class )", re.MULTILINE)


class Quotation:
    """Definitions of this package, as text and without their package, and the imports that they need.

    Raises ``LookupError``, for the author of a scene, where a name is not found, means two things, or is
    imported in a way that cannot be quoted.
    """

    def __init__(self) -> None:
        self.imports: set[Import] = set()
        self._origins: dict[str, str | Import] = {}
        self._quoted: dict[str, set[str]] = {}
        self._needs: dict[str, set[str]] = {}

    @property
    def names(self) -> set[str]:
        """The names that are quoted or imported."""
        return set(self._origins)

    def add(self, names: Iterable[str], modules: Sequence[str]) -> None:
        """Add what ``names`` mean in the first of ``modules`` that knows them."""
        sources = [read(module) for module in modules]
        for name in sorted(names):
            source = next((one for one in sources if name in one.blocks or name in one.imports), None)
            if source is not None:
                self._follow(source, name)
            elif name in USUAL:
                self._import(name, USUAL[name])
            else:
                raise LookupError(f"the script uses {name}, which none of {', '.join(modules)} defines or imports")

    def _follow(self, source: Source, name: str) -> None:
        if name in source.blocks:
            self._quote(source, name)
        elif name not in source.imports:
            raise LookupError(f"{source.name} uses {name}, which it neither defines nor imports at its top level")
        elif source.imports[name].module.partition(".")[0] != OWN:
            self._import(name, source.imports[name])
        else:
            found = source.imports[name]
            if not found.name or found.bound != found.name:
                raise LookupError(f"{source.name} imports {name} under another name: import it as it is called")
            self._needs.setdefault(source.name, set()).add(found.module)
            self._follow(read(found.module), name)

    def _quote(self, source: Source, name: str) -> None:
        block, quoted = source.blocks[name], self._quoted.setdefault(source.name, set())
        self._claim(name, source.name)
        if name not in quoted:
            quoted |= {each for each, other in source.blocks.items() if other is block}
            for needed in sorted(block.needs):
                self._follow(source, needed)

    def _import(self, name: str, found: Import) -> None:
        self._claim(name, found)
        self.imports.add(found)

    def _claim(self, name: str, origin: str | Import) -> None:
        if self._origins.setdefault(name, origin) != origin:
            raise LookupError(f"the script would need two things called {name}: {self._origins[name]} and {origin}")

    def definitions(self) -> str:
        """Return the quoted definitions, each below what it needs."""
        graph = {name: sorted(self._needs.get(name, ())) for name in sorted({*self._quoted, *self._needs})}
        texts = []
        for name in TopologicalSorter(graph).static_order():
            blocks = {read(name).blocks[each] for each in self._quoted.get(name, ())}
            texts += [block.text for block in sorted(blocks, key=lambda block: block.line)]
        return spaced(texts)

    def import_lines(self) -> str:
        """Return the import statements, Python's own modules first."""
        groups: dict[bool, set[Import]] = {True: set(), False: set()}
        for one in self.imports:
            groups[one.module.partition(".")[0] in sys.stdlib_module_names].add(one)
        return "\n\n".join(_statements(group) for group in groups.values() if group)


def spaced(texts: Sequence[str]) -> str:
    """Return definitions with two empty lines around each function and class, and none between constants."""
    result = ""
    for before, text in zip(["", *texts], texts, strict=False):
        apart = "\n\n\n" if _FUNCTION.search(before) or _FUNCTION.search(text) else "\n"
        result += apart + text if before else text
    return result


def _statements(imports: Iterable[Import]) -> str:
    plain = sorted(f"import {one.module}{_as(one)}" for one in imports if not one.name)
    members: dict[str, list[str]] = {}
    for one in imports:
        if one.name:
            members.setdefault(one.module, []).append(f"{one.name}{_as(one)}")
    return "\n".join([*plain, *(f"from {name} import {', '.join(sorted(members[name]))}" for name in sorted(members))])


def _as(one: Import) -> str:
    return f" as {one.alias}" if one.alias else ""
