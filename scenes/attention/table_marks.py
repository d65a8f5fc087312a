"""What is marked on the tables: the cell under the pointer with what made it, and what another picture lights."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from explainer.scenes.attention.arithmetic import sources
from explainer.scenes.attention.table_layout import Placed
from explainer.scenes.attention.table_painting import outline
from explainer.scenes.attention.tables import BY_KEY, BY_QUERY, SCORES, Reader
from explainer.theme.tokens import Tokens

Cell = tuple[str, int, int]
"""Array, row and column."""


def mark_cell(painter: QPainter, placed: Sequence[Placed], reader: Reader, cell: Cell, tokens: Tokens) -> None:
    """Frame a cell, and the rows and columns that made it."""
    for name, row, column in [cell, *sources(reader, *cell)]:
        for table in placed:
            if table.table.name == name or (name == "context" and table.table.name == "joined"):
                at = (column, row) if table.table.flipped else (row, column)
                outline(painter, table, *at, tokens.text if (name, row, column) == cell else tokens.accent)


def mark_tokens(
    painter: QPainter, placed: Sequence[Placed], query: int | None, key: int | None, tokens: Tokens
) -> None:
    """Frame the rows of a query and the rows or columns of a key, where another picture's pointer is on one."""
    for each in placed:
        name, rows = each.table.name, each.table.values.shape[0]
        if query is not None and name in BY_QUERY and query < rows:
            outline(painter, each, query, None, tokens.accent)
        if key is not None and name in (*SCORES, *BY_KEY):
            across = name in SCORES or each.table.flipped
            outline(painter, each, *((None, key) if across else (key, None)), tokens.accent)
