"""Each note appears where it is true, and not where another cause makes the picture look alike."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import check_link
from explainer.scenes.attention.experiment import settings_of
from explainer.scenes.attention.mechanism import attention
from explainer.scenes.attention.sources import projections

LOOKUP = {"weights": "trained", "text": "a cat and a dog"}
WIDE = {"weights": "random", "d_model": 64, "heads": 1}


def noted(seed=0, flips=(), **given):
    """The notes of a finished run by name, and its arrays."""
    run = Run("attention", seed=seed, **given)
    run.step(8)
    for query, key in flips:
        run.act("flip", query=query, key=key)
    return {note.name: note for note in run.notes}, run.arrays("*")


APPEARS = [
    ("saturated", {"temperature": 0.1}),
    ("saturated", {"query": (20.0, 5.0)}),
    ("saturated", {**WIDE, "scale": False, "seed": 2, "asks": 1}),
    ("saturated", {"temperature": 0.1, "mask": "causal", "asks": 3}),
    ("flat", {"temperature": 20.0}),
    ("flat", {**LOOKUP, "lookup": "average"}),
    ("flat", {"temperature": 20.0, "mask": "causal"}),
    ("empty rows", {"mask": "both", "side": "left"}),
    ("empty rows", {"flips": [(1, key) for key in range(5)]}),
    ("hard", {"selection": "hard"}),
    ("unlearned", {**LOOKUP, "lookup": "previous", "position": "none"}),
    ("unlearned", {**LOOKUP, "lookup": "previous", "position": "alibi"}),
    ("unlearned", {**LOOKUP, "lookup": "previous", "position": "sinusoidal"}),
]

RIVALS = [
    # One readable key: its weight is 1 whatever the score, and nothing is saturated.
    ("saturated", {"mask": "causal", "asks": 0}),
    ("saturated", {"text": "alone"}),
    ("saturated", {"text": "alone", "mask": "padding"}),
    ("saturated", {"text": "alone", "mask": "both", "side": "left", "asks": 2}),
    ("saturated", {"flips": [(3, key) for key in (0, 2, 3, 4)]}),
    # Nothing to read, a choice that is one-hot by rule, a hot softmax whose weights scores hardly move.
    ("saturated", {"flips": [(3, key) for key in range(5)]}),
    ("saturated", {"selection": "hard", "temperature": 0.1}),
    ("saturated", {"temperature": 20.0}),
    ("saturated", {}),
    # A large mean entropy with one weight of 0.79; half of a row masked; no row with a choice.
    ("flat", {"weights": "random", "d_model": 8, "heads": 2, "seed": 53}),
    ("flat", {"flips": [(3, 1)]}),
    ("flat", {"text": "alone"}),
    ("flat", {"selection": "hard", "temperature": 20.0}),
    ("empty rows", {"mask": "both", "side": "right"}),
    ("empty rows", {"mask": "causal"}),
    ("hard", {"temperature": 0.05}),
    ("unlearned", {**LOOKUP, "lookup": "previous", "position": "random"}),
    ("unlearned", {**LOOKUP, "lookup": "previous", "position": "rotary"}),
    ("unlearned", {**LOOKUP, "lookup": "match"}),
    ("unlearned", {**LOOKUP, "lookup": "average"}),
    ("unlearned", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given"), APPEARS)
def test_a_note_appears_where_it_is_true(name, given):
    assert name in noted(**given)[0]


@pytest.mark.parametrize(("name", "given"), RIVALS)
def test_a_note_stays_away_from_what_only_looks_like_it(name, given):
    assert name not in noted(**given)[0]


def test_the_notes_tell_the_very_numbers():
    notes, found = noted(**LOOKUP, lookup="previous", position="none")
    losses = found["training_loss"]
    assert f"the loss is {losses[-20:].mean():.2f}, {losses[0]:.2f} at first" in notes["unlearned"].text
    words = np.random.default_rng(0).standard_normal((20_000, 8, 31))
    others = (words.sum(1) - words[:, 4]) / 7
    best = ((others - words[:, 3]) ** 2).mean() * 31 / 32
    assert f"would give {best:.2f}" in notes["unlearned"].text
    notes, found = noted(temperature=0.1)
    assert notes["saturated"].number == pytest.approx(moved_by_scores(found["final_masked"][0, 3]), rel=1e-3)
    assert f"{100 * found['final_weights'][0, 3].max():.1f} % from “cat”" in notes["saturated"].text


@pytest.mark.parametrize(("given", "target"), [
    ({**LOOKUP, "lookup": "previous", "position": "sinusoidal"}, "position=rotary"),
    ({**LOOKUP, "lookup": "previous", "position": "sinusoidal", "d_model": 33, "heads": 3}, ""),
    ({**LOOKUP, "lookup": "previous", "position": "none", "score": "additive"}, "position=random"),
    ({"selection": "hard"}, "selection=soft"),
])  # fmt: skip
def test_a_link_never_asks_for_what_its_control_refuses(given, target):
    notes, _ = noted(**given)
    (note,) = (notes[name] for name in ("unlearned", "hard") if name in notes)
    assert target in note.link
    assert bool(target) == bool(note.link)


@pytest.mark.parametrize(("selection", "learn"), [("hard", ["w_v", "w_o"]), ("soft", ["w_q", "w_k", "w_v", "w_o"])])
def test_a_hard_choice_gives_gradients_to_values_alone(selection, learn):
    """What the note and the lesson say: none for W_Q and W_K, some for W_V, W_O and the embeddings."""
    run = Run("attention", weights="random", d_model=8, heads=2, selection=selection)
    bank, names = run.execution.experiment.bank, ("w_q", "w_k", "w_v", "w_o")
    projected = projections("random", 8, 2, bank)
    bank.trained = {name: table.clone().requires_grad_() for name, table in projected.items()}
    bank.words = bank.words.clone().requires_grad_()
    output = attention(bank, settings_of(run.params).but(weights="trained"), {})["output"]
    output.square().sum().backward()
    slopes = {name: bank.trained[name].grad for name in names}
    assert [name for name in names if slopes[name] is not None and slopes[name].abs().max() > 1e-3] == learn
    assert bank.words.grad.abs().max() > 0.1


# 200 random settings, judged by counting and by moving every score a little


def moved_by_scores(z, step=1e-4):
    """The Frobenius norm of ∂w/∂z of one row, by central differences in plain Python."""

    def softmax(row):
        top = max(row)
        powers = [math.exp(value - top) for value in row]
        return [power / sum(powers) for power in powers]

    total = 0.0
    for j in np.flatnonzero(np.isfinite(z)):
        ends = []
        for sign in (-1, 1):
            row = [float(value) + sign * step * (i == j) for i, value in enumerate(z)]
            ends.append(softmax(row))
        total += sum(((high - low) / (2 * step)) ** 2 for low, high in zip(*ends, strict=True))
    return math.sqrt(total)


def somehow(seed):
    """Random settings that go together."""
    chance = random.Random(seed)
    heads = chance.choice([1, 1, 2, 4])
    given = {
        "text": " ".join(chance.choice(["a", "cat", "dog", "sat", "on"]) for _ in range(chance.randint(1, 9))),
        "weights": chance.choice(["hand", "random", "random", "edited", "trained"]),
        "heads": heads,
        "d_model": heads * chance.choice([2, 4, 8]),
        "kind": chance.choice(["self", "self", "cross"]),
        "mask": chance.choice(["none", "causal", "padding", "both"]),
        "side": chance.choice(["left", "right"]),
        "padding": chance.randint(1, 4),
        "position": chance.choice(["none", "sinusoidal", "random", "rotary", "alibi"]),
        "score": chance.choice(["dot", "dot", "additive"]),
        "selection": chance.choice(["soft", "soft", "soft", "hard"]),
        "empty_row": chance.choice(["nan", "zero", "uniform"]),
        "scale": chance.random() < 0.5,
        "temperature": math.exp(chance.uniform(math.log(0.05), math.log(20))),
        "asks": chance.randint(0, 8),
        "lookup": chance.choice(["match", "previous", "average"]),
    }
    if given["weights"] == "trained":
        given |= {"d_model": 16, "heads": chance.choice([1, 2])}
    return given


def judged(run, found):
    """The notes that a reader of the numbers would write, and those that are too close to call."""
    params, masked, weights = run.params, found["final_masked"], found["final_weights"]
    row = min(params.asks, masked.shape[1] - 1)
    readable = found["final_mask"] == 1
    expected, close = set(), set()
    if not readable.any(1).all():
        expected.add("empty rows")
    if params.selection == "hard":
        expected.add("hard")
    elif readable[row].sum() > 1:
        size = moved_by_scores(masked[0, row])
        expected |= {"saturated"} if size < 0.02 else set()
        close |= {"saturated"} if 0.0195 < size < 0.0205 else set()
    rows = [(head, i) for head in range(len(weights)) for i in range(len(readable)) if readable[i].sum() > 1]
    if rows and params.selection == "soft":
        shares = [weights[head, i, j] * readable[i].sum() for head, i in rows for j in np.flatnonzero(readable[i])]
        expected |= {"flat"} if max(shares) <= 1.5 and min(shares) >= 0.5 else set()
    if params.weights == "trained":
        close.add("unlearned")
    return expected, close


@pytest.mark.deep
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_the_notes_are_those_of_an_independent_judge(first):
    scene = CATALOGUE.scene("attention")
    cards = CATALOGUE.notes(scene)
    assert cards.arrays
    for seed in range(first, first + 20):
        run = Run("attention", seed=seed, **somehow(seed))
        run.step(8)
        found, notes = run.arrays("*"), {note.name: note for note in run.notes}
        expected, close = judged(run, found)
        assert set(notes) - close == expected - close, (seed, run.params)
        for note in notes.values():
            if note.link:
                check_link(note.link, scene, ())
        if run.params.weights == "trained" and run.params.lookup == "previous" and run.params.heads == 1:
            reads = read_from_the_one_before(run)
            assert reads < 0.6 if "unlearned" in notes else reads > 0.3, (seed, reads)


def read_from_the_one_before(run):
    """The mean weight on the token before, on a sentence without a mask at the temperature of the training."""
    asked = Run("attention", seed=run.recipe.seed, **{
        **run.params.values(), "mask": "none", "kind": "self", "text": "one two three four five six seven eight",
        "temperature": 1.0, "selection": "soft", "query": (),
    })  # fmt: skip
    weights = torch.from_numpy(asked.arrays("final_weights")["final_weights"][0])
    return float(weights.diagonal(-1).mean())
