"""A dense network, and the same by hand: the very bits of autograd and torch.optim."""

import random

import pytest
import torch
from torch import nn

from explainer.lab import by_hand
from explainer.lab.activations import ACTIVATION
from explainer.lab.dense import DenseNetwork, over_plane
from explainer.lab.initial_weights import initialize
from explainer.lab.losses import CLASS_LOSSES, each_loss

OPTIMIZERS = {
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.03, foreach=False),
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1, foreach=False),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, foreach=False),
    "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, foreach=False),
    "adam with decay": lambda parameters: torch.optim.Adam(parameters, lr=0.03, weight_decay=0.1, foreach=False),
}


def some_network(chance, norms=()):
    depth = chance.randint(0, 4)
    sizes = [chance.randint(1, 5), *(chance.randint(1, 12) for _ in range(depth)), chance.choice([1, 1, 3])]
    sources = [tuple(sorted({k, *([chance.randint(0, k)] if chance.random() < 0.3 else [])})) for k in range(depth + 1)]
    network = DenseNetwork(sizes, sources, [chance.choice(norms) for _ in range(depth)] if norms else ())
    for layer in network.layers:
        initialize(layer, "pytorch", torch.Generator().manual_seed(chance.randint(0, 99)))
    return network, [chance.choice(list(ACTIVATION)) for _ in range(depth)]


def trained(case, hand, steps=12):
    chance = random.Random(case)
    network, activations = some_network(chance)
    dropouts = [chance.choice([0, 0, 0.3]) for _ in activations]
    optimizer = OPTIMIZERS[chance.choice(list(OPTIMIZERS))](network.parameters())
    count, loss_name = chance.choice([1, 7, 10, 64]), chance.choice(list(CLASS_LOSSES))
    together = by_hand.ByHand(network, optimizer) if hand else None
    draws = torch.Generator().manual_seed(5)
    torch.manual_seed(case)
    for _ in range(steps):
        x = torch.randn(count, network.sizes[0], generator=draws)
        y = torch.randint(0, max(2, network.sizes[-1]), (count,), generator=draws)
        if together is None:
            optimizer.zero_grad()
            each_loss(loss_name, network(x, activations, dropouts), y).mean().backward()
            optimizer.step()
            continue
        with torch.no_grad():
            passed = together.forward(x, activations, dropouts)
        scores = passed[-1].h.requires_grad_()
        (delta,) = torch.autograd.grad(each_loss(loss_name, scores, y).mean(), scores)
        with torch.no_grad():
            together.backward(passed, delta, activations)
            together.update()
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


@pytest.mark.parametrize("case", range(60))
def test_by_hand_every_bit_is_autograds_and_the_optimizers(case):
    assert torch.equal(trained(case, hand=True), trained(case, hand=False))


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("first", [0, 3])
def test_by_hand_goes_on_from_what_an_optimizer_remembers_and_back(name, first):
    """Brought together after some steps of the usual kind, then told to go on in the usual way."""
    found = []
    for hand in (False, True):
        network, activations = some_network(random.Random(3))
        optimizer, draws = OPTIMIZERS[name](network.parameters()), torch.Generator().manual_seed(0)
        together = None
        for step in range(9):
            x = torch.randn(10, network.sizes[0], generator=draws)
            if hand and step == first:
                together = by_hand.ByHand(network, optimizer)
            usual = together is None or step >= 6
            optimizer.zero_grad(set_to_none=together is None)
            network(x, activations).square().mean().backward()
            if usual:
                optimizer.step()
            else:
                with torch.no_grad():
                    together.update()
        found.append(torch.cat([parameter.detach().flatten() for parameter in network.parameters()]))
    assert torch.equal(*found)


@pytest.mark.parametrize("case", range(30))
def test_over_the_plane_units_say_what_they_say_to_each_input(case):
    chance = random.Random(case)
    network, activations = some_network(chance, ("none", "batch", "layer"))
    network(torch.randn(20, network.sizes[0]), activations)
    network.eval()
    x = torch.randn(35, network.sizes[0], generator=torch.Generator().manual_seed(case))
    with torch.no_grad():
        wanted = network.passed(x, activations)[1:]
    for found, one in zip(over_plane(network, x.T.contiguous(), activations), wanted, strict=True):
        torch.testing.assert_close(found, one.T, atol=1e-5, rtol=1e-4)


def test_a_plain_one_is_a_sequential():
    network = DenseNetwork((2, 5, 3))
    same = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 3))
    for own, other in zip(network.layers, (same[0], same[2]), strict=True):
        other.load_state_dict(own.state_dict())
        for parameter in own.parameters():
            nn.init.normal_(parameter)
        other.load_state_dict(own.state_dict())
    x = torch.randn(7, 2)
    assert torch.equal(network(x, ["tanh"]), same(x))


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", CLASS_LOSSES)
def test_losses_are_those_of_their_formulas(name, outputs):
    draws = torch.Generator().manual_seed(outputs)
    scores = torch.randn(20, outputs, generator=draws, dtype=torch.float64)
    y = torch.randint(0, max(2, outputs), (20,), generator=draws)
    both = torch.cat([torch.zeros_like(scores), scores], 1) if outputs == 1 else scores
    hot = nn.functional.one_hot(y, both.shape[1]).double()
    if name == "cross-entropy" or (name == "bce" and outputs == 1):
        wanted = -both.log_softmax(1)[torch.arange(20), y]
    elif name == "bce":
        p = scores.sigmoid()
        wanted = -(hot * p.log() + (1 - hot) * (1 - p).log()).mean(1)
    elif name == "mse":
        wanted = (
            (both.softmax(1) - hot).square()[:, 1:].mean(1)
            if outputs == 1
            else (both.softmax(1) - hot).square().mean(1)
        )
    else:
        own = both[torch.arange(20), y][:, None]
        margins = (1 - own + both).clamp(min=0) * (1 - hot)
        wanted = margins.sum(1) if outputs == 1 else margins.sum(1) / outputs
    torch.testing.assert_close(each_loss(name, scores, y), wanted)


@pytest.mark.parametrize("outputs", [1, 3])
def test_smoothing_spreads_a_share_of_the_target_over_all_classes(outputs):
    scores, y = torch.randn(9, outputs).double(), torch.arange(9) % max(2, outputs)
    both = torch.cat([torch.zeros_like(scores), scores], 1) if outputs == 1 else scores
    target = 0.8 * nn.functional.one_hot(y, both.shape[1]) + 0.2 / both.shape[1]
    torch.testing.assert_close(each_loss("cross-entropy", scores, y, 0.2), -(target * both.log_softmax(1)).sum(1))
