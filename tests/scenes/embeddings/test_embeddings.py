"""Embeddings, against plain loops over the sentences, torch.optim on looked-up rows, SciPy and closed forms."""

import random
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cosine
from scipy.stats import pearsonr
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Run
from explainer.contract.frame import Frame
from explainer.scenes.embeddings.sentences import BY_ROLE, OTHERS, PEOPLE, WORDS, analogies, sentence
from explainer.scenes.embeddings.view import answers, end_of, following, look_at


def pairs_of(run, window):
    """Every word with each word of its window, counted one by one."""
    found = Counter()
    for text in run._execution.experiment.corpus.sentences:
        words = text.split()
        for k, word in enumerate(words):
            found.update((word, other) for other in words[max(0, k - window) : k] + words[k + 1 : k + 1 + window])
    return found


def frame_of(run, *names):
    """A frame of a run with some of its arrays."""
    return Frame("embeddings", run.position.step, "", run.params, dict(run.arrays(*names)))


def test_the_grammar_uses_every_word_and_no_other():
    chance = random.Random(7)
    assert {word for _ in range(3000) for word in sentence(chance).split()} == set(WORDS)
    assert len(WORDS) == len(set(WORDS)) == 109
    assert set(BY_ROLE) < set(PEOPLE)
    assert set(OTHERS) < set(WORDS)


def test_analogies_change_one_trait_from_a_to_b_and_another_from_a_to_c():
    people, capitals = analogies()
    named = {tuple(WORDS[k] for k in one) for one in people}
    assert {
        ("man", "king", "woman", "queen"),
        ("girl", "boy", "maid", "page"),
        ("king", "prince", "man", "boy"),
    } <= named
    assert len(named) == len(people) == 12 * (2 * 2 + 2 * 2 + 2)
    assert all((b, a, d, c) in set(people) for a, b, c, d in people)
    assert ("france", "paris", "japan", "tokyo") in {tuple(WORDS[k] for k in one) for one in capitals}
    assert len(capitals) == 30


@pytest.mark.parametrize("window", [1, 5])
def test_company_is_what_a_loop_over_the_sentences_counts(window):
    run = Run("embeddings", window=window, word="dog")
    counted, found = pairs_of(run, window), run.arrays("company", "count")
    own = np.array([counted["dog", word] for word in WORDS])
    np.testing.assert_allclose(found["company"], own / own.sum(), atol=1e-6)
    corpus = run._execution.experiment.corpus
    assert len(corpus.words) == sum(counted.values())
    said = Counter(word for text in corpus.sentences for word in text.split())
    assert [said[word] for word in WORDS] == found["count"].tolist()


def test_the_share_of_words_kept_when_subsampling_is_mikolovs():
    run = Run("embeddings", subsample=1e-3, window=10)
    corpus = run._execution.experiment.corpus
    frequency = corpus.counts.numpy() / int(corpus.counts.sum())
    kept = np.minimum(1, np.sqrt(1e-3 / frequency))
    full, few = pairs_of(run, 10), corpus.shares * len(corpus.words)
    the, his = WORDS.index("the"), WORDS.index("and")
    assert float(few[the, his]) == pytest.approx(full["the", "and"] * kept[the] * kept[his], rel=0.25)


def test_a_step_is_adam_on_looked_up_rows_with_negative_sampling_loss():
    run = Run("embeddings", lr=0.03, negative=3)
    experiment = run._execution.experiment
    u, v = (torch.nn.Parameter(each.weight.detach().clone()) for each in (experiment.words, experiment.contexts))
    optimizer, draws, losses = torch.optim.Adam([u, v], lr=0.03), torch.Generator(), []
    draws.set_state(experiment.batches.get_state())
    corpus, noise = experiment.corpus, experiment.corpus.counts.double() ** 0.75
    for _ in range(4):
        rows = torch.randint(len(corpus.words), (512,), generator=draws)
        others = torch.multinomial((noise / noise.sum()).float(), 1536, True, generator=draws).view(512, 3)
        own, good = F.embedding(corpus.words[rows], u), F.embedding(corpus.company[rows], v)
        scores = torch.cat([good[:, None], F.embedding(others, v)], 1) @ own[:, :, None]
        truth = torch.tensor([1.0, 0, 0, 0]).expand(512, 4)
        loss = F.binary_cross_entropy_with_logits(scores[..., 0], truth, reduction="sum") / 512
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    run.step(4)
    np.testing.assert_allclose(run.metrics["loss"], losses, rtol=1e-4)
    assert losses[0] == pytest.approx(4 * np.log(2))
    np.testing.assert_allclose(run.arrays("vectors")["vectors"], u.detach(), atol=1e-4)


