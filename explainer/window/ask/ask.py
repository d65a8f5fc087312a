"""Ask in the window: finds, and opens what was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.contract.scene_index import Entry as SceneEntry
from explainer.stage.icons import room_icon
from explainer.stage.translation import tr
from explainer.teach.glossary import term_named
from explainer.teach.library import entries
from explainer.teach.search import Entry, Index
from explainer.theme.tokens import Tokens
from explainer.window.actions import TABLE, ActionSpec
from explainer.window.ask.palette import Palette, Shown
from explainer.window.ask.results import KINDS, Row
from explainer.window.ask.term_card import TermCard, place_of_word

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow

__all__ = ["Ask"]

MOST, LEAST = 12, 0.4
"""So many rows at most, and how well each fits at least, as a share of the best."""
SIGNS = {"question": "question", "step": "book", "term": "term", "parameter": "learning-settings"}
IDLE = 1000
"""Milliseconds until the index is made, unless somebody asks before."""


class Ask(QObject):
    """Keeps the index, with the window's actions and the open scene's controls in it."""

    def __init__(self, window: MainWindow, table: Sequence[ActionSpec] = TABLE) -> None:
        super().__init__(window)
        self._window, self._table = window, table
        self._scene: Scene | None = None
        self._put: Scene | None = None
        """The scene whose controls are in the index."""
        self.palette = Palette(window, self.find, self.describe)
        self.palette.chosen.connect(self.open_entry)
        self.palette.link_asked.connect(lambda entry, target: self.follow(entry.scene, target))
        window.session.scene_opened.connect(self._take_scene)
        self._take_scene(window.session.scene)
        self._making: Thread | None = None
        QTimer.singleShot(IDLE, self, self._begin)

    @property
    def _titles(self) -> dict[str, SceneEntry]:
        """Scene → what is said of it; the declarations themselves take long to import."""
        return {entry.name: entry for entry in self._window.index.entries}

    def open(self, words: str = "") -> None:
        """Show the palette, with these words asked already."""
        self.palette.open(words)

    def toggle(self) -> None:
        """Show the palette, or put it away."""
        if self.palette.isVisible():
            self.palette.close_it()
        else:
            self.open()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.palette.apply_theme(tokens)

    def find(self, words: str) -> list[Row]:
        """Return what fits; all scenes, and the controls of the open one, where nothing is asked."""
        if not words.strip():
            return [self._row(entry) for entry in self._at_first()]
        hits = self.index.search(words, MOST, typing=True)
        best = max((hit.score for hit in hits), default=0.0)
        return [self._row(hit.entry) for hit in hits if hit.score >= LEAST * best]

    def describe(self, entry: Entry) -> Shown:
        """Return what the card says of an entry."""
        kind, title = tr(KINDS[entry.kind]), self._titles[entry.scene].title if entry.scene in self._titles else ""
        place = " · ".join(filter(None, (kind, title if title != entry.title else "")))
        term = term_named(entry.target) if entry.kind == "term" else None
        does = {
            "scene": tr("Open the scene"),
            "step": tr("Read it"),
            "question": tr("See it in a run") if entry.target else tr("Open the scene"),
            "term": tr("Open {title}").format(title=title) if title else "",
            "parameter": tr("Go to the control"),
            "action": tr("Do it") if self._can_do(entry) else "",
        }[entry.kind]
        return Shown(place, term.formula if term else "", does)

    def open_entry(self, entry: Entry) -> None:
        """Open what was chosen."""
        if entry.kind == "action":
            self._window.actions_by_key[entry.target].trigger()
        elif entry.kind == "parameter":
            self._go_to_control(entry.target)
        elif entry.kind == "question" and entry.target:
            self.follow(entry.scene, entry.target)
        elif entry.scene and self._open_scene(entry.scene) and entry.kind == "step":
            self._window.show_lesson()
            self._window.inspector.lesson.go_to(int(entry.target))

    def show_term(self, name: str) -> None:
        """Show the card of a term beside the word that was followed."""
        term = term_named(name)
        if term is None:
            return
        here = self._scene.name if self._scene is not None else ""
        scene = next((one for one in term.scenes if one in self._titles), "")
        title = self._titles[scene].title if scene else ""
        word = place_of_word()
        card = TermCard(term, scene if scene != here else "", title, self._window.theme.tokens, self._window)
        card.scene_asked.connect(self._open_scene)
        card.show_beside(word)

    def follow(self, scene: str, target: str) -> None:
        """Do what a link of a scene asks, in that scene."""
        if target.startswith(("try:", "compare:", "show:")) and scene and not self._open_scene(scene):
            return
        self._window.inspector.lesson.follow(target)

    @property
    def index(self) -> Index:
        """The index over everything, with the controls of the scene that is open."""
        if self._making is not None:
            self._making.join()
        index = self._all
        if self._put is not self._scene:
            self._put = self._scene
            index.put("scene", self._of_scene())
        return index

    @cached_property
    def _all(self) -> Index:
        index = Index(entries())
        index.put("window", self._of_window())
        return index

    def _begin(self) -> None:
        """Make the index beside the window's work."""
        self._making = Thread(target=lambda: self._all, name="ask index", daemon=True)
        self._making.start()

    def _at_first(self) -> Iterator[Entry]:
        """Yield what is offered before anything is asked."""
        open_name = self._scene.name if self._scene is not None else ""
        names = sorted(self._titles, key=lambda name: name == open_name)
        yield from (Entry("scene", self._titles[name].title, name, shown=self._titles[name].question) for name in names)

    def _row(self, entry: Entry) -> Row:
        if entry.kind == "action":
            shortcut = self._window.actions_by_key[entry.target].shortcut()
            return Row(entry, entry.shown, "action", shortcut.toString(QKeySequence.SequenceFormat.NativeText))
        if entry.kind == "scene":
            return Row(entry, entry.shown, room_icon(self._titles[entry.scene].room))
        return Row(entry, self.describe(entry).place, SIGNS[entry.kind])

    def _take_scene(self, scene: Scene | None) -> None:
        """Put the controls of the scene that is open into the index, in place of those before."""
        self._scene = scene

    def _of_window(self) -> Iterator[Entry]:
        """Yield the actions."""
        for spec in self._table:
            if spec.handler:
                said = tr(spec.help or spec.text)
                text = f"{said} {tr(spec.menu)}"
                yield Entry("action", tr(spec.text).rstrip(" …"), text=text, target=spec.key, shown=said)

    def _of_scene(self) -> Iterator[Entry]:
        """Yield the open scene's controls."""
        if self._scene is None:
            return
        for name, parameter in self._scene.parameters.declarations.items():
            options = " ".join(map(str, getattr(parameter, "options", {}).values()))
            title = parameter.label or name
            yield Entry("parameter", title, "", (name,), f"{parameter.help} {options}", name, parameter.help)

    def _can_do(self, entry: Entry) -> bool:
        action = self._window.actions_by_key.get(entry.target)
        return action is not None and action.isEnabled()

    def _open_scene(self, name: str) -> bool:
        """Open a scene unless it is open; return whether it is."""
        if self._scene is not None and self._scene.name == name:
            self._window.leave_home()
            return True
        try:
            self._window.session.open_scene(CATALOGUE.scene(name))
        except Refused as refused:
            self._window.announcements.refuse(str(refused))
            return False
        return True

    def _go_to_control(self, name: str) -> None:
        """Bring a control into sight and give it the keys."""
        panel = self._window.inspector.panel
        if panel is None:
            return
        self._window.leave_home()
        self._window.inspector.show()
        self._window.show_controls()
        if name not in panel.controls:
            panel.set_unfolded(True)
        control = panel.controls.get(name)
        if control is None:
            return
        takes = [one for one in control.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        target = next((one for one in takes if one.isEnabled()), control)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        panel.area.ensureWidgetVisible(control)
