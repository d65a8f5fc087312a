"""Number grids: cells and pixels, marks that end where the marked cells end, and colours of many numbers."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from explainer.plots.base.number_grid import NumberGrid, marked
from explainer.plots.base.shading import MANY, Shading
from explainer.theme.tokens import DARK, LIGHT


@pytest.fixture
def grid(qapp):
    made = NumberGrid(Shading("ink", low=0.0, high=10.0))
    made.fill(np.arange(12.0).reshape(3, 4), border=(1, 0, 1, 1))
    made.box = QRectF(10, 20, 160, 120)
    return made


def painted(grid, *marks, tokens=DARK):
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(QColor(tokens.card))
    painter = QPainter(image)
    grid.paint(painter, tokens, QFont())
    grid.paint_marks(painter, marks)
    painter.end()
    return image


def test_cells_are_counted_from_the_first_that_is_no_border(grid):
    assert grid.cell_at(QPointF(11, 21)) == (-1, -1)
    assert grid.cell_at(QPointF(60, 65)) == (0, 0)
    assert grid.cell_at(QPointF(5, 65)) is None
    assert grid.value((0, 0)) == 5.0
    assert np.isnan(grid.value((2, 0)))
    assert grid.has((1, 2))
    assert not grid.has((2, 0))


def test_a_cells_place_leads_back_to_the_cell(grid):
    for row in range(-1, 2):
        for column in range(-1, 3):
            assert grid.cell_at(grid.rectangle((row, column)).center()) == (row, column)


def test_a_mark_runs_around_its_cells_and_not_between_them(grid):
    image = painted(grid, marked([(0, 0), (0, 1)], "#ff0000", 3.0))
    outer, inner = grid.rectangle((0, 0)), grid.rectangle((0, 1))
    assert image.pixelColor(round(outer.center().x()), round(outer.top())).red() > 200
    assert image.pixelColor(round(inner.left()), round(inner.center().y())).red() < 200


def test_a_tint_changes_the_ground_of_its_cells_alone(grid):
    plain = painted(grid)
    tinted = painted(grid, marked([(1, 1)], "#ff0000", 1.0, 0.5))
    inside, outside = (grid.rectangle(cell).topLeft() + QPointF(4, 4) for cell in ((1, 1), (0, 0)))
    assert tinted.pixelColor(inside.toPoint()).blue() < plain.pixelColor(inside.toPoint()).blue() - 50
    assert tinted.pixelColor(outside.toPoint()) == plain.pixelColor(outside.toPoint())


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("name", ["signed", "ink", "viridis"])
def test_many_numbers_have_the_colours_that_few_have(name, tokens):
    values = np.random.default_rng(3).normal(0, 5, (300, 300)).astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    assert values.size > MANY
    shading = Shading(name)
    quick, usual = shading.colours(values, tokens), shading.colours(values.astype(float), tokens)
    assert np.abs(quick.astype(int) - usual.astype(int))[np.isfinite(values)].max() <= 3
    assert (quick[..., 3] == usual[..., 3]).all()
