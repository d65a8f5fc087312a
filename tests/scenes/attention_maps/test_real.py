"""Real weights: equal to what ``transformers`` returns, and refused in words where something is missing."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
import torch

from explainer import Refused, Run
from explainer.scenes.attention_maps import reader

EXTRA = "needs the extra 'bert'"
MODEL_PACKAGES = ("tokenizers", "safetensors")
SENTENCE = "The animal did not cross the street because it was too tired."
VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "the",
    "cat",
    "sat",
    "on",
    "mat",
    "a",
    "b",
    "c",
    "##s",
    ".",
    "<s>",
    "</s>",
]


def have(*packages):
    return all(importlib.util.find_spec(package) is not None for package in packages)


needs_minilm = pytest.mark.skipif(not have(reader.PACKAGE, *MODEL_PACKAGES), reason=f"MiniLM {EXTRA}")
needs_files = pytest.mark.skipif(not have(*MODEL_PACKAGES), reason=f"reading a folder {EXTRA}")
needs_transformers = pytest.mark.skipif(not have("transformers", *MODEL_PACKAGES), reason=f"transformers {EXTRA}")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Whoever opens a connection fails."""

    def refuse(*arguments):
        raise AssertionError(f"a connection was opened to {arguments[1:]}")

    monkeypatch.setattr("socket.socket.connect", refuse)


def write_tokenizer(folder):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    known = {word: number for number, word in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(known, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def tiny(kind, folder):
    """Save a small random model of that kind; return it."""
    transformers = pytest.importorskip("transformers")
    sizes = {"vocab_size": len(VOCABULARY)}
    usual = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40}
    made = {
        "bert": lambda: transformers.BertModel(transformers.BertConfig(**sizes, **usual, max_position_embeddings=20)),
        "roberta": lambda: transformers.RobertaModel(
            transformers.RobertaConfig(**sizes, **usual, max_position_embeddings=22, pad_token_id=1, type_vocab_size=1)
        ),
        "distilbert": lambda: transformers.DistilBertModel(
            transformers.DistilBertConfig(
                **sizes, dim=24, n_layers=2, n_heads=3, hidden_dim=40, max_position_embeddings=20
            )
        ),
        "gpt2": lambda: transformers.GPT2LMHeadModel(
            transformers.GPT2Config(**sizes, n_embd=24, n_layer=2, n_head=3, n_positions=20)
        ),
    }
    torch.manual_seed(0)
    model = made[kind]().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    model.set_attn_implementation("eager")
    model.save_pretrained(folder, safe_serialization=True)
    write_tokenizer(folder)
    return model


@needs_transformers
@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert", "gpt2"])
@pytest.mark.filterwarnings("ignore")
def test_a_folders_maps_are_those_of_transformers(kind, tmp_path):
    model = tiny(kind, tmp_path)
    run = Run("attention-maps", model="folder", path=str(tmp_path), text="the cats sat on a mat.")
    found = run.arrays("*")
    known = {word: number for number, word in enumerate(VOCABULARY)}
    tokens = torch.tensor([[known[str(word)] for word in found["tokens"]]])
    with torch.no_grad():
        theirs = model(tokens, output_attentions=True)
    np.testing.assert_allclose(found["weights"], torch.cat(theirs.attentions), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["weights"].sum(-1), 1, rtol=1e-5)
    if kind == "gpt2":
        np.testing.assert_allclose(found["logits"], theirs.logits[0], rtol=1e-3, atol=1e-4)
        assert not np.triu(found["weights"], 1).any()
        best = int(theirs.logits[0, -1].argmax())
        assert found["next_symbol"][0] == VOCABULARY[best]
    else:
        owner = run.execution.experiment
        np.testing.assert_allclose(
            owner.drawings[0].observation().output, theirs.last_hidden_state[0], rtol=1e-3, atol=1e-4
        )
        assert not found["logits"].size


@needs_transformers
@pytest.mark.filterwarnings("ignore")
def test_a_pair_of_texts_is_read_with_its_two_kinds_of_tokens(tmp_path):
    model = tiny("bert", tmp_path)
    run = Run("attention-maps", model="folder", path=str(tmp_path), text="the cat", text_b="a mat")
    found = run.arrays("*")
    assert found["tokens"].tolist() == ["[CLS]", "the", "cat", "[SEP]", "a", "mat", "[SEP]"]
    assert found["special"].tolist() == [1, 0, 0, 1, 0, 0, 1]
    tokens = torch.tensor([[2, 4, 5, 3, 9, 8, 3]])
    with torch.no_grad():
        theirs = model(tokens, token_type_ids=torch.tensor([[0, 0, 0, 0, 1, 1, 1]]), output_attentions=True)
    np.testing.assert_allclose(found["weights"], torch.cat(theirs.attentions), rtol=1e-4, atol=1e-6)


@needs_minilm
@needs_transformers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", [SENTENCE, "Attention maps: unbelievably calm?", "x"])
def test_minilms_maps_are_those_of_transformers(text):
    from transformers import AutoModel, AutoTokenizer

    folder = str(reader.minilm_folder())
    model = AutoModel.from_pretrained(folder, attn_implementation="eager", local_files_only=True).eval()
    tokens = AutoTokenizer.from_pretrained(folder, local_files_only=True)(text, return_tensors="pt")
    with torch.no_grad():
        theirs = model(**tokens, output_attentions=True)
    run = Run("attention-maps", model="minilm", text=text)
    found = run.arrays("*")
    assert found["weights"].shape[:2] == (6, 12)
    np.testing.assert_allclose(found["weights"], torch.cat(theirs.attentions), rtol=1e-3, atol=1e-5)
    output = run.execution.experiment.drawings[0].observation().output
    np.testing.assert_allclose(output, theirs.last_hidden_state[0], rtol=1e-3, atol=1e-4)


@needs_minilm
def test_a_text_of_any_length_is_read_up_to_512_pieces_and_drawn_small():
    run = Run("attention-maps", model="minilm", text="a " * 1_500)
    found = run.arrays("overview") | run.arrays("shown")
    assert found["shown"].shape == (512, 512)
    assert found["overview"].shape == (6, 12, 64, 64)
    assert sum(array.nbytes for array in found.values()) < 4_000_000


@needs_minilm
def test_switching_a_head_of_minilm_off_turns_the_sentences_embedding():
    run = Run("attention-maps", model="minilm", text="The cat sat on the mat.")
    assert run.arrays("cosine")["cosine"].tolist() == [pytest.approx(1.0, abs=1e-6)]
    worth = run.arrays("importance")["importance"]
    run.act("switch_head", layer=2, head=5)
    assert 1 - run.arrays("cosine")["cosine"][0] == pytest.approx(worth[1, 1, 4], abs=2e-6)
    assert worth[1].min() >= 0


@needs_minilm
def test_the_gradients_importance_is_what_turning_a_head_down_a_little_does():
    run = Run("attention-maps", model="minilm", text="The cat sat on the mat.")
    worth = run.arrays("importance")["importance"][0]
    (drawings,), on = run.execution.experiment.drawings, torch.ones(6, 12)
    with torch.no_grad():
        for layer, head in ((0, 0), (2, 5), (5, 11)):
            ends = []
            for turn in (-0.01, 0.01):
                gates = on.clone()
                gates[layer, head] += turn
                ends.append(reader.embedding(drawings.model(drawings.read, gates)[0]))
            assert float((ends[1] - ends[0]).norm()) / 0.02 == pytest.approx(worth[layer, head], rel=0.02)


@needs_minilm
def test_the_text_is_live_and_going_back_reads_the_old_one():
    run = Run("attention-maps", model="minilm", text="one")
    run.set(text="one two three")
    assert run.arrays("tokens")["tokens"].tolist() == ["[CLS]", "one", "two", "three", "[SEP]"]
    again = Run.from_recipe(run.recipe, run.position)
    np.testing.assert_array_equal(again.arrays("weights")["weights"], run.arrays("weights")["weights"])
    assert run.finished


def test_without_the_extra_the_choice_says_what_to_install(monkeypatch):
    monkeypatch.setattr(reader, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r'pip install "\.\[bert\]"'):
        Run("attention-maps", model="minilm")
    monkeypatch.setattr(reader, "find_spec", lambda name: object() if name == "tokenizers" else None)
    with pytest.raises(Refused, match=r'MiniLM.*pip install "\.\[bert\]"'):
        Run("attention-maps", model="minilm")


@needs_files
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "config.json cannot be read"),
        ({"config.json": "{"}, "config.json cannot be read"),
        ({"config.json": "[]"}, "holds no object"),
        ({"config.json": '{"model_type": "llama"}'}, "'llama' is refused: give one of bert"),
        ({"config.json": '{"model_type": "bert"}'}, "no \\*.safetensors"),
        ({"config.json": '{"model_type": "bert"}', "pytorch_model.bin": "x"}, "can carry code and are not read"),
        ({"config.json": '{"model_type": "bert"}', "model.safetensors": "x"}, "model.safetensors cannot be read"),
    ],
)
def test_a_folder_that_is_no_model_is_refused_in_words(files, said, tmp_path):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(Refused, match=said):
        Run("attention-maps", model="folder", path=str(tmp_path))


