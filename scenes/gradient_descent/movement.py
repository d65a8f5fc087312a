"""How an optimizer moves: conditions on its last steps and losses, each told from its rivals; plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from explainer.contract.frame import Note
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text, pair_text
from explainer.scenes.gradient_descent.learner import QUADRATIC, Learner

WINDOW, LONG = 6, 60
"""Steps over which losses are compared, and over which a swing or a cloud is seen."""
STEEP = 0.1
"""A share of what is steep in the picture below which a slope is a plain's."""
HELD = 0.2
"""Two pulls whose sum is less than this share of one of them hold each other."""


def grows(one: Learner) -> Note | None:
    """Find a loss that has risen through three windows; with noise only far beyond what noise does."""
    losses = one.losses
    if len(losses) < 3 * WINDOW or not np.isfinite(losses[-3 * WINDOW :]).all():
        return None
    before, between, now = losses[-3 * WINDOW :].reshape(3, WINDOW).max(1)
    if not 0 < before < between < now or now < losses.max() or (one.noisy and now < 1e3 * before):
        return None
    growth = (now / between) ** (1 / WINDOW)
    if growth < 1.005:
        return None
    words = f"{one.name}: the loss has grown by a factor of {growth:.2f} a step for {3 * WINDOW} steps and is "
    return Note(f"{words}{number_text(losses[-1])}.", "warning", name="grows", card="loss", number=float(growth))


def cloud(one: Learner) -> Note | None:
    """Find a run that noise keeps from coming closer: no trend, and the noise longer than the gradient."""
    noise, losses = one.number("gradient_noise"), one.losses[-2 * LONG :]
    if not one.noisy or len(losses) < 2 * LONG or not np.isfinite(losses).all() or not noise > one.slope:
        return None
    changes = np.diff(losses.reshape(4, -1).mean(1))
    if (changes < 0).all() or (changes > 0).all():
        return None
    bowl = one.curvatures[0] > 0
    ending = "; a smaller η makes the cloud smaller" if bowl else ""
    return Note(
        f"{one.name} {'hovers' if bowl else 'wanders'}: for {2 * LONG} steps its loss was "
        f"{number_text(losses.min(), 2)} to {number_text(losses.max(), 2)}, without a trend. The noise in its gradient "
        f"is {number_text(noise, 2)} long, the gradient here {number_text(one.slope, 2)}{ending}.",
        "info", name="cloud" if bowl else "wanders", card="loss",
        number=float(losses.mean()) - one.lowest)  # fmt: skip


def held(one: Learner) -> Note | None:
    """Find a ball that weight decay holds away from the minimum."""
    decay, place, gradient = one.told.get("weight_decay", 0.0), one.vector("position"), one.vector("next_gradient")
    if one.noisy or not decay > 0 or place is None or gradient is None or one.slope < 1e-6 * one.steep:
        return None
    pull, sum_ = decay * float(np.hypot(*place)), float(np.hypot(*(gradient + one.decay * place)))
    if one.decay and sum_ < 0.05 * one.slope:
        words = f"L2's λθ, {number_text(pull)} long, holds it where ∇L + λθ = {number_text(sum_)}"
    elif not one.decay and _decay_balances(one, one.told["lr"] * pull):
        words = "its step and the decay ηλθ all but cancel; as its scaling changes it moves on slowly"
    else:
        return None
    return Note(f"{one.name} rests beside the minimum: ‖∇L‖ = {number_text(one.slope)}, and {words}.", "info",
                name="held", card="contours", number=one.slope)  # fmt: skip


def _decay_balances(one: Learner, pull: float) -> bool:
    moved = np.hypot(*one.updates(WINDOW).T)
    return len(moved) == WINDOW and moved.max() < HELD * pull


def thrown(one: Learner) -> Note | None:
    """Find a Newton step that divides by hardly any curvature."""
    if one.entry.name != "newton":
        return None
    damping, least = one.told["damping"], min(abs(h + one.told["damping"]) for h in one.curvatures)
    last, used = one.vector("update"), one.vector("gradient")
    if not least < 3 * damping or last is None or used is None or not np.hypot(*used) > 0:
        return None
    times = float(np.hypot(*last) / (one.told["lr"] * np.hypot(*used)))
    if times < 0.2 / least:
        return None
    return Note(
        f"{one.name} divides by curvature + damping, and one direction has {number_text(least)}: its last step was "
        f"{number_text(times)} × η‖∇L‖ long.", "warning", name="thrown", card="contours", number=times)  # fmt: skip


def undivided(one: Learner) -> Note | None:
    """Find an ε that is larger than the gradients it was to protect from."""
    scaling, eps = one.vector("scaling"), one.told.get("eps", 0.0)
    if one.entry.name not in ("adam", "adamw", "nadam", "rmsprop", "adagrad") or scaling is None or not eps > 0:
        return None
    corrected = 1 - one.told["beta1"] ** max(1, one.frame.step) if one.entry.name in ("adam", "adamw") else 1.0
    root = float((scaling / corrected - eps).max())
    if not root < eps or not one.slope > 0:
        return None
    return Note(
        f"{one.name}: ε = {number_text(eps, 2)} is larger than the root of its squared gradients, "
        f"{number_text(max(root, 0.0), 2)}: its steps are about η/ε times its mean gradient.",
        "warning", name="epsilon", card="contours", number=root)  # fmt: skip


