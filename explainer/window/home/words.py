"""What the home page says of what a person has done."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.stage.translation import counted, tr
from explainer.teach.progress import Done

SEPARATOR = " · "


def done_words(done: Done) -> str:
    """Return what was done in one scene, in a line; empty for a scene that was never opened."""
    if not done.opened:
        return ""
    said = [counted(done.steps, tr("{n} step"), tr("{n} steps")) if done.steps else tr("opened")]
    return SEPARATOR.join([*said, *_answers(done.right, done.wrong, done.answered)])


def short_words(done: Done) -> str:
    """Return the shortest that can be said of what was done in a scene."""
    return done_words(done).partition(SEPARATOR)[0]


def whole_words(scenes: Iterable[Done], count: int) -> str:
    """Return what was done in all scenes together, of which there are ``count``; empty for a newcomer."""
    opened = [done for done in scenes if done.opened]
    if not opened:
        return ""
    seen = tr("{seen} of {count} scenes").format(seen=len(opened), count=count)
    steps = sum(done.steps for done in opened)
    lived = [counted(steps, tr("{n} step"), tr("{n} steps"))] if steps else []
    sums = (sum(getattr(done, name) for done in opened) for name in ("right", "wrong", "answered"))
    return SEPARATOR.join([seen, *lived, *_answers(*sums)])


def _answers(right: int, wrong: int, answered: int) -> list[str]:
    said = []
    if right + wrong:
        said.append(tr("{right} of {all} predictions right").format(right=right, all=right + wrong))
    if answered:
        said.append(counted(answered, tr("{n} question answered"), tr("{n} questions answered")))
    return said