def test_with_a_number_for_each_word_scores_become_pointwise_mutual_information_less_log_k():
    run = Run("embeddings", learning="exact", dim=109, negative=2, lr=0.05)
    run.step(250)
    counted, found = pairs_of(run, 5), run.arrays("fit", "correlation", "count")
    total, noise = sum(counted.values()), found["count"] ** 0.75 / (found["count"] ** 0.75).sum()
    alone = Counter()
    for (word, _), times in counted.items():
        alone[word] += times
    wanted = [
        np.log(counted[w, c] / total / (2 * alone[w] / total * noise[k]))
        for w in WORDS for k, c in enumerate(WORDS) if counted[w, c]
    ]  # fmt: skip
    np.testing.assert_allclose(found["fit"][:, 0], wanted, atol=1e-4)
    assert float(found["correlation"]) == pytest.approx(pearsonr(*found["fit"].astype(float).T).statistic, abs=1e-6)
    assert float(found["correlation"]) > 0.99


def test_cosines_are_scipys_and_analogies_are_answered_one_by_one():
    run = Run("embeddings", a="boy", b="man", c="girl", word="queen")
    run.step(60)
    found = run.arrays("vectors", "like_word", "like_sum", "cosines", "other_company")
    u = found["vectors"].astype(float)
    at = WORDS.index
    np.testing.assert_allclose(found["like_word"], [1 - cosine(each, u[at("queen")]) for each in u], atol=1e-5)
    np.testing.assert_allclose(found["cosines"], [[1 - cosine(x, y) for y in u[:12]] for x in u[:12]], atol=1e-5)
    unit = u / np.linalg.norm(u, axis=1, keepdims=True)
    goal = unit[at("man")] - unit[at("boy")] + unit[at("girl")]
    np.testing.assert_allclose(found["like_sum"], [1 - cosine(each, goal) for each in unit], atol=1e-5)
    run.step()
    for name, questions, struck in (("struck", 0, True), ("any", 0, False), ("capitals", 1, True)):
        right = 0
        for a, b, c, d in analogies()[questions]:
            away = {
                k: cosine(unit[k], unit[b] - unit[a] + unit[c])
                for k in range(109) if not (struck and k in (a, b, c))
            }  # fmt: skip
            right += min(away, key=away.get) == d
        assert run.metrics[name][-1] == pytest.approx(right / len(analogies()[questions]), abs=0.009)


@pytest.mark.parametrize("plane", ["arrows", "principal"])
def test_the_plane_is_flat_and_the_one_through_the_arrows_keeps_their_lengths(plane):
    run = Run("embeddings", plane=plane)
    run.step(30)
    found = run.arrays("place", "vectors")
    unit = found["vectors"] / np.linalg.norm(found["vectors"], axis=1, keepdims=True)
    a, b, c = (WORDS.index(word) for word in ("man", "king", "woman"))
    place = found["place"]
    if plane == "arrows":
        for one, other in ((a, b), (a, c), (b, c)):
            apart = np.linalg.norm(unit[one] - unit[other])
            assert np.linalg.norm(place[one] - place[other]) == pytest.approx(apart, abs=1e-5)
        assert place[b] == pytest.approx([np.linalg.norm(unit[b] - unit[a]), 0], abs=1e-5)
    else:
        spread = np.linalg.svd(unit - unit.mean(0), compute_uv=False)[:2]
        np.testing.assert_allclose(np.linalg.norm(place, axis=0), spread, rtol=1e-4)


def test_a_hand_puts_the_ends_of_the_arrows_on_other_words():
    run = Run("embeddings")
    run.step(40)
    frame = frame_of(run, "place", "like_sum")
    place = frame.arrays["place"].astype(float)
    lady, man, king = (WORDS.index(word) for word in ("lady", "man", "king"))
    for name in "abc":
        assert end_of(name)(frame, 0, *place[lady].tolist()) == {name: "lady"}
    tip = place[lady] + place[king] - place[man]
    assert end_of("c", beyond=True)(frame, 0, *tip.tolist()) == {"c": "lady"}
    assert look_at(frame, lady) == {"word": "lady"}
    assert following(frame) == {"a": "france", "b": "paris", "c": "japan"}
    struck, free = answers(frame)
    assert free == WORDS[int(frame.arrays["like_sum"].argmax())]
    assert struck not in ("man", "king", "woman")


def test_pieces_join_to_the_text_and_merges_make_them_fewer():
    few, many = (Run("embeddings", merges=merges, unseen="the kings").arrays("piece")["piece"] for merges in (0, 400))
    assert "".join(few) == "".join(many) == " the kings"
    assert len(few) == 10
    assert len(many) == 3


def test_a_word_in_no_sentence_is_said_and_the_default_is_shown():
    run = Run("embeddings", word="zebra", a="KING ")
    (note,) = run.notes
    assert (note.name, note.card) == ("unknown", "neighbours")
    assert float(run.arrays("like_word")["like_word"][WORDS.index("hot")]) == pytest.approx(1, abs=1e-5)
    run = Run("embeddings", learning="exact", a="man", b="king", c="king")
    run.step(60)
    assert "given" in [note.name for note in run.notes]
    assert "alike" in [note.name for note in run.notes]
    assert not Run("embeddings").notes
