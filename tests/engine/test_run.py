import random

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explainer import Refused, Run
from explainer.contract.recipe import MAX_STEP, SET, Action, Position, check_recipe
from explainer.engine.execution import FLUSH

SHARED_FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)


def live(run, last):
    """Go on from step 0 to step ``last``, with settings and verbs on the way."""
    for step in range(last + 1):
        run.seek(step)
        if step == 5:
            run.set(lr=0.05)
        if step == 9:
            run.act("reinitialise", first=1, scale=0.5)
        if step == 13:
            run.set(dropout=0.7)
            run.set(lr=0.02)


def test_step_0_is_the_state_before_any_update_and_can_be_drawn(make_run):
    run = make_run()
    assert run.position == (Position(0, 0))
    assert run.metrics == {}
    assert run.frame["weight"].shape == (4, 3)
    assert run.frame["bias_path"].shape == (1, 4)
    assert not run.frame["gradient"].any()


def test_row_k_of_the_metrics_is_the_kth_completed_step(make_run):
    run = make_run()
    run.step(7)
    assert {name: len(values) for name, values in run.metrics.items()} == {"error": 7, "epoch": 7}
    assert run.metrics["epoch"].tolist() == [k * 16 // 48 for k in range(1, 8)]
    assert run.frame["bias_path"].shape == (8, 4)


def test_the_same_recipe_gives_the_same_bits(make_run, bits):
    first, second = make_run(seed=3), make_run(seed=3)
    live(first, 20)
    live(second, 20)
    assert bits(first) == bits(second)


def test_another_seed_gives_other_numbers(make_run):
    first, second = make_run(seed=3), make_run(seed=4)
    assert (first.frame["weight"] != second.frame["weight"]).any()


@SHARED_FIXTURES
@given(step=st.integers(0, 20), last=st.integers(14, 25))
def test_seeking_equals_running_bit_for_bit(make_run, bits, step, last):
    reference = make_run()
    live(reference, step)
    run = make_run()
    live(run, last)
    run.seek(step)
    assert bits(run) == bits(reference)


@SHARED_FIXTURES
@given(steps=st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_wherever_a_run_went_before_it_arrives_at_the_same_bits(make_run, bits, steps):
    run = make_run()
    live(run, 25)
    straight = Run.from_recipe(run.recipe, Position(steps[-1]))
    for step in steps:
        run.seek(step)
    assert bits(run) == bits(straight)


def test_seeking_ahead_equals_stepping(make_run, bits):
    stepped, sought = make_run(), make_run()
    stepped.step(17)
    sought.seek(17)
    assert bits(stepped) == bits(sought)


def test_stepping_back_keeps_the_known_future(make_run):
    run = make_run()
    run.step(10)
    run.seek(9)
    assert len(run.metrics["error"]) == 9
    assert run.execution.known == 10


def test_another_run_and_the_callers_random_numbers_do_not_disturb_a_run(make_run, bits):
    alone = make_run(seed=1)
    alone.step(12)
    run, other = make_run(seed=1), make_run(seed=2, width=9)
    for _ in range(12):
        torch.randn(3)
        np.random.random()
        random.random()
        other.step()
        run.step()
    assert bits(run) == bits(alone)


def test_the_callers_random_numbers_and_threads_are_left_alone(make_run):
    def surroundings():
        return torch.get_rng_state().tolist(), str(np.random.get_state()), random.getstate(), torch.get_num_threads()

    before = surroundings()
    run = make_run(threads=2 if torch.get_num_threads() == 1 else 1)
    run.step(5)
    run.set(lr=0.02)
    run.act("reinitialise")
    run.advance_phase()
    run.seek(2)
    _ = dict(run.frame), run.metrics
    assert surroundings() == before


def test_an_array_that_was_read_does_not_change_with_the_run(make_run):
    run = make_run()
    before = run.frame["weight"]
    kept = before.copy()
    run.step(3)
    assert (before == kept).all()
    assert (run.frame["weight"] != kept).any()


def test_phases_are_gone_through_one_by_one(make_run):
    run = make_run()
    assert [run.advance_phase() for _ in range(4)] == ["forward", "backward", "update", ""]
    assert run.position == Position(1, 0)


def test_in_mid_step_the_line_at_which_the_code_rests_is_known(make_run):
    run = make_run()
    assert run.execution.line == ("", 0)
    for phase in ("forward", "backward", "update"):
        run.advance_phase()
        file, line = run.execution.line
        with open(file) as source:
            assert source.read().splitlines()[line - 1].strip() == f'yield "{phase}"'


def test_a_step_done_in_phases_equals_a_step_done_at_once(make_run, bits):
    phased, whole = make_run(), make_run()
    for _ in range(3 * 4):
        phased.advance_phase()
    whole.step(3)
    assert bits(phased) == bits(whole)


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_a_phase_can_be_sought(make_run, bits, phase):
    walked, sought = make_run(), make_run()
    walked.step(4)
    for _ in range(phase):
        walked.advance_phase()
    sought.step(9)
    sought.seek(4, phase)
    assert sought.position == Position(4, phase)
    assert bits(sought)[2] == bits(walked)[2]


def test_a_step_from_mid_phase_finishes_that_step(make_run, bits):
    run, whole = make_run(), make_run()
    run.advance_phase()
    run.step()
    whole.step()
    assert bits(run) == bits(whole)


def test_from_mid_phase_one_can_go_back_to_the_boundary(make_run, bits):
    run, whole = make_run(), make_run()
    run.step(3)
    whole.step(3)
    run.advance_phase()
    run.seek(3)
    assert bits(run) == bits(whole)
    run.step(2)
    whole.step(2)
    assert bits(run) == bits(whole)


def test_an_action_in_mid_phase_takes_effect_at_the_next_boundary(make_run, bits):
    run, reference = make_run(), make_run()
    run.step(2)
    run.advance_phase()
    run.set(lr=0.5)
    assert run.params.lr == 0.01
    run.step()
    assert run.params.lr == 0.5
    reference.step(3)
    reference.set(lr=0.5)
    assert run.recipe == reference.recipe
    assert bits(run) == bits(reference)


def test_an_action_in_the_past_undoes_the_future(make_run, bits):
    run, reference = make_run(), make_run()
    run.step(4)
    run.set(lr=0.3)
    run.step(6)
    run.seek(3)
    run.set(lr=0.05)
    assert run.recipe.actions == (Action(3, SET, {"lr": 0.05}),)
    assert run.execution.known == 3
    run.step(8)
    reference.step(3)
    reference.set(lr=0.05)
    reference.step(5)
    run.seek(8)
    assert bits(run) == bits(reference)


def test_setting_what_is_set_already_logs_nothing_and_keeps_the_future(make_run, bits):
    run = make_run()
    run.step(4)
    run.set(lr=0.3)
    run.step(6)
    before = run.recipe
    for step, lr in ((3, 0.01), (4, 0.3), (7, 0.3)):
        run.seek(step)
        run.set(lr=lr, width=4, unit=0)
        run.set()
        assert (run.recipe, run.execution.known, run.position) == (before, 10, Position(step))
    run.set(lr="0.3", dropout=0.5)
    assert run.recipe.actions[1:] == (Action(7, SET, {"dropout": 0.5}),)


def test_what_is_in_force_at_the_next_boundary_counts_and_not_what_is_in_force_in_mid_step(make_run):
    run = make_run()
    run.advance_phase()
    run.set(lr=0.5)
    run.set(lr=0.01)
    assert run.recipe.values_at(run.execution.scene, 1).lr == 0.01
    assert run.recipe.actions == (Action(1, SET, {"lr": 0.01}),)


def test_an_action_at_a_step_shows_there_and_is_replayed_there(make_run):
    run = make_run()
    run.step(6)
    run.act("reinitialise", first=0, scale=0.0)
    assert not run.frame["weight"].any()
    run.step(5)
    run.seek(6)
    assert not run.frame["weight"].any()
    run.seek(5)
    assert run.frame["weight"].all()


def test_a_structural_change_starts_a_new_run_from_the_same_seed(make_run, bits):
    run = make_run(seed=5)
    run.step(3)
    run.set(lr=0.5)
    run.step(3)
    run.set(width=6)
    assert run.position == Position(0)
    assert (run.recipe.seed, run.recipe.actions) == (5, ())
    assert bits(run) == bits(make_run(seed=5, width=6, lr=0.5))


def test_a_view_parameter_is_never_logged_and_never_branches(make_run):
    run = make_run()
    run.step(6)
    run.seek(4)
    run.set(unit=3, large=True)
    assert run.recipe.actions == ()
    assert run.execution.known == 6
    assert run.params.unit == 3
    assert run.frame["canvas"].shape == (1024, 1024)


def test_a_view_parameter_outlives_seeking_and_restarting(make_run):
    run = make_run()
    run.set(unit=3)
    run.step(6)
    run.seek(2)
    assert run.params.unit == 3
    run.set(width=6)
    assert run.params.unit == 3


def test_a_refused_setting_changes_nothing(make_run, bits):
    run = make_run()
    run.step(4)
    before = bits(run), run.recipe
    for values in ({"lr": 0.5, "width": 65}, {"unit": 2, "dropout": 1.0}, {"lr": 0.5, "rate": 1}):
        with pytest.raises(Refused):
            run.set(**values)
    assert (bits(run), run.recipe) == before


def test_a_number_that_is_not_finite_stops_the_run_there(make_run):
    run = make_run()
    run.step(5)
    run.act("poison")
    run.step(20)
    assert run.position == Position(6)
    assert (run.stopped.step, run.stopped.metric) == (6, "error")
    assert not np.isfinite(run.stopped.value)
    assert "poison" in run.stopped.last_action
    assert "step 5" in run.stopped.last_action
    assert "learning rate" in run.stopped.cause
    assert str(run.stopped).startswith("stopped at step 6: error is ")
    assert len(run.metrics["error"]) == 6


def test_it_stops_at_the_first_bad_step_however_many_steps_are_asked_for_at_once(make_run, bits):
    at_once, one_by_one = (make_run(optimizer="sgd", lr=50.0, seed=2) for _ in range(2))
    at_once.step(FLUSH)
    while one_by_one.stopped is None and one_by_one.position.step < FLUSH:
        one_by_one.step()
    assert at_once.stopped is not None
    assert at_once.stopped.step == one_by_one.stopped.step
    assert bits(at_once) == bits(one_by_one)


def test_a_stopped_run_goes_on_only_after_stepping_back(make_run, bits):
    run = make_run()
    run.step(5)
    run.act("poison")
    run.step(5)
    before = bits(run)
    run.step(3)
    assert run.advance_phase() == ""
    run.seek(100)
    assert bits(run) == before
    run.seek(4)
    assert run.stopped is None
    run.set(lr=0.02)
    run.step(5)
    assert run.stopped is None
    assert run.position == Position(9)


def test_the_past_of_a_stopped_run_leads_to_the_same_stop(make_run):
    run = make_run()
    run.step(5)
    run.act("poison")
    run.step(5)
    stopped = run.stopped
    run.seek(2)
    assert run.stopped is None
    run.step(50)
    assert str(run.stopped) == str(stopped)


def test_no_phase_of_the_step_after_the_stop_can_be_sought(make_run):
    run = make_run()
    run.act("poison")
    run.seek(1, 1)
    assert run.position == Position(1)
    assert run.stopped.step == 1
    run.step(3)
    assert run.position == Position(1)


def test_what_is_done_after_the_stop_is_not_called_its_cause(make_run):
    run = make_run()
    run.act("poison")
    run.step(3)
    run.set(lr=0.02)
    assert run.stopped.step == 1
    assert "poison" in run.stopped.last_action


def test_a_finished_run_rests_and_can_be_lived_again(make_run, bits):
    run = make_run()
    run.step(500)
    assert run.finished
    assert run.position == Position(200)
    end = bits(run)
    run.step()
    assert run.advance_phase() == ""
    assert bits(run) == end
    run.seek(0)
    assert not run.finished
    run.step(199)
    assert not run.finished
    run.step(5)
    assert run.finished
    assert bits(run) == end


def test_an_exception_leaves_the_run_at_the_last_boundary(make_run, bits):
    run, well = make_run(), make_run()
    run.step(4)
    run.act("fail")
    well.step(4)
    with pytest.raises(RuntimeError, match="told to fail"):
        run.step(3)
    assert run.position == Position(4)
    assert bits(run)[2:] == bits(well)[2:]
    with pytest.raises(RuntimeError, match="told to fail"):
        run.advance_phase()
    assert run.position == Position(4)


def test_after_an_exception_one_can_reset_and_go_on(make_run, bits):
    run, well = make_run(), make_run()
    run.step(4)
    run.act("fail")
    with pytest.raises(RuntimeError):
        run.step()
    run.seek(0)
    run.set(dropout=0.1)
    run.step(6)
    well.set(dropout=0.1)
    well.step(6)
    assert bits(run) == bits(well)


def test_an_exception_in_mid_step_undoes_what_the_step_had_done(make_run, bits, monkeypatch):
    run, well = make_run(), make_run()
    run.step(4)
    well.step(4)
    optimizer = run.execution.experiment.optimizer

    def fail_once():
        monkeypatch.undo()
        raise ZeroDivisionError

    monkeypatch.setattr(optimizer, "step", fail_once)
    with pytest.raises(ZeroDivisionError):
        run.step()
    assert run.position == Position(4)
    run.step(2)
    well.step(2)
    assert bits(run) == bits(well)


def test_when_even_the_replay_fails_the_run_rests_at_a_checkpoint(make_run, bits, monkeypatch):
    run = make_run()
    run.step(4)
    monkeypatch.setattr(run.execution.experiment.optimizer, "step", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.step()
    monkeypatch.undo()
    rested = make_run()
    rested.step(run.position.step)
    assert run.position.step < 4
    assert (run.frame["weight"] == rested.frame["weight"]).all()
    run.seek(4)
    well = make_run()
    well.step(4)
    assert bits(run) == bits(well)


def test_a_verb_that_raises_is_not_logged_and_leaves_the_run_as_it_was(make_run, bits, monkeypatch):
    run, well = make_run(), make_run()
    run.step(4)
    well.step(4)

    def half_done(**arguments):
        run.execution.experiment.hidden.weight.data.zero_()
        raise RuntimeError("half done")

    monkeypatch.setattr(run.execution.experiment, "reinitialise", half_done)
    with pytest.raises(RuntimeError, match="half done"):
        run.act("reinitialise")
    monkeypatch.undo()
    assert run.recipe.actions == ()
    run.step(2)
    well.step(2)
    assert bits(run) == bits(well)


def test_a_verb_that_raises_at_the_next_boundary_does_not_haunt_the_run(make_run, monkeypatch):
    run = make_run()
    run.advance_phase()
    monkeypatch.setattr(run.execution.experiment, "poison", lambda: 1 / 0)
    run.act("poison")
    with pytest.raises(ZeroDivisionError):
        run.step()
    assert run.recipe.actions == ()
    run.step(3)
    assert run.position == Position(4)


def test_a_setting_that_the_experiment_refuses_changes_nothing(make_run, bits, monkeypatch):
    run = make_run()
    run.step(3)
    before = bits(run), run.recipe

    def refuse(names):
        raise Refused("not now")

    monkeypatch.setattr(run.execution.experiment, "changed", refuse)
    with pytest.raises(Refused, match="not now"):
        run.set(lr=0.5)
    assert (bits(run), run.recipe) == before


def test_every_step_has_its_checkpoint_when_time_counts_for_nothing(make_run, request):
    run = make_run()
    run.step(10)
    dense = "every step" in request.node.name
    assert run.execution.history.steps == (list(range(11)) if dense else [0])


def test_a_saved_run_opens_at_the_same_bits(make_run, bits, tmp_path):
    run = make_run(seed=9)
    live(run, 16)
    run.seek(11, 2)
    run.save(tmp_path / "a.run.json")
    again = Run.load(tmp_path / "a.run.json")
    assert again.recipe == run.recipe
    assert bits(again)[:3] == bits(run)[:3]


def test_a_saved_run_is_looked_at_as_it_was(make_run, tmp_path):
    run = make_run()
    run.step(3)
    run.set(unit=3, lr=0.5)
    run.step(2)
    run.save(tmp_path / "a.run.json")
    again = Run.load(tmp_path / "a.run.json")
    assert (again.params.unit, again.params.lr, again.position) == (3, 0.5, Position(5))
    assert run.recipe.parameters["unit"] == 0


def test_after_structural_and_past_changes_a_saved_run_goes_on_the_same(make_run, bits, tmp_path):
    run = make_run(seed=3)
    live(run, 12)
    run.set(width=6, optimizer="sgd")
    live(run, 12)
    run.seek(7)
    run.set(lr=0.2)
    run.step(9)
    run.seek(10)
    run.save(tmp_path / "a.run.json")
    again = Run.load(tmp_path / "a.run.json")
    for one in (run, again):
        one.step(20)
    assert bits(again) == bits(run)


def test_a_run_that_was_not_saved_leaves_the_old_file_alone(make_run, tmp_path):
    place = tmp_path / "a.run.json"
    make_run().save(place)
    before = place.read_bytes()
    with pytest.raises(Refused, match="cannot write"):
        make_run(seed=1).save(tmp_path)
    with pytest.raises(Refused, match="cannot write"):
        make_run(seed=1).save(tmp_path / "none" / "a.run.json")
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.run.json"]


def test_replaying_can_be_interrupted_and_taken_up_again(make_run, bits):
    run, whole = make_run(), make_run()
    asked = iter([False] * 5 + [True])
    run.seek(30, pause=lambda: next(asked))
    assert run.position == Position(5)
    run.seek(30)
    whole.step(30)
    assert bits(run) == bits(whole)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"scene": "nowhere"}, "unknown scene 'nowhere'"),
        ({"width": 0}, "width = 0 is refused: give a whole number from 1 to 64"),
        ({"depth": 3}, "unknown parameter 'depth'; choose from width"),
        ({"seed": -1}, "seed = -1 is refused"),
        ({"seed": 2**63}, "seed = 9223372036854775808 is refused"),
        ({"seed": 0.5}, r"seed = 0\.5 is refused: give a whole number"),
        ({"seed": True}, "seed = True is refused"),
        ({"threads": 0}, "threads = 0 is refused"),
        ({"threads": "2"}, "threads = '2' is refused"),
        ({"device": "abacus"}, "device 'abacus' is refused: there is no such device; choose from cpu"),
        ({"device": None}, "device None is refused"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(words, message):
    with pytest.raises(Refused, match=message):
        Run(**({"scene": "small-network"} | words))


@pytest.mark.parametrize("step", [-1, MAX_STEP + 1, 0.5, True, "3", None])
def test_a_position_that_cannot_be_is_refused(make_run, step):
    run = make_run()
    with pytest.raises(Refused, match="is refused: give"):
        run.seek(step)
    with pytest.raises(Refused, match="is refused: give"):
        run.seek(0, step if step != MAX_STEP + 1 else -5)
    if step != MAX_STEP + 1:
        with pytest.raises(Refused, match="is refused: give"):
            run.step(step)


def test_unknown_verbs_arguments_and_arrays_are_refused(make_run):
    run = make_run()
    with pytest.raises(Refused, match="unknown action 'explode'; this scene knows reinitialise"):
        run.act("explode")
    with pytest.raises(Refused, match="first = 64 is refused"):
        run.act("reinitialise", first=64)
    with pytest.raises(Refused, match="unknown array 'weights'; this scene has weight"):
        run.frame["weights"]


def test_a_recipe_that_was_lived_passes_its_own_check(make_run):
    run = make_run()
    live(run, 16)
    assert check_recipe(run.recipe, run.execution.scene) == run.recipe


def test_only_the_arrays_that_are_asked_for_are_computed(make_run, monkeypatch):
    run = make_run()
    wanted = []
    draw = run.execution.experiment.frame
    monkeypatch.setattr(run.execution.experiment, "frame", lambda names: wanted.append(set(names)) or draw(names))
    _ = run.frame["weight"]
    assert wanted == [{"weight"}]
    assert set(run.arrays("s*")) == {"singular"}


def test_the_largest_seed_works(make_run):
    run = make_run(seed=2**63 - 1)
    run.step()
    assert len(run.metrics["error"]) == 1


def test_a_branch_goes_on_with_other_values_and_leaves_its_origin_alone(make_run, bits):
    origin, other = make_run(), make_run()
    origin.step(30)
    origin.seek(12)
    branch = origin.branch(lr=0.001)
    before = bits(origin)
    branch.step(10)
    other.step(12)
    other.set(lr=0.001)
    other.step(10)
    assert bits(branch) == bits(other)
    assert bits(origin) == before
    origin.seek(30)
    other = make_run()
    other.step(30)
    assert bits(origin) == bits(other)
