import pytest

from explainer.contract import VIEW, Parameters, Refused, choice, integer, real, switch
from explainer.contract.fields import Parameter
from explainer.window.controls.control_set import ControlSet
from explainer.window.controls.factory import CONTROLS
from explainer.window.controls.panel import ControlPanel
from explainer.window.controls.switch import SwitchControl


class Params(Parameters):
    surface: str = choice("bowl", {"bowl": "Bowl", "ravine": "Ravine"}, label="Surface")
    lr: float = real(0.05, 1e-4, 1.0, log=True, label="Learning rate")
    condition: float = real(50.0, 1.0, 1e4, log=True, label="Condition", when={"surface": ("ravine",)})
    depth: int = integer(2, 1, 10, unless={"surface": ("ravine",)})
    arrows: bool = switch(False, kind=VIEW)


@pytest.fixture
def controls(qapp):
    made = ControlSet(Params.declarations)
    made.seen = []
    made.changed.connect(lambda name, value: made.seen.append((name, value)))
    return made


def pair(qtbot, controls, name):
    twins = controls.control(name), controls.control(name)
    for twin in twins:
        qtbot.addWidget(twin)
    return twins


def test_every_declared_type_has_a_control():
    assert set(Parameter.__subclasses__()) <= set(CONTROLS)
    assert all(kind in CONTROLS for base in Parameter.__subclasses__() for kind in base.__subclasses__())


def test_linked_controls_stay_equal_and_one_change_is_told_once(qtbot, controls):
    one, other = pair(qtbot, controls, "lr")
    one.propose("0.2")
    assert other.value() == 0.2
    assert other.entry.text() == "0.20"
    other.propose("0.3")
    assert one.value() == 0.3
    assert controls.seen == [("lr", 0.2), ("lr", 0.3)]
    assert controls.values()["lr"] == 0.3


def test_a_later_control_shows_the_present_value(qtbot, controls):
    controls.set_values({"lr": 0.4})
    late = controls.control("lr")
    qtbot.addWidget(late)
    assert late.value() == 0.4


def test_values_from_outside_reach_every_control_and_emit_nothing(qtbot, controls):
    twins = pair(qtbot, controls, "depth")
    controls.set_values({"depth": 7})
    assert [twin.value() for twin in twins] == [7, 7]
    assert controls.seen == []


def test_a_bad_value_from_outside_is_refused(controls):
    with pytest.raises(Refused, match="depth"):
        controls.set_values({"depth": 99})


def test_a_control_that_is_dragged_is_left_alone(qtbot, controls):
    one, other = pair(qtbot, controls, "lr")
    one.groove.setSliderDown(True)
    controls.set_values({"lr": 0.4})
    assert (one.value(), other.value()) == (0.05, 0.05)
    one.groove.setSliderDown(False)
    controls.set_values({"lr": 0.4})
    assert (one.value(), other.value()) == (0.4, 0.4)


def test_a_refusal_stays_while_the_value_goes_back_and_ends_with_the_next_change(qtbot, controls):
    twins = pair(qtbot, controls, "lr")
    twins[0].propose("0.3")
    controls.refuse("lr", "lr = 3 is refused: the run has ended")
    assert [twin.refusal.text() for twin in twins] == ["The run has ended"] * 2
    controls.set_values({"lr": 0.05})
    assert [(twin.value(), twin.is_refused()) for twin in twins] == [(0.05, True)] * 2
    twins[1].propose("0.2")
    assert not any(twin.is_refused() for twin in twins)


def test_a_refused_text_stays_while_other_values_arrive(qtbot, controls):
    one, _ = pair(qtbot, controls, "lr")
    one.entry.setText("abc")
    one.entry.returnPressed.emit()
    controls.set_values({"lr": 0.05, "depth": 7})
    assert one.entry.text() == "abc"
    assert one.is_refused()


def test_a_parameter_that_others_leave_without_effect_names_them(qtbot, controls):
    depth, _ = pair(qtbot, controls, "depth")
    assert depth.isEnabled()
    controls.set_values({"surface": "ravine"})
    assert not depth.isEnabled()
    assert "Has no effect where Surface is Ravine" in depth.toolTip()


def test_a_parameter_without_effect_is_disabled_and_names_the_condition(qtbot, controls):
    condition, twin = pair(qtbot, controls, "condition")
    assert not condition.isEnabled()
    assert "Surface is Ravine" in condition.toolTip()
    controls.set_values({"surface": "ravine"})
    assert condition.isEnabled()
    assert twin.isEnabled()


