"""Linked reading: a symbol under the pointer lights its control, curve or card, and these light their symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from explainer.contract.symbols import as_latex, as_letter
from explainer.theme.tokens import Tokens
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.glyphs import symbol_boxes
from explainer.window.inspector.rich_text import RichText, never
from explainer.window.inspector.typeset import typeset
from explainer.window.lesson.pointer import Pointer

__all__ = ["SymbolLights"]

Reader = RichText | FormulaView


class SymbolLights(QObject):
    """Follows the pointer over texts, formulas, controls and cards that it was told of."""

    def __init__(self, window: QWidget, find: Callable[[str], QWidget | None]) -> None:
        super().__init__(window)
        self._find = find
        self._pointer = Pointer(window, lasts=None)
        self._symbols: dict[str, str] = {}
        """LaTeX → what it stands for."""
        self._letters: dict[str, str] = {}
        self._readers: dict[QWidget, Reader] = {}
        """What gets the events → the text or formula that it belongs to."""
        self._named: dict[QWidget, str] = {}
        self.lit = ""
        """What the pointer is on, by whichever way; empty: nothing that has a symbol."""

    def begin(self, symbols: Mapping[str, str]) -> None:
        """Take the symbols of a scene; nothing is lit."""
        self._pointer.show_at(None)
        self.lit = ""
        for source in (*self._readers, *self._named):
            if isValid(source):
                source.removeEventFilter(self)
        self._readers.clear()
        self._named.clear()
        self._symbols = {as_latex(symbol): target for symbol, target in symbols.items()}
        self._letters = {as_letter(symbol): target for symbol, target in symbols.items() if as_letter(symbol)}

    def watch(self, *readers: Reader) -> None:
        """Follow the pointer over texts and formulas."""
        for reader in readers:
            source = reader.viewport() if isinstance(reader, RichText) else reader
            if source not in self._readers:
                source.setMouseTracking(True)
                self._listen(source)
                self._readers[source] = reader

    def name(self, widget: QWidget, target: str) -> None:
        """Let a control or card light its symbols while the pointer is on it."""
        if widget not in self._named and target in self._symbols.values():
            self._listen(widget)
            self._named[widget] = target

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._pointer.apply_theme(tokens)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: look what the pointer is on."""
        kind = event.type()
        if watched in self._readers and kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(self._target(self._readers[watched], event.position()))
        elif watched in self._readers and kind == QEvent.Type.Leave:
            self._point("")
        elif watched in self._named and kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._light(self._named[watched] if kind == QEvent.Type.Enter else "")
        return super().eventFilter(watched, event)

    def _listen(self, source: QWidget) -> None:
        source.installEventFilter(self)
        source.destroyed.connect(partial(self._forget, source))

    def _forget(self, source: QWidget) -> None:
        self._readers.pop(source, None)
        self._named.pop(source, None)

    def _target(self, reader: Reader, place: QPointF) -> str:
        """Return what the symbol at a point stands for, empty for none."""
        if isinstance(reader, FormulaView):
            hits = [latex for latex in self._symbols if any(box.contains(place) for box in reader.boxes(latex))]
            return self._symbols[hits[0]] if hits else ""
        found, across = reader.latex_at(place.toPoint())
        if len(found) == 1 and not found.isascii():
            return self._letters.get(found, "")
        for latex, target in self._symbols.items():
            width = typeset(found).width if found and symbol_boxes(found, latex) else 0.0
            if any(box.left() - 1 <= across * width <= box.right() + 1 for box in symbol_boxes(found, latex)):
                return target
        return ""

    def _point(self, target: str) -> None:
        """Ring what a symbol stands for."""
        if target != self.lit:
            self.lit = target
            self._pointer.show_at(self._find(target) if target else None)

    def _light(self, target: str) -> None:
        """Light the symbols that stand for something."""
        self.lit = target
        latex = [symbol for symbol, meant in self._symbols.items() if target and meant == target]
        letters = [letter for letter, meant in self._letters.items() if target and meant == target]

        def is_meant(formula: str) -> bool:
            return any(symbol_boxes(formula, symbol) for symbol in latex)

        for reader in self._readers.values():
            if isinstance(reader, FormulaView):
                reader.light(latex)
            elif reader.isVisible():
                reader.light(letters, is_meant if latex else never)
