"""Every number of the transformer's scene, against plain loops, PyTorch's own counters and formulas."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812
from torch.utils.flop_counter import FlopCounterMode

from explainer import Refused, Run
from explainer.lab.language.model import GPT, Config, parameters_of
from explainer.lab.language.recurrent import Recurrent
from explainer.lab.language.text import halves, our_text
from explainer.scenes.transformer.drawings import multiply_adds, weights_of

SMALL = {"width": 16, "context": 16}


def experiment_of(run):
    """The living experiment."""
    return run.execution.experiment


def last(parts):
    """What a side job has found in the end."""
    return [part for part in parts if part][-1]


def by_hand(model, tokens, off=()):
    """The residual stream of a pre-norm model after each part, (stage, token, number), with plain arithmetic."""
    weight = dict(model.state_dict())
    width, heads = model.config.width, model.config.heads
    d, count = width // heads, len(tokens)

    def norm(x, name):
        centred = x - x.mean(-1, keepdim=True)
        scale = (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        return centred / scale * weight[f"{name}.weight"] + weight[f"{name}.bias"]

    def rotate(x):
        out = x.clone()
        for t in range(count):
            for i in range(d // 2):
                angle = torch.tensor(t * 10_000.0 ** (-2 * i / d))
                a, b = x[t, i], x[t, i + d // 2]
                out[t, i], out[t, i + d // 2] = a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()
        return out

    x = weight["tokens.weight"][tokens]
    stages = [x]
    for layer in range(model.config.layers):
        name = f"blocks.{layer}"
        read = norm(x, f"{name}.attention_norm")
        q, k, v = (read @ weight[f"{name}.attention.{each}.weight"].T for each in ("query", "key", "value"))
        found = []
        for head in range(heads):
            part = slice(head * d, (head + 1) * d)
            scores = rotate(q[:, part]) @ rotate(k[:, part]).T / d**0.5
            scores = scores.masked_fill(torch.ones(count, count).triu(1) > 0, -torch.inf)
            found.append(scores.softmax(-1) @ v[:, part])
        added = torch.cat(found, -1) @ weight[f"{name}.attention.out.weight"].T
        x = x if f"{layer}.attention" in off else x + added
        stages.append(x)
        hidden = F.gelu(norm(x, f"{name}.mlp_norm") @ weight[f"{name}.mlp.up.weight"].T)
        x = x if f"{layer}.mlp" in off else x + hidden @ weight[f"{name}.mlp.down.weight"].T
        stages.append(x)
    scores = [norm(stage, "norm") @ weight["out.weight"].T for stage in stages]
    return torch.stack(stages), torch.stack(scores)


@pytest.fixture(scope="module")
def trained():
    run = Run("transformer", seed=1, variants=("whole", "no-residual", "gru"), length=50, warm_up=5, lr=0.02, **SMALL)
    run.step(30)
    return run


def test_losses_and_weights_are_those_of_plain_adamw_on_pieces_of_the_text():
    run = Run("transformer", seed=1, variants=("post-norm", "gru"), warm_up=10, **SMALL)
    owner = experiment_of(run)
    known, held_out = halves(our_text())
    symbols = sorted(set(our_text()))
    known, held_out = (torch.tensor([symbols.index(c) for c in part]) for part in (known, held_out))
    count = (len(held_out) - 1) // 16
    chosen = torch.linspace(0, count - 1, 96).long().tolist()
    pieces = torch.stack([held_out[16 * k : 16 * k + 17] for k in chosen])
    for lane, plain in enumerate((GPT(Config(73, 16, 16, 2, 4, pre=False)), Recurrent(Config(73, 16, 16)))):
        run.seek(0)
        plain.load_state_dict(owner.models[lane].state_dict())
        optimizer = torch.optim.AdamW(plain.parameters(), lr=0.0)
        batches, losses, readings = owner.generator("batches"), [], []
        for step in range(1, 10):
            starts = torch.randint(len(known) - 16, (16,), generator=batches).tolist()
            batch = torch.stack([known[start : start + 17] for start in starts])
            loss = F.cross_entropy(plain(batch[:, :-1]).transpose(1, 2), batch[:, 1:])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
            optimizer.param_groups[0]["lr"] = 0.01 * min(1.0, step / 10)
            optimizer.step()
            losses.append(loss.item())
            four = pieces[4 * (step - 1) : 4 * step]
            readings.append(F.cross_entropy(plain(four[:, :-1]).transpose(1, 2), four[:, 1:]).item())
        run.step(9)
        kind = ("post-norm", "gru")[lane]
        np.testing.assert_allclose(run.metrics[f"loss/{kind}"], losses, rtol=1e-4)
        assert run.metrics[f"test/{kind}"][0] == pytest.approx(readings[0], rel=1e-4)
        assert run.metrics[f"test/{kind}"][8] == pytest.approx(np.mean(readings[-2:]), rel=1e-4)


def test_a_gru_is_its_formulas():
    torch.manual_seed(0)
    model = Recurrent(Config(7, 8, 4))
    tokens = torch.tensor([3, 1, 6, 0, 2])
    weight, h, found = dict(model.state_dict()), torch.zeros(8), []
    for x in weight["tokens.weight"][tokens]:
        own = (weight["gru.weight_ih_l0"] @ x + weight["gru.bias_ih_l0"]).chunk(3)
        past = (weight["gru.weight_hh_l0"] @ h + weight["gru.bias_hh_l0"]).chunk(3)
        r, z = torch.sigmoid(own[0] + past[0]), torch.sigmoid(own[1] + past[1])
        h = (1 - z) * torch.tanh(own[2] + r * past[2]) + z * h
        found.append(weight["out.weight"] @ h)
    torch.testing.assert_close(model(tokens[None])[0], torch.stack(found), rtol=1e-5, atol=1e-6)


def test_the_stream_what_is_said_and_what_parts_add_are_those_of_plain_arithmetic(trained):
    trained.set(selected=0, place=9, words="")
    found = trained.arrays("*")
    model = experiment_of(trained).models[0]
    symbols, text = sorted(set(our_text())), halves(our_text())[1][:25]
    stages, scores = by_hand(model, torch.tensor([symbols.index(c) for c in text[:-1]]))
    right = symbols.index(text[9])
    is_sum = found["station_part"] < 0
    np.testing.assert_allclose(found["stream"][is_sum], stages[:, 8].numpy(), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found["stream"][~is_sum], stages[:, 8].diff(dim=0).numpy(), rtol=1e-3, atol=1e-4)
    p = scores.softmax(-1)
    np.testing.assert_allclose(found["said_p"][is_sum], p[:, 8].amax(-1).numpy(), rtol=1e-3)
    np.testing.assert_allclose(found["true_p"][is_sum], p[:, 8, right].numpy(), rtol=1e-3)
    assert [s.replace("␣", " ").replace("⏎", "\n") for s in found["said"][is_sum]] == [
        symbols[k] for k in p[:, 8].argmax(-1).tolist()
    ]
    rights = torch.tensor([symbols.index(c) for c in text[1:]])
    np.testing.assert_allclose(found["lens_p"], p[:, torch.arange(24), rights].numpy(), rtol=1e-3, atol=1e-6)
    bias = (model.norm.bias @ (model.out.weight[right] - model.out.weight.mean(0))).item()
    total = np.nansum(found["adds"]) + bias
    assert total == pytest.approx((scores[-1, 8, right] - scores[-1, 8].mean()).item(), abs=1e-3)


def test_a_part_that_is_switched_off_adds_nothing_and_its_weights_rest():
    run = Run("transformer", variants=("whole",), words="the image", **SMALL)
    run.step(2)
    run.act("cut", model=0, layer=1, part="attention")
    model = experiment_of(run).models[0]
    symbols = sorted(set(our_text()))
    stages, _ = by_hand(model, torch.tensor([symbols.index(c) for c in "the imag"]), {"1.attention"})
    found = run.arrays("*")
    np.testing.assert_allclose(found["stream"][-1], stages[-1, 7].numpy(), rtol=1e-4, atol=1e-5)
    assert (found["stream"][found["station"] == "+ attention 2"] == 0).all()
    before = model.blocks[1].attention.value.weight.grad, model.blocks[1].attention.value.weight.clone()
    run.step()
    moved = model.blocks[1].attention.value.weight
    torch.testing.assert_close(moved, before[1], rtol=0.01, atol=1e-2)
    gradient = moved.grad
    assert gradient is None or not gradient.any()
    run.act("cut", model=0, layer=1, part="attention")
    assert not run.arrays("cuts")["cuts"].any()


def test_side_jobs_are_plain_losses_of_the_held_out_pieces(trained):
    owner = experiment_of(trained)
    found = last(owner.without(0))
    model = owner.models[0]
    symbols = sorted(set(our_text()))
    assert found["without_name"][3] == "without attention 2"
    few = 2
    total = []
    for inputs, answers in zip(owner.asked[:few], owner.answers[:few], strict=True):
        scores = by_hand(model, inputs, {"1.attention"})[1][-1]
        total.append(F.cross_entropy(scores, answers).item())
    owner.asked, owner.answers, kept = owner.asked[:few], owner.answers[:few], (owner.asked, owner.answers)
    found = last(owner.without(0))
    places = last(owner.places())
    owner.asked, owner.answers = kept
    assert found["without_loss"][3] == pytest.approx(np.mean(total), rel=1e-4)
    assert len(symbols) == 73
    np.testing.assert_allclose(places["place_loss"][0].mean(), found["without_loss"][0], rtol=1e-4)
    assert places["place_at"].tolist() == [2.5, 6.5, 10.5, 14.5]


@pytest.mark.parametrize(("layers", "width", "length"), [(1, 8, 8), (2, 32, 64), (3, 16, 100)])
def test_weights_and_multiply_adds_are_those_that_pytorch_counts(layers, width, length):
    model = GPT(Config(73, 64, width, layers, 4))
    assert sum(weights_of(73, layers, width)) == parameters_of(model)
    tokens = torch.zeros(1, length, dtype=torch.int64)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(tokens)
    assert counter.get_total_flops() == 2 * length * sum(multiply_adds(73, layers, width, length))


def test_attention_costs_as_much_as_feed_forward_at_twice_the_width():
    _, projections, scores, mlp, _, _ = multiply_adds(73, 5, 24, 48)
    assert projections + scores == mlp
    assert multiply_adds(73, 5, 24, 96)[2] == mlp


def test_masks_say_who_reads_whom():
    encoder, decoder, both, prefix = Run("transformer", variants=("gru",), **SMALL).arrays("mask")["mask"]
    for a in range(12):
        for b in range(12):
            assert encoder[a, b] == 1
            assert decoder[a, b] == (b <= a)
            assert both[a, b] == (b < 6 if a < 6 else b < 6 or b <= a)
            assert prefix[a, b] == (b < 6 or b <= a)


def test_what_cannot_be_is_refused():
    with pytest.raises(Refused, match="width = 12"):
        Run("transformer", width=12)
    run = Run("transformer", variants=("gru",), **SMALL)
    with pytest.raises(Refused, match="a GRU has none"):
        run.act("cut", model=0, layer=0, part="mlp")
    with pytest.raises(Refused, match="model = 2"):
        run.act("cut", model=2, layer=0, part="mlp")


def test_symbols_that_the_text_has_not_are_read_as_spaces():
    run = Run("transformer", variants=("whole",), words="a語b", place=32, **SMALL)
    found = run.arrays("token", "next_symbol", "chosen")
    assert found["token"].tolist() == ["a", "␣"]
    assert str(found["next_symbol"]) == "b"
    assert int(found["chosen"]) == 1
