"""The recurrent networks, against nn.RNN, autograd step by step, the product of Jacobians and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.lab.recurrent import sent_back, slopes, unroll

SMALL = {"time_steps": 7, "hidden_size": 6}


def layer(nonlinearity="tanh", time_steps=9, size=6, count=5):
    """nn.RNN in float64 with its inputs (B, T, 3), and the same weights for :func:`unroll`."""
    torch.manual_seed(4)
    reference = nn.RNN(3, size, nonlinearity=nonlinearity, batch_first=True, dtype=torch.float64)
    x = torch.randn(count, time_steps, 3, dtype=torch.float64)
    inputs = (x @ reference.weight_ih_l0.T + reference.bias_ih_l0 + reference.bias_hh_l0).transpose(0, 1)
    return reference, x, inputs, reference.weight_hh_l0


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_unrolled_layer_is_nn_rnn(nonlinearity):
    reference, x, inputs, w_hh = layer(nonlinearity)
    states = torch.stack(unroll(inputs, w_hh, nonlinearity))
    torch.testing.assert_close(states.transpose(0, 1), reference(x)[0], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("cut", [0, 4])
def test_what_is_sent_back_is_autograds_and_the_product_of_jacobians(nonlinearity, cut):
    _, _, inputs, w_hh = layer(nonlinearity)
    w_hh = w_hh.detach()
    states = unroll(inputs.detach().requires_grad_(), w_hh, nonlinearity, cut)
    at_end = torch.arange(30, dtype=torch.float64).reshape(5, 6).cos()
    by_autograd = torch.autograd.grad((states[-1] * at_end).sum(), states[cut:])
    found = sent_back(at_end, torch.stack(states).detach(), w_hh, nonlinearity, cut)
    torch.testing.assert_close(found[cut:], torch.stack(by_autograd), rtol=1e-8, atol=1e-10)
    assert not found[:cut].any()
    product = torch.eye(6, dtype=torch.float64)
    for t in range(len(states) - 1, cut, -1):
        slope = slopes(states[t].detach()[2], nonlinearity)
        product = product @ (torch.diag(slope) @ w_hh)
    torch.testing.assert_close(found[cut, 2], product.T @ at_end[2], rtol=1e-8, atol=1e-10)


def by_hand(run, lane):
    """The loss of the pictures' sequences at step s, over a copy of W_hh for each time step."""
    experiment, params = run._execution.experiment, run.params
    x = F.one_hot(experiment.tested[:32], 8).double()
    w_ih, bias = experiment.w_ih[lane].detach(), experiment.bias[lane].detach()
    copies = [experiment.w_hh[lane].detach().clone().requires_grad_() for _ in range(params.asked_at)]
    h, states = torch.zeros(32, params.hidden_size, dtype=torch.float64), []
    for t, copy in enumerate(copies):
        h = h.detach() if t == params.asked_at - params.window else h
        h = torch.tanh(x[:, t] @ w_ih + bias + h @ copy.T)
        states.append(h)
    scores = h @ experiment.readout[lane].detach().T + experiment.offset[lane].detach()
    return F.cross_entropy(scores, experiment.tested[:32, 0], reduction="sum"), copies, states


