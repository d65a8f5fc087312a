"""``explainer new``: the four files of a scene that works at once, for its author to change."""

from __future__ import annotations

import keyword
import os
import re
import shlex
import sys
from pathlib import Path

import explainer.scenes
from explainer.assets import asset
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.files import is_there, path_of
from explainer.contract.refused import Refused, shown
from explainer.export.aside import aside_in
from explainer.export.place import refusal

FILES = ("__init__.py", "experiment.py", "view.py", "lesson.md")
"""What a scene consists of; the skeletons are those that the guide for contributors explains, line by line."""
ALLOWED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 60


def create(name: str, folder: str | None) -> int:
    """Write the scene into a folder of its own in ``folder``; return the exit status. Raises :class:`Refused`."""
    name = name.replace("_", "-")
    _check(name)
    place = _room(folder)
    target = place / name.replace("-", "_")
    if is_there(target):
        raise Refused(f"{target} is there already: choose another name", about="name")
    try:
        with aside_in(place) as aside:
            made = aside / target.name
            made.mkdir()
            for file, content in skeleton(name).items():
                (made / file).write_text(content, encoding="utf-8")
            made.rename(target)
    except OSError as error:
        raise refusal(target, error, "in") from None
    sys.stderr.write(f"written: {', '.join(str(target / file) for file in FILES)}\n")
    sys.stdout.write(_next(name, place))
    return 0


def skeleton(name: str) -> dict[str, str]:
    """Return the files of a scene of this name."""
    words = name.split("-")
    called = {
        "sine_fit": "_".join(words),
        "sine-fit": name,
        "SineFit": "".join(word.capitalize() for word in words),
        "Sine fit": " ".join(words).capitalize(),
    }
    found = {}
    for file in FILES:
        text = asset(f"skeleton/{file}.txt").read_text(encoding="utf-8")
        for old, new in called.items():
            text = text.replace(old, new)
        found[file] = text
    return found


def _check(name: str) -> None:
    from explainer.command_line import COMMANDS

    if not ALLOWED.fullmatch(name) or len(name) > LONGEST:
        what = f"name {shown(name)} is refused"
        raise Refused(f"{what}: give at most {LONGEST} small letters, digits and hyphens, a letter first", about="name")
    if name in COMMANDS or keyword.iskeyword(name):
        raise Refused(f"name {name} is refused: it means something else already; choose another one", about="name")
    if name in CATALOGUE.names():
        raise Refused(f"there is a scene {name} in {CATALOGUE.folders[name]}: choose another name", about="name")


def _room(folder: str | None) -> Path:
    named = [place for place in os.environ.get("EXPLAINER_SCENES", "").split(os.pathsep) if place]
    place = path_of(folder if folder is not None else os.path.expanduser(named[0]) if named else ".", "in")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(place, error, "in") from None
    return place


def _next(name: str, place: Path) -> str:
    """Return what to do now: the commands, with the folder named where it is not known yet."""
    known = str(place.resolve()) in [str(Path(each).resolve()) for each in explainer.scenes.__path__]
    scenes = "" if known else f"EXPLAINER_SCENES={shlex.quote(str(place.resolve()))} "
    return f"{scenes}explainer {name}\n{scenes}explainer run {name} --steps 100\n"
