import math

import numpy as np
import pytest
import torch

from explainer.contract.messages import Columns, Picture
from explainer.contract.recipe import Position
from explainer.contract.series import SERIES_BUDGET
from explainer.engine.recorder import Recorder
from explainer.window.run.received import Received


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.complete()
    return recorder


def record(recorder, values, start=1):
    for step, value in enumerate(values, start):
        recorder.step = step
        recorder.record({"loss": value})
        recorder.complete()
    recorder.flush()


def test_every_kind_of_number_is_recorded_as_a_float(recorder):
    record(
        recorder,
        [1, 2.5, True, np.float32(3), torch.tensor(4.0), torch.tensor([5]), torch.tensor(6, dtype=torch.int64)],
    )
    assert recorder.series["loss"].values.tolist() == [1.0, 2.5, 1.0, 3.0, 4.0, 5.0, 6.0]
    assert recorder.series["loss"].values.dtype == np.float64


def test_a_tensor_that_changes_later_was_recorded_as_it_was_read(recorder):
    weight = torch.tensor(1.0, requires_grad=True)
    record(recorder, [weight * 2, weight * 3])
    assert recorder.series["loss"].values.tolist() == [2.0, 3.0]


def test_metrics_of_a_tensor_have_a_series_each(recorder):
    for step in (1, 2):
        recorder.step = step
        values = torch.tensor([1.0, 10.0]) * step
        recorder.record_each(("a", "b"), values)
        values.zero_()
        recorder.complete()
    recorder.flush()
    assert recorder.series["a"].values.tolist() == [1.0, 2.0]
    assert recorder.series["b"].values.tolist() == [10.0, 20.0]


def test_a_metric_may_begin_late_and_pause(recorder):
    for step, values in enumerate([{}, {"late": 1.0}, {}, {"late": 2.0}], 1):
        recorder.step = step
        recorder.record(values)
        recorder.complete()
    recorder.flush()
    assert recorder.series["late"].steps.tolist() == [2, 4]


def test_known_steps_are_not_recorded_again(recorder):
    record(recorder, [1.0, 2.0, 3.0])
    record(recorder, [9.0, 9.0, 9.0, 4.0])
    assert recorder.series["loss"].values.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_after_forgetting_other_values_take_their_place(recorder):
    record(recorder, [1.0, 2.0, 3.0])
    recorder.forget(1)
    assert recorder.known == 1
    record(recorder, [20.0, 30.0], start=2)
    assert recorder.series["loss"].values.tolist() == [1.0, 20.0, 30.0]


def test_a_step_that_was_not_completed_is_abandoned(recorder):
    record(recorder, [1.0])
    recorder.step = 2
    recorder.record({"loss": math.nan})
    recorder.trace({"path": np.ones(2)})
    recorder.record_each(("a",), torch.ones(1))
    recorder.flush()
    recorder.abandon()
    assert recorder.series["loss"].values.tolist() == [1.0]
    assert len(recorder.traces["path"]) == len(recorder.series["a"]) == 0
    assert recorder.bad is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, torch.tensor(math.nan), None])
def test_the_first_number_that_is_not_finite_is_noticed(recorder, value):
    record(recorder, [1.0, value, 3.0, math.nan])
    step, metric, _ = recorder.bad
    assert (step, metric) == (2, "loss")


def test_the_earliest_of_all_metrics_counts(recorder):
    for step in (1, 2, 3):
        recorder.step = step
        recorder.record({"a": math.inf if step == 3 else 0.0})
        recorder.record_each(("b",), torch.tensor([math.nan if step == 2 else 0.0]))
        recorder.complete()
    recorder.flush()
    assert recorder.bad[:2] == (2, "b")


def test_forgetting_a_bad_step_forgets_that_it_was_bad(recorder):
    record(recorder, [1.0, 2.0, math.nan])
    recorder.forget(3)
    assert recorder.bad is not None
    recorder.forget(2)
    assert recorder.bad is None


def test_an_experiment_can_stop_itself(recorder):
    recorder.step = 4
    recorder.stop("accuracy", 0.5)
    recorder.step = 6
    recorder.stop("loss", 1.0)
    assert recorder.bad == (4, "accuracy", 0.5)


def test_traced_arrays_have_a_row_for_step_0_and_are_copies():
    recorder = Recorder()
    place = torch.zeros(2)
    for step in range(3):
        recorder.step = step
        place += 1
        recorder.trace({"path": place, "also": place.numpy()})
        recorder.complete()
    recorder.flush()
    assert recorder.traces["path"].steps.tolist() == [0, 1, 2]
    assert recorder.traces["path"].values[:, 0].tolist() == [1, 2, 3]
    assert recorder.traces["also"].values[:, 0].tolist() == [1, 2, 3]
    assert recorder.traces["path"].values.dtype == np.float32


def test_the_memory_that_is_held_is_known(recorder):
    before = recorder.nbytes
    record(recorder, [1.0] * 1_000)
    assert recorder.nbytes - before >= 16_000


def test_metrics_and_traces_share_one_budget_on_both_sides(recorder):
    received = Received()
    for step in range(1, 3):
        recorder.step = step
        recorder.record({f"loss {index}": 1.0 for index in range(12 * step)})
        recorder.trace({"path": np.zeros(1)})
        recorder.complete()
        recorder.flush()
        columns = {name: Columns(steps=one.steps, values=one.values) for name, one in recorder.series.items()}
        traces = {name: Columns(steps=one.steps, values=one.values) for name, one in recorder.traces.items()}
        received.keep(Picture(run=1, number=step, position=Position(step), series=columns, traces=traces))
    limits = {one.limit for one in (*recorder.series.values(), *received.series.values())}
    assert limits == {SERIES_BUDGET // 25 // 16}
