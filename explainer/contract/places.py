"""Where this program keeps what is its own: settings and what a person has done, and what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path

NAME = "explainer"


def settings_path() -> Path:
    """Return the settings' file; the environment variable ``EXPLAINER_SETTINGS`` names another one."""
    named = os.environ.get("EXPLAINER_SETTINGS")
    return Path(named) if named else user_config_path(NAME, appauthor=False) / "settings.json"


def beside_settings(name: str) -> Path:
    """Return a file of that name beside the settings; where these go nowhere, so does it."""
    settings = settings_path()
    return settings if settings == Path(os.devnull) else settings.with_name(name)


def cache_folder(name: str) -> Path:
    """Return a folder for what can be made again, which need not be there.

    The environment variable ``EXPLAINER_CACHE`` names the folder around it.
    """
    named = os.environ.get("EXPLAINER_CACHE")
    return (Path(named) if named else user_cache_path(NAME, appauthor=False)) / name
