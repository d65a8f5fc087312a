"""What is written in a graph: numbers are rounded before they are cut, words on edges stand beside nodes."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from explainer.contract.cards import Graph
from explainer.plots.kinds import graph_painting
from tests.cards import says

VALUES = np.array([1.0, -0.5123, 0.80456, -123.456, 0.022871])
GRADIENTS = np.array([-0.13512, 0.090234, -0.30155, 1.0, 1234.5])
EDGES = np.array([[0, 2], [1, 2], [2, 3], [3, 4]])
DIMS = {"names": ("node",), "edges": ("edge", "end"), "v": ("node",), "g": ("node",), "words": ("edge",)}


@pytest.fixture
def drawn(shown):
    def make(width, words=("", "", "", "")):
        names = np.array(["x", "w", "×", "+", "output"])
        arrays = {"names": names, "edges": EDGES, "v": VALUES, "g": GRADIENTS, "words": np.array(words)}
        return shown(
            Graph("names", "edges", values="v", gradients="g", labels="words", dims=("node",)),
            arrays,
            dims=DIMS,
            size=(width, 260),
        )

    return make


@pytest.mark.parametrize("width", [900, 520, 380, 260, 180])
def test_a_number_is_rounded_or_left_out_but_never_cut(drawn, width, monkeypatch):
    said = []
    monkeypatch.setattr(graph_painting, "fitting", lambda painter, words, room: said.append(words) or words)
    made = drawn(width)
    made.pixels()
    room = made.part.shape.boxes[0, 2] - 4
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(made.part.font_of(graph_painting.SMALL))
    numbers = [words for words in said if any(letter.isdigit() for letter in words)]
    assert all(painter.fontMetrics().horizontalAdvance(words) <= room for words in numbers)
    painter.end()
    known = [*VALUES, *GRADIENTS]
    assert all(any(says(words.removeprefix("∂ "), value) for value in known) for words in numbers)
    assert not any("…" in words for words in numbers)
    if width == 900:
        assert {"−0.512", "∂ −0.135", "∂ 1234"} <= set(numbers) | {"∂ 1235"}


def test_words_on_edges_cover_neither_a_node_nor_one_another(drawn, monkeypatch):
    chips = []
    rounded = QPainter.drawRoundedRect
    monkeypatch.setattr(
        QPainter,
        "drawRoundedRect",
        lambda painter, box, *more: (chips.append(QRectF(box)), rounded(painter, box, *more))[1],
    )
    made = drawn(700, ("1 × −0.135 = −0.135", "0.6 × −0.135 = −0.0811", "", ""))
    made.pixels()
    boxes = [made.part.shape.box(node) for node in range(5)]
    found = [chip for chip in chips if all(chip != box for box in boxes) and chip.height() < boxes[0].height() / 2]
    first, second = found[:2]
    assert not first.intersects(second)
    assert not any(chip.intersects(box) for chip in (first, second) for box in boxes)
    assert first.top() < second.top(), "as the leaves that they come from"


@pytest.mark.parametrize(("height", "lines"), [(400, 3), (200, 2)])
def test_where_three_lines_find_no_room_name_and_value_share_one_and_the_gradient_stays(
    shown, monkeypatch, height, lines
):
    names = np.array([f"w{k}" for k in range(6)] + ["sum"])
    edges = np.array([[k, 6] for k in range(6)])
    values, gradients = np.linspace(-0.5, 0.75, 7), np.linspace(1.5, 3.0, 7)
    written = []
    put = QPainter.drawText
    monkeypatch.setattr(
        QPainter, "drawText", lambda painter, *more: (written.append((more[0].top(), more[-1])), put(painter, *more))[1]
    )
    made = shown(
        Graph("names", "edges", values="v", gradients="g", dims=("node",)),
        {"names": names, "edges": edges, "v": values, "g": gradients},
        dims=DIMS,
        size=(600, height),
    )
    written.clear()
    made.pixels()
    said = dict(reversed([(words, top) for top, words in written]))
    assert {"w0", "−0.500", "∂ 1.50", "w5", "∂ 2.75"} <= said.keys()
    assert len({said["w0"], said["−0.500"], said["∂ 1.50"]}) == lines
    assert said["w0"] <= said["−0.500"] < said["∂ 1.50"]
