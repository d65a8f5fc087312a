"""Export from the window: asks what and where, makes pictures at once and the rest in a child process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from explainer.contract.files import write_atomically
from explainer.contract.recipe import Position, Recipe
from explainer.contract.refused import Refused
from explainer.contract.view import View
from explainer.export import metrics_csv
from explainer.export.look import Look
from explainer.export.place import checked_place
from explainer.export.timing import check_video
from explainer.stage.stage import MARGIN
from explainer.stage.translation import later, tr
from explainer.theme.tokens import Tokens
from explainer.window.compare.lane import Lane
from explainer.window.compare.lanes import Lanes
from explainer.window.files.export_child import ExportChild
from explainer.window.files.export_panel import FORMULAS, LESSON, METRICS, RUNS, STAGE, ExportPanel, Wish
from explainer.window.files.export_picture import formulas_file, lanes_file, stage_file, stage_image

NOTHING_YET = later("there is no picture of this run yet: wait for its first one")


class Exports(QObject):
    """Everything that leaves the window as a file or through the clipboard, but for run files."""

    refused = Signal(str)
    done = Signal(str)
    """Something was saved or copied."""

    def __init__(self, lane: Lane, tokens: Callable[[], Tokens], window: QWidget) -> None:
        """``lane`` is the first run, ``tokens`` returns the window's own theme."""
        super().__init__(window)
        self._main, self._tokens, self._window = lane, tokens, window
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        self.view = View(cards=())
        """How the present scene looks."""
        self.lanes: Lanes | None = None
        """The runs that are shown side by side."""
        self.formulas_shown: Callable[[], bool] = lambda: False
        """Whether the arrays that the formulas read are there."""
        self.panel: ExportPanel | None = None
        self.dialog: QFileDialog | None = None
        self._child: ExportChild | None = None
        self._session, self._stage = lane.session, lane.stage
        self.serve(lane)

    def serve(self, lane: Lane) -> None:
        """Do what the cards of a run ask for: of the first one, and of those that it is compared with."""

        def turn_to(act: Callable[[str], None], key: str) -> None:
            self._session, self._stage = lane.session, lane.stage
            act(key)

        lane.stage.save_asked.connect(partial(turn_to, self._show_panel))
        lane.stage.copy_asked.connect(partial(turn_to, self.copy))

    def turn_to_main(self) -> None:
        """Export the first run: another one may be gone."""
        self._session, self._stage = self._main.session, self._main.stage
        if self.panel is not None and not self.panel.busy:
            self.panel.hide()

    def ask(self) -> None:
        """Open the panel for the stage of the first run."""
        self._session, self._stage = self._main.session, self._main.stage
        self._show_panel(STAGE)

    def ask_lesson(self) -> None:
        """Open the panel for the lesson of the first run, to hand out."""
        self._session, self._stage = self._main.session, self._main.stage
        self._show_panel(LESSON)

    def _show_panel(self, key: str) -> None:
        """Open the panel for the stage, or for the card of a picture's key."""
        panel = self.panel
        if panel is None:
            panel = self.panel = ExportPanel(self._window)
            panel.save_asked.connect(self._ask_where)
            panel.cancel_asked.connect(self.cancel)
        if not panel.busy:
            panel.offer(self._things(), key)
            tokens = self._tokens()
            panel.start_from("dark" if tokens.dark else "light", tokens.scale > 1, self._last_step())
        panel.show()
        panel.raise_()
        panel.activateWindow()

    def copy(self, key: str) -> None:
        """Put a card as it is seen into the clipboard, twice as fine."""
        tokens = self._tokens()
        widget = self._widget(key)
        look = Look(_sides(widget.size()), 2.0, tokens.name, large=tokens.scale > 1)
        QGuiApplication.clipboard().setImage(stage_image(self._stage, widget, look, tokens))
        self.done.emit(tr("Copied as a picture"))

    def cancel(self) -> None:
        """Stop what is on its way; nothing of it is left."""
        child, self._child = self._child, None
        if child is not None:
            child.cancel()
            child.deleteLater()
            self._tell(tr("Cancelled: nothing was written."))

    def save(self, wish: Wish, path: Path) -> None:
        """Make a file; a refusal is shown in the panel and leaves nothing behind."""
        try:
            if self._session.frame is None:
                raise Refused(tr(NOTHING_YET))
            place = checked_place(path, (wish.kind,), tr("the file"))
            if wish.kind in (".gif", ".mp4", ".npz", ".html"):
                self._start_child(wish, place)
                return
            write_atomically(place, self._content(wish))
        except Refused as refused:
            self._tell(str(refused), "warning")
            return
        self._saved(place)

    # what there is

    def _last_step(self) -> int:
        """Return where an animation ends unless another step is chosen: as far as the run is known, or usual."""
        known = max(self._session.position.step, self._session.known)
        return known if known or self._session.scene is None else self._session.scene.steps

    def _things(self) -> list[tuple[str, str, QSize]]:
        cards = self._stage.cards
        things = [(STAGE, tr("The stage"), self._stage.size())] if len(cards) > 1 else []
        if self.lanes is not None and self.lanes.are_compared:
            things.append((RUNS, tr("The runs side by side"), self.lanes.size()))
        things += [(card.picture.key, card.picture.title, card.size()) for card in cards]
        if self.view.formulas and self.formulas_shown():
            things.append((FORMULAS, tr("The formulas"), QSize()))
        return things

    def _widget(self, key: str) -> QWidget:
        """Return the card of a key, the stage if it is not to be seen."""
        return next((card for card in self._stage.cards if card.picture.key == key), self._stage)

    def _content(self, wish: Wish) -> bytes:
        """Return the content of a file that can be made at once."""
        frame, title = self._session.frame, self._session.run_name
        assert frame is not None
        if wish.what == METRICS:
            return metrics_csv.encode(frame.series, frame.step)
        if wish.what == FORMULAS:
            look = Look(Look().size, wish.scale, wish.theme, wish.transparent, wish.large)
            return formulas_file(self.view.formulas, frame, look, wish.kind, title)
        if wish.what == RUNS and self.lanes is not None:
            look = Look(_sides(self.lanes.size()), wish.scale, wish.theme, wish.transparent, wish.large)
            return lanes_file(self.lanes, look, self._tokens(), wish.kind, title)
        widget = self._widget(wish.what)
        look = Look(_sides(widget.size()), wish.scale, wish.theme, wish.transparent, wish.large)
        return stage_file(self._stage, widget, look, self._tokens(), wish.kind, title)

    # where it goes

    def _ask_where(self) -> None:
        assert self.panel is not None
        try:
            wish = self.panel.wish()
            if wish.kind == ".mp4":
                check_video()
        except Refused as refused:
            self._tell(str(refused), "warning")
            return
        dialog = self.dialog = QFileDialog(self.panel, tr("Save"), self._folder, f"*{wish.kind}")
        dialog.setObjectName("export-dialog")
        dialog.setAccessibleName(tr("Where the file goes"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(wish.kind[1:])
        dialog.selectFile(self._name(wish))
        dialog.fileSelected.connect(lambda name: self.save(wish, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _name(self, wish: Wish) -> str:
        what = f"-{wish.what.removeprefix('@')}" if wish.what != STAGE else ""
        recipe, position = self._session.to_keep
        step = "" if wish.kind in (".gif", ".mp4", ".html") else f"-step-{position.step}"
        return f"{recipe.scene}-seed-{recipe.seed}{what}{step}{wish.kind}"

    # the child

    def _start_child(self, wish: Wish, place: Path) -> None:
        self.cancel()
        recipe, position = self._session.to_keep
        child = ExportChild(place, self)
        child.progressed.connect(self._show_progress)
        child.finished.connect(lambda: self._child_ended(child, place, ""))
        child.failed.connect(lambda why: self._child_ended(child, place, why))
        self._child = child
        if self.panel is not None:
            self.panel.show_busy(tr("Replaying the run …"))
        try:
            if wish.kind == ".npz":
                child.start(recipe, position, "out/frame.npz", ["--out", "{aside}/out"])
            elif wish.kind == ".html":
                self._start_lesson(child, wish, place, recipe)
            else:
                self._start_animation(child, wish, place, recipe)
        except Refused:
            self._child = None
            if self.panel is not None:
                self.panel.show_idle()
            raise

    def _start_lesson(self, child: ExportChild, wish: Wish, place: Path, recipe: Recipe) -> None:
        """Have the lesson written with the pictures on the stage, up to the step that is wished for."""
        keys = ",".join(self._stage.out)
        words = ["--steps", str(wish.last), "--lesson", f"{{aside}}/{place.name}", "--cards", keys]
        child.start(recipe, Position(wish.last), place.name, words, self._session.plan)

    def _start_animation(self, child: ExportChild, wish: Wish, place: Path, recipe: Recipe) -> None:
        """Have the pictures on the stage, or one of them, painted at as many steps as are wished for."""
        stage, widget = self._stage, self._widget(wish.what)
        size = widget.size() if widget is stage else widget.size() + QSize(2 * MARGIN, 2 * MARGIN)
        keys = [card.picture.key for card in stage.cards] if widget is stage else [wish.what]
        look = Look(_sides(size), wish.scale, wish.theme, large=wish.large)
        words = [
            "--steps",
            str(wish.last),
            "--animation",
            f"{{aside}}/{place.name}",
            "--cards",
            ",".join(keys),
        ]
        words += ["--every", str(wish.timing.every), "--from", str(wish.timing.first), "--fps", str(wish.timing.rate)]
        words += ["--size", "{}x{}".format(*look.size), "--scale", str(look.scale), "--theme", look.theme]
        child.start(recipe, Position(wish.last), place.name, [*words, *(["--large"] if look.large else [])])

    def _show_progress(self, what: str, done: int, total: int) -> None:
        if self.panel is not None and self._child is not None:
            words = {"step": tr("Replaying the run: step"), "picture": tr("Painting picture")}.get(
                what, tr("Writing picture")
            )
            self.panel.show_busy(words, done, total)

    def _child_ended(self, child: ExportChild, place: Path, why: str) -> None:
        if self._child is not child:
            return
        self._child = None
        child.deleteLater()
        if why:
            self._tell(tr("Nothing was written: {why}").format(why=why), "warning")
        else:
            self._saved(place)

    def _saved(self, place: Path) -> None:
        self._folder = str(place.parent)
        self._tell(tr("Saved as {place}").format(place=place))
        self.done.emit(tr("Saved as {place}").format(place=place))

    def _tell(self, words: str, level: str = "") -> None:
        """Say it in the panel, or in the window where no panel is open."""
        if self.panel is not None and self.panel.isVisible():
            self.panel.show_idle(words, level)
        elif level:
            self.refused.emit(words)


def _sides(size: QSize) -> tuple[int, int]:
    return size.width(), size.height()
