"""What is measured, its unit and its budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Budget:
    """A bound on a measured value: at least or at most ``bound``; None for a figure without a budget."""

    words: str
    unit: str = ""
    bound: float | None = None
    at_least: bool = False
    digits: int = 0


@dataclass(frozen=True)
class Figure:
    """A measured value beside its budget."""

    name: str
    value: float
    budget: Budget

    @property
    def words(self) -> str:
        """What was measured."""
        return self.budget.words

    @property
    def verdict(self) -> str:
        """``met``, ``NOT MET``, or nothing where there is no budget."""
        bound = self.budget.bound
        if bound is None:
            return ""
        kept = self.value >= bound if self.budget.at_least else self.value <= bound
        return "met" if kept else "NOT MET"

    def shown(self, value: float) -> str:
        """Return a value with its unit."""
        return f"{value:,.{self.budget.digits}f} {self.budget.unit}".strip()

    def budget_words(self) -> str:
        """Return the budget as ≥ or ≤."""
        bound = self.budget.bound
        return "" if bound is None else f"{'≥' if self.budget.at_least else '≤'} {self.shown(bound)}"

    def plain(self) -> dict[str, Any]:
        """Return the figure as plain data."""
        kept, bound = self.verdict, self.budget.bound
        sense = None if bound is None else ("at least" if self.budget.at_least else "at most")
        unit = self.budget.unit
        return {
            "name": self.name,
            "meaning": self.words,
            "value": self.value,
            "unit": unit,
            "budget": bound,
            "sense": sense,
            "verdict": kept,
        }


BUDGETS: dict[str, Budget] = {
    "start/home": Budget("start → home page painted", "s", 0.7, digits=2),
    "start/many": Budget("start → home page painted, 73 scenes", "s", 0.7, digits=2),
    "start/painted": Budget("start at a scene → window painted", "s", 0.7, digits=2),
    "start/live": Budget("start → first live picture", "s", 2.0, digits=2),
    "ask/index": Budget("making the index of Ask", "ms"),
    "ask/key": Budget("Ask: answer to a key, 99th percentile", "ms", 20.0, digits=1),
    "training/bare": Budget("gradient descent in a bare loop", "steps/s"),
    "training/drawn": Budget("the same with the first pictures drawn", "steps/s"),
    "training/ratio": Budget("training speed, first pictures drawn ÷ bare loop", "", 0.95, at_least=True, digits=3),
    "training/ratio all": Budget("training speed, everything drawn ÷ bare loop", "", 0.95, at_least=True, digits=3),
    "pictures/rate": Budget("pictures per second, training flat out", "", 58.0, at_least=True, digits=1),
    "pictures/p99": Budget("99th percentile interval between pictures", "ms", 25.0, digits=1),
    "pictures/rate all": Budget("pictures per second, everything drawn", "", 30.0, at_least=True, digits=1),
    "pictures/p99 all": Budget("99th percentile interval, everything drawn", "ms", 40.0, digits=1),
    "training/bare cnn": Budget("the CNN on the digits in a bare loop", "steps/s"),
    "training/drawn cnn": Budget("the same with everything drawn", "steps/s"),
    "training/ratio cnn": Budget("training speed of the CNN, everything drawn ÷ bare loop", "", 0.95, True, 3),
    "pictures/rate cnn": Budget("pictures per second, the CNN with everything drawn", "", 30.0, True, 1),
    "pictures/p99 cnn": Budget("99th percentile interval, the CNN with everything drawn", "ms", digits=1),
    "cnn/seconds": Budget("600 steps of the CNN with everything drawn", "s", 15.0, digits=1),
    "cnn/accuracy": Budget("held-out digits it then has right", "%", 97.0, True, 1),
    "training/bare maps": Budget("the transformer that reverses in a bare loop", "steps/s"),
    "training/drawn maps": Budget("the same with everything drawn", "steps/s"),
    "training/ratio maps": Budget("training speed of the transformer, everything drawn ÷ bare loop", "", 0.95, True, 3),
    "pictures/rate maps": Budget("pictures per second, the transformer with everything drawn", "", 30.0, True, 1),
    "pictures/p99 maps": Budget("99th percentile interval, the transformer with everything drawn", "ms", digits=1),
    "maps/paint": Budget("6 × 12 maps of 128 tokens painted", "ms", 16.0, digits=1),
    "maps/typing p50": Budget("character typed → painted maps of MiniLM, median", "ms", digits=1),
    "maps/typing p95": Budget("character typed → painted maps of MiniLM, 95th percentile", "ms", digits=1),
    "playground/eager": Budget("the playground, 8,8 in batches of ten: nn.Module and torch.optim", "updates/s"),
    "playground/functional": Budget("the same by hand, to the same bits", "updates/s"),
    "training/bare playground": Budget("the playground in the bare loop beside the window", "updates/s"),
    "training/drawn playground": Budget("the same with everything drawn", "updates/s"),
    "training/ratio playground": Budget("training speed of the playground, everything drawn ÷ bare", "", 0.9, True, 3),
    "pictures/rate playground": Budget("pictures per second, the playground with everything drawn", "", 30.0, True, 1),
    "pictures/p99 playground": Budget("99th percentile interval, the playground", "ms", digits=1),
    "language/bare": Budget("a symbol by the language model and its cache alone", "ms", digits=2),
    "language/written": Budget("a symbol written by its scene: drawn, cut, recorded", "ms", digits=2),
    "language/ratio": Budget("a written symbol ÷ the bare cached step", "", 1.2, digits=3),
    "training/bare language": Budget("the language model in a bare loop", "steps/s", digits=1),
    "training/drawn language": Budget("the same with the first pictures drawn", "steps/s", digits=1),
    "training/ratio language": Budget("training speed of the language model, drawn ÷ bare", "", 0.9, True, 3),
    "pictures/rate language": Budget("pictures per second, the language model", "", 30.0, True, 1),
    "pictures/p99 language": Budget("99th percentile interval, the language model", "ms", digits=1),
    "control/p50": Budget("control moved → painted, median", "ms", digits=1),
    "control/p95": Budget("control moved → painted, 95th percentile", "ms", 50.0, digits=1),
    "kernel/64 p50": Budget("kernel number → painted, 64 × 64 × 3 → 8, median", "ms", digits=1),
    "kernel/64 p95": Budget("kernel number → painted, 64 × 64 × 3 → 8, 95th percentile", "ms", 50.0, digits=1),
    "kernel/photograph p50": Budget("kernel number → painted, photograph 640 × 427, median", "ms", digits=1),
    "kernel/photograph p95": Budget("kernel number → painted, photograph, 95th percentile", "ms", 50.0, digits=1),
    "memory/window": Budget("memory of the window process, everything drawn", "MB", 180.0),
    "soak/window": Budget("long session: growth of the window at the same scene", "%", 2.0, digits=1),
    "soak/engine": Budget("long session: growth of the engine at the same scene", "%", 2.0, digits=1),
    "soak/widgets": Budget("long session: more widgets at the same scene", "%", 0.0, digits=1),
    "soak/timers": Budget("long session: more timers", "%", 0.0, digits=1),
    "soak/files": Budget("long session: more open files of the window", "%", 0.0, digits=1),
    "soak/engine files": Budget("long session: more open files of the engine", "%", 0.0, digits=1),
    "memory/engine": Budget("memory of the engine process", "MB"),
    "training/bare flow": Budget("gradient flow, 30 layers of 64, in a bare loop", "steps/s", digits=1),
    "training/drawn flow": Budget("the same with everything drawn", "steps/s", digits=1),
    "training/ratio flow": Budget("gradient flow, everything drawn ÷ bare loop", "", 0.95, at_least=True, digits=3),
    "pictures/rate flow": Budget("pictures per second, gradient flow with everything drawn", "", 30.0, True, 1),
    "pictures/p99 flow": Budget("99th percentile interval, gradient flow with everything drawn", "ms", digits=1),
    "flow/grid start": Budget("grid of 110 networks, 30 layers of 64, at initialization", "s", 0.5, digits=2),
    "flow/grid end": Budget("the same after 8 steps", "s", 2.0, digits=2),
    "history/steps": Budget("length of the run for the next figures", "steps"),
    "history/seek p50": Budget("seek to a random step, median", "ms", digits=1),
    "history/seek p95": Budget("seek to a random step, 95th percentile", "ms", 200.0, digits=1),
    "history/size": Budget("history: checkpoints and series", "MB", 256.0, digits=1),
    "history/share": Budget("cost of recording checkpoints ÷ training time", "%", 3.0, digits=2),
}
"""Figure → what it is and how good it must be. "60 pictures a second" allows for a screen of 59.94 Hz and the timer."""
KINDS = "kinds/"
"""Figures of this group need no list: the milliseconds in which a kind of drawing takes in a frame and is painted."""


def judge(values: Mapping[str, float]) -> list[Figure]:
    """Return the measured figures in the order of the budgets."""
    budgets = BUDGETS | {
        name: Budget(f"a frame drawn by the kind {name.removeprefix(KINDS)}", "ms of CPU", digits=2)
        for name in values
        if name.startswith(KINDS)
    }
    return [Figure(name, values[name], budget) for name, budget in budgets.items() if name in values]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
