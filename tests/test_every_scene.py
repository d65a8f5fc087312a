"""The promises that every scene keeps, whatever it is about; a new scene is checked without touching this file.

A scene in a folder of your own: ``EXPLAINER_SCENES=folder python -m pytest tests/test_every_scene.py -k my-scene``.
"""

import itertools
import json
import random
import time
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest
import torch

from explainer import Refused, Run
from explainer.commands.running import frame_of
from explainer.contract import LIVE, STRUCTURAL, VIEW, run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import check_lesson, check_link, parse_try, read_lesson
from explainer.contract.messages import JobPart, pack
from explainer.contract.scene_index import ROOMS
from explainer.engine import history
from explainer.engine.side_jobs import SideJobs
from explainer.export import metrics_csv
from explainer.export.encoding import png_bytes
from explainer.export.look import Look
from explainer.export.picture import render
from explainer.plots.card_picture import CardPicture
from explainer.plots.views import view_of
from tests.cards import stale_readings, try_out
from tests.moves import agreeing, anything, ends
from tests.scripts import outputs


def openable(name):
    """The scene as a case, left out with its own words where packages are missing."""
    missing = CATALOGUE.scene(name).missing
    return pytest.param(name, marks=pytest.mark.skipif(bool(missing), reason=missing))


pytestmark = pytest.mark.parametrize("name", [openable(name) for name in CATALOGUE.names()])
FEW = 12
"""Steps that show whether something works."""
PAST, SOUGHT, TURNS, DEEP_TURNS = 12, 8, 2, 6
"""How many steps are lived before any of them is sought, how many are sought, and by how many runs."""
LONG = 300
"""Steps that a run is followed for, while there is time."""
MOVES, LEAST_MOVES = 300, 60
"""Random moves: how many while there is time, and how many whatever they take."""
ENOUGH = 1.0
"""Seconds of the processor that one test of one scene takes for more of the same, once the least is done."""
SCRIPT_STEPS, DEEP_SCRIPT_STEPS = 40, 400
"""How many of a scene's usual steps a script is compared for at the most, and in the deep rounds."""
NOTED = 5
"""How many settings are tried for what the scene says of them."""
ON_PURPOSE = {"fail"}
"""Verbs that make the next step raise an exception: a scene of the tests has one."""
CARDS_AT, JOB_SLICES = 3, 40
"""The step at which cards are tried, and how long a side job is worked on for them, in slices."""
COLOURS = 24
"""A picture with fewer colours is blank, but for its frame."""


def try_to(change):
    """Do ``change``; whatever is refused must be refused in words."""
    try:
        return change()
    except Refused as refused:
        message = str(refused)
        assert len(message) > 15, "a refusal says what was given and what is allowed"
        assert "\n" not in message
        return None


def moment(run):
    """Everything that can be read from a run here, as bytes."""
    arrays = {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in run.arrays("*").items()}
    metrics = {name: values.tobytes() for name, values in run.metrics.items() if len(values)}
    return run.position, run.params, arrays, metrics, str(run.stopped), run.finished


def check_arrays(run):
    """Check names, dimensions, dtypes and finiteness of all arrays against their descriptions."""
    scene, found = run.execution.scene, run.arrays("*")
    missing = [pattern for pattern in scene.arrays if not any(fnmatchcase(name, pattern) for name in found)]
    assert not missing, f"{missing} are declared but not drawn at {run.position}"
    sizes = {}
    for name, array in found.items():
        described = scene.array(name)
        assert array.dtype == np.dtype(described.dtype), name
        assert array.ndim == len(described.dims), f"{name} has shape {array.shape}, declared as {described.dims}"
        for dimension, size in zip(described.dims, array.shape, strict=True):
            assert sizes.setdefault(dimension, size) == size, f"{name}: {dimension} is {size} and {sizes[dimension]}"
        check_finite(name, array, described)
    return {name: array.dtype for name, array in found.items()}


def check_finite(name, array, described):
    if array.dtype.kind == "f":
        assert described.nan or not np.isnan(array).any(), f"{name} has NaN and gives it no meaning"
        assert described.infinite or not np.isinf(array).any(), f"{name} has infinities and gives them no meaning"


def check_nothing_is_stale(run):
    """Check that what was kept from earlier pictures is what would be found now."""
    shown = moment(run)
    run.execution.draw_afresh()
    assert moment(run) == shown


