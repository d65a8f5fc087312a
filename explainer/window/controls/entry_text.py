"""Entries with settings of their own as text: ``adam:lr=0.1:beta2=0.99``."""

from __future__ import annotations

from collections.abc import Mapping


def split_entry(entry: str) -> tuple[str, dict[str, str]]:
    """Return an entry's name and its own settings as text."""
    name, *pairs = entry.split(":")
    return name, dict(pair.split("=", 1) for pair in pairs)


def join_entry(name: str, settings: Mapping[str, str]) -> str:
    """Return the text of an entry."""
    return ":".join((name, *(f"{key}={words}" for key, words in settings.items())))
