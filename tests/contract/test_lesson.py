"""Lessons are read into blocks, and every mistake is refused with its line and what would be right."""

import math

import pytest

from explainer.contract import LIVE, Parameters, Refused, Scene, choice, integer, real
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import (
    Answer,
    Controls,
    Formula,
    Heading,
    Prediction,
    Question,
    Text,
    TryLink,
    check_lesson,
    inline_parts,
    links_in,
    parse_compare,
    parse_try,
    read_lesson,
    try_link,
)
from explainer.contract.lesson_questions import sentences
from explainer.scenes.gradient_descent.view import VIEW

PREDICTION = """```predict
Which one?
- [ ] This
- [x] That
> Because.
> And so.
[Run it](try:lr=0.5&run=10)
```
"""


class Params(Parameters):
    lr: float = real(0.1, 0.001, 1.0, kind=LIVE)
    depth: int = integer(2, 1, 5)
    shape: str = choice("a(b)", {"a(b)": "A", "c": "C"})


@pytest.fixture
def scene():
    return Scene(title="T", room="R", question="Q", parameters=Params, metrics={}, arrays={})


def blocks(text):
    return read_lesson(text).steps[0].blocks


def test_second_level_headings_divide_a_lesson_into_steps():
    lesson = read_lesson("# All\n\n## One\n\ntext\n\n### Small\n\n## Two\n\nmore")
    assert lesson.title == "All"
    assert [(step.title, step.line) for step in lesson.steps] == [("One", 3), ("Two", 9)]
    assert lesson.steps[0].blocks == (Text(5, "text"), Heading(7, "Small"))


def test_a_lesson_without_headings_is_one_step():
    assert [step.title for step in read_lesson("just text").steps] == [""]


def test_paragraphs_lists_and_tables_stay_one_text():
    text = "first\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |"
    assert blocks(text) == (Text(1, text),)


def test_quoted_lines_are_an_aside_of_their_own():
    assert blocks("text\n\n> quiet\n> words\n\nmore") == (
        Text(1, "text"),
        Text(3, "quiet\nwords", aside=True),
        Text(6, "more"),
    )


def test_a_formula_may_take_one_line_or_several():
    assert blocks("$$a = b$$\n\n$$\nc\n= d\n$$") == (Formula(1, "a = b"), Formula(3, "c\n= d"))


def test_a_control_block_names_parameters_on_one_line_or_several():
    assert blocks("```control\nlr, depth\nshape\n```") == (Controls(1, ("lr", "depth", "shape")),)


def test_a_prediction_has_question_options_explanation_and_link():
    assert blocks(PREDICTION) == (
        Prediction(
            1, "Which one?", (Answer("This"), Answer("That")), 1, "Because.\nAnd so.", "try:lr=0.5&run=10", "Run it"
        ),
    )


def test_a_question_has_an_answer_a_level_and_other_wordings():
    assert blocks("```question\nWhy?\n> So.\n> Indeed.\n```") == (Question(1, "Why?", "So.\nIndeed."),)
    assert blocks("```question\nWhy?\nlevel: 3\nalso: how so; what for\n\n> So.\n```") == (
        Question(1, "Why?", "So.", 3, ("how so", "what for")),
    )


def test_python_is_quoted_as_text_whatever_it_contains():
    text = "see\n\n```python\n# no heading\n$$ x\n```\nend"
    assert blocks(text) == (Text(1, text),)


def test_inline_formulas_are_taken_out_of_text_but_not_out_of_code():
    assert inline_parts(r"a $x^2$ costs \$3, `$HOME` and $y$") == (
        "a \ufffc costs $3, `$HOME` and \ufffc",
        ["x^2", "y"],
    )


