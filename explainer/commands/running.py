"""``explainer run``: a run without a screen, its numbers printed and its files written."""

from __future__ import annotations

import json
import math
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from explainer.commands import pictures
from explainer.commands.display import check_qt
from explainer.commands.progress import Progress, last_values
from explainer.commands.request import Request, read_request
from explainer.contract import run_file
from explainer.contract.files import path_of
from explainer.contract.frame import Note
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.refused import Refused
from explainer.export import arrays_npz, folder, metrics_csv, notes_text
from explainer.export.look import Look
from explainer.export.of_run import frame_of, picture_of

if TYPE_CHECKING:
    from explainer.engine.run import Run

__all__ = ["frame_of", "run"]
FILES = ("metrics.csv", "frame.npz", "notes.txt", "picture.png", "run.json")
FAILED = 1
"""Exit status when the scene's own code raised; 128 and its number for a signal."""
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
"""What asks a program to end, by a batch system or a closed terminal say."""


def run(options: Namespace) -> int:
    """Do what the options ask for; return the exit status. Raises :class:`Refused` before anything is written.

    What is refused on the way, such as a recorded action, is said once the steps before it are written. Numbers
    come before pictures: whatever fails or interrupts, the metrics of all steps that were done are there.
    """
    request = read_request(options, device="auto")
    out = _checked_folder(options.out)
    wishes = pictures.read_wishes(options, request)
    if out is not None or wishes.some:
        check_qt()
    if wishes.some:
        pictures.check(request.scene, wishes)
    answer = sys.stdout
    with _interrupts(signal.SIGINT) as interrupted, redirect_stdout(sys.stderr if options.json else answer):
        run = _made(request)
        with _interrupts(*ENDING, seen=interrupted):
            progress = Progress(request.position.step, lines=options.progress == "lines")
            status, refused = _live(run, request, progress, interrupted)
            _say_end(run, progress, status if refused is None else 0)
            whole = _keep(run, request.plan, out, progress, answer if options.json else None)
            status = status or (0 if whole else FAILED)
            if refused is not None:
                raise refused
            if wishes.some and not status:
                status = pictures.write(run, wishes, progress, interrupted)
    return status


def _keep(run: Run, plan: LessonPlan, out: Path | None, progress: Progress, answer: TextIO | None) -> bool:
    """Write and print what there is of the run, numbers first; return whether nothing of the scene's failed.

    ``answer`` is where one JSON object goes, and nothing that a scene prints.
    """
    names = _write_numbers(run, plan, out) if out is not None else []
    notes = _notes(run, progress)
    whole = notes is not None
    if out is not None:
        rest, drawn = _write_rest(run, out, notes, progress)
        whole = whole and drawn
        _say_thinned(run, progress)
        progress.say(f"written into {out}: {', '.join([*names, *rest])}")
    _print_metrics(run, answer)
    _print_notes(notes or (), answer is not None)
    return whole


def _checked_folder(words: str | None) -> Path | None:
    """Return the folder to write into once it is certain that it, and a picture, can be written."""
    if words is None:
        return None
    if not words:
        raise Refused("--out '' is refused: name a folder", about="out")
    place = path_of(words, "out")
    folder.check_writable(place, FILES)
    return place


def _made(request: Request) -> Run:
    """Import torch and build the run at step 0."""
    from explainer.engine import devices
    from explainer.engine.lean_torch import postpone_compiler
    from explainer.engine.run import Run

    postpone_compiler()
    device = str(devices.resolve(request.recipe.device))
    return Run.from_recipe(msgspec.structs.replace(request.recipe, device=device))


def _live(run: Run, request: Request, progress: Progress, interrupted: list[int]) -> tuple[int, Refused | None]:
    """Go to the position that is asked for; return the exit status so far, and what was refused on the way."""
    recorder = run.execution.recorder

    def pause() -> bool:
        if progress.due():
            recorder.flush()
            progress.show(run.position.step, recorder.series)
        return bool(interrupted)

    try:
        run.advance(request.position.step, pause)
        if request.position.phase and not interrupted:
            run.seek(*msgspec.structs.astuple(request.position))
    except Refused as refused:
        return FAILED, refused
    except Exception:  # noqa: BLE001 - a scene's own mistake: it is shown whole, and the steps before it are kept
        progress.say(traceback.format_exc().rstrip())
        return FAILED, None
    return (128 + interrupted[0] if interrupted else 0), None