def test_the_way_back_leads_to_the_default_that_goes_with_the_other_values(qtbot):
    made = ControlSet(
        Params.declarations, defaults=lambda values: {"depth": 5} if values["surface"] == "ravine" else {}
    )
    slider = made.control("depth")
    qtbot.addWidget(slider)
    made.set_values({"surface": "ravine", "depth": 9})
    assert "Default 5;" in slider.toolTip()
    slider.reset_to_default()
    assert slider.value() == 5
    made.set_values({"surface": "bowl"})
    slider.reset_to_default()
    assert slider.value() == 2


def test_a_destroyed_control_is_forgotten(qtbot, controls):
    one = controls.control("lr")
    twin = controls.control("lr")
    qtbot.addWidget(twin)
    gone = []
    one.destroyed.connect(lambda: gone.append(True))
    one.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
    controls.set_values({"lr": 0.4})
    assert twin.value() == 0.4


def test_a_scene_may_bring_a_control_of_its_own(qtbot):
    class Own(SwitchControl):
        pass

    control = ControlSet(Params.declarations, own={"arrows": Own}).control("arrows")
    qtbot.addWidget(control)
    assert type(control) is Own


@pytest.fixture
def panel(qtbot, controls):
    made = ControlPanel(controls, first=("lr",))
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_panel_shows_the_first_and_folds_the_others_away(panel):
    assert panel.controls["lr"].isVisible()
    assert "depth" not in panel.controls
    assert "4 more controls" in panel.fold.text()
    panel.fold.click()
    assert panel.controls["depth"].isVisible()
    assert panel.is_unfolded()


def test_unfolding_is_told_for_the_settings(qtbot, panel):
    with qtbot.waitSignal(panel.unfolded_changed) as told:
        panel.set_unfolded(True)
    assert told.args == [True]


def test_the_panel_tells_changes_of_any_linked_control(qtbot, panel, controls):
    in_the_lesson = controls.control("lr")
    qtbot.addWidget(in_the_lesson)
    with qtbot.waitSignal(panel.changed) as told:
        in_the_lesson.propose("0.2")
    assert told.args == ["lr", 0.2]
    assert panel.controls["lr"].value() == 0.2


def test_the_panel_passes_values_and_refusals_on(panel):
    panel.set_values({"depth": 4})
    panel.refuse("depth", "too deep")
    panel.set_unfolded(True)
    assert panel.controls["depth"].value() == 4
    assert panel.controls["depth"].refusal.text() == "Too deep"


def test_every_control_has_its_parameters_name_a_readable_name_and_a_tooltip(panel):
    panel.set_unfolded(True)
    assert set(panel.controls) == set(panel.control_set.declarations)
    for name, control in panel.controls.items():
        assert control.objectName() == name
        assert control.accessibleName()
        assert "Default" in control.toolTip()
        assert control.focusProxy().accessibleName()


class Together(Parameters):
    """Two numbers whose sum is at most 10, and a word that forbids the second."""

    first: int = integer(2, 0, 20, label="First", help="One of two.")
    second: int = integer(3, 0, 20, label="Second", help="The other.")
    word: str = choice("any", {"any": "Any", "none": "None"}, label="Word", help="None: the second is 0.")

    def verify(self):
        """Refuse sums above 10."""
        if self.first + self.second > 10:
            raise Refused(f"first + second = {self.first + self.second} ≤ 10 fails", about="first")
        if self.word == "none" and self.second:
            raise Refused("word = none is refused: second = 0 fails", about="word")


@pytest.fixture
def together(qapp):
    return ControlSet(Together.declarations, verify=lambda values: Together(**values).verify())


def test_a_slider_stops_at_the_last_value_that_goes_with_the_others(qtbot, together):
    slider = together.control("first")
    qtbot.addWidget(slider)
    slider.groove.setValue(slider.groove.maximum())
    assert slider.value() == slider.groove.value() == 7
    together.set_values({"second": 9})
    slider.groove.setValue(5)
    assert slider.value() == slider.groove.value() == 1


def test_an_option_that_does_not_go_with_the_others_is_greyed_and_says_why(qtbot, together):
    box = together.control("word")
    qtbot.addWidget(box)
    item = box.box.model().item(1)
    assert not item.isEnabled()
    assert "second = 0 fails" in item.toolTip()
    together.set_values({"second": 0})
    assert item.isEnabled()
    assert not item.toolTip()
