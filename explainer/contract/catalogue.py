"""The catalogue: finds the scenes by their folders and imports a declaration when it is asked for."""

from __future__ import annotations

import importlib
import logging
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from explainer.contract.frame import Notes
from explainer.contract.refused import LONGEST, Refused, one_line, said_of, shown
from explainer.contract.scene import Scene
from explainer.contract.scene_index import Entry, room_place, scene_folders

PACKAGE = "explainer.scenes"
NAMES = 120
"""Letters of the names of scenes that a refusal lists."""
ALIKE = 0.6
"""How alike a name must be to one to have been meant, as difflib counts: foo is no pooling."""


@dataclass(frozen=True)
class Catalogue:
    """All scenes in the folders of :mod:`explainer.scenes`, by name with hyphens."""

    @cached_property
    def folders(self) -> dict[str, Path]:
        """Scene name → its folder, in alphabetical order; the first folder on the path wins."""
        return scene_folders()

    def names(self) -> list[str]:
        """Return every scene's name."""
        return list(self.folders)

    def scene(self, name: str) -> Scene:
        """Return the declaration of a scene; raise :class:`Refused` naming the nearest ones."""
        if name not in self.folders:
            near = get_close_matches(name[:LONGEST], self.names(), n=3, cutoff=ALIKE)
            said = f"did you mean {' or '.join(near)}?" if near else self._told()
            raise Refused(f"unknown scene {shown(name)}; {said}", about="scene")
        return replace(self._declared(name), name=name)

    def _told(self) -> str:
        """Return the scenes' names, as many as a line has room for."""
        names = self.names()
        fitting = [name for place, name in enumerate(names) if len(", ".join(names[: place + 1])) <= NAMES]
        more = "" if len(fitting) == len(names) else f" and more: `explainer list` names all {len(names)}"
        return f"there are {', '.join(fitting)}{more}"

    def _declared(self, name: str) -> Scene:
        """Return what a scene's folder declares, whatever its author wrote there; raise :class:`Refused`."""
        mend = f"mend {self.folders[name]}"
        try:
            with redirect_stdout(sys.stderr):  # what it prints is no answer of ours
                module = importlib.import_module(module_name(name))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            words = one_line(said_of(error), 300)
            raise Refused(f"the scene {name} cannot be read ({words}): {mend}", about="scene") from error
        declared = getattr(module, "SCENE", None)
        if not isinstance(declared, Scene):
            raise Refused(f"the scene {name} declares no SCENE: {mend}", about="scene")
        return declared

    def scenes(self) -> list[Scene]:
        """Return all declarations by room and order; a scene that cannot be read is logged and left out."""
        found = [scene for name in self.names() if (scene := self._readable(name)) is not None]
        return sorted(found, key=lambda scene: (room_place(scene.room), scene.order, scene.title))

    def entry(self, name: str) -> Entry:
        """Return what a page says of a scene, be it that its declaration cannot be read; nothing is raised."""
        try:
            scene = self.scene(name)
        except Refused as refused:
            return Entry(name=name, title=name.replace("-", " ").capitalize(), problem=str(refused))
        return Entry(
            name=name,
            title=scene.title,
            room=scene.room,
            question=scene.question,
            order=scene.order,
            needs=scene.needs,
            extra=scene.extra,
        )

    def _readable(self, name: str) -> Scene | None:
        try:
            return self.scene(name)
        except Refused as refused:
            logging.getLogger(__name__).error("%s", refused, exc_info=refused.__cause__)
            return None

    def code_folder(self, scene: Scene) -> Path:
        """Return the folder whose ``experiment.py``, ``view.py`` and ``notes.py`` the scene uses."""
        return self.folders[(scene.experiment or scene.name).replace("_", "-")]

    def notes(self, scene: Scene) -> Notes:
        """Return what the scene says of its runs: ``NOTES`` of ``notes.py`` beside its experiment, if there is one."""
        folder = self.code_folder(scene)
        if not (folder / "notes.py").is_file():
            return Notes()
        found: Notes = importlib.import_module(module_name(folder.name, "notes")).NOTES
        return found

    def lesson(self, scene: Scene) -> str:
        """Return the text of the scene's ``lesson.md``."""
        return (self.folders[scene.name] / "lesson.md").read_text(encoding="utf-8")


def module_name(scene: str, part: str = "") -> str:
    """Return the import name of a scene's package or of one ``part`` such as ``experiment``."""
    return ".".join(filter(None, (PACKAGE, scene.replace("-", "_"), part)))


CATALOGUE = Catalogue()
