"""The run as a script of its own: the operations, and the entropy of the weights that they find."""

from collections.abc import Mapping
from typing import Any

from explainer.scenes.attention import Params
from explainer.scenes.attention.names import stale
from explainer.script import Change, Course, Script, code, literal

_SETTINGS = (
    "text", "memory_text", "kind", "weights", "d_model", "heads", "position", "scale", "temperature", "score",
    "mask", "padding", "side", "empty_row", "selection", "asks", "query",
)  # fmt: skip
"""The parameters that the operations are told."""


def script(course: Course[Params]) -> Script:
    """Return the bank of random numbers, the training if there is one, and the operations in the loop."""
    params = course.params
    given = "".join(f"    {name}={literal(getattr(params, name))},\n" for name in _SETTINGS)
    return Script(
        setup=code(
            f"settings = Settings(\n{given})",
            "edits = {}  # (table, head, row, column): number",
            f"bank = draw_bank({'device' if course.on_gpu else ''})",
            _training(params) if params.weights == "trained" else "",
        ),
        update="known = attention(bank, settings, edits)",
        metrics=["entropy"],
        row="[mean_entropy(known).item()]",
        change=_change,
        finished="step == len(OPERATIONS)",
        sources=("mechanism", "sources", "lookups"),
    )


def _change(change: Change[Params]) -> str:
    """Return the code of changed settings or of numbers put in by hand."""
    given, verb = change.action.arguments, change.action.verb
    match verb:
        case "edit":
            lines = _put(given, {given["column"]: given["value"]})
        case "place":
            lines = _put(given, dict(enumerate(given["to"])))
        case "flip":
            cell = f'("mask", 0, {given["query"]}, {given["key"]})'
            allowed = f'attention(bank, settings, edits)["mask"][{given["query"]}, {given["key"]}]'
            lines = f"edits[{cell}] = 1 - {allowed}.item()"
        case "undo_edits":
            lines = "edits.clear()"
        case _:
            return _set(change)
    return lines


def _training(params: Params) -> str:
    return f"bank.trained, _ = train({literal(params.lookup)}, bank, settings)"


def _put(given: Mapping[str, Any], numbers: dict[int, float]) -> str:
    place = f"{literal(given['table'])}, {given['head']}, {given['row']}"
    return code(*(f"edits[{place}, {column}] = {value}" for column, value in numbers.items()))


def _set(change: Change[Params]) -> str:
    names = change.action.arguments.keys()
    told = ", ".join(f"{name}={literal(change.action.arguments[name])}" for name in _SETTINGS if name in names)
    lost = sorted(stale(names, change.after.side))
    forgotten = f"edits = {{place: number for place, number in edits.items() if place[0] not in {lost}}}"
    anew = change.after.weights == "trained" and {"position", "scale", "score"} & names
    return code(
        f"settings = settings.but({told})" if told else "",
        _training(change.after) if anew else "",
        forgotten if lost else "",
    )
