"""The numbers that the lesson tells are those that its links show."""

import math
import re

import numpy as np
import pytest
import torch

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.scenes.attention.mechanism import additive, rotary

LOOKUP = {"weights": "trained", "d_model": 32, "heads": 1, "text": "a cat and a dog"}


def arrays(**given):
    return Run("attention", **given).arrays("*")


def cat(**given):
    """The weight that “its” gives to “cat”."""
    return arrays(**given)["final_weights"][0, 3, 1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, 0.68),
        ({"query": (4.71, 1.5)}, 0.98),
        ({"query": (0.01, 0.0)}, 0.20),
        ({"temperature": 0.2}, 0.998),
        ({"kind": "cross"}, 0.68),
    ],
)
def test_what_its_reads_from_cat(given, told):
    assert cat(**given) == pytest.approx(told, abs=0.005)


def test_who_reads_from_whom_is_not_symmetric():
    assert arrays()["final_weights"][0, 1, 3] == pytest.approx(0.02, abs=0.005)


def test_random_projections_have_most_of_the_possible_entropy():
    shares = [
        Run("attention", seed=seed, weights="random", d_model=8, heads=2).arrays("*")["row_entropy"].mean()
        for seed in range(50)
    ]
    assert np.mean(shares) / np.log(5) == pytest.approx(0.86, abs=0.005)


@pytest.mark.parametrize(("temperature", "z", "s"), [(0.2, 0.004, 0.013), (1.0, 0.35, 0.25), (10.0, 0.40, 0.028)])
def test_the_table_of_temperatures(temperature, z, s):
    """∂w/∂s by moving the key of each token along the query, so that its score alone rises."""
    run = Run("attention", temperature=temperature)
    found = run.arrays("*")
    assert np.linalg.norm(found["jacobian"][0]) == pytest.approx(z, abs=0.005)
    q, keys, columns = found["final_q"][0, 3], found["final_k"][0], []
    for j, key in enumerate(keys):
        ends = []
        for sign in (-1, 1):
            run.act("place", table="k", head=0, row=j, to=tuple(key + sign * 1e-4 * q / (q @ q)))
            ends.append(run.arrays("*")["final_weights"][0, 3])
        run.act("undo_edits")
        columns.append((ends[1] - ends[0]) / 2e-4)
    assert np.linalg.norm(columns) == pytest.approx(s, rel=0.05)


@pytest.mark.parametrize("position", ["none", "alibi", "rotary", "sinusoidal", "random"])
def test_which_positions_do_not_notice_padding_before_the_text(position):
    given = {"weights": "random", "d_model": 8, "heads": 2, "mask": "both", "position": position}
    after, before = (arrays(side=side, **given)["final_weights"] for side in ("right", "left"))
    apart = np.abs(after[:, :5, :5] - before[:, 2:, 2:]).max()
    assert apart < 1e-12 if position in ("none", "alibi", "rotary") else apart > 0.3


def test_turning_makes_the_dot_product_depend_on_the_distance_alone_and_the_additive_score_not():
    q, k, a = torch.randn(1, 1, 4).double(), torch.randn(1, 1, 4).double(), torch.randn(1, 1, 4).double()
    q, k = (rotary(each.expand(1, 6, 4)) for each in (q, k))
    dot, added = (q @ k.mT)[0], additive(q, k, a)[0]
    assert torch.allclose(dot[1:, 1:], dot[:-1, :-1])
    assert not torch.allclose(added[1:, 1:], added[:-1, :-1], atol=0.01)


def test_an_additive_score_is_bounded_and_is_a_plain_loop():
    found = arrays(weights="random", d_model=8, heads=2, score="additive", temperature=0.5, asks=1)
    q, k = found["final_q"], found["final_k"]
    run = Run("attention", weights="random", d_model=8, heads=2, score="additive", temperature=0.5)
    run.step(8)
    a = run.arrays("*")["a"]
    for head in range(2):
        for i in range(5):
            for j in range(5):
                terms = [a[head, 0, n] * math.tanh(q[head, i, n] + k[head, j, n]) for n in range(4)]
                assert found["final_scores"][head, i, j] == pytest.approx(sum(terms))
                assert found["final_scaled"][head, i, j] == pytest.approx(sum(terms) / 0.5)
    assert (np.abs(found["final_scores"]).max((1, 2)) <= np.abs(a).sum((1, 2))).all()


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_a_links_text_has_blanks_and_no_plus_signs_for_them(name):
    """A plus sign in a link is a plus sign: “a+cat” would be three tokens."""
    lesson = CATALOGUE.lesson(CATALOGUE.scene(name))
    assert not re.findall(r"\((?:try|compare):[^)]*[a-z]\+[a-z][^)]*\)", lesson)
