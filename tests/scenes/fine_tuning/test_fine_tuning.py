"""Every number of the fine-tuning scene, against plain loops, NumPy, combinations one by one and closed forms."""

import itertools
import math
import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.lab.language.lora import LoRA, adapt, matrices
from explainer.lab.language.pretrained import both, our_code, pretrained, train, write
from explainer.scenes.fine_tuning.experiment import corpora, dpo_loss, log_p, policy_loss, rewards_of, written_by


@pytest.fixture(scope="module")
def model():
    """The model that every run starts from."""
    return pretrained().requires_grad_(False)


@pytest.fixture(scope="module")
def run():
    """A run of LoRA after two steps."""
    run = Run("fine-tuning", method="lora", rank=3, lr=0.01)
    run.step(2)
    return run


def experiment_of(run):
    """Return the experiment of a run."""
    return run.execution.experiment


def test_the_start_foretells_prose_better_than_trigrams_and_has_never_seen_code(model):
    losses = []
    for corpus in corpora():
        text = corpus.held_out[: 40 * 64 + 1]
        with torch.no_grad():
            losses.append(F.cross_entropy(model(text[:-1].reshape(40, 64)).flatten(0, 1), text[1:]).item())
    assert losses[0] < 1.85
    assert losses[1] > 3


def test_the_start_is_made_by_training_and_kept_in_half_precision(tmp_path):
    made = train(2)
    write(tmp_path / "made.npz", made)
    with np.load(tmp_path / "made.npz") as kept:
        for name, weight in made.state_dict().items():
            np.testing.assert_array_equal(kept[name], weight.numpy().astype(np.float16))


def test_an_adapter_is_a_product_of_rank_r_beside_a_frozen_matrix():
    torch.manual_seed(0)
    layer, x = nn.Linear(6, 4, bias=False), torch.randn(5, 6)
    adapted = LoRA(layer, 2)
    assert torch.equal(adapted(x), layer(x))
    nn.init.normal_(adapted.b)
    expected = x @ (layer.weight + adapted.b @ adapted.a).T
    torch.testing.assert_close(adapted(x), expected)
    adapted(x).sum().backward()
    assert adapted.weight.grad is None
    assert np.linalg.matrix_rank((adapted.merged() - layer.weight).detach().numpy(), tol=1e-5) == 2


def test_an_adapted_model_trains_so_many_weights_and_no_other():
    adapted = pretrained()
    adapt(adapted, 4)
    shapes = [(48, 48)] * 4 + [(192, 48), (48, 192)]
    assert sum(w.numel() for w in adapted.parameters() if w.requires_grad) == 2 * 4 * sum(m + n for m, n in shapes)
    assert len(matrices(adapted)) == 12


def test_texts_are_drawn_as_without_a_cache(model):
    prompts = corpora()[0].train[:24].reshape(3, 8)
    found = written_by(model, prompts, torch.Generator().manual_seed(5))
    texts, generator = prompts, torch.Generator().manual_seed(5)
    with torch.no_grad():
        for _ in range(32):
            p = model(texts)[:, -1].softmax(-1)
            texts = torch.cat([texts, torch.multinomial(p, 1, generator=generator)], 1)
    assert torch.equal(found, texts)


def test_log_p_is_the_sum_over_what_was_written(model):
    texts = corpora()[0].held_out[:80].reshape(2, 40)
    own, entropy = log_p(model, texts)
    for row in range(2):
        total, spread = 0.0, 0.0
        for place in range(8, 40):
            p = model(texts[row : row + 1, :place])[0, -1].double().softmax(-1)
            total += math.log(p[texts[row, place]])
            spread -= sum(float(x) * math.log(x) for x in p)
        assert own[row].item() == pytest.approx(total, rel=1e-4)
        assert entropy[row].item() == pytest.approx(spread / 32, rel=1e-3)


def test_rewards_are_counted_in_what_was_written_alone(model):
    texts = corpora()[0].held_out[:400].reshape(10, 40)
    words = [both().decode(row[8:]) for row in texts.tolist()]
    for rule in (" the ", r"\w{5,}", "e"):
        assert rewards_of(texts, rule).tolist() == [len(re.findall(rule, text)) for text in words]


def test_the_policy_gradient_is_that_of_the_weighted_log_probabilities():
    own = torch.tensor([-3.0, -1.0, -2.5], requires_grad=True)
    policy_loss(own, torch.tensor([2.0, 0.0, 1.0])).backward()
    assert own.grad.tolist() == pytest.approx([-(2 - 1) / 3, -(0 - 1) / 3, 0.0])


