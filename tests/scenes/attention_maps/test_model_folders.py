"""Folders with models of all kinds: the same numbers as ``transformers`` finds, or a refusal that names what it is."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
import torch

from explainer import Refused, Run
from explainer.scenes.attention_maps.config import ACTIVATIONS
from explainer.scenes.attention_maps.spelling import Spelling
from tests.scenes.attention_maps.test_real import (
    VOCABULARY,
    _no_network,  # noqa: F401 - used by pytest
    needs_files,
    needs_transformers,
    write_tokenizer,
)

TEXT = "the cats sat on a mat"
BERT = {"hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
GPT2 = {"n_embd": 12, "n_layer": 3, "n_head": 2, "n_positions": 16}
DISTIL = {"dim": 12, "n_layers": 2, "n_heads": 2, "hidden_dim": 20, "max_position_embeddings": 16}


def saved(kind, folder, **settings):
    """Save a random model of ``transformers`` with these settings; return it."""
    transformers = pytest.importorskip("transformers")
    names = {
        "bert": ("BertConfig", "BertModel", {**BERT, "max_position_embeddings": 16}),
        "bert-lm": ("BertConfig", "BertLMHeadModel", {**BERT, "max_position_embeddings": 16}),
        "roberta": ("RobertaConfig", "RobertaModel", {**BERT, "max_position_embeddings": 24, "type_vocab_size": 1}),
        "distilbert": ("DistilBertConfig", "DistilBertModel", DISTIL),
        "gpt2": ("GPT2Config", "GPT2LMHeadModel", GPT2),
        "gpt2-body": ("GPT2Config", "GPT2Model", GPT2),
    }
    config, model, sizes = names[kind]
    torch.manual_seed(0)
    made = getattr(transformers, config)(vocab_size=len(VOCABULARY), **{**sizes, **settings})
    network = getattr(transformers, model)(made).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    network.tie_weights()
    network.set_attn_implementation("eager")
    network.save_pretrained(folder)
    write_tokenizer(folder)
    return network


def agrees(network, folder, text=TEXT):
    """Assert that the scene shows what the model computes."""
    found = Run("attention-maps", path=str(folder), text=text).arrays("*")
    known = {word: number for number, word in enumerate(VOCABULARY)}
    tokens = torch.tensor([[known[str(word)] for word in found["tokens"]]])
    with torch.no_grad():
        theirs = network(tokens, output_attentions=True)
    np.testing.assert_allclose(found["weights"], torch.cat(theirs.attentions), rtol=1e-3, atol=2e-6)
    if hasattr(theirs, "logits") and len(found["logits"]):
        np.testing.assert_allclose(found["logits"], theirs.logits[0], rtol=1e-3, atol=1e-4)
    return found


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}),
        ("gpt2", {"scale_attn_weights": False}),
        ("gpt2", {"scale_attn_weights": False, "scale_attn_by_inverse_layer_idx": True}),
        ("gpt2", {"reorder_and_upcast_attn": True, "scale_attn_by_inverse_layer_idx": True}),
        ("gpt2", {"tie_word_embeddings": False}),
        ("gpt2", {"n_inner": 10, "layer_norm_epsilon": 0.1}),
        ("gpt2-body", {}),
        ("bert", {"is_decoder": True}),
        ("bert-lm", {"is_decoder": True}),
        ("bert", {"layer_norm_eps": 0.3, "type_vocab_size": 3}),
        ("bert", {"pad_token_id": 5}),
        ("bert", {"chunk_size_feed_forward": 3}),
        ("roberta", {"pad_token_id": 0}),
        ("roberta", {"pad_token_id": 4}),
        ("roberta", {"pad_token_id": 1, "is_decoder": True}),
        ("distilbert", {"sinusoidal_pos_embds": True}),
        ("distilbert", {"activation": "relu"}),
        *(("bert", {"hidden_act": name}) for name in ("gelu_new", "quick_gelu", "relu2")),
    ],
)
def test_every_setting_that_changes_a_number_is_followed(tmp_path, kind, settings):
    network = saved(kind, tmp_path, **settings)
    found = agrees(network, tmp_path)
    if settings.get("is_decoder") or kind.startswith("gpt2"):
        assert not np.triu(found["weights"], 1).any()


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_the_formula_says_what_the_scores_are_divided_by(tmp_path):
    from explainer.export.of_run import frame_of
    from explainer.scenes.attention_maps.formulas import weights_latex

    saved("gpt2", tmp_path, scale_attn_by_inverse_layer_idx=True)
    run = Run("attention-maps", path=str(tmp_path), text=TEXT)
    arrays = run.arrays("divided", "shown")
    assert arrays["divided"].tolist() == pytest.approx([1, 2, 3])
    run.set(layer=2)
    assert r"{2\,\sqrt{d}}" in weights_latex(frame_of(run, arrays))
    run.set(layer=1)
    assert r"{\sqrt{d}}" in weights_latex(frame_of(run, arrays))


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "leave_out"),
    [
        ("bert", ("layer_norm_eps", "is_decoder", "pad_token_id", "type_vocab_size", "hidden_act")),
        ("gpt2", ("layer_norm_epsilon", "scale_attn_weights", "n_inner", "tie_word_embeddings", "activation_function")),
        ("roberta", ("layer_norm_eps", "pad_token_id")),
        ("distilbert", ("activation",)),
    ],
)
def test_what_a_config_does_not_say_is_what_the_family_means_by_it(tmp_path, kind, leave_out):
    settings = {"pad_token_id": 1} if kind == "roberta" else {}
    network = saved(kind, tmp_path, **settings)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(
        json.dumps({name: value for name, value in config.items() if name not in leave_out}), encoding="utf-8-sig"
    )
    agrees(network, tmp_path)


SPOILED = {
    "cross-attention": ("bert", {"add_cross_attention": True}, "add_cross_attention"),
    "relative positions": ("bert", {"position_embedding_type": "relative_key"}, "position_embedding_type"),
    "pruned heads": ("bert", {"pruned_heads": {"0": [1]}}, "pruned_heads"),
    "packed": ("gpt2", {"quantization_config": {"bits": 4}}, "quantization_config"),
    "rotary": ("gpt2", {"rotary_dim": 4}, "rotary_dim"),
    "experts": ("bert", {"num_experts": 4}, "num_experts"),
    "text for a number": ("bert", {"layer_norm_eps": "1e-12"}, "layer_norm_eps = '1e-12'"),
    "negative": ("bert", {"layer_norm_eps": -1.0}, "layer_norm_eps = -1.0"),
    "huge": ("gpt2", {"layer_norm_epsilon": 1e308}, "layer_norm_epsilon"),
    "no number": ("gpt2", {"layer_norm_epsilon": True}, "layer_norm_epsilon = True"),
    "a fraction": ("gpt2", {"n_head": 2.0}, "n_head = 2.0"),
    "a switch": ("gpt2", {"n_layer": True}, "n_layer = True"),
    "infinite": ("gpt2", {"n_layer": float("inf")}, "n_layer = inf"),
    "words for a switch": ("gpt2", {"scale_attn_weights": "no"}, "scale_attn_weights = 'no'"),
    "decoder in words": ("bert", {"is_decoder": "false"}, "is_decoder = 'false'"),
    "list of types": ("gpt2", {"model_type": ["gpt2"]}, "model of type"),
    "object for a type": ("gpt2", {"model_type": {}}, "model of type"),
    "another activation": ("bert", {"hidden_act": "snake"}, "hidden_act = 'snake'"),
    "activation of no name": ("bert", {"hidden_act": 3}, "hidden_act = 3"),
    "no pad": ("roberta", {"pad_token_id": None}, "pad_token_id"),
    "pad too large": ("roberta", {"pad_token_id": 23}, "pad_token_id = 23"),
    "heads": ("gpt2", {"n_head": 5}, "no multiple of 5 heads"),
    "vocabulary": ("gpt2", {"vocab_size": 99}, "vocab_size = 99"),
    "no places": ("bert", {"max_position_embeddings": 0}, "max_position_embeddings = 0"),
    "other places": ("bert", {"max_position_embeddings": 99}, "do not fit their config.json"),
    "more layers": ("bert", {"num_hidden_layers": 3}, "there is no 'encoder.layer.2"),
}


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SPOILED)
def test_what_is_not_shown_is_refused_by_its_name(tmp_path, name):
    kind, changes, said = SPOILED[name]
    saved(kind, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, **changes}).replace("Infinity", "1e999"))
    with pytest.raises(Refused) as refused:
        Run("attention-maps", path=str(tmp_path))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_an_untied_head_that_is_not_there_is_asked_for(tmp_path):
    from safetensors.torch import load_file, save_file

    saved("gpt2", tmp_path, tie_word_embeddings=False)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["lm_head.weight"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(Refused, match="no lm_head.weight"):
        Run("attention-maps", path=str(tmp_path))


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shards", [False, True])
def test_only_the_files_of_the_model_are_read(tmp_path, shards):
    from safetensors.torch import load_file, save_file

    network = saved("bert", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    nothing = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    for stray in ("model_ema", "optimizer", "zzz", "model-00001-of-00009", "a"):
        save_file(nothing, tmp_path / f"{stray}.safetensors")
    if shards:
        (tmp_path / "model.safetensors").unlink()
        names = sorted(weights)
        parts = {"part-1.safetensors": names[::2], "part-2.safetensors": names[1::2]}
        for file, inside in parts.items():
            save_file({name: weights[name] for name in inside}, tmp_path / file)
        places = {name: file for file, inside in parts.items() for name in inside}
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    agrees(network, tmp_path)


@needs_files
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"model_ema.safetensors": "x", "other.safetensors": "x"}, "but model_ema.safetensors, other.safetensors"),
        ({"model.safetensors": "version https://git-lfs.github.com/spec/v1\n"}, "git lfs pull"),
        ({"model.safetensors": ""}, "cannot be read"),
        ({"model.safetensors.index.json": "{}"}, "no weight_map"),
        (
            {"model.safetensors.index.json": '{"weight_map": {"a": "../x.safetensors"}}'},
            "no \\*.safetensors of the same",
        ),
        ({"model.safetensors.index.json": '{"weight_map": {"a": "/etc/passwd"}}'}, "no \\*.safetensors of the same"),
        ({"model.safetensors.index.json": '{"weight_map": {"a": "m.safetensors"}}'}, "which is not in"),
        ({"model.safetensors.index.json": '{"weight_map": {"a": 3}}'}, "no weight_map"),
        ({"config.json": ""}, "config.json cannot be read"),
        ({"config.json": "[" * 200_000}, "config.json cannot be read"),
        ({"config.json": "version https://git-lfs.github.com/spec/v1\n"}, "git lfs pull"),
    ],
)
def test_files_that_are_no_weights_are_refused_with_what_is_there(tmp_path, files, said):
    for name, text in {"config.json": '{"model_type": "bert"}', **files}.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(Refused, match=said):
        Run("attention-maps", path=str(tmp_path))


@needs_files
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("how", ["pipe", "device", "folder", "link to nowhere"])
@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path, name, how):
    saved("bert", tmp_path)
    place = tmp_path / name
    place.unlink()
    match how:
        case "pipe":
            os.mkfifo(place)
        case "device":
            place.symlink_to("/dev/zero")
        case "folder":
            place.mkdir()
        case _:
            place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match=name.partition(".")[0] if name != "model.safetensors" else "safetensors"):
        Run("attention-maps", path=str(tmp_path))


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("which", ["embeddings.word_embeddings.weight", "encoder.layer.1.output.LayerNorm.bias"])
def test_a_weight_that_is_no_number_is_refused_with_the_name_of_its_tensor(tmp_path, bad, which):
    from safetensors.torch import load_file, save_file

    saved("bert", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights[which].view(-1)[-1] = bad
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(Refused, match=f"{which} has 1 of .* not finite"):
        Run("attention-maps", path=str(tmp_path))


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_weights_of_another_kind_are_refused_and_of_less_precision_read(tmp_path):
    from safetensors.torch import load_file, save_file

    saved("bert", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    save_file({name: weight.half() for name, weight in weights.items()}, tmp_path / "model.safetensors")
    Run("attention-maps", path=str(tmp_path))
    save_file({**weights, "embeddings.LayerNorm.bias": torch.zeros(12).int()}, tmp_path / "model.safetensors")
    with pytest.raises(Refused, match="embeddings.LayerNorm.bias holds int32"):
        Run("attention-maps", path=str(tmp_path))
    save_file({**weights, "embeddings.word_embeddings.weight": torch.tensor(1.0)}, tmp_path / "model.safetensors")
    with pytest.raises(Refused, match="is no table"):
        Run("attention-maps", path=str(tmp_path))


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_a_padding_symbol_in_the_text_has_no_place_of_its_own(tmp_path):
    network = saved("roberta", tmp_path, pad_token_id=4)
    found = agrees(network, tmp_path, "cat the mat the the sat")
    assert "the" in found["tokens"]


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_a_tokenizer_with_more_words_than_the_weights_is_told_from_a_text_without_words(tmp_path):
    from tokenizers import Tokenizer

    saved("bert", tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    tokenizer.add_tokens(["zebra"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(Refused, match=f"do not belong together: 'zebra' is symbol {len(VOCABULARY)}"):
        Run("attention-maps", path=str(tmp_path), text="the zebra")
    Run("attention-maps", path=str(tmp_path), text="the cat")


@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("words", "cut"), [(14, 0), (15, 1), (300, 286)])
def test_a_text_that_is_cut_says_so(tmp_path, words, cut):
    saved("bert", tmp_path)
    run = Run("attention-maps", path=str(tmp_path), text="cat " * words)
    assert run.arrays("pieces")["pieces"].tolist() == [min(words + 2, 16), words + 2]
    found = [note for note in run.notes if note.name == "cut"]
    assert [note.number for note in found] == ([cut] if cut else [])
    assert all(f"{words + 2:,} word pieces" in note.text for note in found)


@needs_files
def test_a_piece_is_shown_as_its_own_tokenizer_spells_it():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    plain = Tokenizer(models.WordLevel({"Ġabra": 0}, unk_token="Ġabra"))
    level = Tokenizer(models.BPE())
    level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    level.add_tokens(["café"])
    meta = Tokenizer(models.Unigram())
    meta.pre_tokenizer = pre_tokenizers.Metaspace()
    meta.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    for tokenizer, name, shown in (
        (plain, "Ġabra", "Ġabra"),
        (plain, "▁abra", "▁abra"),
        (level, "Ġabra", "␣abra"),
        (level, "Ċ", "⏎"),
        (level, "Ã©", "é"),
        (level, "Ã", "⟨C3⟩"),
        (level, "ĠÐ´Ð¾Ð¼Ð", "␣дом⟨D0⟩"),
        (level, "café", "café"),
        (level, "ðŁĻĤ", "🙂"),
        (meta, "▁abra", "␣abra"),
        (meta, "<0xC3>", "⟨C3⟩"),
        (meta, "<0x0A>", "⏎"),
    ):
        assert Spelling(tokenizer.to_str()).shown(name) == shown


@needs_files
def test_every_byte_is_spelled_as_the_tokenizer_spells_it():
    from tokenizers import decoders, pre_tokenizers

    from explainer.scenes.attention_maps.spelling import byte_letters

    letters = byte_letters()
    assert sorted(letters) == sorted(pre_tokenizers.ByteLevel.alphabet())
    for word in ("é", "🙂", "a b", "дом", "\n"):
        spelled = [letter for byte in word.encode() for letter, known in letters.items() if known == byte]
        assert decoders.ByteLevel().decode(spelled) == word


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_activations_are_those_of_transformers():
    from transformers.activations import ACT2FN

    x = torch.linspace(-12, 14, 5001)
    for name, make in ACTIVATIONS.items():
        torch.testing.assert_close(make()(x), ACT2FN[name](x), rtol=1e-5, atol=2e-6)
