"""A contract for import-linter that follows a scene's imports of its own modules.

Scenes lie in the folder ``scenes`` and import one another as ``explainer.scenes.…``, a name that
import-linter cannot know: to it ``view.py`` importing a module that imports torch would be no chain.
"""

import re

from grimp import ImportGraph
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.domain.contract import ContractCheck

_IMPORT = re.compile(r"(?:from|import)\s+explainer\.scenes\.([\w.]+)(?:\s+import\s+([\w, ]+))?")


class WorldContract(ForbiddenContract):
    """Forbids imports like its parent, along the scenes' own imports too."""

    type_name = "world"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check the contract on a graph in which the scenes' own imports lead to their modules."""
        for module in [name for name in graph.modules if name.startswith("scenes.")]:
            _join(graph, module)
        return super().check(graph, verbose)


def _join(graph: ImportGraph, module: str) -> None:
    """Add the imports of ``explainer.scenes.…`` that ``module`` makes."""
    for general in graph.find_modules_directly_imported_by(module) & {"explainer", "explainer.scenes"}:
        for details in graph.get_import_details(importer=module, imported=general):
            for imported in _meant(details["line_contents"]) & graph.modules - {module}:
                graph.add_import(
                    importer=module,
                    imported=imported,
                    line_number=details["line_number"],
                    line_contents=details["line_contents"],
                )


def _meant(line: str) -> set[str]:
    """Return the modules of scenes that a line of code may import."""
    found = _IMPORT.search(line)
    if found is None:
        return set()
    package = f"scenes.{found[1]}"
    return {package, *(f"{package}.{name.strip()}" for name in (found[2] or "").split(","))}
