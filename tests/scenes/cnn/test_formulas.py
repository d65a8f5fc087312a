"""The formulas' numbers, read back and compared with PyTorch; and what the notes say."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer import Run
from explainer.export.of_run import frame_of
from explainer.scenes.cnn import formulas
from explainer.scenes.cnn.notes import notes
from explainer.scenes.cnn.words import readings, summary


@pytest.fixture(scope="module")
def run():
    made = Run("cnn", blocks="pooled:channels=5,strided:kernel=4:padding=0", layer="conv2", channel=3, row=0, column=0)
    made.step(20)
    return made


@pytest.fixture
def frame(run):
    return frame_of(run, run.arrays("*"))


def last_number(latex):
    return float(re.findall(r"-?[\d,]+\.?\d*", latex)[-1].replace(",", ""))


def test_the_sum_of_a_cell_is_the_maps_number(frame):
    words = formulas.cell_numbers(frame)
    assert "y_{3,0,0}" in words
    assert "1 more" in words, "five inputs, four of them written out"
    assert last_number(words) == pytest.approx(float(frame.arrays["maps/conv2"][3, 0, 0]), abs=6e-4)
    parts = words.split("=")[1].replace(r"\;(\text{1 more})", "").replace(" ", "")
    assert eval(parts) == pytest.approx(last_number(words), abs=3e-3)


def test_size_weights_and_field_are_pytorchs(frame, run):
    model = run.execution.experiment.model
    assert last_number(formulas.size_numbers(frame)) == frame.arrays["maps/conv2"].shape[1] == 1
    learned = sum(p.numel() for p in model.conv2.parameters())
    dense = sum(p.numel() for p in nn.Linear(5 * 4 * 4, 16).parameters())
    assert [
        float(n.replace(",", "")) for n in re.findall(r"[\d,]+", formulas.weights_numbers(frame).replace("{,}", ","))
    ][-2:] == [
        learned,
        dense,
    ]
    image = torch.rand(1, 1, 8, 8, requires_grad=True)
    nn.AvgPool2d(2)(nn.Conv2d(1, 1, 3, padding=1)(image)).unfold(2, 4, 2).unfold(3, 4, 2).sum((4, 5))[
        0, 0, 0, 0
    ].backward()
    reach = int((image.grad[0, 0].abs() > 0).any(0).sum())
    assert reach == 8
    assert last_number(formulas.field_numbers(frame)) == reach + 2, "one more lies in the padding at each side"


def test_probability_and_loss_are_those_of_cross_entropy(frame, run):
    arrays = frame.arrays
    loss = F.cross_entropy(torch.from_numpy(arrays["logits"])[None], torch.tensor([int(arrays["label"])]))
    words = formulas.softmax_numbers(frame)
    assert last_number(words) == pytest.approx(float(loss), abs=6e-5)
    assert f"{arrays['probabilities'].max():.3f}" in words


def test_nothing_is_said_before_anything_is_known(frame):
    from dataclasses import replace

    empty = replace(frame, arrays={}, step=0, series={})
    assert {formula.numbers(empty) for formula in formulas.FORMULAS} == {""}
    assert all(formula.latex(empty) for formula in formulas.FORMULAS)
    assert notes(empty) == []
    assert "learned nothing yet" in summary(empty)


def test_the_reading_is_the_held_out_accuracy(frame, run):
    assert readings(frame) == [("held-out accuracy", f"{run.metrics['accuracy/test'][-1]:.1%}")]
