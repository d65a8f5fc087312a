"""The home page: where one begins, goes back to, and finds every scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from explainer.contract.scene_index import ROOMS, Entry
from explainer.contract.start import Start
from explainer.teach.first_path import first_path
from explainer.teach.progress import Progress
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.home.card import SceneCard
from explainer.window.home.continue_card import Place
from explainer.window.home.page import HomePage
from explainer.window.main_window import MainWindow
from explainer.window.settings import Settings
from tests.window.driver import Driver, end


def made(count: int) -> list[Entry]:
    """Return entries of scenes in all rooms."""
    entries = [
        Entry(
            name=f"scene-{number}",
            title=f"Scene {number}",
            room=ROOMS[number % len(ROOMS)],
            question=f"What does scene {number} answer, and for whom?",
            order=number,
        )
        for number in range(count)
    ]
    return sorted(entries, key=lambda entry: entry.place)


PATH = ("gradient-descent", "neuron", "backprop", "activations", "playground", "gradient-flow")


@pytest.fixture
def page(qtbot, tmp_path) -> HomePage:
    """A page of 73 scenes, six of which are the path."""
    entries = made(67) + [Entry(name=name, title=name, room="Foundations", question="?") for name in PATH]
    page = HomePage()
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.apply_theme(DARK)
    page.show_scenes(sorted(entries, key=lambda entry: entry.place))
    page.show_progress(Progress(tmp_path / "progress.json"))
    page.show()
    return page


def places(page: HomePage) -> list[QRect]:
    return [card.geometry() for card in page.cards]


@pytest.mark.parametrize("size", [(700, 560), (900, 560), (1280, 800), (2460, 1400)])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_at_every_size_all_cards_are_on_the_page_and_none_lies_on_another(page, size, scale):
    page.apply_theme(replace(DARK, scale=scale))
    page.resize(*size)
    found = places(page)
    assert len(found) == 73 + 6
    ground = page.ground.rect()
    assert all(ground.contains(place) for place in found)
    for index, place in enumerate(found):
        assert not any(place.intersects(other) for other in found[index + 1 :])
    assert all(place.width() >= 100 for place in found)


def test_sections_stand_below_one_another_in_the_order_of_the_rooms(page):
    assert [section.room for section in page.sections] == ["Start here", *ROOMS]
    assert [card.entry.name for card in page.sections[0].cards] == list(PATH)


def test_a_few_rooms_of_one_scene_share_a_row(qtbot):
    page = HomePage()
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show_scenes([Entry(name=room, title=room, room=room, question="?") for room in ROOMS[:3]])
    page.show()
    assert len({card.y() for card in page.cards}) == 1
    assert len({card.x() for card in page.cards}) == 3


def test_arrows_reach_every_card_and_return_opens_the_one_that_has_the_focus(page, qtbot):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.take_focus()
    assert QApplication.focusWidget() is page.cards[0]
    reached: set[object] = set()
    for _ in range(40):
        row: list[object] = []
        while QApplication.focusWidget() not in row:
            row.append(QApplication.focusWidget())
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        reached.update(row)
        for _ in row:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert reached == set(page.cards)
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is page.ask
    QTest.keyClick(page.ask, Qt.Key.Key_Down)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_End)
    assert QApplication.focusWidget() is page.cards[-1]
    with qtbot.waitSignal(page.scene_chosen) as chosen:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert chosen.args == [QApplication.focusWidget().entry.name]


def test_the_card_that_has_the_focus_is_in_sight(page, qtbot):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.take_focus()
    for _ in range(30):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        card = QApplication.focusWidget()
        seen = page.viewport().rect()
        assert seen.contains(QRect(card.mapTo(page.viewport(), QPoint()), card.size()))


def test_tab_reaches_one_card_of_each_section(page):
    for section in page.sections:
        reached = [card for card in section.cards if card.focusPolicy() & Qt.FocusPolicy.TabFocus]
        assert len(reached) == 1


def test_every_card_says_what_it_is_to_those_who_cannot_see(page, tmp_path):
    progress = Progress(tmp_path / "other.json")
    progress.visited("scene-3")
    progress.lived("scene-3", 12)
    page.show_progress(progress)
    for card in page.cards:
        assert card.entry.title in card.accessibleName()
        assert card.entry.question in card.accessibleName()
    card = next(card for card in page.cards if card.entry.name == "scene-3")
    assert card.accessibleDescription() == "12 steps"
    assert "1 of 73 scenes" in page.about.text()


def test_a_scene_that_cannot_be_opened_says_what_to_do(qtbot):
    page = HomePage()
    qtbot.addWidget(page)
    entries = [
        Entry(name="far", title="Far", room="Attention", question="?", needs=("no_such_package",), extra="bert"),
        Entry(name="broken", title="Broken", problem="the scene broken cannot be read: mend it"),
    ]
    page.show_scenes(entries)
    far, broken = page.cards
    assert "no_such_package" in far.words
    assert "mend it" in broken.words
    assert far.accessibleDescription() == "" or "no_such_package" in far.accessibleDescription()


@pytest.fixture
def card(qtbot) -> Callable[..., SceneCard]:
    def make(**more) -> SceneCard:
        entry = Entry(**{"name": "one", "title": "One", "room": "Attention", "question": "Why is it so?", **more})
        found = SceneCard(entry, None)
        qtbot.addWidget(found)
        found.resize(300, found.height_for(300))
        return found

    return make


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_a_card_shows_its_picture_and_without_one_its_question(card, tmp_path, tokens):
    image = QImage(56, 35, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    image.save(str(tmp_path / "one.png"))
    plain, pictured = card(), card()
    for one in (plain, pictured):
        one.apply_theme(tokens)
    pictured.show_picture(tmp_path / "one.png")
    pictured.resize(300, pictured.height_for(300))
    assert pictured.grab().toImage().pixelColor(150, 90) == QColor("#ff00ff")
    without = plain.grab().toImage()
    colours = {without.pixelColor(x, y).name() for x in range(10, 290, 2) for y in range(20, 180, 2)}
    assert len(colours) > 2, "the question is written where the picture will be"
    assert pictured.height_for(300) > plain.height_for(300), "and stands below it afterwards"


def test_a_picture_that_cannot_be_read_leaves_the_question(card, tmp_path):
    (tmp_path / "spoilt.png").write_bytes(b"no picture")
    one = card()
    one.show_picture(tmp_path / "spoilt.png")
    one.grab()
    assert one.picture is None


def test_the_ring_is_drawn_for_those_who_come_by_keyboard(page, qtbot):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    first = page.cards[0]

    def edge() -> str:
        return first.grab().toImage().pixelColor(first.width() // 2, 1).name()

    first.setFocus(Qt.FocusReason.OtherFocusReason)
    assert edge() != DARK.accent
    page.cards[1].setFocus()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert edge() == DARK.accent


def test_the_way_back_is_offered_and_put_away(page, qtbot):
    page.show_place(Place("scene-1", "Continue where you were", "Scene 1", "seed 0 · step 12"))
    assert page.continue_card.isVisible()
    assert "Scene 1" in page.continue_card.accessibleName()
    with qtbot.waitSignal(page.continued):
        page.continue_card.click()
    page.show_place(None)
    assert not page.continue_card.isVisible()


# In the window.


@pytest.fixture
def lone(qtbot) -> Iterator[Callable[..., MainWindow]]:
    """Return a maker of windows at home, without an engine until a scene is opened."""
    windows = []

    def make(settings: Settings | None = None) -> MainWindow:
        window = MainWindow(None, settings or Settings())
        window.welcome.learn()
        window.open(Start())
        window.show()
        windows.append(window)
        return window

    yield make
    for window in windows:
        end(window)


def test_the_program_alone_opens_the_home_page_and_then_builds_the_rest(lone, qtbot):
    window = lone()
    assert window.is_at_home
    assert window.workbench is None
    qtbot.waitUntil(lambda: window.workbench is not None, timeout=20_000)
    assert window.is_at_home
    assert not window.bottom.isVisible()


def test_no_engine_is_started_before_a_run_is_asked_for(lone, qtbot):
    window = lone()
    link = window.build().parent().link
    assert not link.running
    window.home.cards[0].click()
    assert link.running


def test_of_a_run_that_is_not_seen_the_home_page_says_nothing(driver: Driver):
    window = driver.window
    window.show_home()
    driver.session.engine.link.hung.emit()
    assert not window.notices.isVisible()
    window.announcements.refuse("This concerns whoever reads the home page.")
    assert window.notices.isVisible()
    assert "several seconds" in window.notices.words("hanging")
    window.leave_home()
    assert next(child for child in window.notices.children() if "several" in getattr(child, "accessibleName", str)())
    window.notices.clear("hanging")
    window.notices.clear("refusal")
    assert not window.notices.isVisible()


def test_a_scene_can_be_opened_before_the_rest_is_built(lone, qtbot):
    window = lone()
    window.home.cards[0].click()
    assert not window.is_at_home
    assert window.session.scene is not None
    assert window.session.scene.name == window.home.cards[0].entry.name
    assert window.windowTitle().startswith(window.session.scene.title)


def test_the_name_leads_home_and_back_and_nothing_is_lost(driver: Driver):
    window = driver.window
    driver.set(lr=0.03)
    driver.go_to(9)
    before = driver.session.recipe
    window.top_bar.name.click()
    assert window.is_at_home
    assert window.home.continue_card.isVisible()
    assert "step 9" in window.home.continue_card.accessibleDescription()
    window.top_bar.name.click()
    assert not window.is_at_home
    assert driver.session.recipe == before
    assert driver.step == 9
    assert window.stage.hasFocus()


@pytest.mark.parametrize("way", ["escape", "continue", "card", "sidebar"])
def test_every_way_back_from_home_leads_to_the_run_as_it_was(driver: Driver, way):
    window = driver.window
    driver.go_to(5)
    window.show_home()
    if way == "escape":
        driver.key(Qt.Key.Key_Escape)
    elif way == "continue":
        window.home.continue_card.click()
    elif way == "card":
        next(card for card in window.home.cards if card.entry.name == "gradient-descent").click()
    else:
        window.sidebar.scene_chosen.emit("gradient-descent")
    assert not window.is_at_home
    assert driver.step == 5


def test_a_run_rests_while_the_home_page_is_shown(driver: Driver):
    driver.session.course.play()
    driver.until(lambda: driver.step > 2)
    driver.window.show_home()
    driver.until(lambda: not driver.session.playing)
    driver.window.leave_home()


def test_on_the_home_page_no_key_changes_the_run_behind_it(driver: Driver):
    window = driver.window
    driver.go_to(4)
    recipe = driver.session.recipe
    window.show_home()
    for key in (Qt.Key.Key_R, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home):
        driver.key(key)
    assert window.is_at_home
    assert all(not action.isEnabled() for action in window.about_a_run.actions())
    window.leave_home()
    assert driver.session.recipe == recipe
    assert driver.step == 4
    assert window.actions_by_key["play"].isEnabled()
    assert not window.actions_by_key["end-comparison"].isEnabled(), "what was not possible before is not now"


def test_a_room_in_the_sidebar_leads_to_its_scenes(driver: Driver):
    window = driver.window
    window.settings.sidebar = False
    window.show_sidebar()
    window.sidebar.findChild(QToolButton, "room-attention").click()
    assert window.is_at_home
    assert isinstance(QApplication.focusWidget(), SceneCard)
    assert QApplication.focusWidget().entry.room == "Attention"
    window.leave_home()


def test_rooms_have_names_that_are_neither_cut_nor_lie_over_one_another(driver: Driver):
    sidebar = driver.window.sidebar
    driver.window.settings.sidebar = False
    driver.window.show_sidebar()
    buttons = list(sidebar._buttons.values())
    for button in buttons:
        assert button.text()
        for line in button.text().split("\n"):
            assert button.fontMetrics().horizontalAdvance(line) <= button.width()
    found = [QRect(button.mapTo(sidebar, QPoint()), button.size()) for button in buttons]
    assert not any(one.intersects(other) for place, one in enumerate(found) for other in found[place + 1 :])


def test_pictures_that_are_drawn_appear(lone, tmp_path, qtbot):
    window = lone()
    image = QImage(56, 35, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    image.save(str(tmp_path / "made.png"))
    name = window.home.cards[0].entry.name
    window.welcome.shelf.drawn.emit(name, Path(tmp_path / "made.png"))
    assert {card.picture for card in window.home.cards if card.entry.name == name} == {tmp_path / "made.png"}


def test_pictures_that_are_missing_are_drawn_those_of_the_path_first(lone, qtbot):
    window = lone()
    qtbot.waitUntil(lambda: bool(window.welcome.shelf.asked), timeout=20_000)
    assert set(window.welcome.shelf.asked) == {entry.name for entry in window.index.entries if not entry.obstacle}
    assert window.welcome.shelf.asked[: len(PATH)] == list(first_path(window.welcome.shelf.asked))


def test_a_card_of_the_path_asks_its_question_below_its_picture(qtbot, tmp_path):
    entry = Entry(name="one", title="One", room="Foundations", question="What is one?")
    card = SceneCard(entry, None, number=1)
    qtbot.addWidget(card)
    assert [words for words, _, _ in card._below(300)] == ["1  One"], "the question stands in the picture's place"
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.save(str(tmp_path / "one.png"))
    card.show_picture(tmp_path / "one.png")
    assert [words for words, _, _ in card._below(300)] == ["1  One", "What is one?"]
