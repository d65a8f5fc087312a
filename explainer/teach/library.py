"""What Ask finds everywhere: scenes, the parts of their lessons, questions, and the terms of the glossary."""

from __future__ import annotations

import logging
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

from explainer.contract.catalogue import CATALOGUE, Catalogue
from explainer.contract.lesson import (
    Lesson,
    Prediction,
    Question,
    Text,
    links_in,
    parse_compare,
    parse_try,
    read_lesson,
    texts_of,
)
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.teach.glossary import Term, glossary
from explainer.teach.search import Entry, Index
from explainer.teach.words import plain

__all__ = ["command", "entries", "first_link", "index", "lesson_of"]

_ASIDE = re.compile(r"interview questions|simplified here", re.IGNORECASE)
"""Headings of parts that say nothing of their own."""


@cache
def index() -> Index:
    """Return the index over everything that does not depend on the window."""
    return Index(entries())


def entries(catalogue: Catalogue = CATALOGUE) -> Iterator[Entry]:
    """Yield everything that can be found in a catalogue and in the glossary."""
    scenes = catalogue.scenes()
    for scene in scenes:
        yield from scene_entries(scene, lesson_of(scene, catalogue))
    known = {scene.name for scene in scenes}
    yield from (term_entry(term, known) for term in glossary())


def lesson_of(scene: Scene, catalogue: Catalogue = CATALOGUE) -> Lesson:
    """Return a scene's lesson; an empty one, and a line in the log, for a lesson that cannot be read."""
    try:
        return read_lesson(catalogue.lesson(scene))
    except (Refused, OSError) as error:
        logging.getLogger(__name__).error("%s: %s", scene.name, error)
        return Lesson("", ())


def scene_entries(scene: Scene, lesson: Lesson) -> Iterator[Entry]:
    """Yield a scene, the parts of its lesson, and its questions."""
    steps = [step.title for step in lesson.steps if step.title and not _ASIDE.search(step.title)]
    names = scene.name.replace("-", " ")
    said = ". ".join([*steps, *_choices(scene)])
    yield Entry("scene", scene.title, scene.name, (scene.question, names), said, shown=scene.question)
    for place, step in enumerate(lesson.steps):
        for block in step.blocks:
            if isinstance(block, Question):
                answer = block.answer
                yield Entry(
                    "question", plain(block.question), scene.name, block.also, plain(answer), first_link(answer), answer
                )
        if step.title and not _ASIDE.search(step.title):
            texts = [text for block in step.blocks if isinstance(block, Text | Prediction) for text in texts_of(block)]
            said = " ".join(map(plain, texts))
            yield Entry("step", plain(step.title), scene.name, (), said, str(place), texts[0] if texts else "")


def _choices(scene: Scene) -> Iterator[str]:
    """Yield what can be set and chosen in a scene, in words."""
    for declaration in scene.parameters.declarations.values():
        yield declaration.label
        yield from map(str, getattr(declaration, "options", {}).values())


def term_entry(term: Term, scenes: set[str]) -> Entry:
    """Return what finds a term's card, with the first of its scenes that there is."""
    scene = next((scene for scene in term.scenes if scene in scenes), "")
    return Entry("term", term.name, scene, term.also, plain(term.meaning), term.name, term.meaning)


def first_link(answer: str) -> str:
    """Return the target of the first link of an answer that its own scene follows, empty where it has none."""
    own = ("try:", "compare:", "show:")
    return next((link.target for link in links_in(answer) if link.target.startswith(own)), "")


def command(entry: Entry) -> str:
    """Return the command that opens what was found, empty where no scene shows it."""
    if not entry.scene:
        return ""
    words = ["explainer", entry.scene]
    link = entry.target if entry.kind == "question" else ""
    scene = CATALOGUE.scene(entry.scene)
    if link.startswith("try:"):
        asked: Any = parse_try(link, scene)
    elif link.startswith("compare:"):
        asked = parse_compare(link, scene).first
    else:
        return shlex.join(words)
    for name, value in asked.values.items():
        words += ["--set", f"{name}={scene.parameters.declaration(name).format(value)}"]
    return shlex.join([*words, *(["--seed", str(asked.seed)] if asked.seed is not None else [])])
