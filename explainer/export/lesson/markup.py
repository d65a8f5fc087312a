"""Markdown as lessons write it, as HTML: paragraphs, lists, tables, code, remarks; everything else is escaped.

Formulas and links are made by whoever asks. Nothing of the text can become a tag or an attribute of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from explainer.contract.lesson import Link, inline_parts, links_in

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_FENCE = re.compile(r"^```")
_BULLET = re.compile(r"^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$")
_RULE = re.compile(r"^\|?[\s:|-]+\|?$")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*])", re.DOTALL)
_LOW_HIGH = re.compile(r"&lt;(/?su[bp])&gt;")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_HELD = re.compile("\ue000(\\d+)\ue001")


class _Held:
    """HTML that is kept out of what is still to be done with a line; a mark stands for it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def hold(self, html: str) -> str:
        """Keep a piece; return its mark."""
        self._pieces.append(html)
        return f"\ue000{len(self._pieces) - 1}\ue001"

    def release(self, marked: str) -> str:
        """Put every piece in its place."""
        while _HELD.search(marked):
            marked = _HELD.sub(lambda found: self._pieces[int(found.group(1))], marked)
        return marked


class Markup:
    """Turns texts into HTML; ``formula`` draws LaTeX, ``link`` writes a link around words that are HTML already."""

    def __init__(self, formula: Callable[[str], str], link: Callable[[Link, str], str]) -> None:
        self._formula, self._link = formula, link

    def text(self, markdown: str) -> str:
        """Return a text of one or several paragraphs."""
        return "".join(self._blocks(markdown.split("\n")))

    def line(self, markdown: str) -> str:
        """Return words that stand in a line."""
        held = _Held()
        plain = _CODE.sub(
            lambda found: held.hold(f"<code>{escape(found.group(2).strip())}</code>"), _HELD.sub("", markdown)
        )
        text, last = "", 0
        for link in links_in(plain):
            text += plain[last : link.start] + held.hold(self._link(link, self._marked(link.text, held)))
            last = link.end
        return held.release(self._marked(text + plain[last:], held)).strip()

    def _marked(self, words: str, held: _Held) -> str:
        """Return words without links, escaped, with their formulas and marks."""
        plain, formulas = inline_parts(words)
        for latex in formulas:
            plain = plain.replace("\ufffc", held.hold(self._formula(latex)), 1)
        marked = _ESCAPED.sub(lambda found: held.hold(escape(found.group(1))), plain)
        marked = _LOW_HIGH.sub(r"<\1>", escape(marked, quote=False))
        marked = _STRONG.sub(r"<strong>\1</strong>", marked)
        return _EMPHASIS.sub(r"<em>\2</em>", marked)

    # blocks

    def _blocks(self, lines: list[str]) -> Iterator[str]:
        at = 0
        while at < len(lines):
            line = lines[at]
            taken = 1
            if _FENCE.match(line):
                end = next((k for k in range(at + 1, len(lines)) if _FENCE.match(lines[k])), len(lines))
                yield f"<pre><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>"
                taken = end + 1 - at
            elif line.lstrip().startswith("|"):
                rows = _run(lines, at, lambda each: each.lstrip().startswith("|"))
                yield self._table(rows)
                taken = len(rows)
            elif _BULLET.match(line):
                rows = _run(lines, at, lambda each: bool(_BULLET.match(each)) or each.startswith("  "))
                yield self._list(rows)
                taken = len(rows)
            elif line.strip():
                rows = _run(lines, at, lambda each: bool(each.strip()) and not _begins(each))
                yield f"<p>{self.line(' '.join(map(str.strip, rows)))}</p>"
                taken = len(rows)
            at += taken

    def _table(self, rows: list[str]) -> str:
        cells = [_cells(row) for row in rows if not (_RULE.match(row.strip()) and "-" in row)]
        headed = len(cells) < len(rows)
        written = []
        for place, row in enumerate(cells):
            tag = "th" if headed and not place else "td"
            written.append("<tr>" + "".join(f"<{tag}>{self.line(cell)}</{tag}>" for cell in row) + "</tr>")
        return f'<div class="wide"><table>{"".join(written)}</table></div>'

    def _list(self, rows: list[str]) -> str:
        items: list[str] = []
        numbered = False
        for row in rows:
            found = _BULLET.match(row)
            if found is None:
                items[-1] += " " + row.strip()
            else:
                numbered = numbered or bool(found.group(2))
                items.append(found.group(3))
        tag = "ol" if numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{self.line(item)}</li>' for item in items)}</{tag}>"


def _begins(line: str) -> bool:
    return bool(_FENCE.match(line) or _BULLET.match(line) or line.lstrip().startswith("|"))


def _run(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> list[str]:
    """Return the lines from ``at`` on as far as they belong together; the first one always does."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and goes_on(lines[end]):
        end += 1
    return lines[at:end]


def _cells(row: str) -> list[str]:
    inside = row.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inside)]
