"""Text can be read in both themes, and series told apart with the three common deficiencies of colour vision.

Contrast is WCAG 2.1's ratio of relative luminances. Deficiencies are simulated with the matrices of Machado, Oliveira
and Fernandes (2009) at full severity, in linear RGB; differences are Euclidean distances in CIELAB (CIE 1976).
"""

from itertools import combinations

import numpy as np
import pytest

from explainer.theme.tokens import DARK, LIGHT

GROUNDS = ("window", "bar", "card", "canvas", "raised")
WORDS = ("text", "muted", "accent", "warning", "good", "danger")
PAIRS = [(word, ground) for word in WORDS for ground in GROUNDS]
PAIRS += [("on_accent", "accent"), ("text", "selected"), ("warning", "warning_back"), ("text", "warning_back")]
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
TRITANOPIA = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
VISION = {
    "usual": np.eye(3),
    "protanopia": PROTANOPIA,
    "deuteranopia": DEUTERANOPIA,
    "tritanopia": TRITANOPIA,
}
TOGETHER, APART = 4, 9.0
"""So many series are common in a picture; they must lie this far apart (a difference just seen is about 2.3)."""


def linear(colour):
    """Return a colour #rrggbb as linear RGB."""
    values = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast ratio of two colours."""
    light, dark = sorted((float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour, vision):
    """Return a colour in CIELAB (D65) as someone with this vision sees it."""
    seen = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz / [0.9505, 1.0, 1.089]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_black_on_white_and_a_known_pair_have_the_ratios_that_wcag_states():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(theme, words, ground):
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_first_series_can_be_told_apart(theme, vision):
    seen = [lab(colour, vision) for colour in theme.series[:TOGETHER]]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) >= APART


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_series_stands_out_from_its_ground(theme):
    assert min(contrast(colour, theme.canvas) for colour in theme.series) >= 3.0
