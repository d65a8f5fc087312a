"""The command line: ``explainer``, and what follows it. Imports of a command wait until it is called."""

from __future__ import annotations

import argparse
import errno
import math
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from explainer import __version__
from explainer.contract.refused import Refused, shown

REFUSED, INTERRUPTED, BROKEN_PIPE = 2, 130, 141

ABOUT = """\
See and steer what happens inside neural networks.

  explainer                      open the window
  explainer SCENE [options]      open the window at a scene
  explainer FILE.run.json        open the window at a saved run, or at a lesson file
  explainer script SCENE [options]  print a run as a PyTorch script of its own; `explainer script --help` says more
  explainer ask WORDS [--json]   find what answers a question, with the command that shows it
  explainer interview [options]  be asked, mark yourself, and be asked again when it is time
  explainer new NAME [--in DIR]  write a scene of your own to start from: four files that work at once
  explainer list [--json]        name the scenes; --json: with parameters, actions, metrics, arrays
  explainer run SCENE [options]  run without a screen; `explainer run --help` says more
  explainer bench [GROUP …]      measure speed and memory on this machine; `explainer bench --help` names the groups
"""
RUN = """\
Run a scene or replay a saved run without a screen, and print its last metrics and what the scene says of the run
(its notes; on stderr beside --json).

Progress goes to stderr. With --out DIR five files are written, all at the end:
  metrics.csv   one row per completed step, one column per metric
  frame.npz     the arrays of the last picture, under the names that `explainer list --json` gives
  notes.txt     what the scene says of the run at its end, a line for each note
  picture.png   the scene's first pictures, as the window shows them
  run.json      the run itself, for `explainer DIR/run.json`
Existing files of these names are replaced, each in one piece.
"""
SCRIPT = """\
Print a scene or a saved run as a Python script of its own: plain PyTorch, without this program.

Running the script prints a CSV of the metrics at every step, the very numbers that `explainer run`
writes into metrics.csv on the same machine, with all recorded actions at their steps.
"""
INTERVIEW = """\
Be asked interview questions: answer in your head, aloud or in writing, see the answer and the command that
shows it in a run, and mark yourself. What you did not know comes again soon, what was easy much later (the
algorithm FSRS). Marks stay in a file on this machine.
"""
NOTES = """\
With a saved run, --set, --seed, --device and --threads change what the run begins with; the actions
recorded in it are then made as before.
A run whose numbers run away stops there; that is a result, and the exit status is 0.
Exit status: 0 done, 1 the scene's code failed, 2 refused (one line says why), 130 interrupted by Ctrl+C;
after 1 and 130 the files hold the steps that were completed.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are refusals: one line, like all the others."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words that cannot be understood."""
        forgotten = message.startswith("unrecognized arguments") and "=" in message and " -" not in message
        raise Refused(f"{message}; {'write --set NAME=VALUE, or ' if forgotten else ''}see `{self.prog} --help`")


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    _make_streams_safe()
    try:
        status = _dispatch(list(sys.argv[1:] if words is None else words))
        sys.stdout.flush()
    except Refused as refused:
        sys.stderr.write(f"explainer: {' '.join(str(refused).split())}\n")
        return REFUSED
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _forget_output()
        sys.stderr.write(f"explainer: cannot write what was to be printed: {error.strerror}\n")
        return REFUSED
    except KeyboardInterrupt:
        sys.stderr.write("\nexplainer: interrupted\n")
        return INTERRUPTED
    return status


def _dispatch(words: list[str]) -> int:
    command = COMMANDS.get(words[0]) if words else None
    return command(words[1:]) if command else _open(words)


def _check_spelling(word: str) -> None:
    """Raise :class:`Refused` for what is no scene's name and was probably meant to be a command."""
    from explainer.contract.catalogue import CATALOGUE

    near = get_close_matches(word, COMMANDS, n=1)
    if near and word not in CATALOGUE.names():
        raise Refused(f"unknown command {word!r}; did you mean explainer {near[0]}?")