def test_links_may_hold_brackets_in_pairs():
    (link,) = links_in("see [this one](try:expression=(x-(1))**2&run=3), not ![that](picture.png)")
    assert (link.text, link.target) == ("this one", "try:expression=(x-(1))**2&run=3")


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("## A\n\n```control\nlr", 3, "close it with ```"),
        ("text\n\n```python\nx", 3, "close it with ```"),
        ("\n$$a", 2, "close it with $$"),
        ("$$a$$ b", 1, "line of its own"),
        ("\n\nan $open formula", 3, "close it with $"),
        ("```controls\nlr\n```", 1, "choose from control, predict, "),
        ("```control\n\n```", 1, "name a parameter"),
        ("```question\nWhy?\n```", 1, "the answer"),
        ("```question\nWhy?\nSo.\n```", 1, "in lines '> …'"),
        ("```question\n> So.\n```", 1, "one line with the question"),
        ("\n```question\nWhy?\n> So.\nand so\n```", 2, "every line of an answer"),
        ("```question\nWhy?\nlevel: 4\n> So.\n```", 1, "1 (school), 2 (usual), 3 (hard)"),
        ("```question\nWhy?\nlevel: 1\nlevel: 2\n> So.\n```", 1, "write it once"),
        ("```question\nWhy $x?\n> So.\n```", 1, "close it with $"),
        (PREDICTION.replace("[x]", "[ ]"), 1, "exactly one"),
        (PREDICTION.replace("[ ]", "[x]"), 1, "exactly one"),
        (PREDICTION.replace("- [ ] This\n", ""), 1, "two or more"),
        (PREDICTION.replace("> Because.\n> And so.\n", ""), 1, "begin with '> '"),
        (PREDICTION.replace("[Run it]", "Run it"), 1, "does not belong"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line_and_remedy(text, line, remedy):
    with pytest.raises(Refused) as refusal:
        read_lesson(text)
    assert f"line {line}:" in str(refusal.value)
    assert remedy in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a\n\n```control\nlr\nrate\n```", 3, "lr, depth, shape"),
        ("[x](try:rate=1)", 1, "lr, depth, shape"),
        ("## S\n[x](try:lr=2)", 2, "from 0.001 to 1"),
        ("[x](try:lr=0.1&run=-1)", 1, "from 0 to"),
        ("[x](try:lr=0.1&run=1.5)", 1, "whole number"),
        ("[x](try:lr=0.1&speed=fast)", 1, "or max"),
        ("[x](try:lr=0.1&lr=0.2)", 1, "each name once"),
        ("[x](try:lr)", 1, "name=value"),
        ("[x](show:nothing)", 1, "slice, map"),
        ("[x](file:///etc/passwd)", 1, "leads nowhere"),
        ("[x](try:lr=0.1 run=2)", 1, "%20"),
        (PREDICTION.replace("lr=0.5", "lr=5"), 1, "from 0.001 to 1"),
        ("```question\nWhy?\n> [x](show:nothing)\n```", 1, "slice, map"),
        ("```question\nWhy?\n> So.\n```", 1, "the answer shows nothing"),
        ("```question\nWhy?\n> [See](scene:cnn).\n```", 1, "the answer shows nothing"),
        ("```question\nWhy?\n> A. B. C. D. E. [F](show:map).\n```", 1, "at most 5"),
    ],
)
def test_what_would_not_work_in_the_scene_is_refused_with_its_line_and_remedy(text, line, remedy, scene):
    with pytest.raises(Refused) as refusal:
        check_lesson(text, scene, ["slice", "map"])
    assert f"line {line}:" in str(refusal.value)
    assert remedy in str(refusal.value)


def test_a_sound_lesson_passes(scene):
    text = "[a](try:lr=0.5&keep=1) [b](show:map) [c](scene:other) [d](https://example.org)\n\n" + PREDICTION
    check_lesson(text, scene, ["slice", "map"])


def test_a_try_link_gives_checked_values_and_how_to_run(scene):
    link = parse_try("try:lr=1e-2&depth=3&run=100&seed=3&speed=30&keep=1", scene)
    assert link == TryLink({"lr": 0.01, "depth": 3}, run=100, seed=3, speed=30.0, keep=True)


def test_a_try_link_says_nothing_about_what_it_does_not_name(scene):
    assert parse_try("try:", scene) == TryLink({}, run=0, seed=None, speed=None, keep=False)