@pytest.mark.parametrize("given", [{}, {"sent": 5}, {"window": 3}], ids=["last", "earlier", "cut"])
def test_norms_shares_and_terms_are_autograds_over_a_copy_of_the_weights_for_each_time_step(given):
    run = Run("rnn", seed=1, selected=1, **SMALL, **given)
    run.step(2)
    found = run.arrays("gradient_norms", "shares", "terms")
    until, first = run.params.asked_at, max(0, run.params.asked_at - run.params.window)
    for lane in (0, 1):
        loss, copies, states = by_hand(run, lane)
        grads = torch.autograd.grad(loss, [*states[first:], *copies[first:]])
        norms = [float(grad.norm()) / 32**0.5 for grad in grads[: until - first]]
        np.testing.assert_allclose(found["gradient_norms"][lane, first:until], norms, rtol=1e-8)
        terms = torch.stack(grads[until - first :]) / 32
        sizes = [float(term.norm()) for term in terms]
        np.testing.assert_allclose(found["shares"][lane, first:until], np.array(sizes) / sum(sizes), rtol=1e-8)
    assert np.isnan(found["gradient_norms"][:, until:]).all()
    assert not found["gradient_norms"][:, :first].any()
    np.testing.assert_allclose(found["terms"][0], terms.sum(0), rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(found["terms"][1 : until - first + 1], terms.flip(0), rtol=1e-8, atol=1e-14)


def test_a_step_is_that_of_nn_rnn_with_adam():
    run = Run("rnn", seed=2, lanes=("orthogonal",), **SMALL, window=4, lr=0.01)
    experiment = run._execution.experiment
    rnn, out = nn.RNN(8, 6, batch_first=True, dtype=torch.float64), nn.Linear(6, 4, dtype=torch.float64)
    rnn.bias_hh_l0.requires_grad_(requires_grad=False).zero_()
    with torch.no_grad():
        for mine, theirs in (
            (experiment.w_ih[0].T, rnn.weight_ih_l0),
            (experiment.w_hh[0], rnn.weight_hh_l0),
            (experiment.bias[0, 0], rnn.bias_ih_l0),
            (experiment.readout[0], out.weight),
            (experiment.offset[0, 0], out.bias),
        ):
            theirs.copy_(mine)
    learned = [p for p in (*rnn.parameters(), *out.parameters()) if p.requires_grad]
    optimizer, losses = torch.optim.Adam(learned, lr=0.01), []
    batches = torch.Generator()
    batches.set_state(experiment.batches.get_state())
    for _ in range(6):
        first = torch.randint(4, (32, 1), generator=batches)
        x = F.one_hot(torch.cat([first, torch.randint(4, 8, (32, 6), generator=batches)], 1), 8).double()
        _, before = rnn(x[:, :3])
        loss = F.cross_entropy(out(rnn(x[:, 3:], before.detach())[0][:, -1]), first[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    run.step(6)
    np.testing.assert_allclose(run.metrics["loss/orthogonal"], losses, rtol=1e-8)
    np.testing.assert_allclose(experiment.w_hh[0].detach(), rnn.weight_hh_l0.detach(), rtol=1e-8)


def test_eigenvalues_are_numpys_and_orthogonal_ones_lie_on_the_circle_of_the_gain():
    run = Run("rnn", **SMALL, gain=1.3)
    found = run.arrays("eigenvalues")["eigenvalues"] @ (1, 1j)
    wanted = np.linalg.eigvals(run._execution.experiment.w_hh[0].detach().numpy())
    np.testing.assert_allclose(np.sort_complex(found[0]), np.sort_complex(wanted), rtol=1e-8)
    np.testing.assert_allclose(np.abs(found[1]), 1.3, rtol=1e-8)


def test_what_can_be_read_from_a_state_is_ridge_regressions():
    run = Run("rnn", **SMALL)
    experiment, found = run._execution.experiment, run.arrays("readable")["readable"]
    tested = experiment.tested
    x = F.one_hot(tested, 8).double() @ experiment.w_ih[1].detach() + experiment.bias[1].detach()
    h = np.stack([h.detach().numpy() for h in unroll(x.transpose(0, 1), experiment.w_hh[1].detach(), "tanh")])
    wanted = np.eye(4)[tested[:, 0].numpy()]
    for t in (0, 3, 6):
        scaled = h[t] / np.sqrt((h[t] ** 2).mean())
        fitted = Ridge(alpha=0.2).fit(scaled[:200], wanted[:200])
        right = fitted.predict(scaled[200:]).argmax(1) == wanted[200:].argmax(1)
        assert found[1, t] == pytest.approx(right.mean(), abs=1e-12)
    assert found[1, 0] == 1.0


def test_the_sequence_is_the_first_one_and_the_states_are_those_that_it_leaves():
    run = Run("rnn", **SMALL)
    found = run.arrays("sequence", "states")
    assert found["sequence"][0] < 4
    assert (found["sequence"][1:] >= 4).all()
    experiment = run._execution.experiment
    h = np.zeros(6)
    for t, symbol in enumerate(found["sequence"]):
        h = np.tanh(experiment.w_ih[0, symbol].detach().numpy() + experiment.w_hh[0].detach().numpy() @ h)
        np.testing.assert_allclose(found["states"][:, t], h, rtol=1e-8, atol=1e-12)


def test_all_but_the_recurrent_weights_are_alike_in_every_lane_and_lanes_do_not_change_one_another():
    both, alone = Run("rnn", **SMALL), Run("rnn", lanes=("orthogonal",), **SMALL)
    for name in ("w_ih", "readout", "offset"):
        first, second = getattr(both._execution.experiment, name).detach()
        assert torch.equal(first, second)
    both.step(3)
    alone.step(3)
    np.testing.assert_allclose(both.metrics["loss/orthogonal"], alone.metrics["loss/orthogonal"], rtol=1e-10)


def test_with_the_readout_alone_trained_the_recurrent_layer_stays_as_it_was_drawn():
    run = Run("rnn", **SMALL, trained="readout")
    before = run._execution.experiment.w_hh.detach().clone()
    run.step(3)
    assert torch.equal(before, run._execution.experiment.w_hh.detach())
    assert run.metrics["loss/pytorch"][0] != run.metrics["loss/pytorch"][2]


def test_notes_tell_a_faded_gradient_from_one_that_is_cut():
    assert [note.name for note in Run("rnn", time_steps=40).notes] == ["faded"]
    assert [note.name for note in Run("rnn", time_steps=40, window=5).notes] == ["cut"]
    assert not Run("rnn", time_steps=5).notes