@needs_files
@pytest.mark.parametrize("path", ["", "  ", "/no/such/folder"])
def test_a_folder_that_is_not_there_is_refused(path):
    with pytest.raises(Refused, match="give a folder with config.json"):
        Run("attention-maps", model="folder", path=path)


@needs_files
def test_weights_that_do_not_fit_their_config_are_refused(tmp_path):
    from safetensors.torch import save_file

    save_file({"embeddings.word_embeddings.weight": torch.zeros(9, 8)}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "distilbert", "dim": 8}))
    with pytest.raises(Refused, match=r"do not fit their config.json|config.json says"):
        Run("attention-maps", model="folder", path=str(tmp_path))


@needs_files
@pytest.mark.parametrize("sizes", [{"n_layers": 10**9}, {"n_heads": 3}, {"n_heads": 10**6}, {"n_layers": "two"}, {}])
def test_sizes_that_cannot_be_are_refused_before_anything_is_made(sizes, tmp_path):
    from safetensors.torch import save_file

    usual = {"dim": 8, "n_layers": 1, "n_heads": 2, "hidden_dim": 8, "max_position_embeddings": 8, "activation": "odd"}
    save_file({"embeddings.word_embeddings.weight": torch.zeros(9, 8)}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "distilbert", **usual, **sizes}))
    with pytest.raises(Refused, match=r"do not fit their config.json|config.json says"):
        Run("attention-maps", model="folder", path=str(tmp_path))
