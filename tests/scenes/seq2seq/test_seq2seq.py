"""Sequence to sequence against loops, known distributions and searches through every answer."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.contract.frame import Frame
from explainer.scenes.seq2seq import END, START
from explainer.scenes.seq2seq.model import Seq2Seq, draw, learn_to_say, say_freely, true_chance
from explainer.scenes.seq2seq.notes import seen
from explainer.scenes.seq2seq.search import beam_search, best_of, likeliest
from explainer.scenes.seq2seq.view import change, move_change, shades, undo


def small(attention=True, seed=0, scale=1.0):
    """A network whose weights are as drawn, or larger, so that its answers differ."""
    torch.manual_seed(seed)
    model = Seq2Seq(attention, 8)
    with torch.no_grad():
        for weight in model.parameters():
            weight *= scale
    return model


def gru(cell, x, h):
    """One step of a GRU by its formulas, for one vector x and state h."""
    w, u, b, c = (
        getattr(cell, f"{name}_l0").detach().numpy() for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    size = len(h)
    fed, back = w @ x + b, u @ h + c
    r, z = 1 / (1 + np.exp(-(fed + back)[: 2 * size].reshape(2, size)))
    new = np.tanh(fed[2 * size :] + r * back[2 * size :])
    return (1 - z) * new + z * h


def probabilities(model, source, fed):
    """P of every symbol after each symbol that is fed, and the attention's weights, by loops."""
    table, h = model.embedding.weight.detach().numpy(), np.zeros(model.encoder.hidden_size)
    memory = []
    for symbol in source:
        h = gru(model.encoder, table[symbol], h)
        memory.append(h)
    found, weights = [], []
    for symbol in fed:
        h = gru(model.decoder, table[symbol], h)
        scores = np.array([sum(a * b for a, b in zip(h, m, strict=True)) for m in memory])
        share = np.exp(scores) / np.exp(scores).sum()
        read = sum(s * m for s, m in zip(share, memory, strict=True))
        logits = model.out.weight.detach().numpy() @ (np.concatenate([h, read]) if model.attention else h)
        logits = logits + model.out.bias.detach().numpy()
        found.append(np.exp(logits) / np.exp(logits).sum())
        weights.append(share)
    return np.array(found), np.array(weights)


def loss_of(model, source, answer):
    """−ln P of an answer."""
    found, _ = probabilities(model, source, [START, *answer[:-1]])
    return -sum(math.log(found[k, symbol]) for k, symbol in enumerate(answer))


@pytest.mark.parametrize("attention", [True, False])
def test_the_network_is_two_grus_and_dot_attention_by_loops(attention):
    model, source, said = small(attention, scale=2.0), [3, 1, 4, 1], [1, 4, 1, 3, END]
    with torch.no_grad():
        logits = learn_to_say(model, torch.tensor([source]), torch.tensor([said]), torch.ones(1, 5, dtype=torch.bool))
        own, free, weights = say_freely(model, torch.tensor([source]), 4)
    wanted, _ = probabilities(model, source, [START, *said[:-1]])
    np.testing.assert_allclose(logits.softmax(-1)[0], wanted, atol=1e-5)
    wanted, shares = probabilities(model, source, [START, *own[0, :-1].tolist()])
    np.testing.assert_allclose(free.softmax(-1)[0], wanted, atol=1e-5)
    np.testing.assert_allclose(weights[0], shares, atol=1e-5)
    assert own[0].tolist() == wanted.argmax(1).tolist()


def test_where_the_decoder_is_not_forced_it_is_fed_what_it_said():
    model, source, target = small(scale=2.0), torch.tensor([[3, 1, 4]]), torch.tensor([[4, 1, 3, END]])
    forced = torch.tensor([[True, False, True, False]])
    with torch.no_grad():
        logits = learn_to_say(model, source, target, forced)
    first, _ = probabilities(model, [3, 1, 4], [START, 4])
    wanted, _ = probabilities(model, [3, 1, 4], [START, 4, int(first[1].argmax()), 3])
    np.testing.assert_allclose(logits.softmax(-1)[0], wanted, atol=1e-5)