def _open(words: list[str]) -> int:
    options = window_parser().parse_args(words)
    from explainer.commands.opening import open_at

    if options.target:
        _check_spelling(options.target)
    return open_at(options)


def _run(words: list[str]) -> int:
    options = run_parser().parse_args(words)
    from explainer.commands.running import run

    return run(options)


def _script(words: list[str]) -> int:
    options = script_parser().parse_args(words)
    from explainer.commands.scripting import script

    return script(options)


def _list(words: list[str]) -> int:
    parser = _parser("explainer list", "Name the scenes that there are, by room.")
    parser.add_argument("--json", action="store_true", help="print an array with everything a scene declares")
    options = parser.parse_args(words)
    from explainer.commands.listing import list_scenes

    return list_scenes(options.json)


def _new(words: list[str]) -> int:
    parser = _parser("explainer new", "Write a scene of your own to start from: four files that work at once.")
    parser.add_argument("name", metavar="NAME", help="small letters, digits and hyphens, such as my-idea")
    parser.add_argument(
        "--in", dest="folder", metavar="DIR", help="the folder for it (default: the first of EXPLAINER_SCENES, or here)"
    )
    options = parser.parse_args(words)
    from explainer.commands.creating import create

    return create(options.name, options.folder)


def _ask(words: list[str]) -> int:
    parser = _parser(
        "explainer ask", "Print the three answers that fit a question best, each with the command that shows it."
    )
    parser.add_argument(
        "words", nargs="+", metavar="WORDS", help='what you want to know, such as "why does momentum help"'
    )
    parser.add_argument("--json", action="store_true", help="print an array of objects")
    options = parser.parse_args(words)
    from explainer.commands.asking import ask

    return ask(" ".join(options.words), options.json)


def _interview(words: list[str]) -> int:
    parser = _parser("explainer interview", INTERVIEW)
    add = parser.add_argument
    add("--room", default="", metavar="ROOM", help="only questions of this room")
    add("--level", default="", metavar="N", help="only questions of this level: 1 school, 2 usual, 3 hard")
    add("--count", type=_count, default=10, metavar="N", help="so many questions at most (default: 10)")
    add("--summary", action="store_true", help="only say how you stand, room by room, weakest first")
    add("--export", default="", metavar="FILE", help="write the questions: .csv with your marks, .txt for Anki")
    add("--forget", action="store_true", help="forget all marks and when questions come again")
    options = parser.parse_args(words)
    from explainer.commands.interviewing import interview

    return interview(options)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is refused: give a whole number from 1 to 1000")
    return int(text)


def _bench(words: list[str]) -> int:
    from explainer.bench import GROUPS
    from explainer.bench import main as measure

    parser = _parser("explainer bench", "Measure speed and memory on this machine, each against its budget.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(GROUPS)}; all without one")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--soak", type=_minutes, default=0.0, metavar="MINUTES", help="also play all scenes in turn, and see what grows"
    )
    options = parser.parse_args(words)
    for group in options.groups:
        if group not in GROUPS:
            raise Refused(f"group {shown(group)} is refused: choose from {', '.join(GROUPS)}")
    return measure(options.json, options.soak, options.groups)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 1 <= minutes <= 600:
        raise argparse.ArgumentTypeError(f"{text} is refused: give minutes from 1 to 600")
    return minutes


COMMANDS = {
    "run": _run,
    "script": _script,
    "ask": _ask,
    "interview": _interview,
    "new": _new,
    "list": _list,
    "bench": _bench,
}
"""The words that are commands; no scene has such a name."""


def window_parser() -> Parser:
    """Return the parser of everything that opens the window."""
    parser = _parser("explainer", ABOUT)
    parser.add_argument("--version", action="version", version=f"explainer {__version__}")
    parser.add_argument("target", nargs="?", metavar="SCENE|FILE.run.json", help="what to open")
    _add_recipe_options(parser)
    _add_plan_options(parser)
    return parser