def check_metrics(run):
    """Check that every metric is declared, and finite unless the run stopped on it."""
    for name, values in run.metrics.items():
        assert any(fnmatchcase(name, pattern) for pattern in run.execution.scene.metrics), f"{name} is not declared"
        if run.stopped is None:
            assert np.isfinite(values).all(), name
        else:
            assert np.isfinite(values[:-1]).all(), name


def while_there_is_time(things, least=1, seconds=ENOUGH):
    """Give the first few of ``things``, and the others until so many seconds of the processor are spent."""
    started = time.process_time()
    for number, thing in enumerate(things):
        if number >= least and time.process_time() - started > seconds:
            return
        yield thing


def verbs(scene):
    return [verb for verb in scene.actions if verb not in ON_PURPOSE]


def shake(run, moves, chance):
    """Do random things to a run, look at everything now and then, and draw it a few times."""
    for number in moves:
        try_to(lambda: random_move(run, chance))
        if number % 20 == 0:
            check_arrays(run)
            check_metrics(run)
        if number % 75 == 0:
            draw(run)
            check_nothing_is_stale(run)


def random_move(run, chance):
    scene = run.execution.scene
    move = chance.choice(["set", "set", "set", "act", "step", "step", "phase", "seek", "job"])
    if move == "set" and scene.parameters.declarations:
        name = chance.choice(list(scene.parameters.declarations))
        run.set(**{name: anything(scene.parameters.declaration(name), chance)})
    elif move == "act" and verbs(scene):
        act_somehow(run, chance)
    elif move == "phase":
        run.advance_phase()
    elif move == "seek":
        run.seek(chance.randint(0, run.execution.known + 3), chance.choice([0, 0, 1]))
    elif move == "job" and scene.jobs:
        work_on_job(run, chance.choice(list(scene.jobs)), chance)
    else:
        run.step(chance.randint(0, 4))


def act_somehow(run, chance):
    verb = chance.choice(verbs(run.execution.scene))
    arguments = run.execution.scene.actions[verb].arguments
    run.act(verb, **{name: anything(field, chance) for name, field in arguments.items()})


def work_on_job(run, job, chance=None, slices=1, arguments=None):
    """Work a little on a side job, with random arguments when there is a ``chance``."""
    declared = run.execution.scene.jobs[job].arguments
    jobs = SideJobs()
    usual = {name: anything(field, chance) if chance else field.default for name, field in declared.items()}
    arguments = usual if arguments is None else {**usual, **arguments}
    jobs.start(run.execution, 1, job, arguments)
    under_way = jobs.take_turn()
    found = {}
    for _ in range(slices):
        arrays, ended = under_way.work(0.002)
        pack(JobPart(run=1, job=1, name=job, arguments=under_way.arguments, arrays=arrays, last=ended))
        found |= arrays
        if ended:
            return found
    return None


def check_every_step(monkeypatch):
    """Take a checkpoint at every step, so that going back relies on each of them."""
    monkeypatch.setattr(history, "REPLAY", 0.0)
    monkeypatch.setattr(history, "SHARE", float("inf"))


@pytest.fixture
def scene(name):
    return CATALOGUE.scene(name)


def test_it_says_what_it_is_about(scene):
    assert scene.title
    assert scene.question.endswith("?")
    assert scene.room in ROOMS
    assert scene.steps >= 1
    assert scene.metrics.keys() | scene.arrays.keys()
    for field in scene.parameters.declarations.values():
        assert field.label, field.name
        assert field.help, field.name
    for verb in scene.actions.values():
        assert verb.help
    assert json.loads(json.dumps(scene.describe()))["scene"] == scene.name


def test_it_opens_and_steps(name):
    run = Run(name)
    assert run.position.step == 0
    run.step(FEW)
    assert run.position.step == FEW or run.stopped or run.finished


def test_every_metric_is_declared_and_finite_or_the_run_stops_and_says_why(name, scene):
    run = Run(name)
    for before in while_there_is_time(range(0, min(scene.steps, LONG), FEW)):
        run.step(FEW)
        if run.position.step <= before:
            break
    check_metrics(run)
    recorded = run.metrics
    for pattern in scene.metrics:
        assert any(fnmatchcase(metric, pattern) for metric in recorded), f"{pattern} is never recorded"
    if run.stopped is not None:
        assert run.stopped.metric in recorded
        assert run.stopped.cause