def test_values_in_try_links_are_percent_decoded_and_speed_may_be_max(scene):
    link = parse_try("try:shape=a%28b%29&speed=max", scene)
    assert link.values == {"shape": "a(b)"}
    assert link.speed == math.inf


def test_only_try_links_are_read_as_such(scene):
    with pytest.raises(Refused, match="begin it with try:"):
        parse_try("show:map", scene)


def test_a_compare_link_gives_a_set_of_values_for_each_run_and_says_once_how_to_run(scene):
    link = parse_compare("compare:lr=0.1&run=50&speed=max|lr=0.5&depth=3|depth=4&seed=3", scene)
    assert link.first == TryLink({"lr": 0.1}, run=50, seed=3, speed=math.inf)
    assert link.others == ({"lr": 0.5, "depth": 3}, {"depth": 4})


@pytest.mark.parametrize(
    ("link", "remedy"),
    [
        ("compare:lr=0.1", "2 to 4"),
        ("compare:lr=0.1|lr=0.2|lr=0.3|lr=0.4|lr=0.5", "2 to 4"),
        ("compare:lr=0.1|rate=0.2", "rate"),
        ("compare:lr=0.1|lr=1e9", "lr"),
        ("compare:run=5&lr=0.1|run=6", "once"),
        ("try:lr=0.1|lr=0.2", "begin it with compare:"),
    ],
)
def test_what_cannot_be_compared_is_refused(link, remedy, scene):
    with pytest.raises(Refused, match=remedy):
        parse_compare(link, scene)


def lesson_of_gradient_descent():
    scene = CATALOGUE.scene("gradient-descent")
    return CATALOGUE.lesson(scene), scene


def test_the_lesson_of_gradient_descent_works():
    text, scene = lesson_of_gradient_descent()
    check_lesson(text, scene, [picture.key for picture in VIEW.cards])
    assert text.count("(try:") >= 10


def test_its_runs_make_their_point_within_ten_seconds():
    text, scene = lesson_of_gradient_descent()
    runs = [parse_try(link.target, scene) for link in links_in(text) if link.target.startswith("try:")]
    too_long = [run for run in runs if run.run / (run.speed or scene.speed) > 10]
    assert runs
    assert too_long == []


def test_its_controls_and_show_links_would_be_missed():
    text, scene = lesson_of_gradient_descent()
    with pytest.raises(Refused, match="unknown picture 'slice'"):
        check_lesson(text, scene, ["contours"])


def test_a_notes_link_keeps_the_present_values_and_reads_back_as_what_it_sets(scene):
    link = try_link(Params(depth=3), run=20, lr=0.25, shape="c")
    asked = parse_try(link, scene)
    assert (dict(asked.values), asked.run, asked.keep) == ({"lr": 0.25, "shape": "c"}, 20, True)
    assert parse_try(try_link(Params(), shape="a(b)"), scene).values == {"shape": "a(b)"}


@pytest.mark.parametrize("value", [1e-80, 1.5, math.nan, "much"])
def test_a_notes_link_that_a_control_would_refuse_is_none(value):
    assert try_link(Params(), lr=value) == ""


def test_a_lesson_may_be_asked_for_so_many_questions(scene):
    text = "```question\nWhy?\n> So. [See](show:map).\n```\n"
    check_lesson(text * 2, scene, ["map"], questions=2)
    with pytest.raises(Refused, match="write at least 3"):
        check_lesson(text * 2, scene, ["map"], questions=3)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One.", 1),
        ("One. Two! Three?", 3),
        ("It is 0.5 at η = 0.1, i.e. small, see `a.b` or $1. 2$.", 1),
        ("He et al. say so ([He et al. 2015](https://a.b/c)). Then.", 2),
        ("No. [See it](try:lr=0.1&run=3).", 2),
        ("Without an end", 0),
    ],
)
def test_sentences_are_counted_as_a_reader_would(text, count):
    assert sentences(text) == count
