"""``explainer run``: the stage as a picture, and its steps as an animation."""

from __future__ import annotations

import math
import signal
import traceback
from argparse import Namespace
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from explainer.commands.progress import Progress
from explainer.commands.request import Request, whole
from explainer.contract.files import write_atomically
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.number_words import Ambiguous, read_number
from explainer.contract.recipe import MAX_STEP
from explainer.contract.refused import Refused, shown
from explainer.export import of_run
from explainer.export.look import Look
from explainer.export.place import ANIMATIONS, PAGES, PICTURES, checked_place, written_whole
from explainer.export.timing import Timing, check_video
from explainer.theme.tokens import Tokens

if TYPE_CHECKING:
    from explainer.contract.scene import Scene
    from explainer.engine.run import Run
    from explainer.export.picture import Easel

SECONDS = 20
"""An animation lasts about so long unless ``--every`` says otherwise."""
FAILED = 1
ONLY_WITH = ("size", "scale", "theme", "transparent", "large")
ONLY_SHOWN = ("cards",)
ONLY_ANIMATED = ("every", "first", "fps")


@dataclass(frozen=True)
class Wishes:
    """What is to be written, checked as far as possible before the run."""

    picture: Path | None
    animation: Path | None
    lesson: Path | None
    look: Look
    timing: Timing
    cards: tuple[str, ...]
    plan: LessonPlan = LessonPlan()
    """What the lesson is to hold."""

    @property
    def some(self) -> bool:
        """Whether anything is to be written."""
        return any(place is not None for place in (self.picture, self.animation, self.lesson))


def read_wishes(options: Namespace, request: Request) -> Wishes:
    """Return what the options ask for; raise :class:`Refused`."""
    picture, animation = options.picture, options.animation
    _check_purpose(options)
    if animation is not None and options.transparent:
        raise Refused("an animation has no transparent ground: leave out --transparent", about="transparent")
    wishes = Wishes(
        checked_place(picture, PICTURES, "picture") if picture is not None else None,
        checked_place(animation, ANIMATIONS, "animation") if animation is not None else None,
        checked_place(options.lesson, PAGES, "lesson") if options.lesson is not None else None,
        _look(options),
        _timing(options, request.position.step),
        tuple(key.strip() for key in (options.cards or "").split(",") if key.strip()),
        request.plan,
    )
    if wishes.animation is not None:
        wishes.timing.steps(request.position.step)
        if wishes.animation.suffix.lower() == ".mp4":
            check_video()
    return wishes


def check(scene: Scene, wishes: Wishes) -> None:
    """Raise :class:`Refused` for pictures that the scene has not, or that have no room in the size."""
    from explainer.export.picture import Easel
    from explainer.plots.views import view_of

    cards = wishes.cards or wishes.plan.cards if wishes.lesson is not None else wishes.cards
    Easel(view_of(scene), wishes.look, cards).close()


def write(run: Run, wishes: Wishes, progress: Progress, interrupted: list[int]) -> int:
    """Write the files that are wished for; return the exit status. Raises :class:`Refused`."""
    try:
        if wishes.picture is not None:
            of_run.write_picture(run, wishes.picture, wishes.look, wishes.cards)
            progress.say(f"written: {wishes.picture}")
        if wishes.animation is not None:
            _write_animation(run, wishes, wishes.animation, progress, interrupted)
        if wishes.lesson is not None:
            _write_lesson(run, wishes, wishes.lesson, progress, interrupted)
    except KeyboardInterrupt:
        progress.say("explainer: interrupted: what was not said to be written is not")
        return 128 + (interrupted[0] if interrupted else signal.SIGINT)
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - a mistake in the scene's view: shown whole
        progress.say(f"{traceback.format_exc().rstrip()}\nexplainer: the scene's view failed: no picture is written")
        return FAILED
    return 0