def test_every_array_is_as_it_is_described_from_step_0_on(name):
    run = Run(name)
    first = check_arrays(run)
    for _ in range(4):
        run.advance_phase()
        assert check_arrays(run) == first
    run.step(FEW)
    assert check_arrays(run) == first


def test_the_same_seed_gives_the_same_bits(name):
    first, second = Run(name, seed=3), Run(name, seed=3)
    for run in (first, second):
        run.step(FEW)
    assert moment(first) == moment(second)


@pytest.mark.parametrize("checkpoints", ["few", "many"])
def test_seeking_equals_running_also_after_changes(name, scene, checkpoints, monkeypatch):
    if checkpoints == "many":
        check_every_step(monkeypatch)
    chance = random.Random(5)
    run = Run(name, seed=1)
    live = [field for field in scene.parameters.declarations.values() if field.kind == "live"]
    for _ in while_there_is_time(range(6), least=3):
        run.step(chance.randint(1, 5))
        if live:
            field = chance.choice(live)
            try_to(lambda field=field: run.set(**{field.name: anything(field, chance)}))
        if verbs(scene):
            try_to(lambda: act_somehow(run, chance))
    last = run.position.step
    for step in while_there_is_time([last, *(chance.randint(0, last) for _ in range(4))], least=2):
        run.seek(step)
        assert moment(run) == moment(Run.from_recipe(run.recipe, run.position))


def change_something(run, chance):
    """Set a live parameter or do a verb, as a person would between two steps."""
    live = [field for field in run.execution.scene.parameters.declarations.values() if field.kind is LIVE]
    if live and chance.random() < 0.5:
        field = chance.choice(live)
        try_to(lambda: run.set(**{field.name: anything(field, chance)}))
    elif verbs(run.execution.scene):
        try_to(lambda: act_somehow(run, chance))


def disturb(other, chance):
    """Do what must not touch the run under test: draw random numbers, and move another run of the process."""
    torch.rand(chance.randint(1, 3))
    np.random.random()
    random.random()
    try_to(lambda: random_move(other, chance))


def somehow(name, chance):
    """A run with random structural parameters, or the usual ones where these do not go together."""
    declared = CATALOGUE.scene(name).parameters.declarations.values()
    given = {field.name: anything(field, chance) for field in declared if field.kind is STRUCTURAL}
    return try_to(lambda: Run(name, seed=chance.randint(0, 99), **given)) or Run(name)


@pytest.mark.parametrize(
    "turn", [*range(TURNS), *(pytest.param(turn, marks=pytest.mark.deep) for turn in range(TURNS, DEEP_TURNS))]
)
def test_any_step_is_found_again_as_it_was_lived_while_another_run_goes_its_way(name, turn, monkeypatch):
    if turn % 2:
        check_every_step(monkeypatch)
    chance = random.Random(f"{name} {turn}")
    run, other = somehow(name, chance) if turn else Run(name), Run(name, seed=12)
    lived = []
    for step in while_there_is_time(range(PAST), least=5):
        if step and chance.random() < 0.3:
            change_something(run, chance)
        lived.append(moment(run))
        disturb(other, chance)
        run.step()
        if run.position.step == step:
            break
    for step in while_there_is_time(chance.choices(range(len(lived)), k=SOUGHT), least=3):
        run.seek(step)
        assert moment(run) == lived[step]
        disturb(other, chance)


def test_every_parameter_at_both_ends_and_every_choice_works_or_is_refused_in_words(name, scene):
    live = Run(name)
    declared = scene.parameters.declarations.values()
    for field, value in [(each, value) for each in declared for value in ends(each)]:
        if field.kind is STRUCTURAL:
            suggested = field.suggests(value) if field.suggests else {}
            run = try_to(lambda field=field, value=value, more=suggested: Run(name, **{**more, field.name: value}))
        else:
            run = live
            run.seek(0)
            try_to(lambda run=run, field=field, value=value: run.set(**{field.name: value}))
        if run is not None:
            run.step(2)
            check_metrics(run)
            check_arrays(run)


def test_every_verb_works_or_is_refused_in_words(name, scene):
    for verb in verbs(scene):
        arguments = scene.actions[verb].arguments
        for values in itertools.islice(itertools.product(*map(ends, arguments.values())), 12):
            given = dict(zip(arguments, values, strict=True))
            run = Run(name)
            run.step(2)
            try_to(lambda run=run, verb=verb, given=given: run.act(verb, **given))
            run.step(2)
            check_metrics(run)
            check_arrays(run)


