"""Reads ``lesson.md``: Markdown plus the blocks ``control``, ``predict``, ``diagnose``, ``stage`` and ``question``.

Text goes on, over empty lines, to the next heading, formula or block, so lists and tables stay whole; a
remark (``>``) is a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from explainer.contract.lesson_blocks import (
    Block,
    Controls,
    Formula,
    Heading,
    Lesson,
    Stage,
    Step,
    Text,
    texts_of,
)
from explainer.contract.lesson_guesses import parse_diagnosis, parse_prediction
from explainer.contract.lesson_questions import parse_question
from explainer.contract.lesson_stages import parse_stage
from explainer.contract.refused import Refused

_FENCE = re.compile(r"^```\s*([\w-]*)\s*$")
_HEADING = re.compile(r"^(#{1,3})\s+(.+?)\s*$")
_CODE = ("", "python", "text")
"""Fences that stay text: code is quoted as it is."""
_INLINE = re.compile(r"(`+)[^`]+\1|\\\$|\$([^$]*)\$|\$")


def read_lesson(text: str) -> Lesson:
    """Return the lesson that the text of a ``lesson.md`` describes.

    Raises :class:`Refused` naming the line for an unclosed fence or formula, an unknown block, an
    empty or incomplete one, a prediction without exactly one right answer, and a stage that is not a step's first.
    """
    title, heading, start = "", "", 1
    steps: list[Step] = []
    blocks: list[Block] = []
    for block in _Reader(text).blocks():
        if isinstance(block, _Divider) and block.level == 1:
            title = block.text
        elif isinstance(block, _Divider):
            if heading or blocks:
                steps.append(Step(heading, tuple(blocks), start))
            heading, start, blocks = block.text, block.line, []
        elif isinstance(block, Stage) and blocks:
            raise _refused(block.line, "a stage stands once in a step, right after its heading; move it there")
        else:
            blocks.append(block)
    steps.append(Step(heading, tuple(blocks), start))
    return Lesson(title, tuple(steps))


def inline_parts(markdown: str) -> tuple[str, list[str]]:
    r"""Return the text with each ``$…$`` replaced by U+FFFC, and the formulas in order.

    ``\$`` is a dollar sign and code spans are left alone. Raises :class:`Refused` for a single ``$``.
    """
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match.group(1):
            return match.group()
        if match.group() == r"\$":
            return "$"
        if match.group(2) is None or not match.group(2).strip():
            raise Refused("a $ begins a formula that does not end; close it with $, or write \\$ for the sign")
        found.append(match.group(2).strip())
        return "\ufffc"

    return _INLINE.sub(take, markdown), found


class _Divider(Heading):
    """A heading that names the lesson (level 1) or begins a step (level 2)."""

    level = 2


class _Title(_Divider):
    level = 1


class _Reader:
    """Goes through the lines once; ``_at`` is the index of the next one."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._at += 1
            elif match := _HEADING.match(line):
                self._at += 1
                yield (_Title, _Divider, Heading)[len(match.group(1)) - 1](self._at, match.group(2))
            elif line.startswith("$$"):
                yield self._formula()
            elif (match := _FENCE.match(line)) and match.group(1) not in _CODE:
                yield self._fenced(match.group(1))
            else:
                yield self._text()

    def _formula(self) -> Formula:
        start = self._at
        latex = self._lines[start].strip()[2:]
        self._at += 1
        while "$$" not in latex:
            if self._at == len(self._lines):
                raise _refused(start + 1, "the formula does not end; close it with $$")
            latex += "\n" + self._lines[self._at]
            self._at += 1
        latex, _, rest = latex.partition("$$")
        if rest.strip() or not latex.strip():
            raise _refused(self._at, "a formula stands alone between $$ and $$; put the text on a line of its own")
        return Formula(start + 1, latex.strip())

    def _fence(self) -> list[str]:
        """Return the lines of the fence that begins here, without the marks."""
        start = self._at
        self._at += 1
        while self._at < len(self._lines) and self._lines[self._at].strip() != "```":
            self._at += 1
        if self._at == len(self._lines):
            raise _refused(start + 1, "the block does not end; close it with ```")
        self._at += 1
        return self._lines[start + 1 : self._at - 1]

    def _fenced(self, kind: str) -> Block:
        start = self._at + 1
        if kind not in _BLOCKS:
            raise _refused(start, f"unknown block {kind!r}; choose from {', '.join(_BLOCKS)} or, for code, python")
        return _BLOCKS[kind](start, self._fence())

    def _text(self) -> Text:
        start = self._at
        while self._at < len(self._lines) and not self._ends_text():
            if _FENCE.match(self._lines[self._at]):
                self._fence()
            else:
                self._at += 1
        lines = self._lines[start : self._at]
        aside = all(line.startswith(">") for line in lines if line.strip())
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines] if aside else lines
        text = Text(start + 1, "\n".join(lines).strip("\n"), aside)
        _check_inline(text.markdown, start + 1)
        return text

    def _ends_text(self) -> bool:
        line = self._lines[self._at]
        fence = _FENCE.match(line)
        if _HEADING.match(line) or line.startswith("$$") or (fence and fence.group(1) not in _CODE):
            return True
        after = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        return not line.strip() and (after.startswith(">") or self._lines[self._at - 1].startswith(">"))


def _check_inline(markdown: str, line: int) -> None:
    try:
        inline_parts(markdown)
    except Refused as refused:
        raise _refused(line, str(refused)) from None


def _controls(line: int, lines: list[str]) -> Controls:
    names = tuple(re.split(r"[\s,]+", " ".join(lines).strip(" ,")))
    if names == ("",):
        raise _refused(line, "the control block is empty; name a parameter in it")
    return Controls(line, names)


def _parsed(parse: Callable[[int, list[str]], Block]) -> Callable[[int, list[str]], Block]:
    """Return a reader of a block whose refusals name the line, and whose formulas all end."""

    def read(line: int, lines: list[str]) -> Block:
        try:
            block = parse(line, lines)
        except Refused as refused:
            raise _refused(line, str(refused)) from None
        for words in texts_of(block):
            _check_inline(words, line)
        return block

    return read


_BLOCKS: dict[str, Callable[[int, list[str]], Block]] = {
    "control": _controls,
    "predict": _parsed(parse_prediction),
    "diagnose": _parsed(parse_diagnosis),
    "stage": _parsed(parse_stage),
    "question": _parsed(parse_question),
}


def _refused(line: int, message: str) -> Refused:
    return Refused(f"lesson.md, line {line}: {message}", about="lesson.md")
