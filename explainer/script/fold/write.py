"""A tree as text again: what has not changed as it was written, the rest laid out anew."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Any

from explainer.script.fold.tree import is_compound, looks_of, meaning, text_in

WIDTH = 110
"""Longest line of what is laid out anew."""
STEP = "    "
_IMPORTS = (ast.Import, ast.ImportFrom)
_NEGATIVE_POWER = re.compile(r"\*\* \((-[\d.]+)\)")
_OPEN, _CLOSE = "([{", ")]}"


def write(tree: ast.Module) -> str:
    """Return the text of a module."""
    return "\n".join(_block(tree.body, "", top=True)) + "\n"


def _block(body: Sequence[ast.stmt], margin: str, top: bool = False) -> Iterator[str]:
    before: ast.stmt | None = None
    for node in body:
        looks = looks_of(node)
        if before is not None:
            defined = isinstance(node, ast.FunctionDef | ast.ClassDef) or isinstance(
                before, ast.FunctionDef | ast.ClassDef
            )
            first = isinstance(before, _IMPORTS) and not isinstance(node, _IMPORTS)
            yield from [""] * (2 if top and defined else 1 if defined or looks.apart or first else 0)
        yield from (margin + line for line in looks.above)
        lines = list(_statement(node, margin))
        if looks.behind:
            at = len(lines) - 1 if not is_compound(node) else _header_end(lines)
            lines[at] += "  " + looks.behind
        yield from lines
        before = node


def _header_end(lines: Sequence[str]) -> int:
    return next(at for at, line in enumerate(lines) if line.endswith(":"))


def _statement(node: ast.stmt, margin: str) -> Iterator[str]:
    looks = looks_of(node)
    kept = bool(looks.text) and looks.meaning == meaning(node)
    if not is_compound(node):
        text = looks.text if kept else _simple(node, len(margin))
        yield from _indented(text, margin)
        return
    head = looks.text if kept else _head(node, len(margin))
    yield from _indented(head, margin)
    body = list(getattr(node, "body", ()))
    for case in getattr(node, "cases", ()):
        yield margin + STEP + ast.unparse(ast.match_case(case.pattern, case.guard, [])).strip()
        yield from _block(case.body, margin + STEP * 2)
    if body:
        yield from _block(body, margin + STEP)
    for handler in getattr(node, "handlers", ()):
        kind = f" {ast.unparse(handler.type)}" if handler.type else ""
        yield f"{margin}except{kind}{f' as {handler.name}' if handler.name else ''}:"
        yield from _block(handler.body, margin + STEP)
    yield from _otherwise(node, margin)


def _otherwise(node: ast.stmt, margin: str) -> Iterator[str]:
    orelse = getattr(node, "orelse", None)
    if isinstance(node, ast.If) and orelse and len(orelse) == 1 and isinstance(orelse[0], ast.If):
        first, *rest = _statement(orelse[0], margin)
        yield first.replace("if", "elif", 1) if first.strip().startswith("if") else first
        yield from rest
    elif orelse:
        yield f"{margin}else:"
        yield from _block(orelse, margin + STEP)
    if last := getattr(node, "finalbody", None):
        yield f"{margin}finally:"
        yield from _block(last, margin + STEP)


def _indented(text: str, margin: str) -> list[str]:
    return indent(text, margin).splitlines()


def _head(node: ast.stmt, column: int) -> str:
    """Return the first line of a statement that holds others, with what decorates it."""
    bare = ast.copy_location(_bare(node), node)
    lines = [line for line in ast.unparse(ast.fix_missing_locations(bare)).splitlines() if line.strip()]
    lines = lines[: len(getattr(node, "decorator_list", ())) + 1]
    return "\n".join(laid_out(line, WIDTH - column) for line in lines)


def _bare(node: ast.stmt) -> ast.stmt:
    given: dict[str, Any] = {name: getattr(node, name, None) for name in node._fields}
    given |= {name: [] for name in ("orelse", "handlers", "finalbody", "cases") if name in given}
    if "body" in given:
        given["body"] = [ast.Expr(ast.Constant(...))]
    return type(node)(**given)


def _simple(node: ast.stmt, column: int) -> str:
    words = text_in(node)
    if words is not None:
        return '"""' + words.replace("\\", "\\\\") + '"""'
    text = ast.unparse(ast.fix_missing_locations(node))
    value = getattr(node, "value", None)
    if isinstance(node, ast.Assign | ast.Return) and isinstance(value, ast.Tuple) and len(value.elts) > 1:
        bracketed = ast.unparse(value)
        if text.endswith(bracketed) and len(text) + column <= WIDTH:
            text = text.removesuffix(bracketed) + bracketed[1:-1]
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Tuple):
        bracketed = ast.unparse(node.targets[0])
        if text.startswith(bracketed) and len(node.targets[0].elts) > 1:
            text = bracketed[1:-1] + text.removeprefix(bracketed)
    return laid_out(text, WIDTH - column)


def laid_out(text: str, width: int) -> str:
    """Return a statement of one line as a person would write it: quotes, powers, and broken where it is too long."""
    return _broken(_generators_bare(_tidied(text)), width)


def _generators_bare(text: str) -> str:
    """Take away the brackets of a generator that is the only thing a call is given."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for kind, string, at in _pieces(text):
        if kind == tokenize.OP and string in _OPEN:
            opened.append(at)
        elif kind == tokenize.OP and string in _CLOSE:
            pairs[opened.pop()] = at
    for first, last in sorted(pairs.items(), reverse=True):
        inside = text[first + 2 : last - 1]
        alone = text[first : first + 2] == "((" and pairs.get(first + 1) == last - 1
        if alone and first and (text[first - 1].isalnum() or text[first - 1] == "_") and _is_generator(inside):
            return _generators_bare(text[: first + 1] + inside + text[last:])
    return text


