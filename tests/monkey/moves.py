"""What a random user does, as data: a name and the number from which everything else about the move is drawn.

A list of moves can be cut anywhere: what is left of it does the same as before, for no move draws from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

OFTEN = {
    "click": 16,
    "press": 20,
    "point": 12,
    "drag": 10,
    "grasp": 6,
    "wheel": 8,
    "key": 12,
    "shortcut": 10,
    "write": 8,
    "rest": 8,
    "click_twice": 2,
    "click_right": 3,
    "follow_link": 2.5,
    "go_to_run": 2,
    "resize": 2,
    "drop_file": 2,
    "choose_file": 2,
    "export": 1.5,
    "bring_out": 1.5,
    "change_device": 0.7,
    "change_theme": 0.5,
    "open_scene": 1.5,
    "compare": 0.5,
    "end_comparison": 0.8,
}
"""How often each move is made, as weights: what starts a process or dresses every widget is rare."""


@dataclass(frozen=True)
class Move:
    """One thing done; ``str`` and :meth:`read` are each other's inverse."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}:{self.number}"

    @classmethod
    def read(cls, words: str) -> Move:
        name, _, number = words.partition(":")
        return cls(name, int(number))


def drawn(seed: int, count: int) -> list[Move]:
    """Return the moves of a seed; those of a smaller count are the first ones of a larger."""
    random = Random(f"monkey {seed}")
    names, weights = list(OFTEN), list(OFTEN.values())
    return [Move(random.choices(names, weights)[0], random.randrange(10**6)) for _ in range(count)]


def told(moves: Sequence[Move]) -> str:
    """Return moves as one word of a command line."""
    return ",".join(map(str, moves))


def understood(words: str) -> list[Move]:
    """Return the moves that :func:`told` wrote."""
    return [Move.read(word) for word in words.split(",") if word]
