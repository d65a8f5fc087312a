"""Ask: what people type finds the scene that answers it."""

from pathlib import Path

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.teach.glossary import glossary
from explainer.teach.library import command, entries, index
from explainer.teach.search import Entry, Index
from explainer.teach.words import canonical, plain

ASKED = [line.split("\t") for line in Path(__file__).with_name("asked.tsv").read_text("utf-8").splitlines()]
"""What people type, and the scenes that answer it; none of it is a lesson's wording."""


@pytest.fixture(scope="module")
def built_in():
    return Index(entries())


def found_by(index, words):
    """Return the scenes among the first three, those of cards included that are still to come."""
    scenes = {term.name: term.scenes for term in glossary()}
    hits = [hit.entry for hit in index.search(words, 3)]
    return {hit.scene for hit in hits} | {name for hit in hits if hit.kind == "term" for name in scenes[hit.title]}


def test_nine_in_ten_questions_find_their_scene_among_the_first_three(built_in):
    there = set(CATALOGUE.names())
    answerable = [(words, set(scenes.split(","))) for words, scenes in ASKED if there & set(scenes.split(","))]
    missed = [words for words, scenes in answerable if not scenes & {h.entry.scene for h in built_in.search(words, 3)}]
    assert len(answerable) > 100
    assert len(missed) <= len(answerable) / 10, missed


def test_questions_whose_scene_is_still_to_come_find_a_card(built_in):
    there = set(CATALOGUE.names())
    open_ones = [(words, set(scenes.split(","))) for words, scenes in ASKED if not there & set(scenes.split(","))]
    missed = [words for words, scenes in open_ones if not scenes & found_by(built_in, words)]
    assert len(missed) <= len(open_ones) / 10, missed


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("vanishing gradint", "vanishing gradient"),
        ("momentun", "momentum"),
        ("batchnorm", "batch normalization"),
        ("batch-norm", "batch normalization"),
        ("drop out", "dropout"),
        ("learningrate", "learning rate"),
        ("LSTMs", "LSTM"),
        ("MLP", "multilayer perceptron"),
    ],
)
def test_misspelt_joined_parted_and_shortened_words_find_the_term(built_in, words, title):
    assert any(title.lower() in hit.entry.title.lower() for hit in built_in.search(words, 3))


def test_what_is_typed_so_far_finds_what_it_may_become(built_in):
    for length in range(3, len("momentum") + 1):
        hits = built_in.search("momentum"[:length], 5, typing=True)
        assert "gradient-descent" in {hit.entry.scene for hit in hits}


@pytest.mark.parametrize(
    "words", ["", "   ", "???", '"', "a OR b NOT (", "NEAR(x y)", "*", "x" * 5000, "\0", "日本語", "what is the"]
)
def test_anything_can_be_typed(built_in, words):
    assert len(built_in.search(words, 3, typing=True)) <= 3


def test_other_scenes_stand_before_further_hits_of_the_same_that_fit_no_better():
    entries = [Entry("question", f"why momentum number {n}", "one") for n in range(4)] + [
        Entry("step", "momentum", "two")
    ]
    assert {hit.entry.scene for hit in Index(entries).search("why momentum", 2)} == {"one", "two"}


def test_a_group_takes_the_place_of_what_it_was():
    index = Index([Entry("scene", "Waves", "waves")])
    index.put("scene", [Entry("parameter", "Learning rate", target="lr")])
    index.put("scene", [Entry("parameter", "Depth", target="depth")])
    assert [hit.entry.target for hit in index.search("learning rate")] == []
    assert [hit.entry.target for hit in index.search("depth")] == ["depth"]
    assert len(index) == 2


def test_words_that_mean_the_same_are_the_same_word():
    assert canonical("the lr") == canonical("Learning rates") == canonical("η")
    assert canonical("conv nets") == canonical("CNNs") == canonical("convolutional neural networks")


def test_plain_words_have_neither_marks_nor_targets():
    assert plain("**See** [this run](try:lr=0.1&run=3) at $x^2$ and `code`") == "See this run at and code"


def test_a_question_opens_with_the_settings_of_its_link():
    entry = Entry("question", "q", "gradient-descent", target="try:lr=0.04&optimizers=sgd,adam&seed=3&run=20&speed=5")
    assert command(entry) == "explainer gradient-descent --set lr=0.04 --set optimizers=sgd,adam --seed 3"
    assert command(Entry("question", "q", "gradient-descent", target="compare:lr=0.04|lr=0.05&run=9")).endswith(
        "lr=0.04"
    )
    assert command(Entry("term", "t")) == ""


def test_every_entry_of_a_scene_has_a_command():
    assert all(command(entry) for entry in entries() if entry.scene)


def test_the_index_is_made_once():
    assert index() is index()


def test_every_wording_of_every_question_finds_its_scene(built_in):
    asked = [(words, entry) for entry in entries() if entry.kind == "question" for words in (entry.title, *entry.also)]
    missed = [words for words, entry in asked if entry.scene not in {h.entry.scene for h in built_in.search(words, 3)}]
    assert len(asked) > 300
    assert missed == []
