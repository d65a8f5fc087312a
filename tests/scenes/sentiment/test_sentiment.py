"""The sentiment models, against scikit-learn, PyTorch's own layers word by word, and a reader of the grammar."""

import dataclasses

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.contract.frame import Frame
from explainer.scenes.sentiment.reviews import BAD, GOOD, STOP_WORDS, features_of, twin, words_of
from explainer.scenes.sentiment.view import change, following, move, strike


def known_texts(run):
    """The reviews that are learned from, read back from the bag's numbers."""
    corpus = run._execution.experiment.corpora[0]
    names = ["", *corpus.vocabulary]
    return [" ".join(names[k] for k in row if k) for row in corpus.known.tolist()]


def meant(text):
    """What a review says, +1 or −1: what follows a negation is turned, and what follows “but” counts."""
    value, turned = 0, False
    for word in text.rpartition(" but ")[2].split():
        turned = turned or word in {"not", "never", "nobody", "no"}
        if word in GOOD + BAD:
            value += (1 if word in GOOD else -1) * (-1 if turned else 1)
    return np.sign(value)


def frame_of(run, **arrays):
    """A frame of a run with some of its arrays."""
    return Frame("sentiment", run.position.step, "", run.params, arrays)


def test_the_labels_of_the_grammar_are_what_its_reviews_say():
    run = Run("sentiment", lanes=("bag",), plain=0.2)
    experiment = run._execution.experiment
    said = [meant(text) > 0 for text in known_texts(run)]
    np.testing.assert_array_equal(said, experiment.labels.bool())
    np.testing.assert_array_equal([meant(text) > 0 for text in experiment.texts], experiment.truths)
    assert all(meant(text) for text in experiment.texts)


def test_the_stop_words_are_those_of_scikit_learn_among_the_words_of_the_grammar():
    vocabulary = Run("sentiment", lanes=("bag",))._execution.experiment.corpora[0].vocabulary
    assert set(vocabulary) & ENGLISH_STOP_WORDS == STOP_WORDS
    assert set(vocabulary) >= STOP_WORDS


@pytest.mark.parametrize(("n", "stop_words"), [(1, "kept"), (2, "english"), (3, "kept")])
def test_features_and_their_counts_are_count_vectorizers(n, stop_words):
    run = Run("sentiment", lanes=("bag", "ngrams"), ngrams=n, stop_words="kept")
    texts = known_texts(run)
    if stop_words != "kept":
        run = Run("sentiment", lanes=("bag", "ngrams"), ngrams=n, stop_words=stop_words)
    corpus = run._execution.experiment.corpora[1]
    reference = CountVectorizer(
        ngram_range=(1, n), stop_words=None if stop_words == "kept" else "english", token_pattern=r"\S+"
    )
    wanted = reference.fit_transform(texts).toarray()
    assert list(reference.get_feature_names_out()) == list(corpus.vocabulary)
    counts = F.one_hot(corpus.known, len(corpus.vocabulary) + 1).sum(1)[:, 1:]
    np.testing.assert_array_equal(counts, wanted)
    assert [corpus.seen[name] for name in corpus.vocabulary] == (wanted > 0).sum(0).tolist()