@contextmanager
def _interrupts(*numbers: int, seen: list[int] | None = None) -> Iterator[list[int]]:
    """Turn the first of these signals into an entry of the list, so that no step is cut in two; the second one ends.

    A signal that this process was started to ignore, as by ``nohup``, stays ignored.
    """
    seen = [] if seen is None else seen

    def note(number: int, stack: object) -> None:
        seen.append(number)
        for other, was in before.items():
            signal.signal(other, was)

    before = {number: signal.getsignal(number) for number in numbers}
    for number in [number for number, was in before.items() if was is signal.SIG_IGN or was is None]:
        del before[number]
    for number in before:
        signal.signal(number, note)
    try:
        yield seen
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _say_end(run: Run, progress: Progress, status: int) -> None:
    """Say where the run rests, and why if it is not where it was meant to be."""
    step, series = run.position.step, run.execution.recorder.series
    progress.show(step, series)
    if run.stopped is not None:
        progress.say(f"explainer: {run.stopped}")
    elif status == FAILED:
        progress.say(f"explainer: the scene failed in the step after step {step}; what is above is its own traceback")
    elif status > FAILED:
        progress.say(f"explainer: interrupted at step {step}")
    elif run.finished:
        progress.say(f"finished at step {step}: the experiment has reached its end")
    else:
        progress.end()


def _write_numbers(run: Run, plan: LessonPlan, out: Path) -> list[str]:
    """Write what no mistake of a scene's can spoil any more; return the names."""
    recorder, step = run.execution.recorder, run.position.step
    recorder.flush()
    files = {
        "metrics.csv": metrics_csv.encode(recorder.series, step),
        "run.json": run_file.encode(run.recipe, run.position, out.absolute() / "run.json", plan),
    }
    folder.write_all(out, files)
    return list(files)


def _write_rest(run: Run, out: Path, notes: Sequence[Note] | None, progress: Progress) -> tuple[list[str], bool]:
    """Write what the scene's own code has to make; return the names, and whether nothing failed."""
    makers: dict[str, Callable[[], Mapping[str, bytes]]] = {
        "files failed": run.files,
        "frame failed: no frame.npz": lambda: {"frame.npz": arrays_npz.encode(run.arrays("*"))},
        "view failed: no picture.png": lambda: {"picture.png": picture_of(run, Look())},
    }
    made: list[str] = []
    whole = True
    for failure, make in makers.items():
        try:
            files = make()
        except Exception:  # noqa: BLE001 - a mistake in the scene: shown whole, and what else there is is kept
            whole = False
            progress.say(f"{traceback.format_exc().rstrip()}\nexplainer: the scene's {failure}")
            continue
        folder.write_all(out, files)
        made += files
    if notes is not None:
        folder.write_all(out, {"notes.txt": notes_text.encode(notes)})
        made.append("notes.txt")
    return made, whole


def _say_thinned(run: Run, progress: Progress) -> None:
    for name, trace in run.execution.recorder.traces.items():
        if trace.thinned:
            kept = f"{len(trace.up_to(run.position.step)):,} of {run.position.step + 1:,}"
            progress.say(f"{name} is long and thinned: frame.npz has {kept} steps of it")


def _notes(run: Run, progress: Progress) -> Sequence[Note] | None:
    """Return what the scene says of the run; None where its notes fail, which is shown whole."""
    try:
        return run.notes
    except Exception:  # noqa: BLE001 - a mistake in the scene's notes must not cost the numbers
        progress.say(f"{traceback.format_exc().rstrip()}\nexplainer: the scene's notes failed: no notes.txt")
        return None


def _print_notes(notes: Sequence[Note], as_json: bool) -> None:
    """Print what the scene says of the run, beside the numbers: on stderr where stdout is one JSON object."""
    stream = sys.stderr if as_json else sys.stdout
    stream.writelines(f"· {notes_text.line_of(note)}\n" for note in notes)


def _print_metrics(run: Run, answer: TextIO | None) -> None:
    """Print the last value of each metric: one JSON object (null: not finite), or a table."""
    values = last_values(run.execution.recorder.series, run.position.step)
    if answer is not None:
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        answer.write(json.dumps(finite) + "\n")
        return
    recipe = run.recipe
    sys.stdout.write(f"{recipe.scene} · seed {recipe.seed} · {recipe.device} · step {run.position.step}\n")
    width = max(map(len, values), default=0)
    sys.stdout.writelines(f"  {name:<{width}}  {value:.8g}\n" for name, value in values.items())
