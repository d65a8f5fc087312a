"""The session against a line that records what is asked and lets the test answer."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import TryLink
from explainer.contract.messages import (
    Act,
    Columns,
    Command,
    Failure,
    JobPart,
    Open,
    Opened,
    Painted,
    Pause,
    Phase,
    Picture,
    Play,
    Ready,
    Refusal,
    Seek,
    Show,
    StartJob,
    Step,
)
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.window import main_window
from explainer.window.announcements import Announcements
from explainer.window.notices import Notices
from explainer.window.run.engine_life import CRASHES
from explainer.window.run.session import Session
from explainer.window.settings import Settings


class FakeLink(QObject):
    """Answers nothing by itself."""

    reported = Signal(object)
    died = Signal(str)
    hung = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Command] = []
        self.starts = self.stops = 0

    def wake(self) -> None:
        pass

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> None:
        self.stops += 1

    def send(self, command: Command, *, owes: bool = True) -> None:
        self.sent.append(command)
        self.owed = owes

    def of(self, kind: type) -> list[Any]:
        return [command for command in self.sent if type(command) is kind]

    def last(self, kind: type) -> Any:
        return self.of(kind)[-1]

    def say(self, report: object) -> None:
        self.reported.emit(report)

    def open_last(self) -> Open:
        """Answer the last Open and send the picture of its beginning."""
        opening = self.last(Open)
        self.say(Opened(run=opening.run, recipe=opening.recipe))
        self.picture(opening.run, opening.position.step, recipe=opening.recipe, request=opening.request)
        return opening

    def picture(self, run: int, step: int, **more: Any) -> None:
        last = max((command.request for command in self.sent), default=0)
        self.say(Picture(**{"run": run, "number": 1, "position": Position(step), "request": last, **more}))


READY = Ready(devices=["cpu"], torch="2", python="3")


@pytest.fixture
def link(qapp) -> FakeLink:
    return FakeLink()


@pytest.fixture
def session(link: FakeLink) -> Session:
    """A session with gradient descent at step 0 of run 1."""
    session = Session(link)  # type: ignore[arg-type]
    session.open_scene(CATALOGUE.scene("gradient-descent"))
    link.say(READY)
    link.open_last()
    return session


def rows(*values: float, first: int = 1) -> dict[str, Columns]:
    steps = np.arange(first, first + len(values), dtype=np.int64)
    return {"loss/sgd": Columns(steps=steps, values=np.array(values))}


def signals(signal: Any) -> list[tuple[Any, ...]]:
    """Return a list that fills with what a signal says."""
    found: list[tuple[Any, ...]] = []
    signal.connect(lambda *said: found.append(said))
    return found


def test_a_scene_is_opened_once_the_engine_is_ready(link):
    session = Session(link)
    session.open_scene(CATALOGUE.scene("gradient-descent"))
    assert not link.of(Open)
    link.say(READY)
    assert link.last(Open).recipe.parameters["lr"] == 0.038
    assert link.last(Open).recipe.scene == "gradient-descent"


def test_what_is_asked_before_the_engine_is_ready_is_done_when_the_run_is_there(link):
    session = Session(link)
    session.open_scene(CATALOGUE.scene("gradient-descent"))
    session.set({"lr": 0.01})
    session.course.play()
    assert not link.of(Play)
    assert not link.of(Act)
    link.say(READY)
    link.open_last()
    assert link.last(Open).recipe.parameters["lr"] == 0.01
    assert link.last(Play).speed == 5.0
    assert session.params.lr == 0.01


def test_only_the_last_wish_made_while_a_run_is_opened_is_done(session, link):
    session.reset()
    session.course.play()
    session.course.step()
    link.open_last()
    assert not link.of(Play)
    assert len(link.of(Step)) == 1


def test_a_pause_takes_back_a_wish_to_play(session, link):
    session.reset()
    session.course.play()
    session.course.pause()
    link.open_last()
    assert not link.of(Play)
    assert not session.playing


def test_a_new_run_drops_the_old_numbers(session, link):
    link.picture(1, 3, series=rows(3.0, 2.0, 1.0), arrays={"loss": np.ones(2)}, known=3)
    assert session.frame.metric("loss/sgd") == 1.0
    session.reset()
    link.open_last()
    assert dict(session.frame.series) == {}
    assert dict(session.frame.arrays) == {}


def test_pictures_of_an_older_run_are_dropped(session, link):
    session.reset()
    link.open_last()
    link.picture(1, 77)
    assert session.position.step == 0


def test_pictures_of_another_scene_are_dropped_as_soon_as_the_scene_is_left(session, link):
    session.open_scene(CATALOGUE.scene("small-network"))
    frames = signals(session.frame_changed)
    link.picture(1, 5, traces={"path": Columns(steps=np.arange(1), values=np.zeros((1, 2, 2)))})
    assert frames == []
    link.open_last()
    assert frames[-1][0].scene == "small-network"


def test_a_scene_that_is_left_while_it_opens_is_never_shown(link):
    session = Session(link)
    frames, begun = signals(session.frame_changed), signals(session.run_opened)
    session.open_scene(CATALOGUE.scene("gradient-descent"))
    link.say(READY)
    session.open_scene(CATALOGUE.scene("small-network"))
    link.open_last()
    assert (frames, begun) == ([], [])
    assert session.recipe.scene == "small-network"
    link.open_last()
    assert frames[-1][0].scene == "small-network"


def test_a_run_of_another_scene_that_is_on_its_way_is_kept_as_it_is(session, link):
    scene = CATALOGUE.scene("small-network")
    recipe = Recipe(scene.name, parameters=scene.parameters().values())
    session.set({"selected": 1})
    session.open_run(scene, recipe, Position(3))
    assert session.to_keep == (recipe, Position(3))
    assert session.scene.name == "gradient-descent"


def test_no_frame_joins_the_arrays_of_a_run_with_the_parameters_of_the_one_that_takes_its_place(session, link):
    link.picture(1, 1, arrays={"label": np.array(["sgd", "momentum"])}, known=1)
    values = session.params.anew(optimizers=("adam",)).values()
    frames = signals(session.frame_changed)
    session.params_changed.connect(lambda params: params.selected == 1 or session.set({"selected": 1}))
    session.open_run(session.scene, Recipe("gradient-descent", parameters=values))
    link.open_last()
    link.picture(2, 0, arrays={"label": np.array(["adam"])})
    drawn = [frame for (frame,) in frames if "label" in frame.arrays]
    assert drawn
    assert all(len(frame.arrays["label"]) == len(frame.params.optimizers) for frame in drawn)


def test_every_open_has_a_run_number_of_its_own(session, link):
    session.reset()
    session.new_seed(4)
    link.open_last()
    session.reset()
    runs = [command.run for command in link.of(Open)]
    assert len(runs) == len(set(runs))


def test_of_several_structural_changes_in_flight_only_the_newest_is_opened(session, link):
    for condition in (10.0, 20.0, 30.0):
        session.choose("condition", condition)
    opened = [command.recipe.parameters["condition"] for command in link.of(Open)]
    assert opened == [50.0, 10.0]
    link.open_last()
    opened = [command.recipe.parameters["condition"] for command in link.of(Open)]
    assert opened == [50.0, 10.0, 30.0]


def test_while_a_structural_change_is_dragged_each_frame_has_the_parameters_of_its_run(session, link):
    session.choose("condition", 10.0)
    assert session.frame.params.condition == 50.0
    session.choose("condition", 20.0)
    first = link.of(Open)[1]
    link.say(Opened(run=first.run, recipe=first.recipe))
    link.picture(first.run, 0, request=first.request)
    assert session.frame.params.condition == 10.0
    assert session.params.condition == 20.0
    link.open_last()
    assert session.frame.params.condition == 20.0


def test_a_live_change_made_while_a_run_waits_to_be_opened_is_part_of_it(session, link):
    session.choose("condition", 10.0)
    session.choose("condition", 20.0)
    session.set({"lr": 0.02})
    link.open_last()
    link.open_last()
    assert link.last(Open).recipe.parameters["lr"] == 0.02
    assert session.params.lr == 0.02


def test_a_refused_open_keeps_the_old_run_and_restores_the_values(session, link):
    refusals, changes = signals(session.refused), signals(session.params_changed)
    session.choose("condition", 10.0)
    opening = link.last(Open)
    link.say(Refusal(run=opening.run, message="no", about="condition", request=opening.request))
    assert refusals == [("condition", "no")]
    assert session.params.condition == 50.0
    assert changes[-1][0].condition == 50.0
    assert not session.is_opening
    link.picture(1, 4)
    assert session.position.step == 4


def test_a_refused_live_value_goes_back_to_the_last_good_one(session, link):
    session.set({"lr": 0.02})
    link.say(Refusal(run=1, message="no", about="lr", request=session.last_request))
    assert session.params.lr == 0.038


def test_a_run_that_is_refused_from_the_start_gives_way_to_the_defaults(link):
    session = Session(link)
    refusals = signals(session.refused)
    scene = CATALOGUE.scene("gradient-descent")
    session.open_scene(scene)
    asked = msgspec.structs.replace(session.recipe, device="cuda", seed=3)
    session.open_scene(scene, asked, Position(40))
    link.say(READY)
    opening = link.last(Open)
    link.say(Refusal(run=opening.run, message="no such device", about="device", request=opening.request))
    assert refusals == [("device", "no such device")]
    assert link.last(Open).recipe.device == "cpu"
    link.open_last()
    assert session.position == Position(0)


def test_parameters_follow_the_run_into_its_past_and_back(session, link):
    recipe = msgspec.structs.replace(session.recipe, actions=(Action(10, SET, {"lr": 0.1}),))
    link.picture(1, 20, recipe=recipe)
    assert session.params.lr == 0.1
    session.course.seek(5)
    link.picture(1, 5)
    assert session.params.lr == 0.038
    session.course.seek(10)
    link.picture(1, 10)
    assert session.params.lr == 0.1


def test_a_picture_made_before_a_change_does_not_turn_the_control_back(session, link):
    earlier = session.last_request
    session.set({"lr": 0.02})
    link.picture(1, 1, request=earlier)
    assert session.params.lr == 0.02


def test_playing_does_not_flicker_while_old_pictures_arrive(session, link):
    changes = signals(session.course.playing_changed)
    earlier = session.last_request
    session.course.play()
    link.picture(1, 0, request=earlier, playing=False)
    link.picture(1, 1, playing=True)
    session.course.pause()
    link.picture(1, 2, request=session.last_request - 1, playing=True)
    link.picture(1, 2, playing=False)
    assert changes == [(True,), (False,)]


def test_a_run_that_rests_by_itself_shows_as_paused(session, link):
    session.course.play()
    link.picture(1, 200, playing=False, finished=True)
    assert not session.playing
    assert session.frame.finished


def test_series_are_cut_where_an_action_undid_them(session, link):
    link.picture(1, 4, series=rows(4.0, 3.0, 2.0, 1.0))
    link.picture(1, 2, forget=2, series=rows(9.0, first=3))
    assert session.frame.series["loss/sgd"].values.tolist() == [4.0, 3.0, 9.0]


def test_a_view_change_only_asks_for_another_drawing(session, link):
    link.sent.clear()
    session.set({"arrows": True})
    assert [type(command) for command in link.sent] == [Show]
    assert link.last(Show).view["arrows"] is True
    assert session.frame.params.arrows is True


def test_a_choice_takes_the_values_along_that_go_well_with_it(session, link):
    session.choose("surface", "rosenbrock")
    suggested = session.scene.parameters.declaration("surface").suggests("rosenbrock")
    assert suggested
    recipe = link.last(Open).recipe
    assert {name: recipe.parameters[name] for name in suggested} == suggested
    assert recipe.parameters["surface"] == "rosenbrock"


def test_a_try_link_starts_anew_from_the_defaults_and_runs(session, link):
    session.set({"momentum": 0.3, "arrows": True})
    session.try_link(TryLink({"lr": 0.02}, run=100, seed=7, speed=math.inf))
    opening = link.open_last()
    assert opening.recipe.parameters["lr"] == 0.02
    assert opening.recipe.parameters["momentum"] == 0.7
    assert opening.recipe.parameters["arrows"] is True
    assert opening.recipe.seed == 7
    assert (link.last(Play).speed, link.last(Play).until) == (None, 100)


def test_a_try_link_that_keeps_changes_only_what_it_names(session, link):
    session.set({"momentum": 0.3})
    session.try_link(TryLink({"lr": 0.02}, keep=True))
    opening = link.open_last()
    assert opening.recipe.parameters["momentum"] == 0.3
    assert not link.of(Play)


def test_another_speed_in_the_middle_of_a_try_link_keeps_its_end(session, link):
    session.try_link(TryLink({}, run=100))
    link.open_last()
    session.course.set_speed(60.0)
    assert (link.last(Play).speed, link.last(Play).until) == (60.0, 100)
    session.course.pause()
    session.course.play()
    assert link.last(Play).until is None


def test_a_structural_change_of_a_playing_run_goes_on_playing(session, link):
    session.course.play()
    link.picture(1, 3, playing=True)
    changes = signals(session.course.playing_changed)
    session.choose("condition", 10.0)
    link.open_last()
    assert link.sent.index(link.last(Play)) > link.sent.index(link.last(Open))
    assert changes == []


def test_a_death_starts_another_engine_that_replays_to_the_step(session, link):
    link.picture(1, 33)
    lost = signals(session.engine_lost)
    link.died.emit("killed by signal 9")
    assert lost == [("killed by signal 9", True)]
    assert link.starts == 1
    link.say(READY)
    opening = link.last(Open)
    assert (opening.position.step, opening.recipe) == (33, session.recipe)


def test_a_death_before_the_first_run_opens_what_was_asked_for(link):
    session = Session(link)
    session.open_scene(CATALOGUE.scene("small-network"))
    link.died.emit("gone")
    link.say(READY)
    assert link.last(Open).recipe.scene == "small-network"


def test_a_death_between_two_scenes_opens_the_new_one(session, link):
    link.picture(1, 33)
    session.open_scene(CATALOGUE.scene("small-network"))
    link.died.emit("gone")
    link.say(READY)
    opening = link.open_last()
    assert (opening.recipe.scene, opening.position.step) == ("small-network", 0)
    assert session.frame.scene == "small-network"


def test_a_structural_change_that_kills_the_engine_leads_back_to_the_old_run(session, link):
    link.picture(1, 33)
    session.choose("condition", 10.0)
    link.died.emit("out of memory")
    link.say(READY)
    opening = link.open_last()
    assert (opening.recipe.parameters["condition"], opening.position.step) == (50.0, 33)
    assert session.params.condition == 50.0


def test_a_replay_is_announced_with_the_step_that_is_shown(session, link, qtbot):
    notices = Notices()
    qtbot.addWidget(notices)
    announcements = Announcements(notices, session)
    link.picture(1, 33)
    link.died.emit("gone")
    link.say(READY)
    opening = link.last(Open)
    link.say(Opened(run=opening.run, recipe=opening.recipe))
    link.picture(opening.run, 20)
    assert "replayed the run to step 20" in notices.words("engine")
    announcements.deleteLater()


@pytest.mark.parametrize("why", ["refusal", "failure"])
def test_why_a_run_could_not_be_opened_stays_said_when_the_defaults_come_in_its_place(link, qtbot, why):
    notices, session = Notices(), Session(link)
    qtbot.addWidget(notices)
    announcements = Announcements(notices, session)
    session.refused.connect(lambda about, words: announcements.refuse(words, opening=session.is_opening))
    scene = CATALOGUE.scene("gradient-descent")
    link.say(READY)
    session.open_scene(scene, Recipe(scene.name, parameters=scene.parameters(lr=0.5).values()))
    opening = link.last(Open)
    if why == "refusal":
        link.say(Refusal(run=opening.run, message="no such file", request=opening.request))
    else:
        link.say(Failure(run=opening.run, message="no such file", traceback="", step=0))
    link.open_last()
    assert session.recipe.parameters["lr"] == 0.038
    assert "no such file" in notices.words(why)
    link.picture(session.engine.run, 3)
    assert notices.words(why)
    session.reset()
    link.open_last()
    assert not notices.words(why)
    announcements.deleteLater()


def test_a_replay_that_gives_way_to_another_run_is_not_announced(session, link, qtbot):
    notices = Notices()
    qtbot.addWidget(notices)
    announcements = Announcements(notices, session)
    link.picture(1, 33)
    link.died.emit("gone")
    session.reset()
    link.say(READY)
    link.open_last()
    assert not notices.words("engine")
    announcements.deleteLater()


def test_an_engine_that_keeps_dying_is_given_up_until_somebody_asks(session, link):
    lost = signals(session.engine_lost)
    for _ in range(CRASHES):
        link.died.emit("gone")
    assert [again for _, again in lost] == [True] * (CRASHES - 1) + [False]
    assert link.starts == CRASHES - 1
    session.engine.restart()
    assert link.starts == CRASHES
    link.died.emit("gone")
    assert lost[-1] == ("gone", True)


def test_deaths_with_pictures_in_between_are_never_given_up(session, link):
    lost = signals(session.engine_lost)
    for _ in range(CRASHES + 2):
        link.died.emit("gone")
        link.say(READY)
        link.open_last()
    assert all(again for _, again in lost)


def test_a_failure_rests_the_run_and_reset_opens_it_again(session, link):
    failures = signals(session.failed)
    session.course.play()
    link.picture(1, 3, playing=True)
    link.say(Failure(run=1, message="RuntimeError: no", traceback="Traceback…", step=3))
    assert failures == [("RuntimeError: no", "Traceback…")]
    assert not session.playing
    session.reset()
    assert link.open_last().recipe.actions == ()


def test_a_failed_open_lets_the_next_one_through(session, link):
    session.choose("condition", 10.0)
    session.choose("condition", 20.0)
    link.say(Failure(run=link.last(Open).run, message="no", traceback="", step=0))
    assert link.last(Open).recipe.parameters["condition"] == 20.0


def test_a_failure_of_the_old_run_leaves_the_one_that_is_being_opened_alone(session, link):
    session.course.play()
    link.picture(1, 3, playing=True)
    session.choose("condition", 10.0)
    link.say(Failure(run=1, message="no", traceback="", step=3))
    assert session.is_opening
    assert session.playing
    link.open_last()
    assert link.sent.index(link.last(Play)) > link.sent.index(link.last(Open))


def test_a_failed_open_puts_the_values_in_force_back(session, link):
    session.choose("condition", 10.0)
    link.say(Failure(run=link.last(Open).run, message="no", traceback="", step=0))
    assert session.params.condition == 50.0
    session.reset()
    assert link.open_last().recipe.parameters["condition"] == 50.0


def test_stepping_back_from_the_middle_of_a_step_goes_to_its_beginning(session, link):
    link.picture(1, 4, position=Position(4, 1), phase="forward")
    session.course.step_back()
    assert link.last(Seek).position == Position(4)
    link.picture(1, 4)
    session.course.step_back()
    assert link.last(Seek).position == Position(3)


def test_quick_steps_back_lose_none(session, link):
    link.picture(1, 10)
    for _ in range(3):
        session.course.step_back()
    assert [seek.position.step for seek in link.of(Seek)] == [9, 8, 7]
    link.picture(1, 9, request=session.last_request - 2)
    session.course.step_back()
    assert link.last(Seek).position.step == 6
    link.picture(1, 6)
    session.course.step()
    session.course.step_back()
    assert link.last(Seek).position.step == 5


def test_a_step_back_after_a_refusal_counts_from_what_is_shown(session, link):
    link.picture(1, 10)
    session.course.step_back()
    link.say(Refusal(run=1, message="no", request=session.last_request))
    session.course.step_back()
    assert link.last(Seek).position.step == 9


def test_keys_become_commands(session, link):
    session.course.step_phase()
    session.course.pause()
    session.course.seek(-5)
    assert len(link.of(Phase)) == len(link.of(Pause)) == 1
    assert link.last(Seek).position == Position(0)


def test_only_the_newest_job_of_a_name_and_of_this_run_is_heard(session, link):
    found = signals(session.job_found)
    session.start_job("probe", {"at": (0.0, 0.0)})
    session.start_job("probe", {"at": (1.0, 0.0)})
    old, new = link.of(StartJob)
    for job, run in ((old, 1), (new, 9), (new, 1)):
        link.say(JobPart(run=run, job=job.job, name="probe", arguments={}, arrays={}, last=True))
    assert len(found) == 1


def test_a_job_asked_for_while_a_run_is_opened_is_heard(session, link):
    session.reset()
    found = signals(session.job_found)
    session.start_job("map", {})
    opening = link.open_last()
    link.say(JobPart(run=opening.run, job=link.last(StartJob).job, name="map", arguments={}, arrays={}, last=True))
    assert len(found) == 1


def test_arrays_are_asked_for_only_when_they_change(session, link):
    session.want(["path", "loss"])
    session.want(["path", "loss"])
    assert [command.arrays for command in link.of(Show)].count(["path", "loss"]) == 1


def test_an_array_that_was_not_wanted_for_a_while_is_not_drawn_from_memory(session, link):
    session.want(["loss", "velocity"])
    link.picture(1, 1, arrays={"loss": np.zeros(2), "velocity": np.zeros((2, 2))})
    session.want(["loss"])
    session.want(["loss", "velocity"])
    link.picture(1, 2)
    assert set(session.frame.arrays) == {"loss"}


def test_a_painted_picture_is_acknowledged_by_its_number(session, link):
    link.picture(1, 2, number=17)
    session.painted()
    assert link.last(Painted).number == 17


def test_an_engine_that_plays_owes_another_picture_and_one_that_rests_does_not(session, link):
    session.course.play()
    link.picture(1, 1, playing=True)
    session.painted()
    assert link.owed
    link.picture(1, 2, playing=False, finished=True)
    session.painted()
    assert not link.owed


def test_traced_arrays_come_whole_and_only_up_to_the_step(session, link):
    path = np.arange(12.0).reshape(3, 2, 2)
    link.picture(1, 2, traces={"path": Columns(steps=np.arange(3), values=path)})
    assert session.frame.arrays["path"].shape == (2, 3, 2)
    link.picture(1, 1)
    assert session.frame.arrays["path"].shape == (2, 2, 2)


def test_a_frame_once_given_does_not_change_when_the_next_one_comes(session, link):
    link.picture(1, 1, arrays={"loss": np.array([1.0, 1.0])}, ages={"lr_limit": 1})
    first = session.frame
    link.picture(1, 2, arrays={"loss": np.array([2.0, 2.0])}, ages={"lr_limit": 2})
    assert first.arrays["loss"].tolist() == [1.0, 1.0]
    assert first.ages == {"lr_limit": 1}


def test_another_seed_is_drawn_or_taken(session, link):
    session.new_seed(12)
    assert link.open_last().recipe.seed == 12
    session.new_seed()
    assert link.open_last().recipe.seed != 12
    assert "seed" in session.run_name


def test_closing_ends_the_engine(session, link):
    session.close()
    assert link.stops == 1


def test_settings_that_cannot_be_saved_do_not_keep_the_engine_alive(link, qtbot, monkeypatch):
    stops = []
    monkeypatch.setattr(main_window.SettingsKeeper, "save", lambda keeper: stops.append(link.stops))
    window = main_window.MainWindow(link, Settings())  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.build()
    window.session.open_scene(CATALOGUE.scene("small-network"))
    window.close()
    assert stops[0] == 1
