"""What the lesson says of PyTorch is run here: rows that may read nothing, in every mode."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

pytestmark = pytest.mark.filterwarnings("ignore")

MODES = [(train, grad) for train in (True, False) for grad in (True, False)]


def blocked_ways():
    """The ways in which query 1 of the first sequence may read nothing: keyword arguments and that query."""
    everything = torch.zeros(2, 4, dtype=torch.bool)
    everything[0] = True
    row = torch.zeros(4, 4, dtype=torch.bool)
    row[1] = True
    later, before = torch.ones(4, 4, dtype=torch.bool).triu(1), torch.zeros(2, 4, dtype=torch.bool)
    before[0, :2] = True
    return {
        "all keys are padding": {"key_padding_mask": everything},
        "a row of the mask": {"attn_mask": row},
        "padding before the text, causal": {"attn_mask": later, "key_padding_mask": before},
    }


def row_of(layer, need_weights=False, **given):
    x = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(0))
    return layer(x, x, x, need_weights=need_weights, **given)[0][0, 1].detach()


@pytest.mark.parametrize(("train", "grad"), MODES)
@pytest.mark.parametrize("way", list(blocked_ways()))
def test_multihead_attention_gives_nan_with_weights_and_in_the_fast_path_and_the_bias_elsewhere(train, grad, way):
    layer, given = nn.MultiheadAttention(8, 2, batch_first=True).train(train), blocked_ways()[way]
    with torch.set_grad_enabled(grad):
        assert row_of(layer, need_weights=True, **given).isnan().all()
        fast = not train and not grad
        assert row_of(layer, **given).isnan().all() if fast else not row_of(layer, **given).any()
        nn.init.normal_(layer.out_proj.bias)
        found = row_of(layer, **given)
        assert found.isnan().all() if fast else torch.equal(found, layer.out_proj.bias.detach())


@pytest.mark.parametrize(("train", "grad"), MODES)
def test_a_mask_of_numbers_takes_no_fast_path(train, grad):
    layer = nn.MultiheadAttention(8, 2, batch_first=True).train(train)
    mask = torch.zeros(4, 4)
    mask[1] = -torch.inf
    with torch.set_grad_enabled(grad):
        assert not row_of(layer, attn_mask=mask).any()


@pytest.mark.parametrize(("train", "grad"), MODES)
def test_an_encoder_layer_is_finite_but_in_the_fast_path(train, grad):
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).train(train)
    way = blocked_ways()["padding before the text, causal"]
    with torch.set_grad_enabled(grad):
        found = layer(torch.randn(2, 4, 8), src_mask=way["attn_mask"], src_key_padding_mask=way["key_padding_mask"])
    assert found[0, 1].isnan().all() == (not train and not grad)
    assert found[1].isfinite().all()


@pytest.mark.parametrize("grad", [True, False])
def test_the_functions(grad):
    x, blocked = torch.randn(1, 3, 4, requires_grad=True), torch.zeros(3, 3, dtype=torch.bool)
    blocked[1] = True
    with torch.set_grad_enabled(grad):
        scores = x @ x.mT
        assert scores.masked_fill(blocked, -torch.inf).softmax(-1)[0, 1].isnan().all()
        assert not F.scaled_dot_product_attention(x, x, x, attn_mask=~blocked)[0, 1].any()
        assert torch.allclose(scores.masked_fill(blocked, -1e9).softmax(-1)[0, 1], torch.tensor(1 / 3))


def test_a_nan_row_that_the_loss_leaves_out_spoils_the_gradient_of_the_values_alone():
    x, blocked = torch.randn(4, 8), torch.ones(4, 4, dtype=torch.bool).triu(1)
    blocked[1] = True
    weights = [torch.randn(8, 8, requires_grad=True) for _ in range(3)]
    q, k, v = (x @ weight for weight in weights)
    output = (q @ k.T / 8**0.5).masked_fill(blocked, -torch.inf).softmax(-1) @ v
    output[[0, 2, 3]].square().sum().backward()
    finite = [bool(weight.grad.isfinite().all()) for weight in weights]
    assert finite == [True, True, False]
