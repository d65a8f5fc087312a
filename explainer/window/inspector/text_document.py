"""Fills a text document from Markdown: colours, even lines, tables, formulas on the text's baseline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextFrameFormat,
    QTextImageFormat,
    QTextTable,
)

from explainer.contract.lesson import inline_parts
from explainer.teach.terms import TERM
from explainer.theme.tokens import Tokens
from explainer.window.inspector.typeset import SIZE, LatexError, inline_image, typeset

__all__ = ["Look", "fill_document"]

_STOPS = tuple(".,;:!?)")
_LINE = 1.55
"""Line height as a multiple of the text size."""
_PARAGRAPH_GAP = 8
_PLACEHOLDER = "\ue000"
"""Stands for a formula until its image is there: U+FFFC is what Qt itself puts for images."""


@dataclass(frozen=True)
class Look:
    """How a text looks: theme, size in pixels, whether it is quiet, and the screen's pixel ratio."""

    tokens: Tokens
    pixels: int
    aside: bool
    ratio: float

    @property
    def line_height(self) -> int:
        """The height of a line; a multiple of 5 puts Qt's baseline, at four fifths, on a whole pixel."""
        return 5 * round(self.pixels * _LINE / 5)


def fill_document(document: QTextDocument, markdown: str, look: Look) -> None:
    """Put Markdown with inline formulas into a document whose default font is set."""
    document.setIndentWidth(look.tokens.size(20))
    text, formulas = _with_stops(*inline_parts(markdown))
    document.setMarkdown(_with_firm_spaces(text), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    _colour_text(document, look)
    _space_lines(document, look)
    _style_tables(document, look)
    _place_formulas(document, formulas, look)


def _colour_text(document: QTextDocument, look: Look) -> None:
    tokens = look.tokens
    plain, link, term, code = (QTextCharFormat() for _ in range(4))
    plain.setForeground(QColor(tokens.muted if look.aside else tokens.text))
    link.setForeground(QColor(tokens.accent))
    link.setFontUnderline(False)
    term.setForeground(QColor(tokens.muted if look.aside else tokens.text))
    term.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    term.setUnderlineColor(QColor(tokens.accent))
    code.setBackground(QColor(tokens.raised))
    for fragment in _fragments(document):
        cursor = QTextCursor(document)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        style = fragment.charFormat()
        is_term = style.anchorHref().startswith(TERM)
        cursor.mergeCharFormat(term if is_term else link if style.isAnchor() else plain)
        if style.fontFixedPitch():
            cursor.mergeCharFormat(code)


def _space_lines(document: QTextDocument, look: Look) -> None:
    """Give every line the same height and every paragraph but the last the same gap after it."""
    block = document.begin()
    while block.isValid():
        style = block.blockFormat()
        following = block.next()
        in_list = block.textList() is not None and following.isValid() and following.textList() is not None
        in_table = isinstance(QTextCursor(block).currentTable(), QTextTable)
        in_code = _is_code(block) and _is_code(following)
        tight = in_table or in_code or not following.isValid()
        gap = 0 if tight else _PARAGRAPH_GAP // 2 if in_list else _PARAGRAPH_GAP
        style.setTopMargin(0)
        style.setBottomMargin(look.tokens.size(gap))
        style.setNonBreakableLines(False)
        if _is_code(block):
            style.setBackground(QColor(look.tokens.raised))
        style.setLineHeight(look.line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(block)
        cursor.setBlockFormat(style)
        mark = QTextCharFormat()
        mark.setForeground(QColor(look.tokens.muted))
        cursor.mergeBlockCharFormat(mark)
        block = following


def _place_formulas(document: QTextDocument, formulas: list[str], look: Look) -> None:
    for latex in formulas:
        cursor = document.find(_PLACEHOLDER)
        if cursor.isNull():
            return
        style = cursor.charFormat()
        try:
            _place_formula(cursor, latex, style, look)
        except LatexError:
            cursor.insertText(latex, style)


def _place_formula(cursor: QTextCursor, latex: str, style: QTextCharFormat, look: Look) -> None:
    document = cursor.document()
    size, line = look.pixels * 1.12, look.line_height
    colour = style.foreground().color().name()
    x_height = QFontMetricsF(document.defaultFont()).xHeight()
    picture = inline_image(latex, size, colour, x_height, look.ratio)
    name = QUrl(f"formula:{cursor.position()}")
    document.addResource(QTextDocument.ResourceType.ImageResource.value, name, picture)
    place = QTextImageFormat()
    place.merge(style)
    place.setName(name.toString())
    place.setWidth(picture.deviceIndependentSize().width())
    place.setHeight(picture.deviceIndependentSize().height())
    place.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    place.setProperty(QTextCharFormat.Property.ImageAltText.value, latex)
    shape, scale = typeset(latex), size / SIZE
    if shape.ascent * scale > 0.95 * line or shape.descent * scale > 0.42 * line:
        _give_room(cursor.block(), line - look.pixels * 1.2)
    cursor.insertImage(place)


def _style_tables(document: QTextDocument, look: Look) -> None:
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            style = frame.format().toTableFormat()
            style.setBorderCollapse(True)
            style.setBorder(1)
            style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            style.setBorderBrush(QColor(look.tokens.border))
            style.setCellPadding(look.tokens.size(4))
            style.setTopMargin(look.tokens.size(4))
            style.setBottomMargin(0)
            frame.setFormat(style)


def _with_stops(text: str, formulas: list[str]) -> tuple[str, list[str]]:
    """Draw a stop behind a formula with it: Qt breaks lines on both sides of an image, whatever follows."""
    rest, *after = text.split("\ufffc")
    drawn = []
    for latex, words in zip(formulas, after, strict=True):
        stop = words[:1] if words[:1] in _STOPS else ""
        drawn.append(rf"{latex}\text{{{stop}}}" if stop else latex)
        rest += _PLACEHOLDER + words[len(stop) :]
    return rest, drawn


def _with_firm_spaces(text: str) -> str:
    """Return the text without line breaks around equals signs, unless it holds code."""
    return text if "```" in text else text.replace(" = ", "\u00a0=\u00a0")


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _give_room(block: QTextBlock, between: float) -> None:
    """Let lines with a high formula be higher than the others."""
    style = block.blockFormat()
    style.setLineHeight(between, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    QTextCursor(block).setBlockFormat(style)


def _fragments(document: QTextDocument) -> list[QTextFragment]:
    found: list[QTextFragment] = []
    block = document.begin()
    while block.isValid():
        runs = block.begin()
        while not runs.atEnd():
            found.append(runs.fragment())
            runs += 1
        block = block.next()
    return found
