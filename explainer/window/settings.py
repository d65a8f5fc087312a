"""What the window remembers between two starts: one JSON file that can never stop the program."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from explainer.contract.files import read_ordinary, write_atomically
from explainer.contract.places import settings_path
from explainer.contract.refused import Refused

MOST_RECENT = 8
MOST_BYTES = 2**20
"""Larger files are no settings."""


class SceneSettings(msgspec.Struct, kw_only=True):
    """What was unfolded in one scene."""

    pictures: list[str] = []
    """The keys of the pictures on the stage; empty: those that are there at first."""
    more_controls: bool = True
    lesson_step: int = 0
    presented: list[str] | None = None
    """The parameters whose controls are shown while one presents; None: those that come first."""


class Settings(msgspec.Struct, kw_only=True):
    """Everything that is remembered; a field that cannot be read has its default."""

    theme: str = "system"
    """``system``, ``dark`` or ``light``."""
    text_scale: float = 1.0
    """How large text is, from 1 to 2."""
    geometry: str = ""
    """Qt's own record of the window's place, in base 64."""
    sidebar: bool = False
    inspector: int = 0
    """The inspector's width in pixels, 0 for the usual one."""
    scene: str = ""
    scenes: dict[str, SceneSettings] = {}
    recent: list[str] = []
    """The paths of the run files that were opened or saved last, the newest first."""

    def of_scene(self, name: str) -> SceneSettings:
        """Return what is remembered of a scene, made on first use."""
        return self.scenes.setdefault(name, SceneSettings())

    def remember_file(self, path: Path) -> None:
        """Put a run file at the head of the recent ones."""
        name = str(path.absolute())
        self.recent = [name, *(other for other in self.recent if other != name)][:MOST_RECENT]

    def forget_file(self, path: Path) -> None:
        """Take a run file off the recent ones."""
        self.recent = [name for name in self.recent if name != str(path.absolute())]


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings, field by field: whatever is missing or broken has its default."""
    place = path or settings_path()
    try:
        raw = msgspec.json.decode(read_ordinary(place, MOST_BYTES))
    except (Refused, msgspec.MsgspecError, RecursionError):
        return Settings()
    found = Settings()
    for field in msgspec.structs.fields(Settings) if isinstance(raw, dict) else ():
        with contextlib.suppress(msgspec.ValidationError, KeyError):
            setattr(found, field.name, msgspec.convert(raw[field.name], field.type))
    found.recent = found.recent[:MOST_RECENT]
    return found


def save_settings(settings: Settings, path: Path | None = None) -> bool:
    """Write the settings; return whether that was possible."""
    place = path or settings_path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, msgspec.json.format(msgspec.json.encode(settings), indent=1))
    except (OSError, Refused):
        return False
    return True


class SettingsKeeper:
    """Writes the settings of one window; what only another window has changed meanwhile stays as that left it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._before = _copy(settings)
        """What this window wrote last, or began with."""

    def save(self) -> None:
        """Write what this window has changed."""
        mine = self._settings
        if mine != self._before and save_settings(_merged(self._before, mine, load_settings())):
            self._before = _copy(mine)


def _merged(before: Settings, mine: Settings, theirs: Settings) -> Settings:
    """Return the settings of two windows: of each field what was changed, here rather than there."""
    found = Settings()
    for name in Settings.__struct_fields__:
        changed = getattr(mine, name) != getattr(before, name)
        setattr(found, name, getattr(mine if changed else theirs, name))
    if mine.recent != before.recent:
        fresh = [path for path in theirs.recent if path not in (*before.recent, *mine.recent)]
        found.recent = [*mine.recent, *fresh][:MOST_RECENT]
    ours = {name: one for name, one in mine.scenes.items() if before.scenes.get(name) != one}
    found.scenes = {**theirs.scenes, **ours}
    return found


def _copy(settings: Settings) -> Settings:
    return msgspec.json.decode(msgspec.json.encode(settings), type=Settings)
