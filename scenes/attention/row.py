"""One query's row as a card: tokens to choose the query from, then key by key how its score becomes a weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explainer.contract.cards import Act, Bar, Card, Cell, Column, Table, Tokens, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.attention.moment import ROW, Moment, moment_of
from explainer.scenes.attention.names import PHASES

READ = 1
"""The series whose colour is that of what is read: keys, values, weights."""

LAST = PHASES.index("weighted sum") + 1
"""The step from which on everything in the row has been done."""


def cell_text(value: float) -> str:
    """Return a number with two decimals, −∞ for what is masked."""
    if np.isneginf(value):
        return "−∞"
    if not np.isfinite(value):
        return "NaN"
    return number_text(value, 3) if abs(value) >= 1000 else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def weight_text(value: float) -> str:
    """Return a weight."""
    return f"{value:.3f}" if np.isfinite(value) else "NaN"


def in_row(name: str) -> Callable[[Frame], np.ndarray]:
    """Return the function that reads one row of an array (head, query, key)."""
    return reads(*ROW, dims=("key",))(lambda frame: moment_of(frame).row_of(name))


def head(phase: str, words: Callable[[Frame], str]) -> Callable[[Frame], str]:
    """Return a column's head; an arrow marks the one of their operations that was done last."""
    return reads(*ROW)(lambda frame: ("▸ " if min(frame.step, LAST) == PHASES.index(phase) + 1 else "") + words(frame))


def divided(frame: Frame) -> str:
    """Return what the scores are divided by."""
    params = frame.params
    warm = "" if params.temperature == 1 else f" ÷ {number_text(params.temperature, 2)}"
    dot = params.score == "dot" and params.scale
    return (f"÷ √{len(moment_of(frame).q)}" if dot else "not ÷ √d") + warm


@reads(*ROW, dims=("key",))
def moved(frame: Frame) -> np.ndarray:
    """Return how long a step each value adds to the output."""
    moment = moment_of(frame)
    return np.asarray(np.linalg.norm(moment.row_of("final_weights")[:, None] * moment.v, axis=1))


@reads(*ROW)
def row_title(frame: Frame) -> str:
    """Return the entropy of the row, and the most it can be."""
    moment = moment_of(frame)
    nats = float(moment["row_entropy"][moment.head, moment.row])
    most = float(np.log(max(1, np.isfinite(moment.row_of("final_masked")).sum())))
    return f"Scores to weights · entropy {nats:.2f} of {most:.2f} nats"


@reads(*ROW)
def row_summary(frame: Frame) -> str:
    """Return the weights of the row."""
    moment = moment_of(frame)
    read = ", ".join(f"{key} {w:.2f}" for key, w in zip(moment.keys, moment.row_of("final_weights"), strict=True))
    return f"{moment.token} reads {read}; last operation: {PHASES[frame.step - 1] if frame.step else 'none'}"


def faint_masked(name: str) -> Callable[[Frame, int], str]:
    """Return what makes numbers quiet, and those that are masked faint."""
    return reads(*ROW)(lambda frame, key: "faint" if np.isneginf(moment_of(frame).row_of(name)[key]) else "muted")


def flip(frame: Frame, key: int) -> Act:
    """Mask a key, or let it be read."""
    return Act("flip", {"query": moment_of(frame).row, "key": key})


def asking(frame: Frame) -> int:
    """Return the token that asks."""
    return int(min(frame.params.asks, len(frame.arrays.get("token", "x")) - 1))


def numbers(name: str, phase: str, words: Callable[[Frame], str], click: Callable[..., Act] | None = None) -> Cell:
    """Return a column of the row's numbers of an array."""
    return Cell(in_row(name), head(phase, words), True, 72, cell_text, faint_masked(name), click)


CARD = Card(
    "row",
    row_title,
    Column(
        (
            Tokens("token", chosen=reads("token")(asking), click=lambda frame, query: {"asks": query, "query": ()}),
            Table(
                (
                    Cell("memory_token"),
                    numbers("final_scores", "scores", lambda f: "score q·k" if f.params.score == "dot" else "score"),
                    numbers("final_scaled", "scale", divided),
                    numbers("final_masked", "mask", lambda f: "mask", reads(*ROW)(flip)),
                    Bar(
                        in_row("final_weights"),
                        head(
                            "softmax",
                            lambda f: ("softmax" if f.params.selection == "soft" else "largest") + " → weight",
                        ),
                        1.0,
                        READ,
                        weight_text,
                    ),
                    Cell(moved, head("weighted sum", lambda f: "‖w·v‖"), True, 52, cell_text, lambda f, key: "muted"),
                ),
                "key",
                most=28,
                follows=("query",),
            ),
        ),
        (0, 1),
    ),
    name="Scores to weights of one query",
    about="One query's row: scores, scaled, masked, and the weights as bars",
    hint="click a token, or a mask",
    at_first=True,
    weight=1.3,
    summary=row_summary,
)


# what is said of the scene


def summary(frame: Frame) -> str:
    """Return what the query token reads, and how far the run is."""
    moment = Moment.of(frame)
    if moment is None:
        return f"Step {frame.step} of {len(PHASES)}."
    if moment.empty:
        return f"{operation(frame)} “{moment.token}” may read nothing: its row is masked completely."
    order = np.argsort(-moment.weights, kind="stable")[:3]
    read = ", ".join(f"{moment.keys[j]} {moment.weights[j]:.2f}" for j in order)
    return f"{operation(frame)} “{moment.token}” reads {read}."


def operation(frame: Frame) -> str:
    """Return which operation was done last."""
    if frame.step == 0:
        return "No operation has been done yet."
    return f"Operation {frame.step} of {len(PHASES)}: {PHASES[min(frame.step, len(PHASES)) - 1]}."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the operation done last and the entropy of the row."""
    moment = Moment.of(frame)
    found = [("done", PHASES[min(frame.step, len(PHASES)) - 1] if frame.step else "nothing yet")]
    if moment is not None:
        found.append((f"entropy {moment.token}", f"{float(moment['row_entropy'][moment.head, moment.row]):.2f}"))
    return found