def test_every_side_job_works(name, scene):
    run = Run(name)
    run.step(3)
    before = moment(run)
    for job in scene.jobs:
        work_on_job(run, job, slices=3)
    assert moment(run) == before


@pytest.mark.deep
def test_every_side_job_comes_to_an_end(name, scene):
    run = Run(name)
    run.step(3)
    for job in scene.jobs:
        assert work_on_job(run, job, slices=100_000) is not None


def test_a_saved_run_opens_again(name):
    run = Run(name, seed=2)
    run.step(3)
    found = run_file.decode(run_file.encode(run.recipe, run.position), CATALOGUE)
    assert moment(Run.from_recipe(found.recipe, found.position)) == moment(run)


def lived(name, seed, chance):
    """A run with live changes and verbs on the way, and from the past on a new future."""
    run = Run(name, seed=seed)
    live = [field for field in run.execution.scene.parameters.declarations.values() if field.kind == "live"]
    for _ in range(4):
        for field in live:
            try_to(lambda field=field: run.set(**{field.name: anything(field, chance)}))
        if verbs(run.execution.scene):
            try_to(lambda: act_somehow(run, chance))
        run.step(chance.randint(1, 4))
    return run


def table(run):
    """What ``explainer run`` writes into metrics.csv."""
    run.execution.recorder.flush()
    return metrics_csv.encode(run.execution.recorder.series, run.position.step).decode()


@pytest.mark.parametrize("most", [SCRIPT_STEPS, pytest.param(DEEP_SCRIPT_STEPS, marks=pytest.mark.deep)])
def test_its_script_prints_the_very_numbers_or_it_says_why_there_is_none(name, scene, most, tmp_path):
    if scene.no_script:
        with pytest.raises(Refused, match="has no script") as refused:
            Run(name).script(1)
        assert scene.no_script in str(refused.value)
        return
    plain = Run(name)
    plain.step(min(scene.steps, most))
    seeds = (1, 2) if most == SCRIPT_STEPS else ()
    runs = [plain, *(lived(name, seed, random.Random(seed)) for seed in seeds)]
    printed = outputs([run.script() for run in runs], tmp_path)
    for run, said in zip(runs, printed, strict=True):
        assert said == table(run)


def read(value):
    """Return what can be learned from as plain data, tensor by tensor."""
    if isinstance(value, torch.Tensor):
        return str(value.dtype), tuple(value.shape), value.cpu().numpy().tobytes()
    parts = value if isinstance(value, (tuple, list)) else vars(value).values()
    return [read(part) for part in parts]


def learned_from(name, values, seed):
    """Return where a run rests after a few steps, and what it has learned from till then."""
    try:
        run = Run(name, seed=seed, **values)
    except Refused:
        return None
    found = []
    for _ in range(2):
        found.append([read(getattr(run.execution.experiment, known)) for known in run.execution.experiment.learns_from])
        run.step()
    return run.position, found


def test_a_setting_that_does_not_concern_the_data_changes_neither_data_nor_batches(name, scene):
    chance, declared = random.Random(name), scene.parameters.declarations
    others = {n: f for n, f in declared.items() if f.kind is not VIEW and n not in scene.data}
    told = [f for f in scene.data if hasattr(declared[f], "options")]
    bases = [{f: value} for f in told for value in ends(declared[f]) if value != declared[f].default]
    for base in [{}, *chance.sample(bases, min(len(bases), 1))]:
        same = learned_from(name, base, 3)
        if same is None or not any(same[1]):
            continue
        alone = chance.sample([{n: chance.choice(ends(f))} for n, f in others.items()], min(len(others), 4))
        for values in [*alone, {n: anything(f, chance) for n, f in others.items()}]:
            found = learned_from(name, agreeing(scene.parameters, {**base, **values}), 3)
            assert found is None or found[0] != same[0] or found == same, f"{values} beside {base}"


def test_a_few_hundred_random_moves_leave_it_alive(name, qapp):
    run = Run(name)
    shake(run, while_there_is_time(range(MOVES), LEAST_MOVES), random.Random(name))
    run.seek(0)
    run.step(2)
    assert run.position.step == 2 or run.stopped or run.finished


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3))
def test_thousands_of_random_moves_leave_it_alive(name, seed, qapp, monkeypatch):
    if seed % 2:
        check_every_step(monkeypatch)
    run = Run(name, seed=seed)
    shake(run, range(1_000), random.Random(seed))
    again = Run.from_recipe(run.recipe, run.position)
    again.set(**run.params.values_of(VIEW))
    assert moment(run) == moment(again)


