"""Ask in the window: one field finds everything, and Return opens what was found."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explainer.theme.tokens import DARK, LIGHT
from explainer.window.ask.term_card import TermCard
from explainer.window.inspector.rich_text import RichText
from explainer.window.inspector.text_document import _fragments as fragments_of

KEYS, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(driver):
    driver.key(KEYS.Key_K, CTRL)
    yield driver.window.ask.palette
    driver.window.ask.palette.close_it()


def type_in(palette, words):
    palette.field.selectAll()
    QTest.keyClicks(palette.field, words)
    return titles(palette)


def titles(palette):
    return [
        palette.results.item(place).data(Qt.ItemDataRole.UserRole).entry.title
        for place in range(palette.results.count())
    ]


def press(key):
    QTest.keyClick(QApplication.focusWidget(), key)


def test_ctrl_k_shows_every_scene_and_esc_gives_the_keys_back(driver, palette):
    assert palette.isVisible()
    assert QApplication.focusWidget() is palette.field
    assert "Gradient descent" in titles(palette)
    press(KEYS.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is driver.window.stage


def test_plain_keys_are_typed_and_do_not_act_on_the_run(driver, palette):
    type_in(palette, "r 1 ")
    assert palette.field.text() == "r 1 "
    assert not driver.session.playing
    assert driver.step == 0


def test_a_question_shows_its_answer_and_return_follows_its_link(driver, palette):
    assert "What is momentum, and why does it help in a ravine?" in type_in(palette, "why does momentum help")[:3]
    while palette.results.taken.entry.kind != "question":
        press(KEYS.Key_Down)
    entry = palette.results.taken.entry
    assert palette.card.said.markdown == entry.shown
    press(KEYS.Key_Return)
    assert not palette.isVisible()
    assert driver.session.scene.name == entry.scene


def test_a_misspelt_term_shows_its_card_with_its_formula(palette):
    assert "momentum" in type_in(palette, "momentun")[:3]
    while palette.results.taken.entry.kind != "term":
        press(KEYS.Key_Down)
    assert palette.card.formula.latex


def test_an_action_is_found_with_its_key_and_done(driver, palette):
    name = driver.window.theme.tokens.name
    type_in(palette, "dark or light")
    row = palette.results.taken
    assert (row.entry.kind, row.key) == ("action", "Ctrl+T")
    press(KEYS.Key_Return)
    assert driver.window.theme.tokens.name != name
    driver.window.switch_theme()


@pytest.mark.parametrize("words", ["learning rate", "condition number", "arrows"])
def test_a_control_of_the_scene_is_found_and_gets_the_keys(driver, palette, words):
    type_in(palette, words)
    while palette.results.taken.entry.kind != "parameter":
        press(KEYS.Key_Down)
    name = palette.results.taken.entry.target
    press(KEYS.Key_Return)
    control = driver.window.inspector.panel.controls[name]
    driver.until(control.isVisible)
    assert control is QApplication.focusWidget() or control.isAncestorOf(QApplication.focusWidget())


def test_a_part_of_a_lesson_is_opened_at_its_step(driver, palette):
    type_in(palette, "Nesterov's look ahead")
    while palette.results.taken.entry.kind != "step":
        press(KEYS.Key_Down)
    entry = palette.results.taken.entry
    press(KEYS.Key_Return)
    assert driver.window.inspector.lesson.step == int(entry.target)


def test_arrows_go_round_and_tab_stays_inside(driver, palette):
    type_in(palette, "momentum")
    count = palette.results.count()
    press(KEYS.Key_Up)
    assert palette.results.currentRow() == count - 1
    press(KEYS.Key_Down)
    assert palette.results.currentRow() == 0
    for _ in range(4):
        press(KEYS.Key_Tab)
        assert palette.isAncestorOf(QApplication.focusWidget())


def test_what_fits_nothing_is_said(palette):
    assert type_in(palette, "qxqzwvk") == []
    assert palette.nothing.isVisible()
    press(KEYS.Key_Return)
    assert palette.isVisible()


def test_a_screen_reader_hears_what_is_chosen(palette):
    type_in(palette, "momentum")
    assert titles(palette)[0] in palette.field.accessibleDescription()
    assert palette.field.accessibleName()
    assert palette.results.item(0).data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_it_is_drawn_in_both_themes_and_stays_within_the_window(driver, palette, tokens):
    palette.apply_theme(tokens)
    type_in(palette, "attention")
    assert palette.rect().contains(palette.panel.geometry())
    image = palette.panel.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 5)}
    assert len(colours) > 5
    palette.apply_theme(driver.window.theme.tokens)


def test_every_kind_of_entry_can_be_opened(driver):
    ask = driver.window.ask
    kinds = {
        entry.kind: entry
        for entry in ask.index._entries.values()
        if entry.scene or entry.kind in ("action", "parameter")
    }
    assert set(kinds) == {"scene", "question", "step", "term", "parameter", "action"}
    assert all(ask.describe(entry).does for entry in kinds.values())


def test_a_term_in_the_lesson_opens_its_card(driver):
    lesson, window = driver.window.inspector.lesson, driver.window
    window.show_lesson()
    lesson.follow("term:condition%20number")
    card = window.findChild(TermCard)
    assert card.isVisible()
    assert card.accessibleName() == "condition number"
    assert card.screen().availableGeometry().contains(card.geometry())
    corner = card.screen().availableGeometry().bottomRight()
    card.show_beside(QRect(corner.x() - 5, corner.y() - 5, 40, 12))
    assert card.screen().availableGeometry().contains(card.geometry())
    QTest.keyClick(card, KEYS.Key_Escape)
    assert not card.isVisible()


def test_from_the_home_page_it_leads_back_to_the_run_that_is_open(driver):
    window = driver.window
    for kind in ("scene", "parameter"):
        window.show_home()
        assert window.is_at_home
        entries = window.ask.index._entries.values()
        here = driver.session.scene.name
        window.ask.open_entry(next(e for e in entries if e.kind == kind and e.scene in ("", here)))
        assert not window.is_at_home


def test_an_action_that_cannot_be_done_now_offers_nothing(driver):
    action = driver.window.actions_by_key["overlay"]
    entry = next(e for e in driver.window.ask.index._entries.values() if e.target == "overlay")
    assert bool(driver.window.ask.describe(entry).does) == action.isEnabled()


def test_terms_are_underlined_and_are_no_ordinary_links(driver):
    driver.window.show_lesson()
    texts = driver.window.inspector.lesson.findChildren(RichText)
    underlined = [text for text in texts if "(term:" in text.markdown]
    assert underlined
    fragments = [
        piece.charFormat()
        for text in underlined
        for piece in fragments_of(text.document())
        if piece.charFormat().anchorHref().startswith("term:")
    ]
    assert {style.underlineStyle() for style in fragments} == {QTextCharFormat.UnderlineStyle.DotLine}
