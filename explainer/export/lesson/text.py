"""The lesson of a page: its steps as sections, predictions that can be answered, questions that unfold."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from html import escape
from typing import Any

from explainer.contract.lesson import (
    CompareLink,
    Controls,
    Diagnosis,
    Formula,
    Heading,
    Lesson,
    Link,
    Prediction,
    Question,
    Step,
    Text,
    TryLink,
    parse_compare,
    parse_try,
)
from explainer.contract.lesson_blocks import Block
from explainer.contract.parameters import Parameters
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.export.lesson.formulas import Formulas
from explainer.export.lesson.markup import Markup

WEB = ("http", "https")


class LessonText:
    """Writes the steps of a lesson; ``cards`` are the keys of the pictures that the page has."""

    def __init__(self, scene: Scene, params: Parameters, fixed: Collection[str], cards: Collection[str]) -> None:
        self._scene, self._params, self._fixed, self._cards = scene, params, fixed, cards
        self.formulas = Formulas()
        self._markup = Markup(self.formulas.inline, self._link)
        self._number = 0

    def steps(self, lesson: Lesson) -> str:
        """Return every step as a section."""
        return "".join(map(self._step, lesson.steps))

    def _step(self, step: Step) -> str:
        head = f"<h2>{self._markup.line(step.title)}</h2>" if step.title else ""
        return f"<section>{head}{''.join(map(self._block, step.blocks))}</section>"

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                return f"<h3>{self._markup.line(block.text)}</h3>"
            case Text():
                words = self._markup.text(block.markdown)
                return f"<blockquote>{words}</blockquote>" if block.aside else words
            case Formula():
                return self.formulas.alone(block.latex)
            case Controls():
                return self._controls(block.names)
            case Prediction() | Diagnosis():
                return self._guess(block)
            case Question():
                question = f"<summary>{self._markup.line(block.question)}</summary>"
                return f'<details class="question">{question}{self._markup.text(block.answer)}</details>'
        return ""

    def _controls(self, names: tuple[str, ...]) -> str:
        """Return the values of this run: on paper nothing can be moved."""
        rows = []
        for name in names:
            declared = self._scene.parameters.declaration(name)
            value = escape(declared.format(getattr(self._params, name)))
            kept = ' <span class="quiet">fixed</span>' if name in self._fixed else ""
            rows.append(f"<div><dt>{escape(declared.label or name)}</dt><dd>{value}{kept}</dd></div>")
        return f'<dl class="values">{"".join(rows)}</dl>'

    def _guess(self, block: Prediction | Diagnosis) -> str:
        """Return a question with its answers; the right one, as the run has it, is told after the first guess."""
        self._number += 1
        question = self._markup.text(block.question)
        why = self._markup.text(block.explanation)
        if not block.answers:
            return f'<div class="guess">{question}<details><summary>Answer</summary>{why}</details></div>'
        answers = "".join(
            f'<button type="button" class="answer" data-right="{int(place == block.right)}">'
            f"{self._markup.line(answer.words)}</button>"
            for place, answer in enumerate(block.answers)
        )
        link = self._do(block.link, block.link_text or "Run it") if block.link else ""
        told = f'<div class="told" hidden aria-live="polite"><p class="verdict"></p>{why}{link}</div>'
        return f'<div class="guess" id="guess-{self._number}">{question}{answers}{told}</div>'

    # links

    def _link(self, link: Link, words: str) -> str:
        kind, _, rest = link.target.partition(":")
        if kind in ("try", "compare"):
            return self._do(link.target, words)
        if kind == "show" and rest in self._cards:
            return f'<a href="#card-{escape(rest)}">{words}</a>'
        if kind in WEB:
            return f'<a href="{escape(link.target)}" rel="noopener noreferrer">{words}</a>'
        return f'<span class="elsewhere">{words}</span>'

    def _do(self, target: str, words: str) -> str:
        """Return words that tell, when they are pressed, how this run is had in the program."""
        said = escape(" · ".join(commands(target, self._scene)))
        return f'<button type="button" class="run" data-command="{said}">{words}</button>'


def commands(target: str, scene: Scene) -> list[str]:
    """Return what is typed to have the runs of a ``try:`` or ``compare:`` link; nothing for a link that is refused."""
    try:
        if target.startswith("try:"):
            link = parse_try(target, scene)
            return [_command(scene, link, link.values)]
        found: CompareLink = parse_compare(target, scene)
    except Refused:
        return []
    return [_command(scene, found.first, values) for values in (found.first.values, *found.others)]


def _command(scene: Scene, link: TryLink, values: Mapping[str, Any]) -> str:
    words = ["explainer", scene.name]
    for name, value in values.items():
        words += ["--set", f"{name}={scene.parameters.declaration(name).format(value)}"]
    words += ["--seed", str(link.seed)] if link.seed is not None else []
    run = f", then {link.run:,} step{'s' if link.run != 1 else ''}" if link.run else ""
    return shlex.join(words) + run
