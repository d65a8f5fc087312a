"""The script as a whole: heading, imports, quoted definitions, seeds, setting up, and the loop."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from textwrap import fill, indent
from typing import Any

from explainer.script.course import Course
from explainer.script.fold import fold
from explainer.script.pieces import Script, code, literal
from explainer.script.quoting import USUAL, Quotation, spaced
from explainer.script.sources import assigned_names, free_names

WIDTH = 110
FINITE = "all(map(math.isfinite, row))"
SOMETIMES = re.compile(r"^ +row \+= ", re.MULTILINE)
"""Part of the row is not recorded at every step: the last columns are empty where it is not."""
ABOUT = """\
Prints a CSV, one row per step, every number as Python's repr: the very numbers of `explainer run`
on the same machine. Written by `explainer script`; it needs nothing of that program."""


def compose(course: Course[Any], script: Script, modules: Sequence[str]) -> str:
    """Return the text of the script; ``modules`` are those in which its names are looked up."""
    own, loop = code(script.definitions), _loop(course, script)
    quotation = Quotation()
    quotation.add(free_names(code(own, script.setup, _at_start(course, script), loop)) - {"device"}, modules)
    told = code(own, script.setup, quotation.definitions())
    start = _apart(_settings(course, quotation, told), script.setup, _at_start(course, script))
    everything = code(own, start, loop)
    quotation.add(free_names(everything) - quotation.names, modules)
    if twice := quotation.names & assigned_names(everything):
        raise LookupError(f"the script of {course.scene.name} gives {', '.join(sorted(twice))} a second meaning")
    definitions = spaced([text for text in (quotation.definitions(), own) if text])
    top = f"{_heading(course, script.metrics)}\n\n{quotation.import_lines()}\n\n"
    apart = "\n" if definitions.startswith(("def ", "class ", "@")) else ""
    middle = f"{apart}{definitions}\n\n\n" if definitions else ""
    return fold(f"{top}{middle}{start}\n\n{loop}\n", script.kept)


def _heading(course: Course[Any], columns: Sequence[str]) -> str:
    """Return the script's docstring: what it shows, and what its columns mean."""
    scene = course.scene
    named: dict[str, list[str]] = {}
    for name, meaning in scene.metrics.items():
        if any(fnmatchcase(column, name) for column in columns):
            named.setdefault(meaning.partition(";")[0].removesuffix("."), []).append(name)
    entries = sorted(named.items(), key=lambda entry: "*" in entry[1][0])
    told = [fill(f"{', '.join(names)}: {meaning}.", WIDTH, subsequent_indent="    ") for meaning, names in entries]
    words = "\n".join([f"{scene.title}: {scene.question}", "", ABOUT, "", *told])
    return '"""' + words.replace("\\", "\\\\").replace('"', "'") + '\n"""'


def _settings(course: Course[Any], quotation: Quotation, told: str) -> str:
    """Return the lines that fix random numbers, threads and device as the run had them."""
    recipe = course.recipe
    drawing = [one for one in quotation.imports if one != USUAL["load_digits"]]
    packages = {one.module.partition(".")[0] for one in drawing}
    others = packages - sys.stdlib_module_names - {"torch"}
    lines = [f"torch.manual_seed({recipe.seed})"]
    if "np.random" in told or others - {"numpy"}:
        lines.append(f"np.random.seed({recipe.seed % 2**32})")
    if others - {"numpy"} or "random" in packages:
        lines.append(f"random.seed({recipe.seed})")
    lines.append(f"torch.set_num_threads({recipe.threads})")
    if course.on_gpu:
        lines.append('os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")')
        lines.append("torch.use_deterministic_algorithms(True, warn_only=True)")
        lines.append('device = torch.device("cuda")')
    return "\n".join(lines)


def _loop(course: Course[Any], script: Script) -> str:
    """Return the heading of the table and the loop that prints its rows."""
    ends = " or ".join(filter(None, [code(script.finished), f"not {FINITE}"]))
    changes = [_when(step, lines) for step, lines in _by_step(course, script) if step > 0]
    row = f"row = {script.row}\n" if script.row else ""
    often = f', *[""] * ({len(script.metrics)} - len(row))' if SOMETIMES.search(script.update) else ""
    printed = f'{row}print(step, *row{often}, sep=",")\nif {ends}:\n    break'
    body = _apart(script.update, printed, code(*changes))
    columns = literal(",".join(["step", *script.metrics]))
    return f"print({columns})\nfor step in range(1, {course.steps + 1}):\n{indent(body, '    ')}"


def _apart(*parts: str) -> str:
    """Return parts of code with an empty line between them."""
    return "\n\n".join(code(part) for part in parts if part.strip())


def _at_start(course: Course[Any], script: Script) -> str:
    """Return the code of what was done before the first step."""
    return code(*(lines for step, lines in _by_step(course, script) if step == 0))


def _when(step: int, lines: str) -> str:
    return f"if step == {step}:\n{indent(lines, '    ')}"


def _by_step(course: Course[Any], script: Script) -> Iterable[tuple[int, str]]:
    """Return the code of all actions, those of one step together."""
    for step, changes in groupby(course.changes, key=lambda change: change.action.step):
        lines = code(*map(script.change, changes))
        if lines:
            yield step, lines
