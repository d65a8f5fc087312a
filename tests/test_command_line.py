import ast
import csv
import errno
import io
import json
import math
import os
import signal
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest

import explainer
from explainer import Run
from explainer.command_line import COMMANDS, main, window_parser
from explainer.commands import display, opening, running
from explainer.commands.progress import Progress
from explainer.contract import Refused, run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import Action, Position, Recipe
from explainer.contract.start import Start
from explainer.export import folder
from tests.scripts import outputs

SCENE = "small-network"


def rows(path: Path) -> tuple[list[str], list[list[str]]]:
    header, *body = csv.reader(io.StringIO(path.read_text()))
    return header, body


def process(*words: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own; an environment variable of None is taken away."""
    merged = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    command = [sys.executable, "-m", "explainer.command_line", *words]
    return subprocess.run(command, env=merged, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A run file: seven steps, one of them with another learning rate."""
    parameters = CATALOGUE.scene(SCENE).parameters(lr=0.02).values()
    recipe = Recipe(SCENE, 5, "cpu", 1, parameters, (Action(3, "set", {"lr": 0.5}),))
    path = tmp_path / "seven.run.json"
    path.write_bytes(run_file.encode(recipe, Position(7)))
    return path


# What is refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run"], "the following arguments are required: SCENE|FILE.run.json"),
        (["run", "small-netwerk"], "unknown scene 'small-netwerk'; did you mean small-network"),
        (["run", ""], "unknown scene ''"),
        (["small-netwerk"], "unknown scene 'small-netwerk'; did you mean small-network"),
        (["lst"], "unknown command 'lst'; did you mean explainer list?"),
        (["run", "missing.run.json"], "cannot read missing.run.json: No such file or directory"),
        (["missing.run.json"], "cannot read missing.run.json: No such file or directory"),
        (["run", "folder/x.json"], "is no scene, and the name of a run file ends with .run.json"),
        (["run", SCENE, "--set", "lr"], "--set 'lr' is refused: write --set name=value"),
        (["run", SCENE, "--set", "=1"], "--set '=1' is refused: write --set name=value"),
        (["run", SCENE, "--set", "lrr=1"], "unknown parameter 'lrr'; did you mean lr? small-network has width"),
        (["run", SCENE, "--set", "zzz=1"], "unknown parameter 'zzz'; choose from width"),
        (["run", SCENE, "--set", "lr=abc"], "lr = 'abc' is refused: give a number"),
        (["run", SCENE, "--set", "width=65"], "width = '65' is refused: give a whole number from 1 to 64"),
        (["run", SCENE, "--set", "optimizer=lion"], "optimizer = 'lion' is refused: choose from adam, sgd"),
        (["run", SCENE, "lr=1"], "unrecognized arguments: lr=1; write --set NAME=VALUE"),
        (["run", SCENE, "--steps", "-1"], "steps = '-1' is refused: give a whole number from 0 to 1000000000"),
        (["run", SCENE, "--steps", "1.5"], "steps = '1.5' is refused"),
        (["run", SCENE, "--steps", "1e3"], "steps = '1e3' is refused"),
        (["run", SCENE, "--steps", "٣"], "steps = '٣' is refused"),
        (["run", SCENE, "--steps", "1000000001"], "steps = '1000000001' is refused"),
        (["run", SCENE, "--steps", "9" * 5000], "is refused: give a whole number"),
        (["run", SCENE, "--steps"], "argument --steps: expected one argument"),
        (["run", SCENE, "--seed", "x"], "seed = 'x' is refused: give a whole number from 0"),
        (["run", SCENE, "--threads", "0"], "threads = '0' is refused: give a whole number from 1 to 256"),
        (["run", SCENE, "--device", "tpu"], "device 'tpu' is refused: choose from cpu, cuda, auto"),
        (["run", SCENE, "--out", ""], "--out '' is refused: name a folder"),
        (["run", SCENE, "--step", "3"], "unrecognized arguments: --step 3"),
        (["script"], "the following arguments are required: SCENE|FILE.run.json"),
        (["script", "small-netwerk"], "unknown scene 'small-netwerk'; did you mean small-network"),
        (["script", "missing.run.json"], "cannot read missing.run.json: No such file or directory"),
        (["script", SCENE, "--set", "width=65"], "width = '65' is refused: give a whole number from 1 to 64"),
        (["script", SCENE, "--steps", "1000000001"], "steps = '1000000001' is refused"),
        (["script", SCENE, "--device", "tpu"], "device 'tpu' is refused: choose from cpu, cuda, auto"),
        (["script", SCENE, "--out", ""], "--out '' is refused: name a file"),
        (["script", SCENE, "--out", "no/such/folder/x.py"], "cannot write no/such/folder/x.py: No such file"),
        (["script", SCENE, "--out", "/"], "cannot write /: it is no ordinary file"),
        (["script", "gradient-descent", "--set", "surface=custom", "--set", "expression=log(x)"], "the loss is not"),
        ([SCENE, "--set", "lr=abc"], "lr = 'abc' is refused: give a number"),
        (["--set", "lr=1"], "these options belong to a scene"),
        (["list", "more"], "unrecognized arguments: more; see `explainer list --help`"),
        (["--nonsense"], "unrecognized arguments: --nonsense; see `explainer --help`"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(words, message, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("explainer: ")
    assert printed.err.count("\n") == 1
    assert message in printed.err


def test_a_device_that_is_not_there_is_refused(capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert main(["run", SCENE, "--device", "cuda"]) == 2
    assert "this machine has no CUDA device; choose from cpu, auto" in capsys.readouterr().err


def test_a_broken_run_file_is_refused_by_name(tmp_path, capsys):
    path = tmp_path / "broken.run.json"
    path.write_text('{"version": 1, "recipe": {"scene": "small-network", "seed": "one"}}')
    assert main(["run", str(path)]) == 2
    assert "broken.run.json is no run file: Expected `int`, got `str` - at `$.recipe.seed`" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["file/out", "file", "/proc/out"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_run_starts(place, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "_made", lambda request: pytest.fail("the run was started"))
    assert main(["run", SCENE, "--out", place]) == 2
    assert f"cannot write into {place}: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_place_of_a_file_is_refused_before_the_run_starts(tmp_path, capsys):
    (tmp_path / "frame.npz").mkdir()
    assert main(["run", SCENE, "--out", str(tmp_path)]) == 2
    assert "frame.npz: it is a folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["frame.npz"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path, capsys, monkeypatch):
    write = Path.write_bytes

    def fill(path: Path, content: bytes) -> int:
        if path.name == "run.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fill)
    assert main(["run", SCENE, "--steps", "3", "--out", str(tmp_path / "a" / "b")]) == 2
    printed = capsys.readouterr()
    assert printed.err.endswith("b: No space left on device; choose another folder\n")
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_qt_lacks_is_named_before_the_run_starts(tmp_path, capsys, monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "PySide6.QtWidgets":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "PySide6.QtWidgets", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    monkeypatch.setattr(running, "_made", lambda request: pytest.fail("the run was started"))
    assert main(["run", SCENE, "--out", str(tmp_path)]) == 2
    assert "the system library libEGL.so.1 is missing: install it (Debian and Ubuntu: apt install libegl1)" in (
        capsys.readouterr().err
    )


# list, --help, --version


def test_list_json_is_what_every_scene_declares(capsys):
    assert main(["list", "--json"]) == 0
    found = {scene["scene"]: scene for scene in json.loads(capsys.readouterr().out)}
    assert list(found) == [scene.name for scene in CATALOGUE.scenes()]
    parameter = next(one for one in found[SCENE]["parameters"] if one["name"] == "width")
    assert parameter == {
        "name": "width",
        "type": "int",
        "default": 8,
        "minimum": 1,
        "maximum": 64,
        "scale": "linear",
        "kind": "structural",
        "live": False,
        "label": "Hidden units",
        "help": "Units in the hidden layer.",
    }
    assert set(found[SCENE]) == {
        *("scene", "room", "title", "question", "missing", "steps"),
        *("parameters", "actions", "metrics", "arrays"),
    }


def test_list_names_each_scene_below_its_room(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    foundations, optimization = lines.index("Foundations"), lines.index("Optimization")
    small = next(index for index, line in enumerate(lines) if line.startswith("  small-network "))
    descent = next(index for index, line in enumerate(lines) if line.startswith("  gradient-descent "))
    assert foundations < small < optimization < descent
    assert lines[descent].endswith("Why does a ball zigzag?")


def test_version_and_help_are_printed_on_stdout(capsys):
    for words, expected in (
        (["--version"], explainer.__version__),
        (["--help"], "explainer run SCENE"),
        (["run", "--help"], "metrics.csv"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        assert expected in capsys.readouterr().out


def test_no_scene_is_named_like_a_command():
    assert not set(COMMANDS) & set(CATALOGUE.names())


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--json"],
        ["script", SCENE, "--set", "lr=abc"],
        ["run", SCENE, "--set", "lr=abc"],
        ["run", "nothing"],
        [SCENE],
        [],
    ],
)
def test_torch_and_qt_wait_until_they_are_needed(words):
    code = f"""
import sys
from explainer.command_line import main
main({words!r})
heavy = {{"torch", "PySide6", "pyqtgraph"}} & set(sys.modules)
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""
    gone = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    gone.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run([sys.executable, "-c", code], env=gone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_budgets_are_measured_by_the_bench(monkeypatch):
    monkeypatch.setattr("explainer.bench.main", lambda as_json, soak, groups: 40 + as_json + soak + 10 * len(groups))
    assert main(["bench"]) == 40
    assert main(["bench", "--json"]) == 41
    assert main(["bench", "--soak", "2"]) == 42
    assert main(["bench", "kinds", "start"]) == 60


def test_a_group_that_the_bench_has_not_is_refused(capsys):
    assert main(["bench", "kind"]) == 2
    assert "choose from start, ask, window" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-3", "soon", "nan", "1e9"])
def test_a_soak_of_no_sensible_length_is_refused(capsys, minutes):
    assert main(["bench", "--soak", minutes]) == 2
    assert "1 to 600" in capsys.readouterr().err


# run


def test_the_last_metrics_are_one_json_object_and_nothing_else(capsys):
    assert main(["run", SCENE, "--steps", "12", "--seed", "3", "--json"]) == 0
    run = Run(SCENE, seed=3)
    run.step(12)
    assert json.loads(capsys.readouterr().out) == {name: values[-1] for name, values in run.metrics.items()}


def test_without_json_a_table_of_the_last_metrics_is_printed(capsys):
    assert main(["run", SCENE, "--steps", "3"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == "small-network · seed 0 · cpu · step 3"
    assert [line.split()[0] for line in printed.out.splitlines()[1:]] == ["error", "epoch", "·"]
    assert "step 3 of 3 · " in printed.err


def test_a_run_takes_the_steps_that_the_scene_declares(capsys):
    assert main(["run", SCENE]) == 0
    assert f"step {CATALOGUE.scene(SCENE).steps}\n" in capsys.readouterr().out


def test_no_steps_at_all_are_a_run_too(tmp_path, capsys):
    assert main(["run", SCENE, "--steps", "0", "--out", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {}
    assert (tmp_path / "metrics.csv").read_text() == "step\n"


def test_metrics_csv_holds_the_very_numbers_of_the_run(tmp_path):
    out = tmp_path / "new" / "folder"
    assert main(["run", SCENE, "--steps", "30", "--set", "lr=0.05", "--set", "dropout=0.5", "--out", str(out)]) == 0
    run = Run(SCENE, lr=0.05, dropout=0.5)
    run.step(30)
    header, body = rows(out / "metrics.csv")
    assert header == ["step", "error", "epoch"]
    assert [int(row[0]) for row in body] == list(range(1, 31))
    for column, name in enumerate(header[1:], 1):
        assert np.array([float(row[column]) for row in body]).tobytes() == run.metrics[name].tobytes()
    assert sorted(path.name for path in out.iterdir()) == sorted(running.FILES)


@pytest.mark.parametrize("scene", [SCENE, "gradient-descent"])
def test_frame_npz_has_the_arrays_that_list_names(scene, tmp_path):
    assert main(["run", scene, "--steps", "4", "--out", str(tmp_path)]) == 0
    declared = CATALOGUE.scene(scene).describe()["arrays"]
    with np.load(tmp_path / "frame.npz", allow_pickle=False) as found:
        assert all(any(fnmatchcase(name, pattern) for name in found.files) for pattern in declared)
        for name in found.files:
            description = next(one for pattern, one in declared.items() if fnmatchcase(name, pattern))
            assert found[name].dtype == np.dtype(description["dtype"])
            assert found[name].ndim == len(description["dimensions"])


def test_frame_npz_holds_the_very_arrays_of_the_run(tmp_path):
    assert main(["run", SCENE, "--steps", "4", "--out", str(tmp_path)]) == 0
    run = Run(SCENE)
    run.step(4)
    with np.load(tmp_path / "frame.npz") as found:
        for name in ("weight", "gradient", "singular", "bias_path"):
            assert found[name].tobytes() == run.frame[name].tobytes()


def test_what_the_scene_says_is_printed_and_written_and_is_what_python_has(tmp_path, capsys):
    assert main(["run", SCENE, "--steps", "3", "--out", str(tmp_path)]) == 0
    run = Run(SCENE)
    run.step(3)
    (note,) = run.notes
    assert (note.name, note.card) == ("largest", "weights")
    assert note.number == np.abs(run.frame["weight"]).max()
    said = f"picture weights: {note.text} [Try it: try:lr=0.01&keep=1]"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == f"{said}\n"
    assert f"· {said}\n" in capsys.readouterr().out


def test_a_scene_that_says_nothing_leaves_a_file_that_says_so(tmp_path, capsys):
    assert main(["run", SCENE, "--steps", "0", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "notes.txt").read_text() == "nothing to say\n"
    assert "·" not in capsys.readouterr().out.split("\n", 1)[1]


def test_notes_stand_beside_the_json_object_not_in_it(capsys):
    assert main(["run", SCENE, "--steps", "2", "--json"]) == 0
    printed = capsys.readouterr()
    assert set(json.loads(printed.out)) == set(Run(SCENE).execution.scene.metrics)
    assert "The largest weight is" in printed.err


def test_a_mistake_in_the_notes_does_not_cost_the_numbers(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Run, "notes", property(lambda run: 1 / 0))
    assert main(["run", SCENE, "--steps", "2", "--out", str(tmp_path)]) == 1
    assert "the scene's notes failed: no notes.txt" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frame.npz", "metrics.csv", "picture.png", "run.json"]


@pytest.mark.parametrize("scene", [SCENE, "gradient-descent"])
def test_picture_png_can_be_read_and_is_not_blank(scene, tmp_path, qapp):
    from PySide6.QtGui import QImage

    assert main(["run", scene, "--steps", "4", "--out", str(tmp_path)]) == 0
    image = QImage(str(tmp_path / "picture.png"))
    assert (image.width(), image.height()) == (1440, 900)
    assert len({image.pixel(x, y) for x in range(0, 1440, 7) for y in range(0, 900, 7)}) > 3


def test_a_path_that_is_thinned_is_said_to_be(tmp_path, capsys, monkeypatch):
    made = running._made

    def with_short_traces(request):
        run = made(request)
        run.step(1)
        run.execution.recorder.traces["bias_path"].limit = 16
        return run

    monkeypatch.setattr(running, "_made", with_short_traces)
    assert main(["run", SCENE, "--steps", "40", "--out", str(tmp_path)]) == 0
    with np.load(tmp_path / "frame.npz") as found:
        kept = len(found["bias_path"])
    assert kept <= 16
    assert f"bias_path is long and thinned: frame.npz has {kept} of 41 steps of it" in capsys.readouterr().err


def test_run_json_is_the_run_and_gives_the_same_numbers_again(tmp_path, saved):
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["run", str(saved), "--out", str(first)]) == 0
    assert main(["run", str(first / "run.json"), "--out", str(second)]) == 0
    for name in running.FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert run_file.load(first / "run.json", CATALOGUE) == run_file.load(saved, CATALOGUE)
    run = Run.load(saved)
    assert [float(row[1]) for row in rows(first / "metrics.csv")[1]] == run.metrics["error"].tolist()


def test_options_change_what_a_saved_run_begins_with_and_keep_its_actions(tmp_path, saved):
    words = ["--set", "lr=0.03", "--seed", "9", "--threads", "2", "--steps", "9"]
    assert main(["run", str(saved), *words, "--out", str(tmp_path / "out")]) == 0
    found, before = run_file.load(tmp_path / "out" / "run.json", CATALOGUE), run_file.load(saved, CATALOGUE)
    assert (found.recipe.parameters["lr"], found.recipe.seed, found.recipe.threads) == (0.03, 9, 2)
    assert found.recipe.actions == before.recipe.actions
    assert found.position == Position(9)


def test_a_run_saved_in_mid_step_rests_there_again(tmp_path, saved):
    found = run_file.load(saved, CATALOGUE)
    saved.write_bytes(run_file.encode(found.recipe, Position(7, 2)))
    assert main(["run", str(saved), "--out", str(tmp_path / "out")]) == 0
    assert run_file.load(tmp_path / "out" / "run.json", CATALOGUE).position == Position(7, 2)
    assert len(rows(tmp_path / "out" / "metrics.csv")[1]) == 7


def test_a_run_that_runs_away_is_a_result(tmp_path, capsys):
    words = ["--set", "optimizer=sgd", "--set", "lr=1e6", "--json", "--out", str(tmp_path)]
    assert main(["run", SCENE, *words]) == 0
    run = Run(SCENE, optimizer="sgd", lr=1e6)
    run.step(60)
    assert run.stopped is not None
    printed = capsys.readouterr()
    assert f"explainer: {run.stopped}\n" in printed.err
    assert json.loads(printed.out)["error"] is None
    _, body = rows(tmp_path / "metrics.csv")
    assert len(body) == run.stopped.step
    assert not math.isfinite(float(body[-1][1]))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(running.FILES)


def test_a_mistake_in_the_scene_is_shown_whole_and_the_steps_before_it_are_kept(tmp_path, capsys, saved):
    found = run_file.load(saved, CATALOGUE)
    recipe = found.recipe.with_action(Action(5, "fail"))
    saved.write_bytes(run_file.encode(recipe, Position(20)))
    assert main(["run", str(saved), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().err
    assert "RuntimeError: this step was told to fail" in printed
    assert "explainer: the scene failed in the step after step 5" in printed
    assert len(rows(tmp_path / "out" / "metrics.csv")[1]) == 5


def test_a_mistake_in_the_view_does_not_cost_the_numbers(tmp_path, capsys, monkeypatch):
    def fail(scene):
        raise KeyError("no view")

    monkeypatch.setattr("explainer.plots.views.view_of", fail)
    assert main(["run", SCENE, "--steps", "2", "--out", str(tmp_path)]) == 1
    assert "KeyError: 'no view'" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frame.npz", "metrics.csv", "notes.txt", "run.json"]


def test_an_interrupt_ends_the_run_after_a_step_and_writes_what_is_there(tmp_path, capsys, monkeypatch):
    asked = []

    def interrupt(progress: Progress) -> bool:
        asked.append(True)
        if len(asked) == 6:
            signal.raise_signal(signal.SIGINT)
        return False

    monkeypatch.setattr(Progress, "due", interrupt)
    before = signal.getsignal(signal.SIGINT)
    assert main(["run", SCENE, "--steps", "100", "--out", str(tmp_path)]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "explainer: interrupted at step 5\n" in capsys.readouterr().err
    assert len(rows(tmp_path / "metrics.csv")[1]) == 5
    assert run_file.load(tmp_path / "run.json", CATALOGUE).position == Position(5)


def test_a_reader_that_goes_away_costs_neither_the_files_nor_a_traceback(tmp_path):
    words = [sys.executable, "-m", "explainer.command_line", "run", SCENE, "--steps", "5", "--out", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        child.stdout.close()
        printed = child.stderr.read()
    assert child.returncode == 141
    assert "Traceback" not in printed
    assert "Exception ignored" not in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(running.FILES)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_standard_output_is_said_in_one_line():
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-m", "explainer.command_line", "list"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "explainer: cannot write what was to be printed: No space left on device\n"


def test_a_terminal_of_few_signs_gets_question_marks_and_no_traceback():
    done = process("list", "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    labels = [one["label"] for scene in json.loads(done.stdout) for one in scene["parameters"]]
    assert "Learning rate η" in labels
    assert process("run", SCENE, "--steps", "1", PYTHONIOENCODING="ascii", PYTHONUTF8="0").returncode == 0


def test_a_run_needs_no_display_and_prints_nothing_of_qt(tmp_path):
    words = ("run", SCENE, "--steps", "2", "--out", str(tmp_path))
    done = process(*words, DISPLAY=":9876", WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert done.returncode == 0
    assert [line.split(" ")[0] for line in done.stderr.splitlines()] == ["step", "written"]
    assert (tmp_path / "picture.png").stat().st_size > 1_000


# The script


def test_a_printed_script_gives_the_numbers_of_the_saved_run(tmp_path, saved):
    assert main(["run", str(saved), "--out", str(tmp_path / "out")]) == 0
    done = process("script", str(saved))
    assert done.returncode == 0
    assert done.stderr == ""
    (printed,) = outputs([done.stdout], tmp_path)
    assert printed == (tmp_path / "out" / "metrics.csv").read_text()
    assert printed.count("\n") == 8


def test_a_script_is_written_into_a_file_that_python_can_run(tmp_path, capsys):
    path = tmp_path / "small.py"
    path.write_text("an older one")
    assert main(["script", SCENE, "--set", "width=5", "--seed", "7", "--steps", "9", "--out", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert [each.name for each in tmp_path.iterdir()] == ["small.py"]
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=True)
    run = Run(SCENE, width=5, seed=7)
    run.step(9)
    assert [float(line.split(",")[1]) for line in done.stdout.splitlines()[1:]] == run.metrics["error"].tolist()


def test_a_script_is_printed_as_python_reads_it_whatever_the_terminal_can_show():
    command = [sys.executable, "-m", "explainer.command_line", "script", "gradient-descent"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)
    assert "(u² + κv²)/2" in done.stdout.decode("utf-8")


def test_a_saved_run_that_rests_at_its_start_is_told_for_the_scenes_steps(tmp_path, capsys):
    path = tmp_path / "start.run.json"
    Run(SCENE).save(path)
    for words, last in (([], 60), (["--steps", "0"], 0), (["--steps", "3"], 3)):
        assert main(["script", str(path), *words]) == 0
        assert f"range(1, {last + 1})" in capsys.readouterr().out


# The window


@pytest.fixture
def opened(monkeypatch):
    """What the window was told, without a window."""
    told = []
    monkeypatch.setattr("explainer.window.app.open_window", lambda start: told.append(start) or 0)
    return told


def test_the_window_is_told_where_to_begin(opened, saved):
    assert [main(words) for words in ([], [SCENE], [str(saved)])] == [0, 0, 0]
    found = run_file.load(saved, CATALOGUE)
    assert opened == [Start(), Start(SCENE), Start(SCENE, found.recipe, found.position, str(saved))]


def test_the_window_is_told_the_settings_of_the_command_line(opened):
    assert main([SCENE, "--set", "lr=0.5", "--set", "width=3", "--seed", "4", "--device", "auto"]) == 0
    (start,) = opened
    assert start.position == Position(0)
    assert (start.recipe.seed, start.recipe.device) == (4, "auto")
    expected = CATALOGUE.scene(SCENE).parameters(lr=0.5, width=3).values()
    assert start.recipe.parameters == expected


def test_the_recipe_without_a_seed_has_the_default_one():
    start = opening.read_start(window_parser().parse_args([SCENE, "--set", "lr=0.5"]))
    assert start.recipe.seed == Recipe(SCENE).seed


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "no display is there to open a window on; use `explainer run SCENE"),
        ({"DISPLAY": ":9876"}, "the display ':9876' (DISPLAY) does not answer; use `explainer run SCENE"),
        ({"WAYLAND_DISPLAY": "nothing-9"}, "the display 'nothing-9' (WAYLAND_DISPLAY) does not answer; use"),
        ({"QT_QPA_PLATFORM": "xcb"}, "no display is there to open a window on; use `explainer run SCENE"),
    ],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_one_line_names_what_works_without(environment, message):
    done = process(**{"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None, **environment})
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"explainer: {message}")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_a_library_that_the_window_lacks_is_named(monkeypatch):
    def load(name: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("QT_QPA_PLATFORM", "")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(display.ctypes, "CDLL", load)
    with pytest.raises(Refused, match=r"libxcb-cursor\.so\.0 is missing: install it .*apt install libxcb-cursor0"):
        display.check_display()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "linuxfb"])
def test_a_platform_without_a_display_needs_none(platform, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    display.check_display()


def test_the_command_line_imports_no_heavy_module_at_the_top():
    tree = ast.parse(Path(explainer.__file__).with_name("command_line.py").read_text())
    names = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith(("explainer.engine", "explainer.window", "explainer.export")) for name in names)


def test_the_probe_of_a_folder_leaves_nothing_behind(tmp_path):
    folder.check_writable(tmp_path / "a" / "b", running.FILES)
    assert list(tmp_path.iterdir()) == []
