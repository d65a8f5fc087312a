"""The blocks that ask and lead: predictions with conditions, diagnoses, stages; and what each of them refuses."""

import pytest

from explainer.contract import LIVE, Parameters, Refused, Scene, integer, real
from explainer.contract.lesson import Answer, Diagnosis, Point, Prediction, Range, Stage, check_lesson, read_lesson

PREDICTION = """```predict
Which one?
- [ ] This $x^{2}$ {last(loss) < 1}
- [x] That {else}
> Because.
[Run it](try:lr=0.5&run=10)
```
"""
DIAGNOSIS = """```diagnose
The loss is NaN. Why?
[Run it](try:lr=1&run=20)
seen: {not isfinite(last(loss))}
- [ ] a
- [x] b
- [ ] c
- [ ] d
> Too large a step.
[Halve it](try:lr=0.5&run=20)
cured: {last(loss) < 1}
seeds: 0, 4
```
"""
DRAWN = "```predict\nHow does it fall?\ndraw: loss\n> So.\n[Run](try:run=10)\n```"
CLICKED = "```predict\nWhere?\nclick: slice\nat: {position[0]}\n> There.\n[Run](try:run=10)\n```"
STAGE = "## A\n\n```stage\nset: try:lr=0.5&run=20\ncards: slice, map\ncontrols: lr depth\npoint: card map\n```\n\ntext"


class Params(Parameters):
    lr: float = real(0.1, 0.001, 1.0, kind=LIVE)
    depth: int = integer(2, 1, 5)


@pytest.fixture
def scene():
    return Scene(title="T", room="R", question="Q", parameters=Params, metrics={"loss": "", "part/*": ""}, arrays={})


def block(text):
    return read_lesson(text).steps[0].blocks[0]


def test_a_prediction_has_a_condition_at_the_end_of_every_option():
    found = block(PREDICTION)
    assert found.answers == (Answer("This $x^{2}$", "last(loss) < 1"), Answer("That", "else"))
    assert (found.right, found.seeds, found.link) == (1, (0, 1, 2), "try:lr=0.5&run=10")


def test_a_prediction_may_compare_runs_and_hold_at_some_seeds_only():
    text = PREDICTION.replace("try:lr=0.5&run=10", "compare:lr=0.1&run=9|lr=1").replace("> Bec", "seeds: 0\n> Bec")
    found = block(text)
    assert (found.link, found.seeds) == ("compare:lr=0.1&run=9|lr=1", (0,))


def test_a_curve_is_drawn_and_a_place_is_clicked_in_place_of_options():
    assert block(DRAWN) == Prediction(1, "How does it fall?", (), -1, "So.", "try:run=10", "Run", draw="loss")
    assert block(DRAWN.replace("> So", "range: 0.01, 20 log\n> So")).range == Range(0.01, 20.0, log=True)
    assert block(DRAWN.replace("> So", "range: -1 2.5\n> So")).range == Range(-1.0, 2.5)
    found = block(CLICKED)
    assert (found.click, found.plot, found.at, found.answers) == ("slice", "", "position[0]", ())
    found = block(CLICKED.replace("slice", "slice right"))
    assert (found.click, found.plot) == ("slice", "right")


def test_a_diagnosis_has_a_broken_run_its_evidence_four_causes_and_a_cure():
    answers = (Answer("a"), Answer("b"), Answer("c"), Answer("d"))
    assert block(DIAGNOSIS) == Diagnosis(
        1,
        "The loss is NaN. Why?",
        answers,
        1,
        "Too large a step.",
        "try:lr=1&run=20",
        "Run it",
        "not isfinite(last(loss))",
        "try:lr=0.5&run=20",
        "Halve it",
        "last(loss) < 1",
        (0, 4),
    )


