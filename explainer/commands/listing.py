"""``explainer list``: the scenes, for people or as JSON."""

from __future__ import annotations

import json
import sys
from itertools import groupby

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.scene import Scene


def list_scenes(as_json: bool) -> int:
    """Print every scene: by room for people, or whole descriptions as one JSON array."""
    scenes = CATALOGUE.scenes()
    sys.stdout.write((as_json_text(scenes) if as_json else table(scenes)) + "\n")
    return 0


def as_json_text(scenes: list[Scene]) -> str:
    """Return a JSON array with one object per scene; in ASCII where the stream can take no more."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    return json.dumps([scene.describe() for scene in scenes], indent=2, ensure_ascii=plain, allow_nan=False)


def table(scenes: list[Scene]) -> str:
    """Return the rooms with their scenes: name, title, question."""
    name_width = max((len(scene.name) for scene in scenes), default=0)
    title_width = max((len(scene.title) for scene in scenes), default=0)
    blocks = []
    for room, inside in groupby(scenes, key=lambda scene: scene.room):
        rows = [f"  {one.name:<{name_width}}  {one.title:<{title_width}}  {_asked(one)}" for one in inside]
        blocks.append("\n".join([room, *rows]))
    return "\n\n".join(blocks)


def _asked(scene: Scene) -> str:
    """Return the scene's question, and what to install before it can be opened."""
    return f"{scene.question} ({scene.missing})" if scene.missing else scene.question
