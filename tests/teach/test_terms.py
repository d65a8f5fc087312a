"""Terms of the glossary are marked in a text: once, where they mean what the card says, and nothing else changes."""

import re

import pytest

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import Text, links_in
from explainer.teach.library import lesson_of
from explainer.teach.terms import TERM, Terms

TEXTS = [
    (scene.name, block.markdown)
    for scene in CATALOGUE.scenes()
    for step in lesson_of(scene).steps
    for block in step.blocks
    if isinstance(block, Text)
]


def marked(text):
    return [(link.text, link.target) for link in links_in(Terms().mark(text)) if link.target.startswith(TERM)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Momentum keeps a velocity; momentum helps.", ["Momentum"]),
        ("Adam adapts, and a man called adam too.", ["Adam"]),
        ("two ravines and a saddle", ["ravines", "saddle"]),
        ("a transposed convolution is no convolution", ["transposed convolution", "convolution"]),
        ("code `momentum`, formula $momentum$, [momentum](try:lr=1) and “momentum”", []),
        ("the weight and the bias of a unit", []),
        ("**Momentum** and *softmax*", ["Momentum", "softmax"]),
        ("ReLUs", ["ReLUs"]),
        ("nothing at all", []),
        ("", []),
    ],
)
def test_a_term_is_marked_where_it_is_first_used(text, words):
    assert [word for word, _ in marked(text)] == words


def test_a_step_marks_a_term_once_over_all_its_texts():
    terms = Terms()
    assert TERM in terms.mark("momentum")
    assert terms.mark("momentum again") == "momentum again"


def test_marking_changes_no_word_and_no_link_of_any_lesson():
    for _, text in TEXTS:
        after = Terms().mark(text)
        assert re.sub(r"\[([^\]]+)\]\(term:[^)]*\)", r"\1", after) == text
        own = [link.target for link in links_in(after) if not link.target.startswith(TERM)]
        assert own == [link.target for link in links_in(text)]
