"""Lessons: reading ``lesson.md`` and checking it against its scene."""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import fnmatchcase

from explainer.contract.lesson_blocks import (
    Answer,
    Block,
    Controls,
    Diagnosis,
    Formula,
    Heading,
    Lesson,
    Point,
    Prediction,
    Question,
    Range,
    Stage,
    Step,
    Text,
    texts_of,
)
from explainer.contract.lesson_links import CompareLink, Link, TryLink, links_in, parse_compare, parse_try, try_link
from explainer.contract.lesson_questions import check_question
from explainer.contract.lesson_reader import inline_parts, read_lesson
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene

__all__ = [
    "Answer",
    "Block",
    "CompareLink",
    "Controls",
    "Diagnosis",
    "Formula",
    "Heading",
    "Lesson",
    "Link",
    "Point",
    "Prediction",
    "Question",
    "Range",
    "Stage",
    "Step",
    "Text",
    "TryLink",
    "check_lesson",
    "inline_parts",
    "links_in",
    "parse_compare",
    "parse_try",
    "read_lesson",
    "texts_of",
    "try_link",
]

_LINK_START = re.compile(r"(?<!`)\]\((?:try|compare|show|scene|https?):")


def check_lesson(text: str, scene: Scene, pictures: Collection[str], questions: int = 0) -> None:
    """Raise :class:`Refused`, naming line and remedy, for anything in a lesson that would not work.

    ``pictures`` are the keys of the scene's pictures, which ``show:`` links may name; ``questions`` is how many
    interview questions there must be at least.
    """
    lesson = read_lesson(text)
    asked = sum(isinstance(block, Question) for step in lesson.steps for block in step.blocks)
    if asked < questions:
        raise Refused(f"lesson.md has {asked} question blocks; write at least {questions}", about="lesson.md")
    for step in lesson.steps:
        for block in step.blocks:
            try:
                _check_block(block, scene, pictures)
            except Refused as refused:
                raise Refused(f"lesson.md, line {block.line}: {refused}", about="lesson.md") from None


def _check_block(block: Block, scene: Scene, pictures: Collection[str]) -> None:
    match block:
        case Controls():
            _check_controls(block.names, scene)
        case Prediction() if block.link:
            check_link(block.link, scene, pictures)
            _check_guess(block, scene, pictures)
        case Diagnosis():
            check_link(block.link, scene, pictures)
            check_link(block.cure, scene, pictures)
        case Stage():
            _check_stage(block, scene, pictures)
    if isinstance(block, Question):
        check_question(block)
    for text in texts_of(block):
        links = links_in(text)
        for link in links:
            check_link(link.target, scene, pictures)
        if len(_LINK_START.findall(text)) > len(links):
            raise Refused("a link does not end; write [words](target) on one line, %20 for a space in the target")


def _check_guess(block: Prediction, scene: Scene, pictures: Collection[str]) -> None:
    if block.draw:
        _check_metric(block.draw, scene)
        if not block.link.startswith("try:") or not parse_try(block.link, scene).run:
            raise Refused("draw: needs one run to be compared with; give a link try:…&run=100")
    if block.click:
        _check_picture(block.click, pictures)


def _check_stage(stage: Stage, scene: Scene, pictures: Collection[str]) -> None:
    if stage.set:
        check_link(stage.set, scene, pictures)
    for key in stage.cards:
        _check_picture(key, pictures)
    _check_controls(stage.controls, scene)
    match stage.point:
        case Point("card", key):
            _check_picture(key, pictures)
        case Point("control", name):
            _check_controls((name,), scene)
        case Point("metric", name):
            _check_metric(name, scene)


def _check_controls(names: Collection[str], scene: Scene) -> None:
    for name in names:
        scene.parameters.declaration(name)


def _check_metric(name: str, scene: Scene) -> None:
    if not any(fnmatchcase(name, pattern) for pattern in scene.metrics):
        raise Refused(f"unknown metric {name!r}; choose from {', '.join(scene.metrics) or 'none'}")


def _check_picture(key: str, pictures: Collection[str]) -> None:
    if key not in pictures:
        raise Refused(f"unknown picture {key!r}; choose from {', '.join(pictures) or 'none'}")


def check_link(target: str, scene: Scene, pictures: Collection[str]) -> None:
    """Raise :class:`Refused` for a link, in a lesson or a note, that leads nowhere."""
    kind, colon, rest = target.partition(":")
    if kind == "try" and colon:
        parse_try(target, scene)
    elif kind == "compare" and colon:
        parse_compare(target, scene)
    elif kind == "show" and colon:
        _check_picture(rest, pictures)
    elif not (colon and rest and kind in ("scene", "http", "https")):
        raise Refused(f"the link {target!r} leads nowhere; begin it with try:, compare:, show:, scene: or https:")
