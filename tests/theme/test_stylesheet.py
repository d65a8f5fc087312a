import dataclasses
import re

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QPushButton

from explainer.theme import stylesheet
from explainer.theme.stylesheet import MARK_NAMES, MARKS, style_sheet
from explainer.theme.tokens import DARK, LIGHT, PRESENT_SCALE

THEMES = [DARK, LIGHT, dataclasses.replace(DARK, scale=PRESENT_SCALE)]


@pytest.fixture(params=THEMES, ids=["dark", "light", "present"])
def tokens(request):
    return request.param


def test_only_colours_of_the_theme_are_used(tokens):
    known = {getattr(tokens, field.name) for field in dataclasses.fields(tokens)} - {tokens.series} | set(tokens.series)
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", style_sheet(tokens)))
    assert used <= known | {"#ffffff"}
    assert tokens.accent in used


def test_no_text_is_smaller_than_eleven_pixels(tokens):
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", style_sheet(tokens))]
    assert min(sizes) == round(11 * tokens.scale)


def test_qt_reads_the_whole_sheet_without_complaint(qtbot, qtlog, tokens):
    button = QPushButton()
    qtbot.addWidget(button)
    button.setStyleSheet(style_sheet(tokens))
    button.ensurePolished()
    assert not [record.message for record in qtlog.records if "parse" in record.message]


def test_a_role_changes_the_look(qtbot, tokens):
    plain, muted = QLabel("a"), QLabel("a")
    muted.setProperty("role", "muted")
    for label in (plain, muted):
        qtbot.addWidget(label)
        label.setStyleSheet(style_sheet(tokens))
        label.ensurePolished()
    assert plain.palette().windowText().color().name() == tokens.text
    assert muted.palette().windowText().color().name() == tokens.muted


def test_every_documented_role_has_a_rule():
    table = stylesheet.__doc__.split("=====\n")[1]
    documented = re.findall(r"^``([a-z-]+)``", table, re.MULTILINE)
    assert len(documented) >= 20
    for role in [*documented, "faint", "play"]:
        assert f'role="{role}"' in style_sheet(DARK), role


@pytest.mark.parametrize("name", MARK_NAMES)
def test_marks_can_be_drawn_in_the_theme_s_colours(qapp, tokens, name):
    path = MARKS / f"{name}-{tokens.name}.svg"
    known = {getattr(tokens, field.name) for field in dataclasses.fields(tokens)} | {"#ffffff"}
    assert set(re.findall(r"#[0-9a-f]{6}", path.read_text())) <= known
    image = QIcon(str(path)).pixmap(32, 32).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