def test_the_bag_is_logistic_regression_and_tends_to_what_scikit_learn_finds():
    run = Run("sentiment", lanes=("bag",), lr=0.05)
    experiment, corpus = run._execution.experiment, run._execution.experiment.corpora[0]
    counts = F.one_hot(corpus.known, len(corpus.vocabulary) + 1).sum(1).float()
    counts[:, 0] = 0
    model = experiment.models[0]
    linear = nn.Linear(counts.shape[1], 1)
    with torch.no_grad():
        linear.weight.copy_(model.words.weight.T)
        linear.bias.copy_(model.offset)
    optimizer, batches, losses = torch.optim.Adam(linear.parameters(), lr=0.05), torch.Generator(), []
    batches.set_state(experiment.batches.get_state())
    for _ in range(10):
        rows = torch.randint(2000, (64,), generator=batches)
        loss = F.binary_cross_entropy(linear(counts[rows])[:, 0].sigmoid(), experiment.labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    run.step(10)
    np.testing.assert_allclose(run.metrics["loss/bag"], losses, rtol=1e-5)
    run.step(290)
    fitted = LogisticRegression(C=1e4, max_iter=2000).fit(counts, experiment.labels)
    tested = F.one_hot(corpus.tested, counts.shape[1]).sum(1)
    tested[:, 0] = 0
    right = (fitted.predict(tested) == experiment.truths.numpy()).reshape(5, 100).mean(1)
    found = run.arrays("accuracies")["accuracies"][0]
    np.testing.assert_allclose(found[[0, 1, 2, 4]], right[[0, 1, 2, 4]], atol=0.12)
    assert found[0] == right[0] == 1.0
    assert found[4] == right[4] == 0.5
    with torch.no_grad():
        reached = F.binary_cross_entropy_with_logits(model(corpus.known), experiment.labels)
    least = F.binary_cross_entropy(torch.from_numpy(fitted.predict_proba(counts)[:, 1]).float(), experiment.labels)
    assert least - 1e-4 <= reached <= least + 0.05


def test_the_same_words_score_alike_in_any_bag_and_in_a_transformer_without_positions():
    run = Run("sentiment", lanes=("bag", "hidden", "unordered", "transformer"))
    run.step(25)
    found = run.arrays("score", "other_score")
    np.testing.assert_allclose(found["score"][:3], found["other_score"][:3], rtol=1e-5)
    assert abs(found["score"][3] - found["other_score"][3]) > 1e-3


def test_the_effect_of_a_word_on_a_bag_is_its_weight_and_that_of_a_struck_or_unknown_word_is_none():
    run = Run("sentiment", lanes=("bag",), words="The plot, xyzzy, was ~not GREAT")
    run.step(5)
    found = run.arrays("effect", "word", "struck", "unknown", "feature", "weights", "other")
    assert found["word"].tolist() == ["the", "plot", "xyzzy", "was", "not", "great"]
    assert found["struck"].tolist() == [False] * 4 + [True, False]
    assert found["unknown"].tolist() == [False, False, True, False, False, False]
    assert found["other"].tolist() == ["great", "was", "xyzzy", "plot", "the"]
    weights = dict(zip(found["feature"].tolist(), found["weights"].tolist(), strict=True))
    for k, word in enumerate(found["word"].tolist()):
        if word in weights and not found["struck"][k]:
            assert found["effect"][0, k] == pytest.approx(weights[word], abs=1e-5)
    assert np.isnan(found["effect"][0, [2, 4]]).all()


def test_the_lstm_is_nn_lstm_on_each_review_alone():
    experiment = Run("sentiment", lanes=("lstm",))._execution.experiment
    model, corpus = experiment.models[0], experiment.corpora[0]
    texts = experiment.texts[::60]
    for text, found in zip(texts, experiment.logits(texts)[0], strict=True):
        tokens = torch.tensor([[corpus.vocabulary[word] for word in text.split()]])
        _, (last, _) = model.layer(F.embedding(tokens, model.words.weight))
        assert model.out(last[0]).item() == pytest.approx(float(found), abs=1e-5)


def test_a_transformer_is_attention_layer_norm_and_two_linear_layers_on_each_review_alone():
    experiment = Run("sentiment", lanes=("transformer",))._execution.experiment
    model, corpus = experiment.models[0], experiment.corpora[0]
    layer, texts = model.layer, experiment.texts[::60]
    for text, found in zip(texts, experiment.logits(texts)[0], strict=True):
        x = torch.stack([model.words.weight[corpus.vocabulary[word]] for word in text.split()])
        x = x + model.positions[: len(x)]
        read = F.layer_norm(x, (32,), layer.norm1.weight, layer.norm1.bias)
        q, k, v = (read @ layer.self_attn.in_proj_weight.T + layer.self_attn.in_proj_bias).split(32, -1)
        heads = []
        for h in range(4):
            own = slice(8 * h, 8 * h + 8)
            heads.append((q[:, own] @ k[:, own].T / 8**0.5).softmax(-1) @ v[:, own])
        x = x + layer.self_attn.out_proj(torch.cat(heads, -1))
        read = F.layer_norm(x, (32,), layer.norm2.weight, layer.norm2.bias)
        x = x + layer.linear2(layer.linear1(read).clamp(min=0))
        assert model.out(x.mean(0)).item() == pytest.approx(float(found), abs=1e-4)


def test_attention_pools_with_the_softmax_of_the_query_over_the_words_that_are_read():
    words = "the plot ~really was great xyzzy not silly"
    run = Run("sentiment", lanes=("bag", "lstm"), pooling="attention", words=words)
    run.step(4)
    found = run.arrays("attention", "score")
    experiment = run._execution.experiment
    model, read = experiment.models[1], ["the", "plot", "was", "great", "not", "silly"]
    tokens = torch.tensor([[experiment.corpora[1].vocabulary[word] for word in read]])
    states = model.layer(model.words(tokens))[0][0]
    scores = np.array([(model.query.weight[0] @ h).item() for h in states])
    shares = np.exp(scores) / np.exp(scores).sum()
    assert np.isnan(found["attention"][0]).all()
    np.testing.assert_allclose(found["attention"][1, [0, 1, 3, 4, 6, 7]], shares, rtol=1e-4)
    assert np.isnan(found["attention"][1, [2, 5]]).all()
    pooled = sum(share * h for share, h in zip(shares, states, strict=True))
    assert found["score"][1] == pytest.approx(model.out(pooled.float()).sigmoid().item(), abs=1e-5)


def test_accuracies_count_reviews_and_the_worst_told_one_is_shown():
    run = Run("sentiment", lanes=("hidden", "unordered"), selected=1)
    run.step(6)
    found = run.arrays("accuracies", "examples", "review", "truth", "review_score", "family_of")
    experiment = run._execution.experiment
    for lane in (0, 1):
        for family in (0, 3):
            own = range(100 * family, 100 * family + 100)
            alone = [float(experiment.logits([experiment.texts[k]])[lane, 0]) for k in own]
            right = [(logit > 0) == bool(experiment.truths[k]) for k, logit in zip(own, alone, strict=True)]
            assert found["accuracies"][lane, family] == pytest.approx(np.mean(right), abs=1e-9)
            signed = [logit if experiment.truths[k] else -logit for k, logit in zip(own, alone, strict=True)]
            worst = experiment.texts[own[int(np.argmin(signed))]]
            assert signed[experiment.texts[own[0] : own[-1] + 1].index(str(found["examples"][lane, family]))] == (
                pytest.approx(signed[experiment.texts[own[0] : own[-1] + 1].index(worst)], abs=1e-5)
            )
    for text, truth, score in zip(found["review"], found["truth"], found["review_score"], strict=True):
        assert (meant(str(text)) > 0) == truth
        assert float(experiment.logits([str(text)])[1, 0].double().sigmoid()) == pytest.approx(score, abs=1e-5)
    judged = [k for family in range(5) for k in range(100 * family, 100 * family + 10)]
    told = experiment.logits([experiment.texts[k] for k in judged])[1] > 0
    wanted = float((told == experiment.truths[judged]).double().mean())
    run.step()
    assert run.metrics["accuracy/unordered"][-1] == pytest.approx(wanted)


def test_with_half_negated_the_other_half_is_tested():
    run = Run("sentiment", lanes=("bag",), negated="half")
    texts = run._execution.experiment.texts
    known = [text for text in known_texts(run) if " but " not in text]
    learned = {text.split()[-1] for text in known if any(f"was {no}" in text for no in ("not", "never"))}
    tested = {text.split()[-1] for text in texts[100:300]}
    assert learned <= set(GOOD[:6] + BAD[:6])
    assert tested <= set(GOOD[6:] + BAD[6:])


def test_a_twin_has_the_same_words_and_says_the_opposite():
    texts = Run("sentiment", lanes=("bag",))._execution.experiment.texts[400:]
    for good, bad in zip(texts[::2], texts[1::2], strict=True):
        assert sorted(good.split()) == sorted(bad.split())
        assert (meant(good), meant(bad)) == (1, -1)
    assert twin(["a", "b", "good"]) == ["good", "b", "a"]


def test_an_empty_review_can_be_scored_by_every_model():
    run = Run("sentiment", lanes=("bag", "hidden", "lstm", "transformer"), words="~silly", pooling="attention")
    found = run.arrays("score", "word", "other")
    assert np.isfinite(found["score"]).all()
    assert found["other"].size == 0
    assert Run("sentiment", words="").arrays("word")["word"].size == 0


def test_a_hand_moves_strikes_and_changes_words():
    run = Run("sentiment", words="Good, not ~very bad!")
    assert words_of(run.params.words) == ["good", "not", "~very", "bad"]
    frame = frame_of(run, **run.arrays("other"))
    assert move(frame, 3, 0) == {"words": "bad good not ~very"}
    assert move(frame, 0, 3) == {"words": "not ~very bad good"}
    assert strike(frame, 1) == {"words": "good ~not ~very bad"}
    assert strike(frame, 2) == {"words": "good not very bad"}
    assert change(frame) == {"words": "bad not good"}
    first = following(frame)
    again = dataclasses.replace(frame, params=Run("sentiment", lanes=("bag",), **first).params)
    assert following(again) != first
    assert features_of("Good, not ~very bad!", "english", 2) == ["good", "bad", "good bad"]


def test_notes_name_words_that_are_not_read_and_models_that_cannot_tell_the_twins_apart():
    assert [note.name for note in Run("sentiment", words="the plot was xyzzy").notes] == ["unknown"]
    run = Run("sentiment", lanes=("bag", "lstm"))
    assert not run.notes
    run.step(30)
    (note,) = run.notes
    assert (note.name, note.number) == ("same", 1.0)
    assert "LSTM" not in note.text
    assert not Run("sentiment", lanes=("lstm",), words="good").notes
