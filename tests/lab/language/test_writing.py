"""Sampling against transformers' processors, guesses checked against the distribution, the schedule."""

import pytest
import torch

from explainer.lab.language.model import GPT, Config
from explainer.lab.language.sampling import accept, adjusted, draw
from explainer.lab.language.training import held_out_loss, learn, loss_of, make_optimizer, rate

SETTINGS = [
    {}, {"temperature": 0.3}, {"temperature": 2.5}, {"top_k": 3}, {"top_p": 0.7}, {"min_p": 0.2}, {"penalty": 1.4},
    {"temperature": 1.7, "top_k": 9, "top_p": 0.9, "min_p": 0.1, "penalty": 1.2}, {"top_p": 0.01}, {"top_k": 50},
    {"temperature": 0.7, "top_p": 0.95, "min_p": 1.0},
]  # fmt: skip


@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_the_distribution_is_that_of_transformers(given):
    processors = pytest.importorskip("transformers.generation.logits_process")
    written = torch.tensor([1, 4, 4, 7])
    told = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "penalty": 1.0, **given}
    for seed in range(20):
        scores = 2 * torch.randn(1, 20, generator=torch.Generator().manual_seed(seed))
        steps = [processors.RepetitionPenaltyLogitsProcessor(told["penalty"])]
        steps += [processors.TemperatureLogitsWarper(told["temperature"])]
        steps += [processors.TopKLogitsWarper(told["top_k"])] if told["top_k"] else []
        steps += [processors.TopPLogitsWarper(told["top_p"])] if told["top_p"] < 1 else []
        steps += [processors.MinPLogitsWarper(told["min_p"])] if told["min_p"] else []
        theirs = scores
        for step in steps:
            theirs = step(written[None], theirs)
        found = adjusted(scores[0], **given, written=written)
        torch.testing.assert_close(found, theirs[0].softmax(-1), rtol=1e-5, atol=1e-7)


def test_at_temperature_0_the_likeliest_alone_is_left_and_extreme_scores_stay_finite():
    scores = torch.tensor([1.0, 3.0, 2.0])
    assert adjusted(scores, temperature=0).tolist() == [0, 1, 0]
    assert adjusted(1e30 * scores, temperature=0.01, top_p=0.5).tolist() == [0, 1, 0]
    assert adjusted(scores, temperature=1e6).tolist() == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_guesses_that_are_checked_leave_the_distribution_as_it_is():
    p, q = torch.tensor([0.5, 0.3, 0.2, 0.0]), torch.tensor([0.1, 0.6, 0.2, 0.1])
    generator, counts, stood = torch.Generator().manual_seed(0), torch.zeros(4), 0
    for _ in range(6_000):
        ok, symbol = accept(draw(q, generator), p, q, generator)
        counts[symbol] += 1
        stood += ok
    assert (counts / 6_000).tolist() == pytest.approx(p.tolist(), abs=0.02)
    assert stood / 6_000 == pytest.approx(torch.minimum(p, q).sum().item(), abs=0.02)


def test_the_learning_rate_is_transformers_warm_up_with_a_cosine():
    optimization = pytest.importorskip("transformers.optimization")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    schedule = optimization.get_cosine_schedule_with_warmup(optimizer, 20, 100)
    rates = []
    for _ in range(100):
        optimizer.step()
        schedule.step()
        rates.append(schedule.get_last_lr()[0])
    assert [rate(step, 0.5, 100, 20) for step in range(1, 101)] == pytest.approx(rates)
    assert rate(500, 0.5, 100, 20) == 0


def test_an_update_is_plain_adamw_with_the_gradient_cut_to_a_norm_of_1():
    torch.manual_seed(0)
    model, tokens = GPT(Config(9, width=16)), torch.randint(9, (4, 13))
    plain = GPT(Config(9, width=16))
    plain.load_state_dict(model.state_dict())
    optimizer = make_optimizer(model)
    weights = list(plain.parameters())
    first, second = ([torch.zeros_like(w) for w in weights] for _ in range(2))
    for step in range(1, 4):
        lr = 0.1 / step
        loss = learn(model, optimizer, tokens[:, :-1], tokens[:, 1:], lr)
        gradients = torch.autograd.grad(loss_of(plain(tokens[:, :-1]), tokens[:, 1:]), weights)
        norm = sum((g**2).sum() for g in gradients).sqrt()
        assert loss.isfinite()
        with torch.no_grad():
            for w, g, m, v in zip(weights, gradients, first, second, strict=True):
                g = g * min(1.0, 1.0 / (norm.item() + 1e-6))
                m.mul_(0.9).add_(0.1 * g)
                v.mul_(0.999).add_(0.001 * g**2)
                w.mul_(1 - lr * 0.01)
                w.sub_(lr * (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)).sqrt() + 1e-8))
    for mine, other in zip(model.parameters(), weights, strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-5)
    expected = loss_of(plain(tokens[:, :-1]), tokens[:, 1:])
    torch.testing.assert_close(held_out_loss(model, tokens[:, :-1], tokens[:, 1:]), expected, rtol=1e-4, atol=1e-5)
