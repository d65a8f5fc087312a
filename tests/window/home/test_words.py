"""What is said of what was done."""

import pytest

from explainer.teach.progress import Done, Guess, Mark
from explainer.window.home.words import done_words, whole_words


def guesses(*right):
    return [Guess(question=f"Question {place}?", right=one) for place, one in enumerate(right)]


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Done(), ""),
        (Done(opened=1), "opened"),
        (Done(opened=3, steps=1), "1 step"),
        (Done(opened=3, steps=1240, guesses=guesses(True, False, True)), "1,240 steps · 2 of 3 predictions right"),
        (Done(opened=1, guesses=guesses(None)), "opened"),
        (Done(opened=1, steps=2, marks=[Mark(question="Why?", grade=3)]), "2 steps · 1 question answered"),
    ],
)
def test_one_scene(done, words):
    assert done_words(done) == words


def test_all_scenes_together():
    assert whole_words([Done(), Done()], 2) == ""
    done = [
        Done(opened=1, steps=1000, guesses=guesses(True)),
        Done(opened=2, steps=500, guesses=guesses(False)),
        Done(),
    ]
    assert whole_words(done, 3) == "2 of 3 scenes · 1,500 steps · 1 of 2 predictions right"
