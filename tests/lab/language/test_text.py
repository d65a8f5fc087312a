"""Text, byte pairs and yardsticks: against tokenizers, against counting by hand."""

import math
import random
from collections import Counter
from itertools import islice, pairwise

import pytest
import torch

from explainer import Refused
from explainer.lab.language.byte_pairs import BytePairs, learn, words_of
from explainer.lab.language.text import (
    Characters,
    characters_of,
    checked,
    corpus_of,
    draw_windows,
    halves,
    in_windows,
    our_text,
    read_text,
    yardsticks,
)

STRANGE = "I'll say: naïve  Straße\n\n\t 12345 x² — 你好 🙂 don't!!  end "


def test_our_text_never_changes():
    text = our_text()
    assert (len(text), len(set(text)), sum(map(ord, text))) == (62_590, 73, 5_658_736)


def test_characters_come_back_and_unknown_ones_are_refused():
    vocabulary = Characters("hello\n")
    assert vocabulary.symbols == ["\n", "e", "h", "l", "o"]
    assert vocabulary.decode(vocabulary.encode("hole")) == "hole"
    with pytest.raises(Refused, match="the character 'é' is refused"):
        vocabulary.encode("hé")


def test_merges_are_those_that_tokenizers_learns():
    tokenizers = pytest.importorskip("tokenizers")
    text = our_text()[:30_000] + STRANGE
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=256 + 300, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    theirs.train_from_iterator([text], trainer)
    own = BytePairs([pair for pair, _ in islice(learn(text), 300)])
    for sample in (text, STRANGE, "strawberry 1234567", ""):
        assert own.encode(sample) == theirs.encode(sample).ids


def test_each_merge_is_the_commonest_pair_counted_afresh():
    text = our_text()[:4_000]
    words = Counter(words_of(text))
    merges = []
    for pair, count in islice(learn(text), 60):
        vocabulary = BytePairs(merges)
        pairs = Counter()
        for word, times in words.items():
            numbers = vocabulary.encode_word(word)
            for each in pairwise(numbers):
                pairs[each] += times
        assert pairs[pair] == count == max(pairs.values())
        merges.append(pair)


def test_byte_pairs_write_every_text_and_join_to_it_again():
    vocabulary = BytePairs([pair for pair, _ in islice(learn(our_text()[:20_000]), 100)])
    draw = random.Random(0)
    for _ in range(50):
        text = "".join(chr(draw.choice([*range(32, 127), 228, 8364, 20320, 128578])) for _ in range(40))
        assert vocabulary.decode(vocabulary.encode(text)) == text
    assert "".join(words_of(STRANGE)) == STRANGE


def test_learning_ends_when_no_pair_stands_twice():
    assert [count for _, count in learn("ab ab")] == [2]
    assert list(learn("")) == []


def by_hand(train, held_out, symbols, weight=5.0):
    """The yardsticks, symbol by symbol."""
    everything, cut = [*train, *held_out], len(train)
    totals = [0.0] * 4
    for place in range(cut, len(everything)):
        p = 1 / symbols
        totals[0] -= math.log(p)
        for order in range(3):
            context = everything[place - order : place]
            windows = [everything[i : i + order + 1] for i in range(cut - order)]
            both = sum(w == [*context, everything[place]] for w in windows)
            p = (both + weight * p) / (sum(w[:-1] == context for w in windows) + weight)
            totals[order + 1] -= math.log(p)
    return [total / len(held_out) for total in totals]


def test_yardsticks_are_counted():
    draw = random.Random(0)
    tokens = [draw.choice([0, 1, 1, 2, 2, 2, 4]) for _ in range(220)]
    found = yardsticks(torch.tensor(tokens[:180]), torch.tensor(tokens[180:]), 6)
    assert found.tolist() == pytest.approx(by_hand(tokens[:180], tokens[180:], 6))


def test_yardsticks_of_our_text():
    corpus = corpus_of(our_text(), Characters(our_text()))
    found = yardsticks(corpus.train, corpus.held_out, 73)
    assert found.tolist() == pytest.approx([4.2905, 3.1096, 2.4135, 1.8493], abs=5e-4)
    assert found[0].item() == pytest.approx(math.log(73))


def test_the_last_tenth_is_held_out_and_windows_follow_one_another():
    text = our_text()
    known, held_out = halves(text)
    assert known + held_out == text
    assert len(held_out) == 6_259
    corpus = corpus_of(text, Characters(text))
    assert corpus.characters_per_symbol == 1
    inputs, targets = in_windows(corpus.held_out, 64)
    assert corpus.vocabulary.decode(inputs.flatten().tolist()) == held_out[: 97 * 64]
    assert torch.equal(targets[:, :-1], inputs[:, 1:])
    assert torch.equal(targets[:-1, -1], inputs[1:, 0])
    inputs, targets = draw_windows(corpus.train, 64, 5, torch.Generator().manual_seed(0))
    for piece, after in zip(inputs, targets, strict=True):
        written = corpus.vocabulary.decode([*piece.tolist(), int(after[-1])])
        assert written in known
        assert torch.equal(piece[1:], after[:-1])


def test_files_are_read_in_utf_8_with_plain_line_ends_and_refused_otherwise(tmp_path):
    good = tmp_path / "good.txt"
    good.write_bytes(b"\xef\xbb\xbf" + "naïve\r\n".encode() * 400)
    assert read_text(str(good)) == "naïve\n" * 400
    for name, content, why in (
        ("latin.txt", "é".encode("latin-1") * 5_000, r"is no UTF-8 text \(byte 0\): save it as UTF-8"),
        ("short.txt", b"short", "a text of 5 characters is refused: give 2,000 to 2,000,000"),
        ("long.txt", b"a" * 2_000_001, "a text of 2,000,001 characters is refused"),
        ("huge.txt", b"a" * 8_000_001, "more than 8 MiB"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused, match=why):
            read_text(str(tmp_path / name))
    with pytest.raises(Refused, match="No such file"):
        read_text(str(tmp_path / "none.txt"))


def test_too_many_different_characters_are_refused():
    with pytest.raises(Refused, match="301 different characters is refused: give at most 300, or choose byte pairs"):
        characters_of(checked("".join(map(chr, range(300, 601))) * 10))