def _write_animation(run: Run, wishes: Wishes, path: Path, progress: Progress, interrupted: list[int]) -> None:
    """Go through the run again, from picture to picture; it rests where it rested."""
    from explainer.export.animation import film

    rest = run.position
    steps = wishes.timing.steps(rest.step)
    easel = of_run.easel_of(run, wishes.look, wishes.cards)

    def going_on(what: str, done: int) -> None:
        if interrupted:
            raise KeyboardInterrupt
        progress.count(what, done, len(steps))

    with written_whole(path, "animation") as aside:
        made = film(aside / path.name, wishes.look.pixels, wishes.timing.rate, _pinned(easel))
        try:
            for done, step in enumerate(steps, 1):
                run.seek(step, rest.phase if step == rest.step else 0)
                of_run.draw(easel, run)
                made.add(easel.pixels())
                going_on("picture", done)
            made.finish(lambda index: going_on("written: picture", index + 1))
        finally:
            made.close()
            easel.close()
            run.seek(rest.step, rest.phase)
    progress.say(f"written: {path}, {len(steps)} pictures")


def _write_lesson(run: Run, wishes: Wishes, path: Path, progress: Progress, interrupted: list[int]) -> None:
    """Go through the run again, from step to step, and write the lesson with its pictures."""
    from explainer.export.lesson.of_run import Wish, page_of_run

    def going_on(done: int, total: int) -> None:
        if interrupted:
            raise KeyboardInterrupt
        progress.count("picture", done, total)

    page = page_of_run(run, Wish(wishes.cards, wishes.plan), going_on)
    write_atomically(path, page.html)
    size = f"{page.steps:,} steps, {len(page.html) / 1e6:.1f} MB"
    progress.say(f"written: {path}, {size}{f' ({page.remark})' if page.remark else ''}")


def _pinned(easel: Easel) -> list[str]:
    """Return the theme's colours, which a palette must not lose."""
    tokens = easel.look.tokens()
    named = [getattr(tokens, field.name) for field in fields(Tokens)]
    return [*(name for name in named if isinstance(name, str) and name.startswith("#")), *tokens.series]


def _check_purpose(options: Namespace) -> None:
    """Raise :class:`Refused` for an option that nothing asked for would heed."""
    stills = ("picture", "animation")
    for names, purposes in ((ONLY_WITH, stills), (ONLY_SHOWN, (*stills, "lesson")), (ONLY_ANIMATED, ("animation",))):
        given = [name for name in names if getattr(options, name) not in (None, False)]
        if given and all(getattr(options, purpose) is None for purpose in purposes):
            word = "from" if given[0] == "first" else given[0]
            needed = " or ".join(f"--{purpose} FILE" for purpose in purposes)
            raise Refused(f"--{word} goes with {needed}: add that, or leave it out", about=word)


def _look(options: Namespace) -> Look:
    size = Look().size
    if options.size is not None:
        sides = options.size.lower().split("x")
        if len(sides) != 2 or not all(side.isascii() and side.isdigit() and len(side) < 6 for side in sides):
            raise Refused(f"size = {shown(options.size)} is refused: write --size 1920x1080", about="size")
        size = int(sides[0]), int(sides[1])
    return Look(size, _scale(options.scale), options.theme or "dark", options.transparent, options.large)


def _scale(words: str | None) -> float:
    try:
        return 1.0 if words is None else read_number(words)
    except Ambiguous:
        raise
    except ValueError:
        raise Refused(f"scale = {shown(words)} is refused: give a number from 0.25 to 8", about="scale") from None


def _timing(options: Namespace, last: int) -> Timing:
    first = 0 if options.first is None else whole(options.first, "from", 0, MAX_STEP)
    rate = 15 if options.fps is None else whole(options.fps, "fps", 1, 50)
    if options.every is None:
        return Timing(max(1, math.ceil((last - first) / (SECONDS * rate))), first, rate)
    return Timing(whole(options.every, "every", 1, MAX_STEP), first, rate)