def test_its_lesson_can_be_read_and_every_link_in_it_leads_somewhere(scene):
    built_in = CATALOGUE.folders[scene.name].parent == Path(__file__).parent.parent / "scenes"
    built_in &= len(read_lesson(CATALOGUE.lesson(scene)).steps) > 2  # shorter ones are still being written
    pictures = [picture.key for picture in view_of(scene).cards]
    check_lesson(CATALOGUE.lesson(scene), scene, pictures, questions=8 if built_in else 0)


def test_its_pictures_ask_for_what_is_declared(scene):
    pictures = view_of(scene).cards
    assert any(picture.at_first for picture in pictures)
    assert len({picture.key for picture in pictures}) == len(pictures)
    for picture in pictures:
        assert picture.key
        assert picture.title
        for array in picture.arrays:
            assert scene.array(array)


def test_its_pictures_are_called_by_short_names_each_its_own_that_their_descriptions_do_not_repeat(scene):
    pictures = view_of(scene).cards
    names = [picture.title for picture in pictures]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 75 for name in names), names
    assert not [picture.key for picture in pictures if picture.about == picture.title]


def test_every_card_can_be_painted_hovered_dragged_and_clicked(name, scene, qapp):
    run = Run(name)
    run.step(CARDS_AT)
    frame = frame_of(run, run.arrays("*"))
    for card in view_of(scene).cards:
        try_out(
            card, frame, scene, lambda job, arguments: work_on_job(run, job, arguments=arguments, slices=JOB_SLICES)
        )


def draw(run):
    """Paint the stage at this moment."""
    return render(frame_of(run, run.arrays("*")), view_of(run.execution.scene), Look())


def test_what_is_read_under_a_resting_pointer_is_of_the_moment_that_is_shown(name, scene, qapp):
    run = Run(name)
    run.step(CARDS_AT)
    before = frame_of(run, run.arrays("*"))
    run.step(2)
    after = frame_of(run, run.arrays("*"))
    for kind in view_of(scene).cards:
        if issubclass(kind, CardPicture):
            stale = stale_readings(kind, before, after, scene)
            assert not stale, f"{kind.key}: {stale[:2]}"


def test_its_notes_are_words_with_a_picture_that_exists_and_a_link_that_nothing_refuses(name, scene):
    pictures = [picture.key for picture in view_of(scene).cards]
    chance = random.Random(8)
    for attempt in range(NOTED):
        declared = scene.parameters.declarations if attempt else {}
        drawn = {key: anything(field, chance) for key, field in declared.items()}
        run = try_to(lambda drawn=drawn: Run(name, **agreeing(scene.parameters, drawn)))
        for steps in (0, 1, 5) if run else ():
            run.step(steps)
            for note in run.notes:
                check_note(note, run, pictures)


def check_note(note, run, pictures):
    assert note.text.strip() == note.text != ""
    assert "\n" not in note.text
    assert note.level in ("info", "warning", "good")
    assert note.card in ("", *pictures)
    assert note.number is None or isinstance(note.number, (int, float))
    if note.link:
        check_link(note.link, run.execution.scene, pictures)
    if note.link.startswith("try:"):
        asked = parse_try(note.link, run.execution.scene)
        (run.params.replace if asked.keep else run.params.anew)(**asked.values).verify()


def colours(image):
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


def test_its_picture_is_not_blank_and_moves(name, qapp):
    run = Run(name)
    first = draw(run)
    assert colours(first) >= COLOURS
    run.step(FEW)
    if run.position.step == 0:  # finished before it has begun: what is set moves it
        shake(run, range(FEW), random.Random(0))
    assert png_bytes(draw(run)) != png_bytes(first)


def test_its_words_and_formulas_are_there_at_every_moment(name, scene):
    view, run = view_of(scene), Run(name)
    for _ in range(3):
        frame = frame_of(run, run.arrays("*"))
        assert view.summary(frame)
        assert not view.formulas or any(formula.latex(frame) for formula in view.formulas)
        for formula in view.formulas:
            assert isinstance(formula.latex(frame), str)
            assert isinstance(formula.numbers(frame), str)
        for label, value in view.readings(frame):
            assert label
            assert value
            assert "nan" not in value, f"{label} is never recorded"
        run.step(3)
