"""What the scene says of the network's maps: conditions worth a word.

Each says what is seen, with its number. A cause is named only where it follows from the settings, whatever the
network has learned: see :mod:`ceilings`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.scenes.attention_maps.ceilings import ceiling
from explainer.scenes.attention_maps.moment import NEEDED, Moment, effect

RIGHT, WRONG = 0.99, 0.9
"""A network has learned above the one share of right tokens, and has not below the other."""
EARLY, PATIENT, BEFORE = 100, 400, 100
"""Steps after which a ceiling is told, and that nothing was learned; and with which that is compared."""
NEAR = 0.03
"""So close to a ceiling it is what holds the network back."""
ENOUGH, RECENT = 640, 10
"""Tokens, and steps at the least, over which a share of right ones is taken."""
USUAL, LONG, SHORT = 0.003, 0.01, 0.001
"""The learning rate that suits these networks, and those beyond which it is worth a try."""
SINK = 0.5
"""A share of a map's weight above which special tokens are worth a word."""


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth a word."""
    moment = Moment.of(frame)
    if moment is None:
        return ()
    capped = _capped(moment) or _stuck(moment)
    found = [_cut(moment), _heads_off(moment), capped, _learned(moment), _special(moment)]
    return [note for note in found if note is not None]


def _cut(moment: Moment) -> Note | None:
    pieces = moment.frame.arrays.get("pieces")
    if pieces is None or pieces[0] == pieces[1]:
        return None
    read, there = pieces.tolist()
    return Note(
        f"The text has {there:,} word pieces, and this model reads the first {read}: the rest is left out.",
        "warning",
        name="cut",
        number=there - read,
    )


def _heads_off(moment: Moment) -> Note | None:
    off = np.argwhere(moment["head_on"] == 0)
    said = effect(moment.frame) if len(off) else ""
    if not said:
        return None
    names = ", ".join(f"{layer + 1}.{head + 1}" for layer, head in off[:6])
    more = f" and {len(off) - 6} more" if len(off) > 6 else ""
    words = f"Off: {names}{more}. Against all heads on: {said}."
    return Note(words, "warning", name="heads off", card="heads", number=float(len(off)))


def right(moment: Moment, ago: int = 0) -> float:
    """Return the share of right tokens over the last steps, or over those that ended ``ago`` steps before.

    Small batches are taken together until there are enough tokens; NaN while there are not.
    """
    params, series = moment.params, moment.frame.series.get("accuracy")
    if not moment.trained or series is None:
        return float("nan")
    steps = max(RECENT, -(-ENOUGH // (params.batch * params.length)))
    values = series.up_to(moment.frame.step)[: moment.frame.step - ago]
    return float(values[-steps:].mean()) if len(values) >= steps else float("nan")


def _capped(moment: Moment) -> Note | None:
    """Say so where as much is right as can be had, and why no more can."""
    found = ceiling(moment.params) if moment.trained else None
    share = right(moment)
    if found is None or moment.frame.step < EARLY or not abs(share - found[0]) < NEAR:
        return None
    most, why, lifted = found
    words = f"{share:.0%} of the tokens are right; more than {most:.0%} cannot be had: {why}."
    link = try_link(moment.params, run=200, **lifted)
    (name,) = lifted
    said = "With positions" if name == "position" else "Reading both ways"
    return Note(words, "warning", link, said, "capped", "curves", share)


def _stuck(moment: Moment) -> Note | None:
    """Say so where a patient reader would have expected more by now, with what the last steps have brought."""
    step, share = moment.frame.step, right(moment)
    if step < PATIENT or not share < WRONG:
        return None
    gained = 100 * (share - right(moment, BEFORE))
    course = f"{abs(gained):.0f} points {'more' if gained >= 0 else 'less'} than {BEFORE} steps ago"
    words = f"After {step} steps {share:.0%} of the tokens are right, {course}."
    link, lr = "", moment.params.lr
    if lr > LONG or lr < SHORT:
        link = try_link(moment.params, run=step, lr=USUAL)
    return Note(words, "warning", link, f"Would η = {USUAL} do?", "stuck", "curves", share)


def _learned(moment: Moment) -> Note | None:
    share = right(moment)
    if not share >= RIGHT:
        return None
    values = moment.frame.series["accuracy"].up_to(moment.frame.step)
    first = int(np.flatnonzero(values >= RIGHT)[0]) + 1
    words = f"Learned: 99 % of a batch's tokens were right at step {first} for the first time."
    return Note(words, "good", name="learned", card="curves", number=float(first))


def _special(moment: Moment) -> Note | None:
    if moment.trained or not moment["special"].any() or moment.measure != "weights" or moment.params.shows == "rollout":
        return None
    share = moment.special_share
    if share < SINK:
        return None
    words = f"{share:.0%} of this map's weight goes to special tokens. Do they add as much?"
    link = try_link(moment.params, measure="contribution")
    return Note(words, "info", link, "Show what is added", "special", "map", share)


NOTES = Notes(notes, arrays=(*NEEDED, "pieces", "held_out", "cosine"))
