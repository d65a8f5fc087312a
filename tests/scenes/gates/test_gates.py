"""Gates, against PyTorch's own layers, autograd's Jacobians, plain loops and closed forms."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.lab.recurrent import cell_step, unroll_cell
from explainer.scenes.gates.experiment import counting, read
from explainer.scenes.gates.view import whole_decades

SMALL = {"time_steps": 6, "hidden_size": 5}
KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def inside(run):
    """The experiment of a run."""
    return run._execution.experiment


def inputs(run, count=64):
    """The tested sequences as inputs (B, T, 8)."""
    return F.one_hot(inside(run).tested[:count], 8).float()


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_part_by_part_is_pytorchs_layer(kind):
    torch.manual_seed(2)
    cell = KINDS[kind](3, 5, batch_first=True, dtype=torch.float64)
    x = torch.randn(4, 7, 3, dtype=torch.float64)
    steps = unroll_cell(cell, x)
    outputs, last = cell(x)
    torch.testing.assert_close(torch.stack([part["h"] for part in steps], 1), outputs, rtol=1e-10, atol=1e-12)
    if kind == "lstm":
        torch.testing.assert_close(steps[-1]["c"], last[1][0], rtol=1e-10, atol=1e-12)


def test_a_gate_of_the_gru_acts_inside_the_candidate_and_z_multiplies_the_old_state_as_in_gru_cell():
    torch.manual_seed(3)
    cell, single = nn.GRU(3, 4, batch_first=True), nn.GRUCell(3, 4)
    single.load_state_dict({name.removesuffix("_l0"): value for name, value in cell.state_dict().items()})
    x, h = torch.randn(2, 3), torch.randn(2, 4)
    fed = x @ cell.weight_ih_l0.T + cell.bias_ih_l0
    torch.testing.assert_close(cell_step(cell, fed, {"h": h, "c": h})["h"], single(x, h), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(cell_step(cell, fed, {"h": h, "c": h}, {"z": 1.0})["h"], h)
    candidate = torch.tanh(fed[:, 8:] + cell.bias_hh_l0[8:] * 0)
    without = cell_step(cell, fed, {"h": h, "c": h}, {"z": 0.0, "r": 0.0})["h"]
    torch.testing.assert_close(without, candidate)


@pytest.mark.parametrize("lanes", [("lstm_bias", "gru"), ("rnn", "gru_bias")])
@pytest.mark.parametrize("given", [{}, {"window": 2}], ids=["whole", "cut"])
def test_the_reach_is_autograds_through_pytorchs_own_layer_run_one_step_at_a_time(lanes, given):
    run = Run("gates", seed=1, lanes=lanes, **SMALL, **given)
    run.step(2)
    found = run.arrays("reach")["reach"]
    for lane, (cell, readout) in enumerate(zip(inside(run).layers, inside(run).readouts, strict=True)):
        x, state, kept = inputs(run, 32), None, []
        for t in range(6):
            if t == 6 - run.params.window:
                state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
            _, state = cell(x[:, t : t + 1], state)
            kept.append(state[1] if isinstance(state, tuple) else state)
        h = state[0] if isinstance(state, tuple) else state
        loss = F.cross_entropy(readout(h[0]), inside(run).tested[:32, 0], reduction="sum")
        if isinstance(cell, nn.LSTM):
            norms = by_steps(cell, readout, x, inside(run).tested[:32, 0], 6 - run.params.window)
        else:
            grads = torch.autograd.grad(loss, kept, allow_unused=True)
            norms = [0.0 if g is None else float(g.norm()) / math.sqrt(32) for g in grads]
        np.testing.assert_allclose(found[lane], norms, rtol=1e-3, atol=1e-6)


def test_read_in_pieces_numbers_stay_and_each_outputs_gradient_ends_where_its_piece_begins():
    torch.manual_seed(5)
    cell, x = nn.LSTM(8, 4, batch_first=True), torch.randn(2, 8, 8, requires_grad=True)
    outputs, _ = read(cell, x, None, 3)  # pieces of 2, 3 and 3
    torch.testing.assert_close(outputs, cell(x)[0])
    for t, begins in ((1, 0), (2, 2), (4, 2), (7, 5)):
        grad = torch.autograd.grad(outputs[:, t].sum(), x, retain_graph=True)[0].abs().sum((0, 2))
        assert torch.nonzero(grad).flatten().tolist() == list(range(begins, t + 1))


def by_steps(cell, readout, x, wanted, cut):
    """‖∂L/∂c_t‖ of an LSTM by nudging: c_t enters as a leaf from which c and h = o tanh c of that step follow."""
    single = nn.LSTMCell(8, cell.hidden_size)
    single.load_state_dict({name.removesuffix("_l0"): value for name, value in cell.state_dict().items()})
    norms = []
    for at in range(x.shape[1]):
        if at < cut:
            norms.append(0.0)
            continue
        h = c = torch.zeros(len(x), cell.hidden_size)
        for t in range(x.shape[1]):
            h, c = single(x[:, t], (h, c))
            if t == at:
                shown = (h / torch.tanh(c)).detach()
                leaf = c.detach().requires_grad_()
                h, c = shown * torch.tanh(leaf), leaf
        loss = F.cross_entropy(readout(h), wanted, reduction="sum")
        norms.append(float(torch.autograd.grad(loss, leaf)[0].norm()) / math.sqrt(len(x)))
    return norms


def test_what_is_left_of_c_is_the_product_of_jacobians_and_the_cells_own_way_the_product_of_f():
    run = Run("gates", seed=0, lanes=("lstm_bias",), **SMALL)
    run.step(3)
    found = run.arrays("jacobian", "product", "gates", "unit_gates")
    cell, x = inside(run).layers[0], inputs(run, 1)
    u = cell.weight_hh_l0.detach().double()
    parts = [{k: v[0].detach().double() for k, v in step.items()} for step in unroll_cell(cell, x)]
    # the state is (h, c); its Jacobian one step on, block by block
    whole, size = torch.eye(10, dtype=torch.float64), 5
    for t in range(5, 0, -1):
        p, before = parts[t], parts[t - 1]
        slope = {k: torch.diag(p[k] * (1 - p[k])) for k in "ifo"} | {"g": torch.diag(1 - p["g"] ** 2)}
        rows = {k: slope[k] @ u[n * size : (n + 1) * size] for n, k in enumerate("ifgo")}
        c_h = torch.diag(before["c"]) @ rows["f"] + torch.diag(p["g"]) @ rows["i"] + torch.diag(p["i"]) @ rows["g"]
        c_c = torch.diag(p["f"])
        inner = torch.diag(p["o"] * (1 - p["c"].tanh() ** 2))
        h_h = torch.diag(p["c"].tanh()) @ rows["o"] + inner @ c_h
        whole = whole @ torch.cat([torch.cat([h_h, inner @ c_c], 1), torch.cat([c_h, c_c], 1)])
        shown = torch.diag(before["o"] * (1 - before["c"].tanh() ** 2))
        of_c = whole[size:, :size] @ shown + whole[size:, size:]
        assert found["jacobian"][t - 1] == pytest.approx(float(of_c.norm()) / 5**0.5, rel=1e-4)
        keeps = torch.stack([parts[s]["f"] for s in range(t, 6)]).prod(0)
        assert found["product"][t - 1] == pytest.approx(float(keeps.norm()) / 5**0.5, rel=1e-4)
    assert found["jacobian"][-1] == found["product"][-1] == 1.0
    np.testing.assert_allclose(found["gates"][0], [float(p["f"].mean()) for p in parts], rtol=1e-5)
    np.testing.assert_allclose(found["unit_gates"], torch.stack([p["f"] for p in parts], 1), rtol=1e-5)


@pytest.mark.parametrize("held", ["zero", "one"])
@pytest.mark.parametrize("lane", ["lstm", "gru"])
def test_what_a_gate_is_worth_is_what_is_right_when_it_alone_is_held(lane, held):
    run = Run("gates", seed=0, lanes=(lane,), **SMALL, held=held, lr=0.02)
    run.step(25)
    found = run.arrays("worth")["worth"]
    cell, readout = inside(run).layers[0], inside(run).readouts[0]
    for k, gate in enumerate("fio" if lane == "lstm" else "zr"):
        for t in (0, 2, 5):
            h = unroll_cell(cell, inputs(run), t, {gate: float(held == "one")})[-1]["h"]
            right = (readout(h).argmax(1) == inside(run).tested[:, 0]).double()
            assert found[k, t] == pytest.approx(float(right[:32].mean()))
            run.set(gate=k, at=t + 1)
            assert run.arrays("grabbed")["grabbed"][1] == pytest.approx(float(right.mean()))
    assert run.arrays("grabbed")["grabbed"][0] == pytest.approx(
        float((readout(cell(inputs(run))[0][:, -1]).argmax(1) == inside(run).tested[:, 0]).double().mean())
    )


def test_a_step_is_that_of_pytorchs_layer_with_adam_on_the_last_readout():
    run = Run("gates", seed=2, lanes=("lstm_bias",), forget_bias=3.0, **SMALL, window=4, lr=0.01)
    cell, readout = nn.LSTM(8, 5, batch_first=True), nn.Linear(5, 4)
    cell.load_state_dict(inside(run).layers[0].state_dict())
    readout.load_state_dict(inside(run).readouts[0].state_dict())
    assert torch.all(cell.bias_ih_l0[5:10] == 3.0)
    assert not cell.bias_hh_l0[5:10].any()
    optimizer, batches = torch.optim.Adam([*cell.parameters(), *readout.parameters()], lr=0.01), torch.Generator()
    batches.set_state(inside(run).batches.get_state())
    losses = []
    for _ in range(5):
        first = torch.randint(4, (32, 1), generator=batches)
        x = F.one_hot(torch.cat([first, torch.randint(4, 8, (32, 5), generator=batches)], 1), 8).float()
        _, (h, c) = cell(x[:, :2])
        loss = F.cross_entropy(readout(cell(x[:, 2:], (h.detach(), c.detach()))[0][:, -1]), first[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    run.step(5)
    np.testing.assert_allclose(run.metrics["loss/lstm_bias"], losses, rtol=1e-4)


def test_counts_ask_for_every_b_and_the_end():
    sequences, asked = counting(torch.tensor([1, 3]), 8)
    assert sequences.tolist() == [[0, 1, 2, 2, 2, 2, 2, 2], [0, 0, 0, 1, 1, 1, 2, 2]]
    assert asked.tolist() == [[-100, 2, *[-100] * 6], [-100, -100, -100, 1, 1, 2, -100, -100]]
    run = Run("gates", task="counting", lanes=("lstm",), **SMALL)
    run.step(3)
    found, (cell, readout) = run.arrays("counts")["counts"][0], (inside(run).layers[0], inside(run).readouts[0])
    for n in (1, 2, 5):
        x = F.one_hot(torch.tensor([[0] * n + [1] * n]), 8).float()
        said = readout(cell(x)[0])[0, n:].argmax(1).tolist()
        assert found[n - 1] == (said == [1] * (n - 1) + [2])


def test_the_echo_asks_for_the_bit_of_four_steps_ago_and_carried_states_go_on_where_reset_ones_do_not():
    runs = {task: Run("gates", task=task, lanes=("rnn",), time_steps=8, hidden_size=5) for task in ("reset", "carried")}
    for run in runs.values():
        earlier, tested, asked = inside(run).earlier, inside(run).tested, inside(run).asked
        assert torch.equal(torch.cat([earlier, tested], 1)[:, 4:12], asked)
        run.step(1)
    assert inside(runs["reset"]).states == [None]
    assert inside(runs["carried"]).states[0].shape == (1, 32, 5)
    first, second = (run.metrics["accuracy/rnn"][0] for run in runs.values())
    fresh = inside(Run("gates", task="carried", lanes=("rnn",), time_steps=8, hidden_size=5))
    both = F.one_hot(torch.cat([fresh.earlier, fresh.tested], 1), 8).float()
    for start, value in ((8, first), (0, second)):
        said = fresh.readouts[0](fresh.layers[0](both[:, start:])[0][:, -8:]).argmax(-1)
        assert value == pytest.approx(float((said == fresh.asked).double().mean()))


def test_half_lives_are_how_often_f_is_multiplied_until_half_is_left():
    found = Run("gates", **SMALL).arrays("biases", "half_lives")
    for bias, steps in ((0.0, 1.0), (1.0, 2.2126), (3.0, 14.263), (5.0, 103.21)):
        at = int(np.argmin(abs(found["biases"] - bias)))
        assert found["half_lives"][at] == pytest.approx(steps, rel=1e-3)
        assert (1 / (1 + math.exp(-bias))) ** found["half_lives"][at] == pytest.approx(0.5)


def test_notes_tell_a_faded_gradient_from_one_that_is_cut():
    assert [note.name for note in Run("gates").notes] == ["faded"]
    assert [note.name for note in Run("gates", window=5).notes] == ["cut"]
    assert not Run("gates", lanes=("rnn", "lstm_bias")).notes


def test_an_axis_of_whole_decades_holds_every_value_and_has_room_for_zeros_below_them():
    assert whole_decades(np.array([0.88, 2.6, np.nan, np.inf], np.float32)) == pytest.approx((0.1, 10.0))
    assert whole_decades(np.array([3e-6, 40.0])) == pytest.approx((1e-6, 100.0))
    assert whole_decades(np.array([0.0, 0.02])) == pytest.approx((0.001, 10.0))
    assert whole_decades(np.array([])) == pytest.approx((0.1, 10.0))
