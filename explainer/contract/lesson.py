"""Lessons: reading ``lesson.md`` and checking it against its scene."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from explainer.contract.lesson_blocks import (
    Block,
    Controls,
    Formula,
    Heading,
    Lesson,
    Prediction,
    Question,
    Step,
    Text,
)
from explainer.contract.lesson_links import CompareLink, Link, TryLink, links_in, parse_compare, parse_try, try_link
from explainer.contract.lesson_reader import inline_parts, read_lesson
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene

__all__ = [
    "Block",
    "CompareLink",
    "Controls",
    "Formula",
    "Heading",
    "Lesson",
    "Link",
    "Prediction",
    "Question",
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


def check_lesson(text: str, scene: Scene, pictures: Collection[str]) -> None:
    """Raise :class:`Refused`, naming line and remedy, for anything in a lesson that would not work.

    ``pictures`` are the keys of the scene's pictures, which ``show:`` links may name.
    """
    for step in read_lesson(text).steps:
        for block in step.blocks:
            try:
                _check_block(block, scene, pictures)
            except Refused as refused:
                raise Refused(f"lesson.md, line {block.line}: {refused}", about="lesson.md") from None


def texts_of(block: Block) -> Iterator[str]:
    """Yield every piece of Markdown in a block."""
    match block:
        case Text():
            yield block.markdown
        case Prediction():
            yield from (block.question, *block.options, block.explanation)
        case Question():
            yield from (block.question, block.answer)


def _check_block(block: Block, scene: Scene, pictures: Collection[str]) -> None:
    if isinstance(block, Controls):
        for name in block.names:
            scene.parameters.declaration(name)
    if isinstance(block, Prediction) and block.link:
        parse_try(block.link, scene)
    for text in texts_of(block):
        links = links_in(text)
        for link in links:
            check_link(link.target, scene, pictures)
        if len(_LINK_START.findall(text)) > len(links):
            raise Refused("a link does not end; write [words](target) on one line, %20 for a space in the target")


def check_link(target: str, scene: Scene, pictures: Collection[str]) -> None:
    """Raise :class:`Refused` for a link, in a lesson or a note, that leads nowhere."""
    kind, colon, rest = target.partition(":")
    if kind == "try" and colon:
        parse_try(target, scene)
    elif kind == "compare" and colon:
        parse_compare(target, scene)
    elif kind == "show" and colon:
        if rest not in pictures:
            raise Refused(f"unknown picture {rest!r}; choose from {', '.join(pictures) or 'none'}")
    elif not (colon and rest and kind in ("scene", "http", "https")):
        raise Refused(f"the link {target!r} leads nowhere; begin it with try:, compare:, show:, scene: or https:")