def test_a_step_may_begin_with_how_the_window_stands():
    (step,) = read_lesson(STAGE).steps
    assert step.stage == Stage(3, "try:lr=0.5&run=20", ("slice", "map"), ("lr", "depth"), Point("card", "map"))
    assert read_lesson("## A\n\ntext").steps[0].stage is None


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (PREDICTION.replace(" {else}", ""), "an option has no condition"),
        (PREDICTION.replace("{last(loss) < 1}", "{else}"), "only the last option"),
        (PREDICTION.replace("> Because.", "draw: loss\n> Because."), "in one way"),
        (PREDICTION.replace("> Because.", "seeds: few\n> Because."), "whole numbers"),
        (PREDICTION.replace("> Because.", "seen: {1}\n> Because."), "does not belong in this block"),
        (PREDICTION.replace("try:lr=0.5&run=10", "show:map"), "begin it with try: or compare:"),
        (PREDICTION.replace("[Run it]", "[And](try:lr=1)\n[Run it]"), "one link"),
        (PREDICTION.replace("Which one?\n", ""), "begins with its question"),
        (CLICKED.replace("at: {position[0]}\n", ""), "stand together"),
        (CLICKED.replace("at:", "draw: loss\nat:"), "in one way"),
        (DRAWN.replace("> So", "range: 2, 1\n> So"), "LOW, HIGH"),
        (DRAWN.replace("> So", "range: 0, 1 log\n> So"), "above 0"),
        (DRAWN.replace("> So", "range: few\n> So"), "LOW, HIGH"),
        (PREDICTION.replace("> Because.", "range: 0, 1\n> Because."), "belongs to draw"),
        (DIAGNOSIS.replace("- [ ] d\n", ""), "give 4"),
        (DIAGNOSIS.replace("cured: {last(loss) < 1}\n", ""), "cured:"),
        (DIAGNOSIS.replace("seen: {not isfinite(last(loss))}\n", ""), "seen:"),
        (DIAGNOSIS.replace("[Halve it](try:lr=0.5&run=20)\n", ""), "two links"),
        (DIAGNOSIS.replace("cured:", "seen: {1}\ncured:"), "write it once"),
        (STAGE.replace("## A\n", "## A\n\nfirst\n"), "right after its heading"),
        (STAGE.replace("point: card map", "point: map"), "card NAME"),
        (STAGE.replace("cards:", "card:"), "set:, cards:, controls:, point:"),
        (STAGE.replace("cards: slice, map", "cards:"), "leave it out"),
        (STAGE.replace("try:lr=0.5&run=20", "show:map"), "try: or compare:"),
        ("```stage\n```", "the stage is empty"),
    ],
)
def test_what_is_missing_or_out_of_place_is_refused_with_its_line_and_remedy(text, remedy):
    with pytest.raises(Refused) as refusal:
        read_lesson(text)
    assert "lesson.md, line " in str(refusal.value)
    assert remedy in str(refusal.value)


@pytest.mark.parametrize("text", [PREDICTION, DIAGNOSIS, DRAWN, CLICKED, STAGE])
def test_what_is_right_passes_the_check(text, scene):
    check_lesson(text, scene, ["slice", "map"])


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (PREDICTION.replace("lr=0.5", "lr=5"), "from 0.001 to 1"),
        (DIAGNOSIS.replace("lr=1&", "rate=1&"), "lr, depth"),
        (DIAGNOSIS.replace("try:lr=0.5", "try:lr=7"), "from 0.001 to 1"),
        (DRAWN.replace("draw: loss", "draw: los"), "loss, part/*"),
        (DRAWN.replace("run=10", "lr=1"), "run=100"),
        (CLICKED.replace("slice", "slices"), "slice, map"),
        (STAGE.replace("cards: slice", "cards: slices"), "slice, map"),
        (STAGE.replace("lr depth", "lr width"), "lr, depth"),
        (STAGE.replace("card map", "control map"), "lr, depth"),
        (STAGE.replace("card map", "metric map"), "loss, part/*"),
        (STAGE.replace("card map", "card maps"), "slice, map"),
        (STAGE.replace("lr=0.5", "lr=50"), "from 0.001 to 1"),
    ],
)
def test_what_leads_nowhere_is_refused(text, remedy, scene):
    with pytest.raises(Refused) as refusal:
        check_lesson(text, scene, ["slice", "map"])
    assert remedy in str(refusal.value)
