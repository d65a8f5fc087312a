"""As many scenes as the map will have one day, written into a folder, to see that the window starts as fast."""

from __future__ import annotations

from pathlib import Path

from explainer.contract.scene_index import ROOMS, scene_folders

COUNT = 73

_DECLARATION = '''"""Gradient descent once more, under another name."""

from explainer.scenes.gradient_descent import SCENE as GRADIENT_DESCENT

SCENE = GRADIENT_DESCENT.variant(
    {{}}, experiment="gradient-descent", title="Scene {number}", room="{room}", order={number},
    question="Which question does scene {number} answer, and for whom is it asked?",
)
'''


def write_scenes(folder: Path, count: int = COUNT) -> list[str]:
    """Write scenes into ``folder`` until there are ``count`` with those that are there; return their names."""
    missing = max(0, count - len(scene_folders()))
    for number in range(1, missing + 1):
        place = folder / f"made_{number}"
        place.mkdir(parents=True)
        room = ROOMS[number % len(ROOMS)]
        (place / "__init__.py").write_text(_DECLARATION.format(number=number, room=room), encoding="utf-8")
        (place / "lesson.md").write_text(f"# Scene {number}\n\n## One step\n\nWords.\n", encoding="utf-8")
    return [f"made-{number}" for number in range(1, missing + 1)]