def _is_generator(text: str) -> bool:
    return isinstance(ast.parse(f"({text})", mode="eval").body, ast.GeneratorExp)


def _tidied(text: str) -> str:
    text = _NEGATIVE_POWER.sub(r"** \1", text)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    found, column = "", 0
    for number, token in enumerate(tokens):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.NL):
            continue
        gap = " " * (token.start[1] - column) if token.start[0] == 1 else ""
        if "**" in (token.string, tokens[number - 1].string if number else "") and _simple_power(tokens, number):
            gap = ""
        string = token.string
        if token.type == tokenize.STRING and string.endswith("'") and not {'"', "\\"} & set(string):
            prefix = string[: string.index("'")]
            string = f'{prefix}"{string[len(prefix) + 1 : -1]}"'
        found += gap + string
        column = token.end[1]
    return found


def _simple_power(tokens: Sequence[tokenize.TokenInfo], number: int) -> bool:
    at = number if tokens[number].string == "**" else number - 1
    before, after = tokens[at - 1], tokens[at + 1]
    if at == 0 or before.type not in (tokenize.NAME, tokenize.NUMBER) or after.start[1] == tokens[at].end[1]:
        return False
    if after.string == "-":
        after, at = tokens[at + 2], at + 1
    return after.type in (tokenize.NAME, tokenize.NUMBER) and tokens[at + 2].string not in ("(", "[", ".")


def _broken(text: str, width: int) -> str:
    """Break a line that is too long at the commas of the last of its outermost brackets."""
    if len(text) <= width or "\n" in text:
        return text
    pairs = [pair for pair in _brackets(text) if pair[1] > pair[0] + 1]
    for first, last in sorted(pairs, key=lambda pair: (pair[1] - pair[0] < 16, -pair[0])):
        head, inside, tail = text[: first + 1], text[first + 1 : last], text[last:]
        if len(head) <= width and len(tail) <= width:
            break
    else:
        return text
    room = width - len(STEP)
    parts = _parts(inside)
    if len(inside) <= room and (head[-1] == "(" or len(parts) == 1):
        return f"{head}\n{STEP}{inside}\n{tail}"
    if len(parts) == 1 and (clauses := _clauses(inside)):
        return "\n".join([head, *(STEP + each for each in clauses), tail])
    if len(parts) == 1:
        return f"{head}\n{indent(_broken(inside, room), STEP)}\n{tail}"
    lines = [indent(_broken(part, room - 1) + ",", STEP) for part in parts]
    return "\n".join([head, *lines, tail])


def _brackets(text: str) -> list[tuple[int, int]]:
    """Return where the outermost brackets open and close."""
    found, depth, first = [], 0, 0
    for kind, string, at in _pieces(text):
        if kind == tokenize.OP and string in _OPEN:
            first = at if depth == 0 else first
            depth += 1
        elif kind == tokenize.OP and string in _CLOSE:
            depth -= 1
            if depth == 0:
                found.append((first, at))
    return found


def _parts(text: str) -> list[str]:
    """Return what stands between the commas outside brackets; a comprehension is one part."""
    cuts, depth, last, named = [], 0, 0, False
    for kind, string, at in _pieces(text):
        depth += (string in _OPEN) - (string in _CLOSE) if kind == tokenize.OP else 0
        if depth == 0 and kind == tokenize.NAME and string == "for":
            return [text]
        named = depth == 0 and (string == "lambda" or (named and string != ":"))
        if depth == 0 and string == "," and not named:
            cuts.append(text[last:at].strip())
            last = at + 1
    return [part for part in [*cuts, text[last:].strip()] if part]


def _clauses(text: str) -> list[str]:
    """Return a comprehension cut before each ``for``, nothing for what is none."""
    cuts, depth = [0], 0
    for kind, string, at in _pieces(text):
        depth += (string in _OPEN) - (string in _CLOSE) if kind == tokenize.OP else 0
        if depth == 0 and kind == tokenize.NAME and string == "for":
            cuts.append(at)
    pairs = zip(cuts, [*cuts[1:], len(text)], strict=True)
    return [text[first:last].strip() for first, last in pairs] if len(cuts) > 1 else []


def _pieces(text: str) -> Iterator[tuple[int, str, int]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            yield token.type, token.string, token.start[1]
    except (tokenize.TokenError, IndentationError):
        return
