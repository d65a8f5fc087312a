"""The tasks, against plain Python on the same sequences."""

from __future__ import annotations

import pytest
import torch

from explainer.scenes.attention_maps.names import MARKER, sequence_length, vocabulary
from explainer.scenes.attention_maps.tasks import DRAWS, has_partner

ALL = [(task, length, symbols) for task in DRAWS for length, symbols in ((4, 4), (8, 10), (13, 10), (24, 26))]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(3)


@pytest.mark.parametrize(("task", "length", "symbols"), ALL)
def test_sequences_have_the_declared_length_and_vocabulary(task, length, symbols):
    tokens, targets = DRAWS[task](32, length, symbols)
    names = vocabulary(task, symbols)
    assert tokens.shape == targets.shape == (32, sequence_length(task, length))
    assert 0 <= int(tokens.min()) <= int(tokens.max()) < len(names)
    assert int(targets.max()) < len(names)
    assert (targets >= 0).any(1).all()


@pytest.mark.parametrize(
    ("task", "expected"), [("copy", lambda row: row), ("reverse", lambda row: row[::-1]), ("sort", sorted)]
)
def test_every_token_is_asked(task, expected):
    tokens, targets = DRAWS[task](20, 9, 10)
    for row, asked in zip(tokens.tolist(), targets.tolist(), strict=True):
        assert asked == expected(row)


def test_induction_repeats_the_part_after_each_marker():
    tokens, targets = DRAWS["induction"](200, 16, 10)
    names, sizes = vocabulary("induction", 10), set()
    for row, asked in zip(tokens.tolist(), targets.tolist(), strict=True):
        said = [names[token] for token in row]
        size = said.index(MARKER)
        part = said[: size + 1]
        sizes.add(size)
        assert len(set(part)) == len(part)
        assert said == (part * 16)[:16]
        for place in range(16):
            expected = (part * 16)[place + 1] if place >= size else None
            assert (names[asked[place]] if asked[place] >= 0 else None) == expected
    assert sizes == {4, 5, 6, 7, 8}


@pytest.mark.parametrize(("length", "digits"), [(5, 1), (8, 2), (10, 2), (11, 3), (24, 7)])
def test_sums_are_right_and_begin_with_the_units(length, digits):
    tokens, targets = DRAWS["add"](50, length, 10)
    names = vocabulary("add", 10)
    for row, asked in zip(tokens.tolist(), targets.tolist(), strict=True):
        said = "".join(names[token] for token in row)
        left, rest = said.split("+")
        right, given = rest.split("=")
        assert len(left) == len(right) == digits
        answer = "".join(names[symbol] for symbol in asked if symbol >= 0)
        assert int(answer[::-1]) == int(left) + int(right)
        assert answer.startswith(given)


def partners(row):
    """Which brackets have a partner, found with a stack."""
    found, waiting = [False] * len(row), []
    for place, bracket in enumerate(row):
        if bracket == 0:
            waiting.append(place)
        elif waiting:
            found[place] = found[waiting.pop()] = True
    return found


@pytest.mark.parametrize("length", [4, 8, 13])
def test_brackets_are_paired_as_a_stack_pairs_them(length):
    tokens, targets = DRAWS["brackets"](300, length, 10)
    expected = [partners(row) for row in tokens.tolist()]
    assert has_partner(tokens).tolist() == expected
    assert (targets == 2).tolist() == expected
    balanced = sum(all(row) for row in expected)
    assert balanced == 0 if length % 2 else 60 < balanced < 280
