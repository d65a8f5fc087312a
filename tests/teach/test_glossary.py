"""The glossary: cards that can be read, set, found and followed."""

import pytest

from explainer.contract import Refused
from explainer.contract.lesson import inline_parts
from explainer.contract.lesson_questions import sentences
from explainer.teach.glossary import glossary, read_glossary, term_named
from explainer.window.inspector.typeset import typeset

FORMULAS = [
    (term.name, latex)
    for term in glossary()
    for latex in (*filter(None, [term.formula]), *inline_parts(term.meaning)[1])
]


def test_there_are_about_two_hundred_cards_of_two_sentences_each():
    assert len(glossary()) >= 200
    assert [term.name for term in glossary() if sentences(term.meaning) != 2] == []


@pytest.mark.parametrize(("name", "latex"), FORMULAS, ids=[name for name, _ in FORMULAS])
def test_every_formula_can_be_set(name, latex):
    assert typeset(latex).ascent > 0


def test_a_card_is_found_by_any_of_its_names_in_any_case():
    assert term_named("sgd") is term_named("Stochastic gradient descent")
    assert term_named("no such thing") is None


def test_a_card_says_what_stands_in_the_file():
    (term,) = read_glossary("# G\n\n## One\nalso: a, b c\nscene: x, y\nunderline: no\nSays. More.\n$$a = b$$\n")
    assert (term.name, term.also, term.scenes, term.underlined) == ("One", ("a", "b c"), ("x", "y"), False)
    assert (term.meaning, term.formula) == ("Says. More.", "a = b")


@pytest.mark.parametrize(
    ("text", "remedy"), [("## A\nalso: b\n", "add two sentences"), ("## A\nSays.\n## B\nalso: a\nSays.\n", "keep one")]
)
def test_an_empty_or_doubled_card_is_refused(text, remedy):
    with pytest.raises(Refused, match=remedy):
        read_glossary(text)