def test_a_step_is_cross_entropy_and_adam_and_the_shares_are_counted_before_it():
    run = Run("seq2seq", lanes=("attention",), length=3, hidden_size=8)
    experiment = run._execution.experiment
    model, batches = small(), torch.Generator()
    model.load_state_dict(experiment.models[0].state_dict())
    batches.set_state(experiment.batches.get_state())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for k in range(3):
        digits = torch.randint(10, (32, 3), generator=batches)
        target = torch.tensor([[*row[::-1], END] for row in digits.tolist()])
        fed = torch.cat([torch.full((32, 1), START), target[:, :-1]], 1)
        memory, state = model.encoder(model.embedding(digits))
        states, _ = model.decoder(model.embedding(fed), state)
        read = F.scaled_dot_product_attention(states, memory, memory, scale=1.0)
        loss = F.cross_entropy(model.out(torch.cat([states, read], -1)).flatten(0, 1), target.flatten())
        with torch.no_grad():
            said = say_freely(model, experiment.tested[:32], 4)[0]
        rows = [(a, b) for a, b in zip(said.tolist(), experiment.tested[:32].tolist(), strict=True)]
        free = np.mean([x == y for a, b in rows for x, y in zip(a[:3], b[::-1], strict=True)])
        whole = np.mean([a == [*b[::-1], END] for a, b in rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.step()
        assert run.metrics["loss/attention"][k] == pytest.approx(loss.item(), rel=1e-5)
        assert run.metrics["free/attention"][k] == pytest.approx(free)
        assert run.metrics["whole/attention"][k] == pytest.approx(whole)


@pytest.mark.parametrize("task", ["answers", "silence"])
def test_answers_are_as_frequent_as_the_task_says_and_their_probabilities_add_up_to_1(task):
    _, drawn = draw(task, 20_000, 1, torch.Generator().manual_seed(0))
    said = [tuple(symbol for symbol in row if symbol >= 0) for row in drawn.tolist()]
    kinds = set(said)
    assert sum(true_chance(task, [0], answer) for answer in kinds) == pytest.approx(1.0)
    assert len(kinds) == {"answers": 7, "silence": 217}[task]
    for answer in kinds:
        share = true_chance(task, [0], answer)
        assert said.count(answer) / 20_000 == pytest.approx(share, abs=5 * math.sqrt(share * (1 - share) / 20_000))
    assert true_chance(task, [0], (0, END)) == true_chance(task, [0], (0, 2, 9, 2, END)) == 0.0


def test_digits_are_said_backwards_or_forwards():
    for task, order in (("reverse", -1), ("copy", 1)):
        source, target = draw(task, 5, 4, torch.Generator().manual_seed(0))
        assert target.tolist() == [[*row[::order], END] for row in source.tolist()]
        assert true_chance(task, source[0].tolist(), target[0].tolist()) == 1.0
        assert true_chance(task, source[0].tolist(), target[0, :-1].tolist()) == 0.0


def every_answer(model, source, longest):
    """−ln P of every answer up to a length, by the loops' formulas."""
    found = {}
    for length in range(longest):
        for start in itertools.product(range(END), repeat=length):
            rows, _ = probabilities(model, source, [START, *start])
            losses = -np.log(rows)
            before = sum(losses[k, symbol] for k, symbol in enumerate(start))
            for symbol in [END] if length < longest - 1 else range(END + 1):
                found[(*start, symbol)] = before + losses[length, symbol]
    return found


@pytest.mark.parametrize("seed", [0, 3])
def test_the_likeliest_answer_and_a_wide_beam_are_what_a_search_through_all_answers_finds(seed):
    model, source = small(seed=seed, scale=3.0), torch.tensor([2, 7])
    found = every_answer(model, [2, 7], 3)
    assert sum(math.exp(-loss) for loss in found.values()) == pytest.approx(1.0, abs=1e-4)
    best = min(found, key=found.get)
    with torch.no_grad():
        exact = likeliest(model, source, 3)
        tree = beam_search(model, source, 200, 3)
    assert exact.symbols == best
    assert exact.loss == pytest.approx(found[best], abs=1e-4)
    for penalty in (0.0, 1.0):
        wanted = max(found, key=lambda answer: -found[answer] / len(answer) ** penalty)
        assert tree[best_of(tree, 3, penalty)].symbols == wanted


def test_a_beam_keeps_the_likeliest_continuations_of_what_it_kept():
    model, source, width = small(seed=1, scale=3.0), [2, 7, 1], 3
    with torch.no_grad():
        tree = beam_search(model, torch.tensor(source), width, 4)
    alive = [()]
    for length in range(1, 5):
        longer = {(*start, s): loss_of(model, source, (*start, s)) for start in alive for s in range(END + 1)}
        kept = sorted(longer, key=longer.get)[:width]
        found = [each for each in tree if len(each.symbols) == length]
        assert [each.symbols for each in found] == kept
        np.testing.assert_allclose([each.loss for each in found], [longer[each] for each in kept], atol=1e-4)
        assert all(tree[each.parent].symbols == each.symbols[:-1] for each in found)
        alive = [each for each in kept if each[-1] != END]


def test_the_pictures_show_the_string_the_change_and_the_searches():
    run = Run("seq2seq", length=3, hidden_size=16, source="907", place=2, digit=5, selected=0, beam=2)
    run.step(5)
    found = run.arrays(*run._execution.experiment.scene.arrays)
    assert found["source_word"].tolist() == ["9", "0", "7"]
    assert found["wanted"].tolist() == ["7", "0", "9", "end"]
    assert found["said"][:, 1].tolist() == ["5", "5"]
    for lane, model in enumerate(run._execution.experiment.models):
        symbols = [END if each == "end" else int(each) for each in found["said"][lane]]
        chances, shares = probabilities(model, [9, 0, 7], [START, *symbols[:-1]])
        np.testing.assert_allclose(found["chance"][lane], chances[range(4), symbols], atol=1e-5)
    np.testing.assert_allclose(found["alignment"], shares, atol=1e-5)
    assert found["node_layer"].tolist() == sorted(found["node_layer"].tolist())
    model = run._execution.experiment.models[0]
    for text, chance, score in zip(found["answer"], found["answer_chance"], found["answer_score"], strict=True):
        if text != "–":
            said = [int(each) for each in text if text != "(nothing)"]
            said += [END] * (len(said) < 4)
            assert chance == pytest.approx(math.exp(-loss_of(model, [9, 0, 7], said)), abs=1e-5)
            assert score == pytest.approx(-loss_of(model, [9, 0, 7], said), abs=1e-4)


def test_shares_at_each_place_are_counted_string_by_string():
    run = Run("seq2seq", length=4, hidden_size=8, lanes=("attention",), place=2)
    run.step(3)
    experiment, found = run._execution.experiment, run.arrays("forced_right", "free_right", "by_length")
    right = np.zeros((2, 5))
    for source, truth in zip(experiment.tested.tolist()[:128], experiment.truth.tolist(), strict=True):
        forced = probabilities(experiment.models[0], source, [START, *truth[:-1]])[0].argmax(1)
        right[0] += forced == truth
        wrong = (truth[1] + 5) % 10
        first = int(probabilities(experiment.models[0], source, [START])[0][0].argmax())
        said = [first, wrong]
        while len(said) < 5:
            said.append(int(probabilities(experiment.models[0], source, [START, *said])[0][-1].argmax()))
        right[1] += np.array(said) == truth
    np.testing.assert_allclose(found["forced_right"][0], right[0] / 128, atol=0.009)
    np.testing.assert_allclose(found["free_right"][0], right[1] / 128, atol=0.009)
    assert ((found["by_length"] >= 0) & (found["by_length"] <= 1)).all()


def test_a_hand_changes_what_is_said_and_takes_it_back():
    run = Run("seq2seq", length=3, hidden_size=8, source="907")
    frame = Frame("seq2seq", 0, "", run.params, run.arrays("wanted", "said", "chance"))
    assert change(frame, 0) == {"place": 1, "digit": 2}
    again = dataclasses.replace(frame, params=Run("seq2seq", length=3, source="907", place=1, digit=9).params)
    assert change(again, 0) == {"place": 1, "digit": 0}
    assert change(frame, 3) is None
    assert undo(frame) is None
    assert undo(again) == {"place": 0}
    assert [move_change(frame, at)["place"] for at in (-3.0, 1.6, 99.0)] == [0, 2, 3]
    assert np.isnan(shades(frame)[0]).all()
    assert (np.abs(shades(frame)[1:]) <= 1).all()


def test_what_is_no_digit_is_left_out_of_the_string():
    run = Run("seq2seq", length=3, hidden_size=8, source="1, 2a")
    assert run.arrays("source_word", "wanted")["wanted"].tolist() == ["2", "1", "end"]
    run.set(source="x")
    assert run.arrays("wanted")["wanted"].tolist() == ["0", "end"]


def test_notes_say_that_the_beam_is_silent_and_that_it_missed_the_likeliest_answer():
    arrays = {"answer": np.array(["AB", "(nothing)", "B"]), "answer_chance": np.array([0.1, 0.2, 0.5])}
    frame = Frame("seq2seq", 3, "", Run("seq2seq", length=1, hidden_size=8).params, arrays)
    assert [(note.name, note.number) for note in seen(frame)] == [("silent", 0.2), ("missed", 2.5)]
    assert not seen(dataclasses.replace(frame, step=0))
