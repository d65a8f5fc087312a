"""The run as a script of its own: the operations, and the entropy of the weights that they find."""

from collections.abc import Mapping
from typing import Any

from explainer.scenes.attention import Params
from explainer.scenes.attention.names import stale
from explainer.scenes.attention.words import tokens
from explainer.script import Change, Course, Script, code, literal

_SETTINGS = (
    "text", "memory_text", "kind", "weights", "d_model", "heads", "position", "scale", "temperature", "score",
    "mask", "padding", "side", "empty_row", "selection", "asks", "query",
)  # fmt: skip
"""The parameters that the operations are told."""
OPERATIONS = 8
"""Steps of a run."""


def script(course: Course[Params]) -> Script:
    """Return the operations one below the other, or as functions where more than the simplest is asked of them."""
    return _plain_script(course) if _is_plain(course) else _full_script(course)


def _is_plain(course: Course[Params]) -> bool:
    """Return whether all is made by hand, nothing is changed on the way, and every operation is the usual one."""
    params = course.params
    usual = {"kind": "self", "weights": "hand", "position": "none", "score": "dot", "selection": "soft", "query": ()}
    same = all(getattr(params, name) == value for name, value in usual.items())
    return same and params.mask in ("none", "causal") and not course.changes


def _plain_script(course: Course[Params]) -> Script:
    params, device = course.params, "device" if course.on_gpu else '"cpu"'
    words, width, heads = tokens(params.text), params.d_model, params.heads
    scaled = "scores * (1 / math.sqrt(q.shape[-1]))" if params.scale else "scores"
    scaled += f" / {params.temperature}" if params.temperature != 1 else ""
    causal = params.mask == "causal"
    return Script(
        setup=code(
            f"""
            words = {literal(words)}
            # T tokens, D = {width} dimensions, H = {heads} heads of d = D / H
            # 1. embed: a place for each word, (T, D)
            x = hand_made(len(words), {width}, {device})
            # 2. project to Q, K and V, each (H, T, d)
            w_q = in_heads(in_pairs(HAND_W_Q, {width}, TURN, {device}), {heads})
            w_k = in_heads(torch.eye({width}, dtype=torch.float64{course.on_device}), {heads})
            w_v = in_heads(in_pairs(HAND_W_V, {width}, 0.0, {device}), {heads})
            q, k, v = x @ w_q, x @ w_k, x @ w_v
            # 3. scores (H, T, T): every query with every key
            scores = q @ k.mT
            # 4. scale
            scaled = {scaled}
            """,
            """
            # 5. mask: nobody reads what comes later
            allowed = torch.ones(len(words), len(words), dtype=torch.bool).tril().to(scaled.device)
            scaled = scaled.masked_fill(~allowed, -math.inf)
            """
            if causal
            else "",
            f"""
            # {6 if causal else 5}. softmax: each row adds up to 1
            weights = scaled.softmax(-1)
            # {7 if causal else 6}. weighted sum of the values, (H, T, d)
            context = weights @ v
            # {8 if causal else 7}. put the heads side by side, (T, D)
            output = context.transpose(0, 1).flatten(1)
            """,
        ),
        update="",
        metrics=["entropy"],
        row="[torch.special.entr(weights).sum(-1).flatten().mean().item()]",
        finished=f"step == {OPERATIONS}",
        kept=("output",),
        sources=("sources",),
    )


def _full_script(course: Course[Params]) -> Script:
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
