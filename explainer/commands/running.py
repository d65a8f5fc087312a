"""``explainer run``: a run without a screen, its numbers printed and its files written."""

from __future__ import annotations

import json
import math
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from explainer.commands import pictures
from explainer.commands.display import check_qt
from explainer.commands.progress import Progress, last_values
from explainer.commands.request import Request, read_request
from explainer.contract import run_file
from explainer.contract.files import path_of
from explainer.contract.frame import Note
from explainer.contract.refused import Refused
from explainer.export import arrays_npz, folder, metrics_csv, notes_text
from explainer.export.look import Look
from explainer.export.of_run import frame_of, picture_of

if TYPE_CHECKING:
    from explainer.engine.run import Run

__all__ = ["frame_of", "run"]
FILES = ("metrics.csv", "frame.npz", "notes.txt", "picture.png", "run.json")
FAILED, INTERRUPTED = 1, 130
"""Exit statuses: the scene's own code raised; Ctrl+C."""


def run(options: Namespace) -> int:
    """Do what the options ask for; return the exit status. Raises :class:`Refused` before anything is written."""
    request = read_request(options, device="auto")
    out = _checked_folder(options.out)
    wishes = pictures.read_wishes(options, request)
    if out is not None or wishes.some:
        check_qt()
    with _interrupts() as interrupted:
        run = _made(request)
        progress = Progress(request.position.step, lines=options.progress == "lines")
        status = _live(run, request, progress, interrupted)
        _say_end(run, progress, status)
        if wishes.some:
            status = status or pictures.write(run, wishes, progress, interrupted)
    notes = _notes(run, progress)
    if out is not None:
        files, drawn = _files(run, progress)
        if notes is not None:
            files["notes.txt"] = notes_text.encode(notes)
        folder.write_all(out, files)
        progress.say(f"written into {out}: {', '.join(files)}")
        status = status if drawn else FAILED
    _print_metrics(run, options.json)
    _print_notes(notes or (), options.json)
    return FAILED if notes is None and not status else status


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


def _live(run: Run, request: Request, progress: Progress, interrupted: list[bool]) -> int:
    """Go to the position that is asked for; return the exit status so far."""
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
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - a scene's own mistake: it is shown whole, and the steps before it are kept
        progress.say(traceback.format_exc().rstrip())
        return FAILED
    return INTERRUPTED if interrupted else 0


@contextmanager
def _interrupts() -> Iterator[list[bool]]:
    """Turn the first Ctrl+C into an entry of the list, so that a step is never cut in two; the second one ends."""
    seen: list[bool] = []

    def note(number: int, stack: object) -> None:
        seen.append(True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def _say_end(run: Run, progress: Progress, status: int) -> None:
    """Say where the run rests, and why if it is not where it was meant to be."""
    step, series = run.position.step, run.execution.recorder.series
    progress.show(step, series)
    if run.stopped is not None:
        progress.say(f"explainer: {run.stopped}")
    elif status == FAILED:
        progress.say(f"explainer: the scene failed in the step after step {step}; what is above is its own traceback")
    elif status == INTERRUPTED:
        progress.say(f"explainer: interrupted at step {step}")
    elif run.finished:
        progress.say(f"finished at step {step}: the experiment has reached its end")
    else:
        progress.end()


def _files(run: Run, progress: Progress) -> tuple[dict[str, bytes], bool]:
    """Return the content of every file, and whether the picture is among them: a view may fail too."""
    arrays = run.arrays("*")
    for name, trace in run.execution.recorder.traces.items():
        if trace.thinned:
            kept = f"{len(trace.up_to(run.position.step)):,} of {run.position.step + 1:,}"
            progress.say(f"{name} is long and thinned: frame.npz has {kept} steps of it")
    files = {
        **run.files(),
        "metrics.csv": metrics_csv.encode(run.execution.recorder.series, run.position.step),
        "frame.npz": arrays_npz.encode(arrays),
        "run.json": run_file.encode(run.recipe, run.position),
    }
    try:
        files["picture.png"] = picture_of(run, Look())
    except Exception:  # noqa: BLE001 - a mistake in the scene's view: shown whole, and the numbers are kept
        progress.say(f"{traceback.format_exc().rstrip()}\nexplainer: the scene's view failed: no picture.png")
    return files, "picture.png" in files


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


def _print_metrics(run: Run, as_json: bool) -> None:
    """Print the last value of each metric: one JSON object (null: not finite), or a table."""
    values = last_values(run.execution.recorder.series, run.position.step)
    if as_json:
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        sys.stdout.write(json.dumps(finite) + "\n")
        return
    recipe = run.recipe
    sys.stdout.write(f"{recipe.scene} · seed {recipe.seed} · {recipe.device} · step {run.position.step}\n")
    width = max(map(len, values), default=0)
    sys.stdout.writelines(f"  {name:<{width}}  {value:.8g}\n" for name, value in values.items())
