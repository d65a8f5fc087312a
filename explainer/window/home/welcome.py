"""Fills the home page, and uses the time in which it is read: the workbench is built and pictures are drawn."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explainer.contract.scene_index import Entry, scene_folders
from explainer.stage.translation import counted, tr
from explainer.teach.first_path import first_path
from explainer.theme.tokens import Tokens
from explainer.window.home.continue_card import Place
from explainer.window.home.last_run import kept_glance
from explainer.window.home.shelf import Shelf
from explainer.window.home.words import SEPARATOR

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow

IN_PARTS = (
    "explainer.contract.scene",
    "explainer.window.run.engine_link",
    "pyqtgraph.Qt",
    "pyqtgraph",
    "explainer.plots.views",
    "explainer.window.run.session",
    "explainer.window.compare.lanes",
    "explainer.window.inspector.inspector",
    "explainer.window.files.exports",
    "explainer.window.workbench",
)
"""What the workbench imports, in parts: between two of them the page answers."""


class Welcome(QObject):
    """Keeps the page in step with what there is and with what was done."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._folders = scene_folders()
        self._shown: list[Entry] | None = None
        self._theme = "dark"
        self._work: Iterator[object] | None = None
        self.shelf = Shelf(self)
        self.shelf.drawn.connect(self._show_drawn)
        page = window.home
        page.scene_chosen.connect(window.choose_scene)
        page.continued.connect(window.continue_run)
        page.left.connect(window.leave_home)
        page.painted.connect(self._begin)

    def refresh(self) -> None:
        """Show what there is now."""
        page, window = self._window.home, self._window
        if self._shown != window.index.entries:
            self._shown = window.index.entries
            page.show_scenes(self._shown)
        page.show_progress(window.progress)
        self._show_pictures()
        page.show_place(self._place())

    def apply_theme(self, tokens: Tokens) -> None:
        """Show the pictures of another theme, and have those drawn that are missing."""
        if tokens.name != self._theme:
            self._theme = tokens.name
            if self._shown is not None:
                self._show_pictures()
                if self._work is None:
                    self._draw_missing()

    def stop(self) -> None:
        """Give up what is under way."""
        self._work = None
        self.shelf.stop()

    def learn(self) -> None:
        """Read the declarations of scenes that nothing is known of, and show these scenes."""
        from explainer.contract.catalogue import CATALOGUE

        self._window.index.learn(CATALOGUE.entry)
        self._window.sidebar.show_scenes(self._window.index.entries)

    def _begin(self) -> None:
        """Begin with the rest, now that the page is on the screen."""
        self._work = self._in_parts()
        QTimer.singleShot(0, self._go_on)

    def _go_on(self) -> None:
        if self._work is None:
            return
        if next(self._work, None) is None:
            self._work = None
        else:
            QTimer.singleShot(0, self._go_on)

    def _in_parts(self) -> Iterator[object]:
        """Do what is left to do, a little at a time."""
        if self._window.index.unknown:
            self.learn()
            self.refresh()
            if not self._window.home.isAncestorOf(self._window.focusWidget()):
                self._window.home.take_focus()
            yield True
        for name in IN_PARTS:
            import_module(name)
            yield name
        self._window.build()
        gc.freeze()  # as at the start: what the imports made stays
        yield True
        self._draw_missing()

    def _show_pictures(self) -> None:
        self._window.home.show_pictures(self.shelf.there(self._folders, self._theme))

    def _draw_missing(self) -> None:
        """Have the pictures drawn that are not there, those of the path first."""
        there = self.shelf.there(self._folders, self._theme)
        missing = [entry.name for entry in self._shown or () if not entry.obstacle and entry.name not in there]
        path = first_path(self._folders)
        self.shelf.draw(sorted(missing, key=lambda name: path.index(name) if name in path else len(path)), self._theme)

    def _show_drawn(self, name: str, path: object) -> None:
        self._window.home.show_picture(name, path)  # type: ignore[arg-type]

    def _place(self) -> Place | None:
        """Return where one was: in the run that is open or, before there is one, the last time."""
        window = self._window
        open_scene = window.session.scene if window.workbench is not None else None
        entries = {entry.name: entry for entry in window.index.entries if not entry.obstacle}
        name = open_scene.name if open_scene is not None else window.settings.scene
        if name not in entries:
            return None
        picture = self.shelf.there({name: self._folders[name]}, self._theme).get(name)
        title = entries[name].title
        if open_scene is not None:
            details = _run_words(window.session.recipe.seed, window.session.position.step)
            return Place(name, tr("Back to the run that is open"), title, details, picture)
        kept = kept_glance()
        last = kept.get(name, ())[-1:]
        count = sum(len(runs) for runs in kept.values())
        said = (
            [_run_words(last[0].recipe.seed, last[0].position.step, last[0].name)] if last else [entries[name].question]
        )
        if count > 1:
            said.append(counted(count, tr("{n} run is kept"), tr("{n} runs are kept")))
        return Place(name, tr("Continue where you were"), title, SEPARATOR.join(said), picture)


def _run_words(seed: int, step: int, name: str = "") -> str:
    said = [tr("seed {seed}").format(seed=seed), tr("step {step}").format(step=f"{step:,}")]
    return SEPARATOR.join([name, *said] if name else said)
