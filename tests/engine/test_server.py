from collections import deque
from types import SimpleNamespace

import numpy as np
import pytest

from explainer import Refused, Run
from explainer.contract.messages import (
    Act,
    Failure,
    JobPart,
    Open,
    Opened,
    Painted,
    Pause,
    Phase,
    Picture,
    Play,
    Progress,
    Refusal,
    Seek,
    Show,
    StartJob,
    Step,
    pack,
    read_command,
    read_report,
)
from explainer.contract.recipe import SET, Action, Position, Recipe
from explainer.engine import pace, pictures, server, side_jobs
from explainer.engine.server import Server
from explainer.scenes.small_network.experiment import SmallNetwork

TICK = 0.001


class Clock:
    """Time that passes only by being looked at and by waiting."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        self.now += TICK
        return self.now


class FakeLine:
    """A window at the other end: what it says waits here, what it hears is kept as it would arrive."""

    def __init__(self, clock):
        self.clock = clock
        self.heard = []
        self._said = deque()
        self._later = []

    def say(self, *commands):
        self._said.extend(commands)

    def say_later(self, command, looks):
        """Let ``command`` arrive when the engine has looked ``looks`` times whether one is waiting."""
        self._later.append([looks, command])

    def waiting(self):
        for item in self._later:
            item[0] -= 1
        self._said.extend(command for looks, command in self._later if looks <= 0)
        self._later = [item for item in self._later if item[0] > 0]
        return bool(self._said)

    def receive(self, seconds):
        if not self._said:
            self.clock.now += min(seconds, 0.01)
            return None
        said = self._said.popleft()
        if isinstance(said, Refused):
            raise said
        return read_command(pack(said)[4:])

    def send(self, report):
        self.heard.append(read_report(pack(report)[4:]))


class Window:
    """Drives a server turn by turn and gathers what it says."""

    def __init__(self, clock):
        self.line = FakeLine(clock)
        self.server = Server(self.line)
        self.series = {}

    def say(self, *commands, turns=1):
        self.line.say(*commands)
        self.turn(turns)

    def turn(self, times=1):
        for _ in range(times):
            self.server.take_turn()

    def open(self, run=1, **words):
        parameters = {name: words.pop(name) for name in list(words) if name in ("width", "lr", "optimizer", "large")}
        self.say(Open(run=run, recipe=Recipe("small-network", parameters=parameters), **words))

    def heard(self, kind):
        return [report for report in self.line.heard if isinstance(report, kind)]

    @property
    def pictures(self):
        return self.heard(Picture)

    @property
    def last(self):
        return self.pictures[-1]

    def paint(self):
        self.say(Painted(number=self.last.number))

    def paint_until(self, condition, turns=3_000, between=1):
        """Paint each picture ``between`` turns after it came, until the last one satisfies ``condition``."""
        for _ in range(turns):
            if self.pictures and condition(self.last):
                return
            self.turn(between)
            if self.pictures:
                self.paint()
        pytest.fail(f"no such picture within {turns} turns; the last one is at {self.last.position}")

    def whole_series(self, name):
        """Put a series together as the window does."""
        steps, values = [], []
        for picture in self.pictures:
            if picture.forget is not None:
                kept = sum(step <= picture.forget for step in steps)
                del steps[kept:], values[kept:]
            if name in picture.series:
                steps += picture.series[name].steps.tolist()
                values += picture.series[name].values.tolist()
        return steps, values


@pytest.fixture
def window(monkeypatch):
    clock = Clock()
    for module in (pace, pictures, server, side_jobs):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    window = Window(clock)
    yield window
    window.server.close()


def test_opening_a_run_is_confirmed_with_its_complete_recipe_and_drawn(window):
    window.open(width=5)
    (opened,) = window.heard(Opened)
    assert (opened.run, opened.recipe.parameters["width"], opened.recipe.parameters["lr"]) == (1, 5, 0.01)
    assert window.last.position == Position(0)
    assert window.last.recipe == opened.recipe


def test_no_second_picture_is_sent_before_the_first_was_painted(window):
    window.open()
    window.say(Play(), turns=50)
    assert len(window.pictures) == 1
    window.paint()
    window.turn(50)
    assert len(window.pictures) == 2


def test_the_run_goes_on_at_full_speed_while_the_window_paints(window):
    window.open()
    window.say(Play(until=150), turns=1)
    window.turn(400)
    assert len(window.pictures) == 1
    window.paint_until(lambda picture: picture.position.step == 150, turns=50)


def test_an_old_picture_that_is_painted_late_gives_no_credit_for_the_new_run(window):
    window.open(run=1)
    old = window.last.number
    window.open(run=2)
    window.turn(5)
    assert [picture.run for picture in window.pictures] == [1, 2]
    window.say(Painted(number=old), Play(), turns=50)
    assert len(window.pictures) == 2
    window.paint()
    window.turn(50)
    assert len(window.pictures) == 3


@pytest.mark.parametrize("between", [1, 4, 40])
def test_every_step_is_painted_in_paced_mode(window, between):
    window.open()
    window.say(Play(speed=60.0, until=30))
    window.paint_until(lambda picture: picture.position.step == 30, between=between)
    steps = [picture.position.step for picture in window.pictures]
    assert sorted(set(steps)) == list(range(31))
    assert steps == sorted(steps)


def test_in_paced_mode_the_run_waits_for_the_window(window):
    window.open()
    window.say(Play(speed=60.0), turns=500)
    assert window.last.position.step <= 1
    window.paint()
    window.turn(500)
    assert window.last.position.step <= 2


def test_in_paced_mode_one_step_is_done_while_the_window_paints_and_shown_when_it_pauses(window):
    window.open()
    window.say(Play(speed=60.0), turns=100)
    assert [picture.position.step for picture in window.pictures] == [0], "nothing is drawn before it was painted"
    window.say(Pause(), Painted(number=window.last.number))
    assert window.last.position == Position(1)


@pytest.mark.parametrize("between", [1, 7, 60])
def test_the_series_lose_no_step_however_slow_the_window_is(window, between):
    window.open()
    window.say(Play())
    window.paint_until(lambda picture: picture.finished and not picture.playing, between=between)
    run = Run("small-network", lr=0.01)
    run.step(200)
    steps, values = window.whole_series("error")
    assert steps == list(range(1, 201))
    assert values == run.metrics["error"].tolist()


def test_an_action_in_the_past_takes_back_the_series_in_the_window(window):
    window.open()
    window.say(Show(arrays=["bias_path"]), Step(count=20))
    window.paint()
    window.say(Seek(position=Position(8)), turns=3)
    window.paint()
    window.say(Act(request=1, verb=SET, arguments={"lr": 0.3}), Step(count=5), turns=3)
    window.paint()
    window.turn(3)
    run = Run("small-network")
    run.step(8)
    run.set(lr=0.3)
    run.step(5)
    assert window.whole_series("error") == (list(range(1, 14)), run.metrics["error"].tolist())
    assert window.last.known == 13


def test_traces_arrive_whole(window):
    window.open()
    window.say(Show(arrays=["bias_path"]), Play(until=60))
    window.paint_until(lambda picture: picture.position.step == 60)
    rows = np.concatenate([picture.traces["bias_path"].values for picture in window.pictures if picture.traces])
    run = Run("small-network")
    run.step(60)
    assert rows.tolist() == run.frame["bias_path"].tolist()


def test_playing_rests_where_it_was_told_to(window):
    window.open()
    window.say(Play(until=17))
    window.paint_until(lambda picture: not picture.playing and picture.position.step == 17)


def test_pausing_rests_at_once(window):
    window.open()
    window.say(Play())
    window.paint_until(lambda picture: picture.position.step > 3)
    window.say(Pause(), turns=3)
    window.paint()
    window.turn(3)
    resting = window.last
    window.paint()
    window.turn(50)
    assert not resting.playing
    assert window.last.position == resting.position


def test_a_seek_that_is_overtaken_ends_at_the_newer_place(window):
    window.open()
    window.line.say_later(Seek(position=Position(3)), looks=40)
    window.say(Seek(position=Position(190)))
    window.paint_until(lambda picture: picture.position == Position(3))
    window.turn(20)
    assert window.last.position == Position(3)
    assert window.last.known < 190


def test_a_replay_reports_its_progress_and_shows_only_where_it_arrives(window):
    window.open()
    window.paint()
    window.say(Seek(position=Position(190)), turns=5)
    progress = window.heard(Progress)
    assert progress
    assert [report.done for report in progress] == sorted(report.done for report in progress)
    assert {report.total for report in progress} == {190}
    assert {picture.position.step for picture in window.pictures} == {0, 190}


def test_seeking_beyond_the_end_rests_at_the_end(window):
    window.open()
    window.paint()
    window.say(Seek(position=Position(10_000)), turns=3)
    assert window.last.position == Position(200)
    assert window.last.finished


def test_opening_at_a_position_goes_there(window):
    window.open(position=Position(12, 2))
    window.paint_until(lambda picture: picture.position == Position(12, 2))
    assert window.last.phase == "backward"
    assert window.last.file == "experiment.py"
    assert window.last.line > 0


def test_phases_are_shown_one_by_one(window):
    window.open()
    for phase in ("forward", "backward", "update", ""):
        window.paint()
        window.say(Phase())
        assert window.last.phase == phase
    assert window.last.position == Position(1)


@pytest.mark.parametrize(
    "act",
    [
        Act(request=7, verb=SET, arguments={"lr": 1e9}),
        Act(request=7, verb=SET, arguments={"rate": 1}),
        Act(request=7, verb=SET, arguments={"width": 6}),
        Act(request=7, verb="explode"),
        Act(request=7, verb="reinitialise", arguments={"first": 99}),
        Act(request=7, verb="__init__"),
        Act(request=7, verb="step"),
    ],
    ids=lambda act: f"{act.verb}-{','.join(act.arguments)}",
)
def test_a_refused_act_changes_nothing_and_says_which_it_was(window, act):
    window.open()
    window.say(Step(count=9))
    window.paint()
    window.say(Seek(position=Position(6)), turns=2)
    window.paint()
    window.say(act, turns=3)
    (refusal,) = window.heard(Refusal)
    assert (refusal.request, refusal.run) == (7, 1)
    assert window.last.forget is None
    assert (window.last.position, window.last.known) == (Position(6), 9)
    window.paint()
    window.say(Play(until=9))
    window.paint_until(lambda picture: picture.position.step == 9)
    assert len(window.whole_series("error")[0]) == 9


def test_a_picture_says_which_request_it_already_shows(window):
    window.open()
    window.paint()
    window.say(Act(request=7, verb=SET, arguments={"lr": 0.5}))
    assert window.last.request == 7
    assert window.last.recipe.actions[0].arguments == {"lr": 0.5}
    window.paint()
    window.say(Step(request=8))
    assert window.last.request == 8
    assert window.last.recipe is None


def test_arrays_that_nobody_wants_are_not_computed(window, monkeypatch):
    asked = []
    draw = SmallNetwork.frame
    monkeypatch.setattr(SmallNetwork, "frame", lambda self, wanted: asked.append(set(wanted)) or draw(self, wanted))
    window.open()
    window.say(Play(until=20))
    window.paint_until(lambda picture: picture.position.step == 20)
    assert asked == []
    window.say(Show(arrays=["weight", "bias_path", "not_there"]))
    window.paint()
    assert asked[-1] == {"weight"}
    assert set(window.last.arrays) == {"weight"}


def test_an_array_that_has_not_changed_is_not_sent_twice(window):
    window.open()
    window.say(Show(arrays=["order", "weight"]))
    window.paint_until(lambda picture: "order" in picture.arrays)
    sent = []
    for _ in range(6):
        window.say(Step())
        window.paint()
        window.turn()
        sent.append(("order" in window.last.arrays, "weight" in window.last.arrays))
    assert sent == [(True, True), (False, True), (False, True)] * 2


def test_what_was_sent_before_is_sent_again_when_it_is_asked_for_again(window):
    window.open()
    window.say(Show(arrays=["order"]))
    window.paint_until(lambda picture: "order" in picture.arrays)
    window.say(Show(arrays=["order", "weight"]))
    window.paint()
    assert set(window.last.arrays) == {"order", "weight"}


def test_at_full_speed_dear_arrays_are_spared_but_no_metric_and_at_rest_all_is_there(window, monkeypatch):
    monkeypatch.setattr(pictures, "ARRAY_INTERVAL", 3600.0)
    window.open()
    window.say(Show(arrays=["weight", "bias_path"]))
    window.paint_until(lambda picture: "weight" in picture.arrays)
    window.paint()
    window.say(Play(until=150))
    window.paint_until(lambda picture: picture.position.step == 150 and not picture.playing)
    playing = [picture for picture in window.pictures if picture.playing]
    assert sum("weight" in picture.arrays for picture in playing) < len(playing)
    assert window.whole_series("error")[0] == list(range(1, 151))
    assert "weight" in window.last.arrays
    traced = [step for picture in window.pictures if "bias_path" in picture.traces
              for step in picture.traces["bias_path"].steps.tolist()]  # fmt: skip
    assert traced == list(range(151))


def test_in_paced_mode_every_picture_has_its_arrays(window, monkeypatch):
    monkeypatch.setattr(pictures, "ARRAY_INTERVAL", 3600.0)
    window.open()
    window.say(Show(arrays=["weight"]), Play(speed=30.0, until=12))
    window.paint_until(lambda picture: picture.position.step == 12)
    moved = [picture for picture in window.pictures if picture.position.step > 0]
    assert all("weight" in picture.arrays for picture in moved)


def test_a_view_parameter_shapes_what_is_drawn_and_is_not_logged(window):
    window.open()
    window.say(Show(arrays=["canvas"], view={"large": True, "unknown": 3}))
    window.paint_until(lambda picture: "canvas" in picture.arrays)
    assert window.last.arrays["canvas"].shape == (1024, 1024)
    assert window.heard(Opened)[0].recipe.actions == ()
    assert not window.heard(Refusal)


def test_slow_arrays_carry_their_age_and_catch_up_when_the_run_rests(window, monkeypatch):
    monkeypatch.setattr("explainer.engine.pictures.SLOW_INTERVAL", 3600.0)
    window.open()
    window.say(Show(arrays=["singular", "weight"]), Play(until=150))
    window.paint_until(lambda picture: picture.position.step == 150 and not picture.playing)
    window.paint_until(lambda picture: picture.ages.get("singular") == 150, turns=20)
    with_slow = [picture for picture in window.pictures if "singular" in picture.arrays]
    assert sum(picture.playing for picture in with_slow) <= 1
    assert all(picture.ages == {"singular": picture.position.step} for picture in with_slow)
    run = Run("small-network")
    run.step(150)
    assert with_slow[-1].arrays["singular"].tolist() == run.frame["singular"].tolist()


def test_a_resting_engine_with_nothing_to_do_stays_silent(window):
    window.open()
    window.say(Show(arrays=["singular", "weight"]), turns=3)
    for _ in range(3):
        window.paint()
        window.turn(5)
    count = len(window.line.heard)
    window.turn(50)
    assert len(window.line.heard) == count


def test_a_side_job_arrives_in_parts_and_says_when_it_is_over(window):
    window.open()
    window.say(StartJob(job=3, name="noisy_copy", arguments={"steps": 100}), turns=200)
    parts = window.heard(JobPart)
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert {(part.job, part.name, part.run) for part in parts} == {(3, "noisy_copy", 1)}
    assert parts[0].arguments == {"steps": 100}
    found = [part.arrays["copy_weight"] for part in parts if part.arrays]
    assert all(array.shape == (8, 3) for array in found)
    assert len(found) > 1


def test_a_newer_job_of_the_same_name_replaces_the_older_one(window):
    window.open()
    window.say(StartJob(job=3, name="noisy_copy", arguments={"steps": 1000}), turns=3)
    before = len(window.heard(JobPart))
    window.say(StartJob(job=4, name="noisy_copy", arguments={"steps": 50}), turns=200)
    later = window.heard(JobPart)[before:]
    assert {part.job for part in later} == {4}
    assert later[-1].last
    assert not any(part.last for part in window.heard(JobPart) if part.job == 3)


def test_side_jobs_do_not_disturb_the_run_and_repeat_themselves(window):
    window.open()
    for job in (1, 2):
        window.say(StartJob(job=job, name="noisy_copy", arguments={"steps": 50}), turns=30)
    ends = {part.job: part.arrays["copy_weight"].tolist() for part in window.heard(JobPart) if part.arrays}
    assert ends[1] == ends[2]
    window.say(Play(until=30), StartJob(job=3, name="noisy_copy", arguments={"steps": 1000}))
    window.paint_until(lambda picture: picture.position.step == 30)
    run = Run("small-network")
    run.step(30)
    assert window.whole_series("error")[1] == run.metrics["error"].tolist()


def test_a_new_run_ends_the_jobs_of_the_old_one(window):
    window.open()
    window.say(StartJob(job=3, name="noisy_copy", arguments={"steps": 1000}), turns=3)
    window.open(run=2)
    before = len(window.heard(JobPart))
    window.turn(50)
    assert len(window.heard(JobPart)) == before


@pytest.mark.parametrize(
    "job", [StartJob(job=1, name="frame"), StartJob(job=1, name="noisy_copy", arguments={"steps": 10**6})]
)
def test_a_job_that_cannot_be_done_is_refused(window, job):
    window.open()
    window.say(job, turns=5)
    assert len(window.heard(Refusal)) == 1
    assert not window.heard(JobPart)


def test_an_exception_is_reported_and_the_run_rests_where_it_was_well(window):
    window.open()
    window.say(Step(count=4), Act(request=1, verb="fail"), Play(), turns=3)
    (failure,) = window.heard(Failure)
    assert failure.message == "RuntimeError: this step was told to fail"
    assert "experiment.py" in failure.traceback
    assert (failure.run, failure.step) == (1, 4)
    window.paint_until(lambda picture: picture.position == Position(4) and not picture.playing)
    window.open(run=2)
    window.say(Play(until=10))
    window.paint_until(lambda picture: picture.run == 2 and picture.position.step == 10)


def test_a_picture_that_cannot_be_made_is_reported_once(window, monkeypatch):
    def fail(self, wanted):
        raise RuntimeError("cannot draw")

    window.open()
    window.paint()
    monkeypatch.setattr(SmallNetwork, "frame", fail)
    window.say(Show(arrays=["weight", "singular"]), turns=50)
    assert [failure.message for failure in window.heard(Failure)] == ["RuntimeError: cannot draw"]
    monkeypatch.undo()
    window.say(Step(), turns=3)
    assert window.last.position == Position(1)
    assert "weight" in window.last.arrays


def test_a_slow_array_that_cannot_be_made_is_reported_once(window, monkeypatch):
    draw = SmallNetwork.frame

    def fail(self, wanted):
        if "singular" in wanted:
            raise RuntimeError("no singular values")
        return draw(self, wanted)

    monkeypatch.setattr(SmallNetwork, "frame", fail)
    window.open()
    window.say(Show(arrays=["weight", "singular"]))
    window.paint()
    window.paint()
    window.turn(50)
    assert [failure.message for failure in window.heard(Failure)] == ["RuntimeError: no singular values"]


def test_a_job_that_fails_is_reported_and_dropped(window, monkeypatch):
    def fail(self, steps):
        yield {}
        raise RuntimeError("no copy")

    monkeypatch.setattr(SmallNetwork, "noisy_copy", fail)
    window.open()
    window.say(StartJob(job=1, name="noisy_copy"), turns=50)
    failures = [(failure.run, failure.message) for failure in window.heard(Failure)]
    assert failures == [(1, "side job noisy_copy: RuntimeError: no copy")]


@pytest.mark.parametrize("command", [Play(until=60), Seek(position=Position(60))], ids=["playing", "replay"])
def test_a_job_that_fails_does_not_stop_the_run(window, monkeypatch, command):
    def fail(self, steps):
        yield {}
        raise RuntimeError("no copy")

    monkeypatch.setattr(SmallNetwork, "noisy_copy", fail)
    window.open()
    window.line.say_later(Painted(number=0), looks=10)
    window.say(StartJob(job=1, name="noisy_copy"), command)
    window.paint_until(lambda picture: picture.position.step == 60, turns=200)
    assert len(window.heard(Failure)) == 1


def test_a_run_that_fails_while_it_is_opened_is_reported_by_its_number(window, monkeypatch):
    def fail(self):
        raise RuntimeError("cannot build")

    window.open()
    monkeypatch.setattr(SmallNetwork, "build", fail)
    window.open(run=5)
    assert [failure.run for failure in window.heard(Failure)] == [5]


def test_a_run_that_stops_says_why(window):
    window.open()
    window.say(Step(count=3), Act(request=1, verb="poison"), Play())
    window.paint_until(lambda picture: picture.ended is not None)
    assert (window.last.ended.step, window.last.ended.metric) == (4, "error")
    assert "poison" in window.last.ended.last_action
    assert not window.last.playing


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("nowhere"),
        Recipe("small-network", parameters={"width": 0}),
        Recipe("small-network", device="abacus"),
        Recipe("small-network", seed=-3),
    ],
    ids=lambda recipe: recipe.scene,
)
def test_a_run_that_cannot_be_opened_is_refused_and_the_old_one_lives_on(window, recipe):
    window.open()
    window.say(Open(run=5, recipe=recipe, request=3), turns=3)
    (refusal,) = window.heard(Refusal)
    assert (refusal.run, refusal.request) == (5, 3)
    window.paint()
    window.say(Step())
    assert (window.last.run, window.last.position) == (1, Position(1))


@pytest.mark.parametrize(
    "command", [Play(), Step(), Phase(), Seek(position=Position(3)), Act(verb="fail"), StartJob(job=1, name="x")]
)
def test_without_a_run_a_command_is_refused_at_the_latest_when_it_would_act(window, command):
    window.say(command, turns=3)
    if isinstance(command, Play):
        window.open()
        assert window.last.position == Position(0)
    else:
        assert [refusal.message for refusal in window.heard(Refusal)] == ["no run is open: open a scene first"]


def test_a_broken_message_is_refused_and_the_next_one_is_heard(window):
    window.open()
    window.paint()
    window.say(Refused("broken message"), Step(), turns=3)
    assert [refusal.message for refusal in window.heard(Refusal)] == ["broken message"]
    assert window.last.position == Position(1)


def test_a_step_that_cannot_be_counted_is_refused(window):
    window.open()
    window.say(Step(count=-1), turns=3)
    assert "count = -1" in window.heard(Refusal)[0].message


def test_the_measured_speed_is_that_of_the_steps(window):
    window.open()
    window.say(Play(speed=20.0))
    window.paint_until(lambda picture: picture.position.step == 60)
    assert window.last.speed == pytest.approx(20.0, rel=0.1)


@pytest.mark.parametrize("speed", [1.0, 20.0])
def test_a_late_step_does_not_make_the_following_ones_hurry(window, speed):
    window.open()
    window.say(Play(speed=speed))
    window.paint_until(lambda picture: picture.position.step == 2)
    clock, before = window.line.clock, window.last.position.step
    clock.now += 10.0
    end = clock.now + 2.5 / speed
    while clock.now < end:
        window.turn()
        window.paint()
    assert 2 <= window.last.position.step - before <= 4


def test_what_is_asked_during_a_replay_is_done_in_order_where_it_arrives(window):
    actions = (Action(5_000, SET, {"lr": 0.02}), Action(9_000, SET, {"lr": 0.03}))
    window.line.say_later(Act(request=2, verb=SET, arguments={"lr": 0.04}), looks=100)
    window.line.say_later(Step(request=3), looks=100)
    window.say(Open(run=1, recipe=Recipe("gradient-descent", actions=actions), position=Position(10_000)), turns=5)
    assert not window.heard(Refusal)
    assert window.last.position == Position(10_001)
    assert [action.step for action in window.last.recipe.actions] == [5_000, 9_000, 10_000]


@pytest.mark.parametrize("leave", [Pause(), Seek(position=Position(3))], ids=["pause", "seek"])
def test_an_act_whose_replay_is_left_is_refused(window, leave):
    window.open()
    for command in (Act(request=2, verb=SET, arguments={"lr": 0.04}), Step(), leave):
        window.line.say_later(command, looks=50)
    window.say(Seek(position=Position(190)))
    window.turn(3)
    (refusal,) = window.heard(Refusal)
    assert refusal.request == 2
    assert "lr = 0.04 was not done" in refusal.message
    window.paint_until(lambda picture: 0 < picture.position.step < 190)
    assert not window.last.recipe or not window.last.recipe.actions


def test_a_position_that_does_not_exist_is_refused_once(window):
    window.open()
    window.say(Seek(position=Position(-1)), turns=20)
    refusals = [report for report in window.line.heard if isinstance(report, Refusal)]
    assert len(refusals) == 1
    assert "step = -1" in refusals[0].message


def test_one_comes_back_to_an_undone_future_with_every_recorded_value(window):
    window.open()
    window.say(Step(count=60))
    window.paint_until(lambda picture: picture.position.step == 60)
    first = window.heard(Opened)[-1].recipe
    window.say(Seek(position=Position(20)))
    window.paint_until(lambda picture: picture.position.step == 20)
    window.say(Act(verb=SET, arguments={"lr": 0.001}), Step(count=5))
    window.paint_until(lambda picture: picture.position.step == 25)
    window.say(Open(run=2, recipe=first, position=Position(60)))
    window.paint_until(lambda picture: picture.run == 2 and picture.position.step == 60)
    assert len(window.last.series["error"].steps) == window.last.known == 60
    run = Run("small-network")
    run.step(60)
    assert window.last.series["error"].values.tolist() == run.metrics["error"].tolist()


def test_a_run_that_is_opened_again_while_it_is_there_begins_anew(window):
    window.open()
    window.say(Step(count=9))
    window.paint_until(lambda picture: picture.position.step == 9)
    window.say(Open(run=2, recipe=window.heard(Opened)[-1].recipe))
    window.paint_until(lambda picture: picture.run == 2)
    assert window.last.known == 0


def test_setting_what_is_set_already_makes_the_window_forget_nothing(window):
    window.open(lr=0.02)
    window.say(Step(count=8))
    window.say(Painted(number=window.last.number), Seek(position=Position(3)), turns=2)
    window.say(Painted(number=window.last.number), Act(verb=SET, arguments={"lr": 0.02}, request=9), turns=2)
    assert (window.last.request, window.last.known, window.last.forget) == (9, 8, None)
    window.say(Painted(number=window.last.number), Act(verb=SET, arguments={"lr": 0.03}), turns=2)
    assert (window.last.known, window.last.forget) == (3, 3)