def run_parser() -> Parser:
    """Return the parser of ``explainer run``."""
    parser = _parser("explainer run", RUN, NOTES)
    parser.add_argument("target", metavar="SCENE|FILE.run.json", help="what to run")
    _add_recipe_options(parser)
    _add_plan_options(parser)
    parser.add_argument("--steps", metavar="N", help="stop after N steps (default: the scene's, or where the run was)")
    parser.add_argument("--out", metavar="DIR", help="write the files into this folder, made if it is not there")
    parser.add_argument("--json", action="store_true", help="print the last metrics as one JSON object on stdout")
    parser.add_argument(
        "--progress", choices=("auto", "lines"), default="auto", help="lines: ten a second, for a program to read"
    )
    _add_picture_options(parser)
    return parser


def script_parser() -> Parser:
    """Return the parser of ``explainer script``."""
    parser = _parser("explainer script", SCRIPT)
    parser.add_argument("target", metavar="SCENE|FILE.run.json", help="what to tell")
    _add_recipe_options(parser)
    parser.add_argument("--steps", metavar="N", help="end after N steps (default: the scene's, or where the run was)")
    parser.add_argument("--out", metavar="FILE", help="write the script into this file instead of printing it")
    return parser


def _add_picture_options(parser: Parser) -> None:
    group = parser.add_argument_group("pictures", "The stage as a file, for a slide or a paper.")
    add = group.add_argument
    add("--picture", metavar="FILE", help="write the stage at the end as FILE.png or FILE.svg")
    add("--animation", metavar="FILE", help="write the steps as FILE.gif or FILE.mp4 (MP4 needs the extra 'video')")
    add("--lesson", metavar="FILE", help="write the lesson with the steps of the run as FILE.html, to hand out")
    add("--cards", metavar="KEYS", help="only these pictures, by their keys with commas between (default: the first)")
    add("--size", metavar="WxH", help="the stage in pixels (default: 1440x900)")
    add("--scale", metavar="S", help="pixels of the file to one of the stage, from 0.25 to 8 (default: 1)")
    add("--theme", metavar="T", help="dark or light (default: dark)")
    add("--transparent", action="store_true", help="leave out the ground (pictures only)")
    add("--large", action="store_true", help="larger type")
    add("--every", metavar="N", help="an animation shows every N-th step (default: as few as fill 20 seconds)")
    add("--from", metavar="N", dest="first", help="an animation begins at step N (default: 0)")
    add("--fps", metavar="N", help="pictures a second of an animation, 1 to 50 (default: 15)")


def _parser(name: str, about: str, notes: str = "") -> Parser:
    raw = argparse.RawDescriptionHelpFormatter
    return Parser(prog=name, description=about, epilog=notes, formatter_class=raw, allow_abbrev=False)


def _add_recipe_options(parser: Parser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="set a parameter; may be given several times"
    )
    parser.add_argument("--seed", metavar="N", help="the seed of all random numbers (default: 0)")
    parser.add_argument("--device", metavar="D", help="cpu, cuda, or auto: the fastest there is")
    parser.add_argument("--threads", metavar="N", help="how many threads torch uses (default: 1)")


def _add_plan_options(parser: Parser) -> None:
    """Add what a teacher decides for a class: :class:`explainer.contract.lesson_plan.LessonPlan`."""
    add = parser.add_argument
    add("--fix", action="append", default=[], metavar="NAME=VALUE", help="set a parameter that then cannot be changed")
    add("--hide", action="append", default=[], metavar="NAMES", help="leave out these controls; commas between names")


def _forget_output() -> None:
    """Send what is still to be printed nowhere, so that the end of the program does not try again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _make_streams_safe() -> None:
    """Let no sign that a terminal cannot show, and no closed stream, end the program."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