def alternates(one: Learner) -> Note | None:
    """Find four steps each against the one before; the curvature tells zigzag, bouncing and a kink apart."""
    steps = one.updates(5)
    if one.noisy or len(steps) < 5 or not np.isfinite(steps).all():
        return None
    lengths = np.hypot(*steps.T)
    against = np.einsum("ij,ij->i", steps[1:], steps[:-1])
    if not (against < -0.1 * lengths[1:] * lengths[:-1]).all() or lengths[-1] < 1e-9 * one.extent:
        return None
    size = number_text(float(lengths[-1]))
    _, steep = one.curvatures
    if one.recurrence is not None and one.told["lr"] * abs(steep) < 0.1:
        words = f"jumps to and fro by {size}, although η × curvature is only {number_text(one.told['lr'] * steep, 2)}: "
        words += "the slope turns round between its steps, as at a kink"
        return Note(f"{one.name} {words}.", "warning", name="kink", card="contours", number=float(lengths[-1]))
    return _zigzag(one, lengths, size)


def _zigzag(one: Learner, lengths: np.ndarray, size: str) -> Note:
    along = one.vector("steep_direction")
    share = float(lengths[-1] / lengths[-2])
    plain = one.recurrence is not None and one.recurrence.keep == 0 and one.frame.params.surface in QUADRATIC
    seen = f"{one.name} jumps to and fro by {size}, {number_text(share)} × its step before"
    if plain and along is not None and along.any():
        factor = one.told["lr"] * (one.curvatures[1] + one.decay)
        seen += (
            f"; along {pair_text(*along.round(6), 2)} each goes past the lowest point, for ηλ = {number_text(factor)}"
        )
    level = "warning" if share > 0.999 else "info"
    return Note(f"{seen}.", level, name="zigzag", card="contours", number=share)


def swings(one: Learner) -> Note | None:
    """Find a velocity that overshoots again and again: the loss turns and hardly shrinks."""
    if one.recurrence is None or one.recurrence.keep == 0 or one.noisy or len(one.losses) < 2 * LONG:
        return None
    losses = one.losses[-LONG:]
    above = losses - one.lowest
    turns = int((np.diff(np.sign(np.diff(losses))) != 0).sum())
    before, now = (float(part.max()) for part in above.reshape(2, -1))
    if turns < 2 or not now > 0.5 * before or now <= 1e-9 * max(float(one.losses[0] - one.lowest), 1e-300):
        return None
    flat, steep = one.growth()
    kept = max(flat, steep)
    ending = f" With β = {one.recurrence.keep:g} an error here keeps {number_text(kept, 4)} of its size in a step."
    quadratic = one.frame.params.surface in QUADRATIC and kept == kept
    return Note(
        f"{one.name} swings: in {LONG} steps its loss turned {turns} times, between {number_text(losses.min(), 2)} and "
        f"{number_text(losses.max(), 2)}.{ending if quadratic else ''}",
        "info", name="swings", card="loss", number=float(turns))  # fmt: skip


def slow(one: Learner) -> Note | None:
    """Find a loss that hardly changes far above the lowest; slope and step tell a plain from a small η."""
    losses = one.losses[-2 * WINDOW :]
    above = float(losses[-1]) - one.lowest if len(losses) else math.nan
    if one.noisy or len(losses) < 2 * WINDOW or not above > 0.01 * max(float(one.losses[0]) - one.lowest, 1e-300):
        return None
    change = float(losses[0] - losses[-1])
    if not 0 <= np.ptp(losses) < 0.05 * above or not one.steep > 0:
        return None
    seen = f"in {len(losses)} steps its loss fell by {number_text(change, 2)} and is still {number_text(above)}"
    seen += " above the lowest known"
    slope = f"‖∇L‖ = {number_text(one.slope)} where a tenth of the picture is steeper than {number_text(one.steep, 2)}"
    if one.slope < STEEP * one.steep:
        return Note(f"{one.name} is on a plain: {slope}; {seen}.", "warning", name="plain", card="contours",
                    number=one.slope)  # fmt: skip
    if change > 0 and _steps_are_short(one):
        return _small_rate(one, slope, seen)
    return Note(f"{one.name} hardly gets on: {seen}; {slope}.", "warning", name="slow", card="loss", number=change)


def _steps_are_short(one: Learner) -> bool:
    """Whether every step went downhill by what the slope promises: nothing but their length holds it back."""
    steps, used = one.updates(1), one.vector("next_gradient")
    if not len(steps) or used is None or len(one.losses) < 2:
        return False
    promised, fell = float(-used @ steps[-1]), float(one.losses[-2] - one.losses[-1])
    short = float(np.hypot(*steps[-1])) < 1e-3 * one.extent
    return short and promised > 0 and abs(fell - promised) < 0.1 * promised


def _small_rate(one: Learner, slope: str, seen: str) -> Note:
    step, bound = float(np.hypot(*one.updates(1)[-1])), one.number("lr_limit")
    share = f" and η {number_text(one.told['lr'] / bound, 2)} × its limit here" if bound > 0 else ""
    known = bound > 0 and one.recurrence is not None and one.frame.params.surface in QUADRATIC
    larger = float(f"{0.5 * bound if known else 10 * one.told['lr']:.3g}")
    link = "" if "lr" in dict(one.entry.settings) else try_link(one.frame.params, lr=larger)
    return Note(
        f"{one.name}: η is small. A step is {number_text(step)} long{share}, while {slope}; {seen}.",
        "warning", link, name="small-rate", card="loss", number=step)  # fmt: skip


MOVEMENTS: tuple[Callable[[Learner], Note | None], ...] = (
    grows, cloud, held, thrown, undivided, alternates, swings, slow,
)  # fmt: skip
"""In the order in which they are asked; the first that holds is said."""
