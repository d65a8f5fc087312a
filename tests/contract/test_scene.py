import json

import numpy as np
import pytest

from explainer.contract import Array, Job, Parameters, Refused, Scene, Verb, integer, point, real


class Params(Parameters):
    lr: float = real(0.1, 1e-3, 1.0, log=True, label="Learning rate")
    depth: int = integer(3, 1, 10)


def make_scene(**changes):
    words = {
        "title": "Test",
        "room": "Foundations",
        "question": "Does it?",
        "parameters": Params,
        "metrics": {"loss/*": "The loss."},
        "arrays": {
            "position": Array(("learner", "coordinate"), "float64", "Where it is."),
            "filters/*": Array(("y", "x"), "float32", "A layer's filters.", slow=True),
            "path": Array(("learner", "step + 1"), "float64", "Everywhere.", traced=True),
        },
        "actions": {
            "move": Verb("Move it.", {"index": integer(0, 0, 3), "to": point((0.0, 0.0), -1, 1)}),
            "go": Verb("Go."),
        },
        "jobs": {"map": Job("A map.", {"steps": integer(5, 1, 9)})},
        "progress": "loss/*",
        "name": "test",
    }
    return Scene(**(words | changes))


def test_a_variant_has_other_defaults_and_leaves_the_first_scene_alone():
    scene = make_scene()
    second = scene.variant({"lr": 0.5}, title="Second", experiment="test")
    assert second.parameters().values() == {"lr": 0.5, "depth": 3}
    assert scene.parameters().lr == 0.1
    assert (second.title, second.name, second.experiment) == ("Second", "", "test")


def test_a_variant_keeps_range_and_words_of_its_parameters():
    declared = make_scene().variant({"lr": 0.5}).parameters.declaration("lr")
    assert (declared.low, declared.high, declared.log, declared.label) == (1e-3, 1.0, True, "Learning rate")
    with pytest.raises(Refused, match=r"lr = 2\.0"):
        make_scene().variant({"lr": 0.5}).parameters(lr=2.0)


@pytest.mark.parametrize("defaults", [{"lr": 2.0}, {"rate": 0.1}])
def test_a_variant_with_impossible_defaults_is_refused(defaults):
    with pytest.raises(Refused):
        make_scene().variant(defaults)


def test_a_verbs_arguments_are_checked_and_completed():
    verb = make_scene().verb("move")
    assert verb.check({"to": "0.5,1"}) == {"index": 0, "to": (0.5, 1.0)}
    assert verb.check({}) == {"index": 0, "to": (0.0, 0.0)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"index": 4}, "index = 4 is refused: give a whole number from 0 to 3"),
        ({"to": (0, 2)}, "to = .* is refused: give x,y"),
        ({"where": 1}, "unknown argument 'where'; this takes index, to"),
    ],
)
def test_a_verbs_wrong_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(Refused, match=message):
        make_scene().verb("move").check(arguments)


def test_a_verb_without_arguments_takes_none():
    with pytest.raises(Refused, match="this takes no arguments"):
        make_scene().verb("go").check({"far": 1})


def test_unknown_verbs_and_jobs_are_refused_with_the_known_ones():
    with pytest.raises(Refused, match="unknown action 'jump'; this scene knows move, go"):
        make_scene().verb("jump")
    with pytest.raises(Refused, match="unknown side job 'go'; this scene knows map"):
        make_scene().job("go")
    with pytest.raises(Refused, match="knows none"):
        make_scene(jobs={}).job("map")


def test_a_jobs_arguments_are_checked_too():
    assert make_scene().job("map").check({}) == {"steps": 5}
    with pytest.raises(Refused, match="from 1 to 9"):
        make_scene().job("map").check({"steps": 10})


def test_an_array_is_found_by_its_pattern():
    scene = make_scene()
    assert scene.array("filters/conv1").slow
    assert scene.array("filters/*").slow
    with pytest.raises(Refused, match=r"unknown array 'filter'; this scene has position, filters/\*, path"):
        scene.array("filter")


def test_a_traced_arrays_steps_go_to_their_declared_place():
    rows = np.arange(12).reshape(4, 3)
    assert make_scene().array("path").along_steps(rows).shape == (3, 4)
    assert make_scene().array("path").along_steps(rows)[1, 2] == rows[2, 1]


def test_first_controls_must_be_parameters():
    with pytest.raises(Refused, match="unknown parameter 'rate'"):
        make_scene(first=("rate",))


def test_the_time_line_draws_what_progress_names():
    assert make_scene().draws_progress("loss/sgd")
    assert not make_scene().draws_progress("accuracy")


def test_the_description_is_json_with_everything_a_reader_needs():
    described = json.loads(json.dumps(make_scene().describe()))
    assert described["scene"] == "test"
    assert [each["name"] for each in described["parameters"]] == ["lr", "depth"]
    assert described["actions"][0]["name"] == "move"
    assert [each["name"] for each in described["actions"][0]["arguments"]] == ["index", "to"]
    assert described["metrics"] == {"loss/*": "The loss."}
    assert described["arrays"]["filters/*"]["dimensions"] == ["y", "x"]
    assert described["arrays"]["filters/*"]["dtype"] == "float32"


def test_a_star_in_an_arrays_dimensions_stands_for_what_it_stands_for_in_its_name():
    described = {"maps/*": Array(("channel of *", "x"), "float32", "Maps."), "*/end": Array(("*",), "int64", "Ends.")}
    scene = make_scene(arrays=described)
    assert scene.array("maps/conv1").dims == ("channel of conv1", "x")
    assert scene.array("left/end").dims == ("left",)
    assert scene.arrays["maps/*"].dims == ("channel of *", "x")
