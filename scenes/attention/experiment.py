"""The experiment: each step of the run is one of the eight operations of attention."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.scenes.attention import Params
from explainer.scenes.attention.drawings import Drawings
from explainer.scenes.attention.lookups import train
from explainer.scenes.attention.measured import draw_scores, race_job
from explainer.scenes.attention.mechanism import OPERATIONS, Settings, attention, mean_entropy
from explainer.scenes.attention.names import stale
from explainer.scenes.attention.sources import draw_bank


class Attention(Experiment[Params]):
    """``now`` holds what the operations done so far have found, ``final`` what all eight will find."""

    def build(self) -> None:
        """Draw random numbers, train the projections if that was chosen, and do no operation yet."""
        self.edits: dict[tuple[str, int, int, int], float] = {}
        self.settings = settings_of(self.params)
        self.bank = draw_bank(self.device)
        self.training_loss = torch.zeros(0, dtype=torch.float64)
        self.learned: dict[tuple[str, bool, str], tuple[Mapping[str, Tensor], Tensor]] = {}
        self.learn()
        self.scores_by_width = draw_scores()
        self.done = 0
        self.look_ahead()
        self.drawings = (Drawings(self),)

    def step(self) -> Iterator[str]:
        """Do the next operation on what is known so far."""
        yield from OPERATIONS[self.done](self.now, self.bank, self.settings, self.edits)
        self.done += 1
        self.finished = self.done == len(OPERATIONS)
        self.record(entropy=mean_entropy(self.final))

    def learn(self) -> None:
        """Train the projections for the positions and the scale in force, once for each."""
        if self.settings.weights == "trained":
            told = self.settings.position, self.settings.scale, self.settings.score
            if told not in self.learned:
                self.learned[told] = train(self.params.lookup, self.bank, self.settings)
            self.bank.trained, self.training_loss = self.learned[told]

    def look_ahead(self) -> None:
        """Find what all operations come to, and keep of it what those already done have found."""
        self.final = attention(self.bank, self.settings, self.edits)
        self.now = attention(self.bank, self.settings, self.edits, self.done)

    def changed(self, names: Collection[str]) -> None:
        """Compute everything anew; what was put in by hand goes where it has lost its meaning."""
        self.settings = settings_of(self.params)
        forgotten = stale(names, self.params.side)
        self.edits = {place: value for place, value in self.edits.items() if place[0] not in forgotten}
        self.learn()
        self.look_ahead()

    def edit(self, table: str, head: int, row: int, column: int, value: float) -> None:
        """Put a number into a table, in place of the one that the operations would find."""
        self.put({(table, head, row, column): value})

    def place(self, table: str, head: int, row: int, to: Sequence[float]) -> None:
        """Put the first two numbers of a row, as a hand does that drags it in the plane."""
        self.put({(table, head, row, 0): to[0], (table, head, row, 1): to[1]})

    def flip(self, query: int, key: int) -> None:
        """Let a query read a key that was masked, or the other way round."""
        rows, columns = self.final["mask"].shape
        if query >= rows or key >= columns:
            raise Refused(f"mask cell ({query}, {key}) is refused: there are {rows} queries and {columns} keys")
        self.put({("mask", 0, query, key): float(1 - self.final["mask"][query, key])})

    def put(self, numbers: Mapping[tuple[str, int, int, int], float]) -> None:
        """Take in numbers made by hand; raise :class:`Refused` for a cell that is not there."""
        for table, *place in numbers:
            shape = (1, *self.final[table].shape)[-3:]
            if any(index >= size for index, size in zip(place, shape, strict=True)):
                raise Refused(f"{table} {place} is refused: its shape is {tuple(self.final[table].shape)}", about=table)
        kept = {place: value for place, value in self.edits.items() if place not in numbers}
        self.edits = {**kept, **numbers}
        self.look_ahead()

    def undo_edits(self) -> None:
        """Forget every number that was put in by hand."""
        self.edits = {}
        self.look_ahead()

    def state(self) -> dict[str, Any]:
        """Return what cannot be computed anew: how far the run is, and what was put in by hand."""
        return {"done": self.done, "finished": self.finished, "edits": dict(self.edits)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; what follows from it is computed anew."""
        self.done, self.finished, self.edits = state["done"], state["finished"], dict(state["edits"])
        self.settings = settings_of(self.params)
        self.learn()
        self.look_ahead()

    def race(self) -> Parts:
        """Measure attention against a recurrent network."""
        return race_job()


def settings_of(params: Params) -> Settings:
    """Return what the operations are told."""
    values = params.values()
    return Settings(**{name: values[name] for name in Settings.__dataclass_fields__})
