"""The small GPT: against a plain loop, against transformers' GPT-2, Llama and BLOOM, and with its cache."""

import math

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from explainer import Refused
from explainer.lab.language.model import GPT, POSITIONS, Cache, Config, alibi_slopes, bytes_per_token, parameters_of

SMALL = {"symbols": 11, "context": 12, "width": 16, "layers": 2, "heads": 4}


def model_of(seed=0, **given):
    torch.manual_seed(seed)
    model = GPT(Config(**{**SMALL, **given})).double()
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    return model


def tokens_of(length=12, batch=2):
    return torch.randint(SMALL["symbols"], (batch, length), generator=torch.Generator().manual_seed(1))


def by_hand(model, tokens):
    """One sequence through the model, number by number."""
    c, d = model.config, model.config.width // model.config.heads
    norm = {"layer": F.layer_norm, "rms": F.rms_norm}.get(c.norm)
    stream = []
    for t, token in enumerate(tokens.tolist()):
        x = model.tokens.weight[token].clone()
        if c.position == "learned":
            x += model.positions.weight[t]
        if c.position == "sinusoidal":
            for i in range(c.width):
                angle = t / 10_000 ** ((i - i % 2) / c.width)
                x[i] += math.sin(angle) if i % 2 == 0 else math.cos(angle)
        stream.append(x)

    def normed(module, x):
        if norm is None:
            return x
        return norm(x, (c.width,), module.weight, *([module.bias] if c.norm == "layer" else []), eps=c.eps)

    def turn(x, t):
        if c.position != "rotary":
            return x
        found = x.clone()
        for i in range(d // 2):
            z = complex(x[i], x[i + d // 2]) * complex(math.cos(a := t / 10_000 ** (2 * i / d)), math.sin(a))
            found[i], found[i + d // 2] = z.real, z.imag
        return found

    for block in model.blocks:
        a, read = block.attention, [normed(block.attention_norm, x) if c.pre else x for x in stream]
        for t in range(len(stream)) if a is not None else ():
            heads = []
            for h in range(c.heads):
                g = h * c.groups // c.heads
                q = turn(a.query(read[t])[h * d : (h + 1) * d], t)
                scores, values = [], []
                for s in range(max(0, t - c.window + 1) if c.window else 0, t + 1):
                    k = turn(a.key(read[s])[g * d : (g + 1) * d], s)
                    slope = 2 ** (-8 * (h + 1) / c.heads) if c.position == "alibi" else 0
                    scores.append(q @ k / math.sqrt(d) - slope * (t - s))
                    values.append(a.value(read[s])[g * d : (g + 1) * d])
                heads.append(torch.stack(scores).softmax(0) @ torch.stack(values))
            said = a.out(torch.cat(heads))
            stream[t] = stream[t] + said if c.residual else said
            stream[t] = stream[t] if c.pre else normed(block.attention_norm, stream[t])
        for t in range(len(stream)) if block.mlp is not None else ():
            x = normed(block.mlp_norm, stream[t]) if c.pre else stream[t]
            up = block.mlp.up(x)
            act = {"gelu": F.gelu, "gelu-tanh": lambda u: F.gelu(u, approximate="tanh"), "relu": F.relu}
            hidden = F.silu(block.mlp.gate(x)) * up if c.activation == "swiglu" else act[c.activation](up)
            said = block.mlp.down(hidden)
            stream[t] = stream[t] + said if c.residual else said
            stream[t] = stream[t] if c.pre else normed(block.mlp_norm, stream[t])
    return torch.stack([model.out(normed(model.norm, x) if c.pre else x) for x in stream])


SETTINGS = [
    *({"position": position} for position in POSITIONS),
    {"kv_heads": 2, "bias": True, "norm": "rms", "activation": "swiglu"},
    {"kv_heads": 1, "pre": False, "activation": "relu", "tied": True},
    {"window": 5, "activation": "gelu-tanh", "hidden": 24},
    {"attention": False}, {"mlp": False}, {"residual": False}, {"norm": "none"}, {"position": "alibi", "window": 4},
]  # fmt: skip


@pytest.mark.parametrize("given", SETTINGS, ids=str)
@torch.no_grad()
def test_every_setting_is_a_plain_loop(given):
    model, tokens = model_of(**given), tokens_of()
    torch.testing.assert_close(model(tokens)[1], by_hand(model, tokens[1]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("given", SETTINGS, ids=str)
@torch.no_grad()
def test_with_a_cache_the_scores_are_the_same_and_what_was_forgotten_can_be_read_anew(given):
    model, tokens = model_of(**given), tokens_of()
    cache = Cache(model.config, batch=2, room=4)
    cache.kept = cache.kept.double()
    parts = [model(tokens[:, :5], cache=cache)]
    model(tokens[:, :3], cache=cache)
    cache.length = 5
    parts += [model(tokens[:, place : place + 1], cache=cache) for place in range(5, 12)]
    torch.testing.assert_close(torch.cat(parts, 1), model(tokens), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("position", ["rotary", "alibi", "sinusoidal"])
@torch.no_grad()
def test_behind_a_window_a_cache_stays_small_and_the_scores_are_the_same(position):
    model, tokens = model_of(position=position, window=5), tokens_of(60)
    cache = Cache(model.config, batch=2, room=9)
    cache.kept = cache.kept.double()
    found = torch.cat([model(tokens[:, place : place + 1], cache=cache) for place in range(60)], 1)
    torch.testing.assert_close(found, model(tokens), rtol=1e-6, atol=1e-6)
    assert (cache.kept.shape[4], cache.length + cache.dropped) == (9, 60)


def copied(own, theirs, names):
    """Copy weights by our names → theirs; those of theirs that lie transposed as GPT-2 has them too."""
    for mine, other in names.items():
        for part in ("weight", "bias"):
            source, target = getattr(other, part, None), getattr(own.get_submodule(mine), part, None)
            if target is not None and source is not None:
                transposed = type(other).__name__ == "Conv1D" and part == "weight"
                target.data.copy_(source.T if transposed else source)


@torch.no_grad()
def test_it_is_gpt_2_of_transformers():
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=11, n_positions=12, n_embd=16, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0,
        attn_implementation="eager",
    )  # fmt: skip
    theirs = transformers.GPT2LMHeadModel(config).eval()
    for weight in theirs.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    own = GPT(Config(**SMALL, position="learned", activation="gelu-tanh", bias=True, tied=True))
    t = theirs.transformer
    names = {"tokens": t.wte, "positions": t.wpe, "norm": t.ln_f}
    for i, block in enumerate(t.h):
        names |= {f"blocks.{i}.attention_norm": block.ln_1, f"blocks.{i}.mlp_norm": block.ln_2}
        names |= {f"blocks.{i}.attention.out": block.attn.c_proj}
        names |= {f"blocks.{i}.mlp.up": block.mlp.c_fc, f"blocks.{i}.mlp.down": block.mlp.c_proj}
        for part, place in (("query", 0), ("key", 1), ("value", 2)):
            linear = own.get_submodule(f"blocks.{i}.attention.{part}")
            linear.weight.copy_(block.attn.c_attn.weight.T.chunk(3)[place])
            linear.bias.copy_(block.attn.c_attn.bias.chunk(3)[place])
    copied(own, theirs, names)
    tokens = tokens_of()
    torch.testing.assert_close(own(tokens), theirs(tokens).logits, rtol=1e-5, atol=1e-5)
    seen = own_block(own, tokens)
    theirs_seen = t(tokens, output_hidden_states=True).hidden_states
    torch.testing.assert_close(seen["0.stream"], theirs_seen[1], rtol=1e-6, atol=1e-6)


def own_block(model, tokens, **more):
    """What the first block is given, and what it gives."""
    seen = {}

    def tap(name, x):
        seen[name] = x
        return x

    model(tokens, tap=tap, **more)
    return seen


@pytest.mark.parametrize("scale", [1.0, 4.0])
@torch.no_grad()
def test_it_is_llama_of_transformers_with_shared_keys_and_places_divided(scale):
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    rope = {"rope_type": "linear", "factor": scale, "rope_theta": 10_000.0} if scale > 1 else None
    config = transformers.LlamaConfig(
        vocab_size=11, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, rms_norm_eps=1e-5,
        bos_token_id=0, eos_token_id=0, attn_implementation="eager", rope_scaling=rope,
    )  # fmt: skip
    theirs = transformers.LlamaForCausalLM(config).eval()
    for weight in theirs.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    own = GPT(Config(**SMALL, kv_heads=2, hidden=24, norm="rms", activation="swiglu"))
    names = {"tokens": theirs.model.embed_tokens, "norm": theirs.model.norm, "out": theirs.lm_head}
    for i, block in enumerate(theirs.model.layers):
        names |= {f"blocks.{i}.attention_norm": block.input_layernorm}
        names |= {f"blocks.{i}.mlp_norm": block.post_attention_layernorm}
        for mine, other in (("query", "q"), ("key", "k"), ("value", "v"), ("out", "o")):
            names[f"blocks.{i}.attention.{mine}"] = getattr(block.self_attn, f"{other}_proj")
        for part in ("up", "gate", "down"):
            names[f"blocks.{i}.mlp.{part}"] = getattr(block.mlp, f"{part}_proj")
    copied(own, theirs, names)
    tokens = tokens_of()
    places = torch.arange(12) / scale
    torch.testing.assert_close(own(tokens, places), theirs(tokens).logits, rtol=1e-5, atol=1e-5)
    seen = own_block(own, tokens, places=places)
    theirs_seen = theirs.model(tokens, output_hidden_states=True).hidden_states
    torch.testing.assert_close(seen["0.stream"], theirs_seen[1], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("heads", [2, 4, 8, 16])
def test_alibis_slopes_are_those_of_bloom(heads):
    bloom = pytest.importorskip("transformers.models.bloom.modeling_bloom")
    theirs = bloom.build_alibi_tensor(torch.ones(1, 2), heads, torch.float32)[:, 0, 1]
    torch.testing.assert_close(alibi_slopes(heads), theirs)


@torch.no_grad()
def test_what_a_tap_returns_goes_on_and_equals_a_hook_of_pytorchs():
    model, tokens = model_of(), tokens_of()
    other = own_block(model, tokens.flip(0))["1.mlp"]
    patched = model(tokens, tap=lambda name, x: other if name == "1.mlp" else x)
    hook = model.blocks[1].mlp.register_forward_hook(lambda *_: other)
    torch.testing.assert_close(patched, model(tokens), rtol=0, atol=0)
    hook.remove()
    assert not torch.allclose(patched, model(tokens))


@torch.no_grad()
def test_every_intermediate_is_shown_and_adds_up():
    seen = own_block(model_of(), tokens_of())
    assert len(seen) == 2 + 1 + 2 * 13
    for layer, before in ((0, "embed"), (1, "0.stream")):
        middle = seen[before] + seen[f"{layer}.attention"]
        torch.testing.assert_close(middle, seen[f"{layer}.middle"])
        torch.testing.assert_close(middle + seen[f"{layer}.mlp"], seen[f"{layer}.stream"])
        torch.testing.assert_close(seen[f"{layer}.weights"] @ seen[f"{layer}.v"], seen[f"{layer}.heads"])


@torch.no_grad()
def test_rotary_and_alibi_see_distances_only_and_no_positions_see_none():
    tokens = tokens_of()
    for position in ("rotary", "alibi"):
        model = model_of(position=position)
        torch.testing.assert_close(model(tokens, torch.arange(12) + 40), model(tokens), rtol=1e-6, atol=1e-8)
    model, order = model_of(position="none", causal=False), torch.randperm(12)
    torch.testing.assert_close(model(tokens)[:, order], model(tokens[:, order]), rtol=1e-9, atol=1e-10)


def test_longer_texts_than_the_context_are_read_unless_positions_are_rows_of_a_table():
    for position in set(POSITIONS) - {"learned"}:
        assert model_of(position=position)(tokens_of(40)).isfinite().all()
    with pytest.raises(Refused, match="rows 0 to 11; read at most 12"):
        model_of(position="learned")(tokens_of(13))


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(Refused, match="width = 15 is refused: give an even multiple of heads = 4"):
        GPT(Config(9, width=15))
    with pytest.raises(Refused, match="kv_heads = 3 is refused: give a divisor of heads = 4"):
        GPT(Config(9, kv_heads=3))


def test_fresh_weights_have_the_spread_that_they_are_told_and_say_nothing_yet():
    torch.manual_seed(0)
    model = GPT(Config(73))
    assert model.tokens.weight.std().item() == pytest.approx(0.3, rel=0.05)
    assert model.out.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert parameters_of(GPT(Config(89))) == 110_336
    tokens = torch.randint(73, (8, 65))
    loss = F.cross_entropy(model(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten()).item()
    assert loss == pytest.approx(math.log(73), abs=0.05)


def test_a_cache_keeps_a_key_and_a_value_for_every_layer_and_shared_head():
    for kv_heads, expected in ((4, 1024), (2, 512), (1, 256)):
        config = Config(73, kv_heads=kv_heads)
        assert bytes_per_token(config) == expected
        cache = Cache(config, room=10)
        assert cache.kept.numel() * cache.kept.element_size() == 10 * expected
