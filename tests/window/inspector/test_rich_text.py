"""Texts of a lesson."""

import gc
from dataclasses import replace

import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.rich_text import RichText


def test_text_is_still_there_after_a_change_of_theme(qtbot):
    text = RichText("Words that **stay**.")
    qtbot.addWidget(text)
    text.resize(300, 40)
    text.apply_theme(DARK)
    text.show()
    for theme in (LIGHT, DARK, LIGHT):
        text.apply_theme(theme)
        picture = text.grab().toImage()
        colours = {picture.pixel(x, y) for x in range(200) for y in range(picture.height())}
        assert len(colours) > 10


def test_texts_that_are_measured_and_filled_again_leave_no_document_behind(qtbot):
    text = RichText("A line with $x^2$ and a [link](try:lr=0.1), and enough words to be broken into several lines.")
    qtbot.addWidget(text)
    heights = []
    for scale in (1.0, 1.5, 1.0, 1.5):
        text.apply_theme(replace(DARK, scale=scale))
        heights.append((text.heightForWidth(90), text.heightForWidth(400)))
        gc.collect()
    assert heights[0] == heights[2] < heights[1] == heights[3]
    assert all(narrow > wide > 0 for narrow, wide in heights)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(text.findChildren(QTextDocument)) == 1
    made = [each for each in gc.get_objects() if type(each) is QTextDocument and shiboken6.isValid(each)]
    assert sum(each.toPlainText().startswith("A line with") for each in made) == 1


def test_measuring_a_text_changes_nothing_of_how_it_is_shown(qtbot):
    text = RichText("A line with $x^2$, a [link](try:lr=0.1), and enough words to be broken into several lines.")
    qtbot.addWidget(text)
    text.resize(300, 200)
    text.apply_theme(DARK)
    text.show()
    before, width = text.grab().toImage(), text.document().textWidth()
    for other in (60, 700, 120):
        text.heightForWidth(other)
    assert text.document().textWidth() == width
    assert text.grab().toImage() == before
