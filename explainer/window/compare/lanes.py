"""Runs side by side: lanes come and go, go through time together and are looked at as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QWidget

from explainer.contract.distinctions import distinctions
from explainer.contract.fields import Kind
from explainer.contract.frame import Ghost
from explainer.contract.lesson_links import MOST_LANES
from explainer.contract.recipe import Position, Recipe
from explainer.plots.base.axes import Axes
from explainer.plots.base.lane_look import LETTERS
from explainer.plots.linked import Link
from explainer.plots.relief.surface_plot import SurfacePlot
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens
from explainer.window.compare.lane import Lane
from explainer.window.run.conductor import Conductor
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.session import Session

IN_ONE_ROW = 2
"""Up to this many lanes stand side by side; more stand two in a row, one picture each."""


class Lanes(QWidget):
    """The first lane, which is always there and which the controls steer, and those it is compared with.

    Each further lane has an engine of its own. View parameters and the choice of pictures are the same
    in all lanes, and so is the time.
    """

    changed = Signal()
    """There are other lanes."""
    added = Signal(object)
    """A lane has come."""
    troubled = Signal(str)
    """Something about a run that is compared has to be said."""

    def __init__(self, main: Lane, conductor: Conductor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lanes")
        self.main, self.conductor = main, conductor
        self.others: list[Lane] = []
        self.overlays = False
        self._tokens = DARK
        self._links: list[Link] = []
        self._lit: list[tuple[SignalInstance, Callable[..., None]]] = []
        self._telling = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._arrange()
        self._listen_to(main)
        main.session.scene_opened.connect(self.clear)
        main.session.branches.changed.connect(self._name)

    @property
    def all(self) -> Sequence[Lane]:
        """The first lane and the others."""
        return self.main, *self.others

    @property
    def are_compared(self) -> bool:
        """Whether there is more than one lane."""
        return bool(self.others)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another."""
        return len(self.all) == MOST_LANES

    def add(self, recipe: Recipe, position: Position) -> Lane:
        """Put a run of the scene beside the others."""
        scene = self.main.session.scene
        assert scene is not None
        link = EngineLink()
        session = Session(link)
        lane = Lane(session, self)
        link.setParent(lane)
        session.setParent(lane)
        lane.apply_theme(self._tokens)
        lane.header.close_asked.connect(partial(self.remove, lane))
        lane.header.steer_asked.connect(partial(self.exchange, lane))
        link.start()
        session.open_scene(scene, recipe.with_view(self.main.session.params), position)
        lane.show_view(self.main.view, self.main.stage.out)
        steering = self.main.stage.steering
        lane.stage.steering.allow_preview(steering.preview_allowed)
        steering.preview_changed.connect(lane.stage.steering.allow_preview)
        lane.want()
        self.others.append(lane)
        self.conductor.follow(session)
        self._listen_to(lane)
        self._report_troubles_of(lane)
        self.added.emit(lane)
        if len(self.all) == IN_ONE_ROW + 1:
            self.main.stage.enlarge_only(self.main.stage.out[0])
        self._arrange()
        return lane

    def remove(self, lane: Lane) -> None:
        """End the comparison with a run."""
        self._unlink()
        self.others.remove(lane)
        if len(self.all) == IN_ONE_ROW:
            self.main.stage.enlarge_only("")
        self.conductor.let_go(lane.session)
        lane.session.blockSignals(True)
        lane.session.close()
        lane.hide()
        lane.deleteLater()
        self._arrange()

    def clear(self, *_: object) -> None:
        """End the comparison."""
        while self.others:
            self.remove(self.others[-1])

    def exchange(self, lane: Lane) -> None:
        """Let the first lane and another change places: the controls steer the other run."""
        one, other = self.main.session, lane.session
        assert one.scene is not None
        (recipe, position), (taken, there) = one.to_keep, other.to_keep
        if {recipe.scene, taken.scene} != {one.scene.name}:  # a run of another scene is on its way
            return
        self.conductor.stop()
        one.open_run(one.scene, taken, there)
        other.open_run(one.scene, recipe, position)

    def set_overlays(self, shown: bool) -> None:
        """Draw the curves of all runs into the plots of each, or of each only its own."""
        self.overlays = shown
        for lane in self.all:
            lane.session.beside = partial(self._ghosts_for, lane) if shown else tuple
            lane.session.redraw()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for lane in self.all:
            lane.apply_theme(tokens)

    def _listen_to(self, lane: Lane) -> None:
        lane.arrays_changed.connect(partial(self._share_view, lane))
        lane.stage.pictures_changed.connect(partial(self._share_pictures, lane))
        lane.session.params_changed.connect(lambda params: self._name())
        lane.session.status_changed.connect(self._keep_overlaid)

    def _report_troubles_of(self, lane: Lane) -> None:
        session = lane.session
        session.run_opened.connect(self._name)
        session.branches.changed.connect(self._name)
        session.refused.connect(lambda about, message: self._tell_trouble(lane, message))
        session.failed.connect(
            lambda message, details: self._tell_trouble(lane, tr("an exception: {message}").format(message=message))
        )
        session.engine_lost.connect(lambda why, again: self._tell_trouble(lane, _lost(why, again)))

    def _tell_trouble(self, lane: Lane, message: str) -> None:
        if lane in self.others:
            self.troubled.emit(
                tr("Run {letter}: {message}").format(letter=LETTERS[self.all.index(lane)], message=message)
            )

    def _arrange(self) -> None:
        """Lay the lanes out, link their pictures and say what sets them apart."""
        for place, lane in enumerate(self.all):
            self._grid.removeWidget(lane)
            self._grid.addWidget(lane, place // IN_ONE_ROW, place % IN_ONE_ROW)
            lane.header.setVisible(self.are_compared)
            lane.stage.set_crowded(len(self.all) > IN_ONE_ROW)
            lane.show()
        for index in range(IN_ONE_ROW):
            self._grid.setColumnStretch(index, int(index < len(self.all)))
            self._grid.setRowStretch(index, int(index < (len(self.all) + 1) // IN_ONE_ROW))
        self.set_overlays(self.overlays)
        self._share_pictures(self.main)
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        """Say above each run what sets it apart."""
        scene = self.main.session.scene
        if not self.are_compared or scene is None:
            return
        recipes = [lane.session.recipe for lane in self.all]
        found, short = distinctions(recipes, scene), distinctions(recipes, scene, short=True)
        for letter, lane, apart, shown in zip(LETTERS, self.all, found, short, strict=False):
            lane.header.show_run(letter, shown, apart, steered=lane is self.main)

    def _share_view(self, source: Lane) -> None:
        """Draw every run in the same way."""
        if source.session.scene is not None and self.are_compared:
            view = source.session.params.values_of(Kind.VIEW)
            for lane in self.all:
                another = (
                    lane is not source and lane.session.scene is source.session.scene
                )  # not one that is being left
                if another and lane.session.params.values_of(Kind.VIEW) != view:
                    lane.session.set(view)
        for lane in self.others:
            lane.want()

    def _share_pictures(self, source: Lane) -> None:
        """Have the same pictures out in every lane, and link them."""
        if self._telling or source not in self.all:
            return
        self._unlink()
        if any(lane.view is not source.view for lane in self.all):  # the scene of one of them is being left
            return
        self._telling = True
        for lane in self.all:
            if lane is not source:
                lane.stage.show_like(source.stage)
        self._telling = False
        if self.are_compared:
            self._link()

    def _link(self) -> None:
        for pictures in zip(*(lane.stage.pictures for lane in self.all), strict=True):
            for kind in (Axes, SurfacePlot):
                for plots in zip(*(picture.findChildren(kind) for picture in pictures), strict=False):
                    self._links.append(Link(plots))
        for lane in self.all:
            self._lit.append((lane.stage.steering.lit, partial(self._light, lane)))
        for signal, light in self._lit:
            signal.connect(light)

    def _light(self, source: Lane, name: str, value: object) -> None:
        """Light in every lane what the pointer is on in one."""
        if not Link.at_work:
            Link.at_work = True
            for lane in self.all:
                if lane is not source:
                    lane.stage.steering.light(name, value)
            Link.at_work = False

    def _unlink(self) -> None:
        for signal, light in self._lit:
            signal.disconnect(light)
        self._lit.clear()
        for link in self._links:
            link.undo()
        self._links.clear()

    def _ghosts_for(self, lane: Lane) -> Sequence[Ghost]:
        """Return what the other runs have recorded, by their letters."""
        named = zip(LETTERS, self.all, strict=False)
        return [Ghost(letter, other.session.series, beside=True) for letter, other in named if other is not lane]

    def _keep_overlaid(self) -> None:
        """Draw what another run has recorded since, once every run rests."""
        wanted = self.overlays and self.are_compared and not self.conductor.is_playing
        if wanted and all(lane.session.is_answered for lane in self.all):
            for lane in self.all:
                lane.session.redraw()


def _lost(why: str, again: bool) -> str:
    if again:
        return tr("its engine is gone ({why}); a new one replays it").format(why=why)
    return tr("its engine is gone ({why}) and keeps ending").format(why=why)
