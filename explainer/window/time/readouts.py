"""What the transport bar says of the run: step, speed, and the time line's curves."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from explainer.contract.frame import Frame
from explainer.contract.series import Series
from explainer.plots.base.throttle import READING, Throttle
from explainer.stage.translation import tr
from explainer.window.compare.lane import Lane
from explainer.window.run.conductor import Conductor
from explainer.window.run.session import Session
from explainer.window.time.transport import Transport


class Readouts(QObject):
    """Follows the run that the controls steer, and the conductor who leads it where several are in step."""

    def __init__(self, transport: Transport, lane: Lane, conductor: Conductor, parent: QObject) -> None:
        super().__init__(parent)
        self._transport, self._lane, self._conductor = transport, lane, conductor
        self._session = lane.session
        self._speed = Throttle(self, transport.show_speed, READING)
        self._session.status_changed.connect(self._show_status)
        self._session.course.playing_changed.connect(self.show_playing)
        self._session.frame_changed.connect(self._draw)
        conductor.changed.connect(self.show_playing)

    def show_playing(self) -> None:
        """Show whether it plays, and where it is."""
        conductor = self._conductor
        self._transport.show_playing(self._session.playing or conductor.is_playing, conductor.goes_back)
        self._show_status()

    def slower(self) -> None:
        """Choose the next slower speed."""
        self._change_speed(-1)

    def faster(self) -> None:
        """Choose the next faster speed."""
        self._change_speed(1)

    def _change_speed(self, direction: int) -> None:
        session, speeds = self._session, list(self._transport.speeds())
        place = speeds.index(session.course.speed) if session.course.speed in speeds else len(speeds) - 1
        session.course.set_speed(speeds[max(0, min(place + direction, len(speeds) - 1))])

    def _show_status(self) -> None:
        session, conductor = self._session, self._conductor
        device = session.recipe.device.upper()
        if session.playing or (conductor.is_playing and not conductor.goes_back):
            measured = session.course.measured_speed if session.playing else conductor.measured_speed
            self._speed.ask(
                session.course.speed,
                measured,
                tr("{pictures} pictures/s · {device}").format(pictures=self._lane.pictures_per_second, device=device),
            )
        else:
            self._speed.ask(session.course.speed, None, device)
            self._speed.hurry()
        self._transport.show_place(conductor.step, conductor.known, session.course.phase)

    def listen_to(self, lane: Lane) -> None:
        """Follow a run that is compared with the first."""
        lane.session.frame_changed.connect(lambda _: self._draw_again())

    def _draw_again(self) -> None:
        if self._session.frame is not None:
            self._draw(self._session.frame)

    def _draw(self, frame: Frame) -> None:
        scene, conductor = self._session.scene, self._conductor
        assert scene is not None
        beside = [_progress(run) for run in conductor.runs[1:] if run.scene is scene]
        self._transport.time_line.show_run(
            conductor.step, conductor.known, _progress(self._session), frame.actions, scene.steps, beside
        )


def _progress(run: Session) -> Mapping[str, Series]:
    """Return the metrics of a run that the time line draws."""
    assert run.scene is not None
    return {name: series for name, series in run.series.items() if run.scene.draws_progress(name)}
