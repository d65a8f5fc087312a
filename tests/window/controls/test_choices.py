import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from explainer.contract import Refused, choices, real, switch
from explainer.window.controls.entry_text import join_entry, split_entry
from explainer.window.controls.factory import make_control

OPTIONS = {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam"}


def settings(name):
    found = {"lr": real(0.001, 1e-6, 100.0, log=True, name="lr", follows="lr")}
    if name == "adam":
        found["beta2"] = real(0.999, 0.0, 0.9999, name="beta2", label="beta2")
        found["amsgrad"] = switch(False, name="amsgrad")
    return found


def entry(words):
    name, own = split_entry(words)
    if name not in OPTIONS:
        raise Refused(f"unknown optimizer {name!r}")
    if own.get("beta2") == "0.5":
        raise Refused("beta2 = 0.5 is refused: it is my unlucky number")
    return words


def make(qtbot, default, **words):
    parameter = choices(default, OPTIONS, label="Optimizers", **words)
    parameter.name = "optimizers"
    control = make_control(parameter)
    qtbot.addWidget(control)
    control.resize(320, 300)
    control.show()
    control.seen = []
    control.changed.connect(control.seen.append)
    return control


@pytest.fixture
def control(qtbot):
    made = make(qtbot, "sgd,adam:lr=0.1", entry=entry, settings=settings, most=4)
    made.set_surroundings({"lr": 0.038})
    return made


def words(control):
    return [chip.name.text() for chip in control.chips]


def action(control, name):
    return next(action for action in control.add.menu().actions() if action.data() == name)


def test_entries_are_shown_with_their_own_settings(control):
    assert words(control) == ["SGD", "Adam · lr 0.1"]
    assert [chip.property("series") for chip in control.chips] == ["0", "1"]


def test_the_menu_adds_an_entry_and_numbers_repeats(control):
    action(control, "adam").trigger()
    assert control.seen == [("sgd", "adam:lr=0.1", "adam")]
    assert words(control) == ["SGD", "Adam · lr 0.1", "Adam 2"]


def test_no_more_than_the_most_can_be_added(control):
    control.append("adam")
    control.append("sgd")
    assert not action(control, "sgd").isEnabled()
    control.append("sgd")
    assert len(control.value()) == 4
    assert "1 to 4 of" in control.refusal.text()


def test_a_cross_removes_its_entry(qtbot, control):
    qtbot.mouseClick(control.chips[0].remove, Qt.MouseButton.LeftButton)
    assert control.seen == [("adam:lr=0.1",)]
    assert words(control) == ["Adam · lr 0.1"]
    assert not control.chips[0].remove.isEnabled()


def test_delete_removes_an_entry_and_the_last_one_stays(qtbot, control):
    qtbot.keyClick(control.chips[1].name, Qt.Key.Key_Delete)
    qtbot.keyClick(control.chips[0].name, Qt.Key.Key_Delete)
    assert control.seen == [("sgd",)]


def test_space_folds_a_chip_out_and_in(qtbot, control):
    qtbot.keyClick(control.chips[1].name, Qt.Key.Key_Space)
    assert list(control.settings.controls) == ["lr", "beta2", "amsgrad"]
    assert control.settings.controls["lr"].value() == 0.1
    assert control.chips[1].property("open") is True
    qtbot.keyClick(control.chips[1].name, Qt.Key.Key_Space)
    assert control.settings is None


def test_another_chip_takes_over(qtbot, control):
    control.fold_out(1)
    qtbot.mouseClick(control.chips[0].name, Qt.MouseButton.LeftButton)
    assert list(control.settings.controls) == ["lr"]
    assert [chip.name.isChecked() for chip in control.chips] == [True, False]


def test_a_setting_becomes_the_entrys_own_in_the_order_of_the_settings(control):
    control.fold_out(1)
    made = control.settings
    made.controls["amsgrad"].propose(True)
    made.controls["beta2"].propose("0.99")
    assert control.seen[-1] == ("sgd", "adam:lr=0.1:beta2=0.99:amsgrad=true")
    assert control.settings is made
    assert made.controls["beta2"].property("own") is True


def test_a_setting_back_at_its_default_is_no_longer_the_entrys_own(control):
    control.fold_out(1)
    control.settings.controls["lr"].reset_to_default()
    assert control.seen == [("sgd", "adam")]
    assert control.settings.controls["lr"].property("own") is False


def test_a_setting_that_is_not_the_entrys_own_follows_the_common_one(control):
    control.fold_out(0)
    lr = control.settings.controls["lr"]
    assert lr.value() == 0.038
    control.set_surroundings({"lr": 0.5})
    assert lr.value() == 0.5
    assert "Default 0.50" in lr.toolTip()
    assert control.seen == []


def test_a_refused_setting_leaves_the_entries_as_they_were(control):
    control.fold_out(1)
    control.settings.controls["beta2"].propose("0.5")
    assert control.seen == []
    assert control.refusal.text() == "It is my unlucky number"
    assert control.settings.controls["beta2"].value() == 0.999


def test_the_open_entry_is_followed_when_one_before_it_is_removed(control):
    control.fold_out(1)
    control.remove(0)
    assert control.chips[0].name.isChecked()
    assert control.settings.controls["lr"].value() == 0.1


def test_setting_from_outside_emits_nothing_and_closes_what_is_gone(control):
    control.fold_out(1)
    control.set_value("momentum")
    assert words(control) == ["Momentum"]
    assert control.settings is None
    assert control.seen == []


def test_plain_choices_offer_each_option_once(qtbot):
    control = make(qtbot, "sgd")
    assert not action(control, "sgd").isEnabled()
    assert action(control, "adam").isEnabled()
    assert not control.chips[0].name.isCheckable()


def test_chips_break_into_lines_where_it_is_narrow(qtbot, control):
    control.set_value("sgd,momentum,adam,adam:lr=0.1")
    assert control.flow.heightForWidth(120) > control.flow.heightForWidth(600)


def test_everything_has_a_name_to_be_read_out(control):
    assert control.add.accessibleName() == "Optimizers add"
    assert [chip.remove.accessibleName() for chip in control.chips] == ["Remove SGD", "Remove Adam · lr 0.1"]


def test_entries_survive_splitting_and_joining():
    assert split_entry("adam:lr=0.1:beta2=0.99") == ("adam", {"lr": "0.1", "beta2": "0.99"})
    assert join_entry("adam", {"lr": "0.1", "beta2": "0.99"}) == "adam:lr=0.1:beta2=0.99"
    assert split_entry("sgd") == ("sgd", {})


def test_tab_goes_over_chips_plus_and_settings_and_then_on(qtbot):
    page, following = QWidget(), QLineEdit()
    qtbot.addWidget(page)
    rows = QVBoxLayout(page)
    control = make(qtbot, "sgd,adam", entry=entry, settings=settings)
    rows.addWidget(control)
    rows.addWidget(following)
    control.append("momentum")
    control.fold_out(1)
    found, widget = [], control
    while widget is not following:
        widget = widget.nextInFocusChain()
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
    own = control.settings.controls
    inner = [own["lr"].groove, own["lr"].entry, own["beta2"].groove, own["beta2"].entry, own["amsgrad"].box]
    assert found == [*(chip.name for chip in control.chips), control.add, *inner, following]


def test_chips_have_the_colours_that_the_pictures_give_the_entries(qtbot):
    made = make(qtbot, "sgd,adam", entry=entry, first_colour=1)
    assert [chip.property("series") for chip in made.chips] == ["1", "2"]
    made.append("momentum")
    assert made.chips[-1].property("series") == "3"
