"""Words of any script: an accent, a vowel sign or a joiner belongs to its word (UTS #18)."""

import re
import unicodedata

import numpy as np
import pytest

from explainer import Run
from explainer.scenes.attention.words import LONGEST, tokens, word_number

TEXTS = {
    "हिन्दी में": ["हिन्दी", "में"],
    "cafe\u0301 nai\u0308ve": ["cafe\u0301", "nai\u0308ve"],
    "ক্ষমা করো।": ["ক্ষমা", "করো", "।"],
    "தமிழ் மொழி": ["தமிழ்", "மொழி"],
    "سَلَام عَلَيْكُم": ["سَلَام", "عَلَيْكُم"],
    "שָׁלוֹם!": ["שָׁלוֹם", "!"],
    "می‌خواهم رفت": ["می‌خواهم", "رفت"],
    "क्‍ष है": ["क्‍ष", "है"],
    "hi 👩‍👩‍👧 🇩🇪 ❤️ 1️⃣": ["hi", "👩‍👩‍👧", "🇩🇪", "❤️", "1️⃣"],
    "don't stop, l’été": ["don't", "stop", ",", "l’été"],
    "«Привет»": ["«", "Привет", "»"],
    "日本語。": ["日本語", "。"],
}


@pytest.mark.parametrize("text", TEXTS)
def test_words_and_marks_are_whole_in_every_script(text):
    assert tokens(text) == TEXTS[text]
    assert Run("attention", text=text).arrays("token")["token"].tolist() == TEXTS[text]


@pytest.mark.parametrize("seed", range(5))
def test_plain_text_is_taken_apart_as_by_the_library(seed):
    regex = pytest.importorskip("regex")
    chance = np.random.default_rng(seed)
    text = "".join(chr(code) for code in chance.choice([*range(32, 127), 32, 32, 97, 98, 39], 60))
    whole = regex.findall(r"\w+(?:['’]\w+)*|(?!\s)\X", text)
    if 1 <= len(whole) <= 24:
        assert tokens(text) == whole
    assert re.findall(r"\w+(?:'\w+)*|[^\w\s]", text) == whole


def test_a_long_word_is_cut_between_characters_and_a_word_is_itself_however_it_is_composed():
    found = tokens("हि" * 40)[0]
    assert len(found) <= LONGEST
    assert found == "हि" * (LONGEST // 2)
    assert word_number("café", 1000) == word_number(unicodedata.normalize("NFD", "café"), 1000)