def test_dpo_is_a_logistic_loss_of_the_margin_over_the_pairs_that_count():
    winners, losers = torch.tensor([0.5, -2.0, 3.0]), torch.tensor([1.0, -4.0, 9.0])
    expected = -np.mean([math.log(1 / (1 + math.exp(-0.1 * m))) for m in (-0.5, 2.0)])
    assert dpo_loss(winners, losers, torch.tensor([1.0, 1.0, 0.0]), 0.1).item() == pytest.approx(expected)
    assert dpo_loss(winners[:0], losers[:0], torch.zeros(0), 0.1).item() == 0


@pytest.mark.parametrize("task", ["reward", "preferences", "text", "choices"])
def test_what_a_step_records_is_found_again(task, model):
    run = Run("fine-tuning", task=task, rule="e")
    before = pretrained()
    run.step(1)
    texts = experiment_of(run).texts
    assert run.metrics["reward"][0] == pytest.approx(rewards_of(texts, "e").mean().item())
    assert run.metrics["nats/kl"][0] == pytest.approx(0, abs=1e-4)
    run.step(1)
    assert run.metrics["loss/prose"][1] > 0
    if task == "choices":
        assert all(torch.equal(a, b) for a, b in zip(before.parameters(), experiment_of(run).model.parameters()))  # noqa: B905
    if task == "preferences":
        assert run.metrics["nats/winners"][0] == pytest.approx(0, abs=1e-4)
        assert run.metrics["nats/winners"][1] - run.metrics["nats/losers"][1] != 0


def test_only_what_may_change_changes():
    run = Run("fine-tuning", method="head")
    run.step(2)
    for (name, now), before in zip(experiment_of(run).model.named_parameters(), pretrained().parameters(), strict=True):
        assert torch.equal(now, before) == (name != "out.weight")


def test_the_change_is_measured_as_numpy_measures_it_and_merging_changes_nothing(run):
    found = run.arrays("singular", "grown", "trained", "merge_gap")
    owner = experiment_of(run)
    layer = owner.model.blocks[0].attention.query
    change = (layer.b @ layer.a).detach().numpy()
    np.testing.assert_allclose(found["singular"][:3], np.linalg.svd(change)[1][:3], rtol=1e-3)
    assert (found["singular"][3:] < 1e-6).all()
    assert found["grown"][0] == pytest.approx(np.linalg.norm(change) / np.linalg.norm(layer.weight.numpy()), rel=1e-3)
    assert found["trained"].tolist() == [2 * 3 * (4 * 96 + 2 * 240), sum(w.numel() for w in pretrained().parameters())]
    assert 0 < found["merge_gap"] < 1e-4


def test_the_best_of_n_is_that_of_all_choices_of_n():
    run = Run("fine-tuning", rule="e")
    rewards = run.arrays("start_rewards")["start_rewards"].tolist()
    found = run.arrays("best_of")["best_of"]
    for n in (1, 2, 3, 16):
        best = np.mean([max(each) for each in itertools.combinations(rewards, n)])
        assert found[n - 1] == pytest.approx([math.log(n) - (n - 1) / n, best], abs=1e-5)


def test_a_choice_is_kept_with_the_better_text_first():
    run = Run("fine-tuning", task="choices")
    owner = experiment_of(run)
    pair = owner.offered.clone()
    run.act("prefer", option=1)
    assert torch.equal(owner.judged[0], pair[[1, 0]])
    assert run.arrays("chosen")["chosen"] == 1
    assert not torch.equal(owner.offered, pair)
    run.step(2)
    assert run.metrics["nats/winners"][1] > run.metrics["nats/losers"][1]
    with pytest.raises(Refused, match="it is learned from when task = choices"):
        Run("fine-tuning").act("prefer", option=0)


def test_rules_that_are_none_are_refused_and_endless_ones_find_nothing():
    with pytest.raises(Refused, match="give a word, or a regular expression"):
        Run("fine-tuning", rule="(")
    texts = torch.full((1, 40), both().encode("a")[0])
    assert rewards_of(texts, "(a+)+b").tolist() == [0]


def test_the_code_is_plain_and_of_the_size_that_is_said():
    assert our_code().isascii()
    assert len(our_code()) == 45_000
