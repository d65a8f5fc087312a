"""The course of a run: its recipe, where it is, and where it is bound for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from explainer.contract.messages import Pause, Phase, Picture, Play, Seek, Step
from explainer.contract.recipe import Position, Recipe
from explainer.window.run.engine_life import EngineLife


class Course(QObject):
    """Asks the run to play, rest and go somewhere, and keeps what was last heard of its place in time."""

    playing_changed = Signal(bool)
    speed_chosen = Signal()
    rested = Signal(object)
    """The command by which the run was asked to rest somewhere: here, a step on, or at another step."""

    def __init__(self, engine: EngineLife, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.recipe = Recipe("")
        self.position = Position()
        self.phase, self.file, self.line = "", "", 0
        self.known = 0
        """The end of the time line: the last step whose numbers are known, by this engine or one before it."""
        self.answered = 0
        """The last command that the present picture takes into account."""
        self.playing = False
        self.speed: float | None = None
        self.measured_speed = 0.0
        self._until: int | None = None
        self._sought: int | None = None
        """Where a seek leads that no picture has answered yet."""

    def enter(self, recipe: Recipe, position: Position, speed: float | None) -> None:
        """Leave the run that was there for one that will come, of a scene with a speed of its own."""
        self.speed = speed
        self.begin(recipe, position, position.step)
        self.phase, self.file, self.line = "", "", 0
        self.lose_sight()
        self.rest()

    def begin(self, recipe: Recipe, position: Position, known: int) -> None:
        """Take note of another run."""
        self.recipe, self.position, self.known = recipe, position, known

    def follow(self, picture: Picture) -> None:
        """Take note of where the run is."""
        self.position = picture.position
        self.phase, self.file, self.line = picture.phase, picture.file, picture.line
        self.known = max(picture.known, self.known if picture.forget is None else min(self.known, picture.forget))
        self.measured_speed = picture.speed
        self.answered = picture.request
        self.recipe = picture.recipe or self.recipe

    def arrive(self, *, playing: bool) -> None:
        """Take note that the run has done all that was asked of it, and whether it goes on."""
        self.lose_sight()
        self._set_playing(playing)

    def rest(self) -> None:
        """Take note that the run does not go on."""
        self._set_playing(False)

    def lose_sight(self) -> None:
        """Take note that nothing is sought any more."""
        self._sought = None

    def play(self, until: int | None = None) -> None:
        """Go on at the chosen speed, perhaps to a step."""
        self._until = until
        self._set_playing(True)
        self.lose_sight()
        self._engine.ask(Play(speed=self.speed, until=until))

    def play_on(self) -> None:
        """Play to where it was bound, in another run or at another speed."""
        self.play(self._until)

    def pause(self) -> None:
        """Rest here."""
        self.ask(Pause())

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def step(self) -> None:
        """Do one step, or finish the one in progress."""
        self.ask(Step())

    def step_back(self) -> None:
        """Go one step back, or to the beginning of the step in progress."""
        back = self.position.step - (self.position.phase == 0) if self._sought is None else self._sought - 1
        self.seek(back)

    def step_phase(self) -> None:
        """Go on to the end of the next phase."""
        self.ask(Phase())

    def seek(self, step: int) -> None:
        """Go to a step."""
        self.ask(Seek(position=Position(max(0, step))))

    def ask(self, command: Pause | Step | Phase | Seek) -> None:
        """Rest here, or go somewhere and rest."""
        self._set_playing(False)
        self._sought = command.position.step if isinstance(command, Seek) else None
        self._engine.ask(command)
        if isinstance(command, Pause):
            self._engine.requests.then(None)
        self.rested.emit(command)

    def set_speed(self, speed: float | None) -> None:
        """Choose steps per second, None for as fast as it can; takes effect at once."""
        self.speed = speed
        if self.playing:
            self.play_on()
        self.speed_chosen.emit()

    def _set_playing(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)
