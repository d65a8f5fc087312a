"""Playing backwards, and several runs in step, in a real window."""

from __future__ import annotations

from PySide6.QtCore import Qt

from explainer.window.run.conductor import BACK

KEYS = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def steps_of(driver):
    """Return a list that fills with the steps that are drawn."""
    found = []
    driver.session.frame_changed.connect(lambda frame: found.append(frame.step))
    return found


def test_every_step_is_drawn_on_the_way_back_and_it_rests_at_the_beginning(driver):
    driver.go_to(12)
    driver.session.course.set_speed(60.0)
    seen = steps_of(driver)
    driver.key(KEYS.Key_Space, SHIFT)
    assert driver.window.conductor.is_playing
    assert driver.window.transport.buttons["play"].accessibleName() == "Pause"
    driver.until(lambda: not driver.window.conductor.is_playing)
    drawn = list(dict.fromkeys(seen))  # the step it starts from is drawn again when a dear array of it arrives late
    assert drawn[drawn[:1] == [12] :] == list(range(11, -1, -1))
    assert driver.window.transport.buttons["play"].accessibleName() == "Play"
    driver.key(KEYS.Key_Space, SHIFT)
    assert not driver.window.conductor.is_playing


def test_as_fast_as_it_can_it_goes_back_in_strides(driver):
    driver.go_to(4_000)
    driver.session.course.set_speed(None)
    seen = steps_of(driver)
    driver.window.conductor.start(BACK)
    driver.until(lambda: not driver.window.conductor.is_playing)
    assert driver.step == 0
    assert len(set(seen)) < 2_000


def test_space_rests_it_and_anything_else_that_is_asked_ends_it(driver):
    driver.session.course.set_speed(30.0)
    for end in (
        lambda: driver.key(KEYS.Key_Space),
        driver.session.course.step,
        lambda: driver.session.course.seek(25),
        lambda: driver.session.set({"lr": 0.01 + 0.001 * driver.step}),
    ):
        driver.go_to(40)
        driver.window.conductor.start(BACK)
        driver.until(lambda: driver.step < 38)
        end()
        driver.until(lambda: not driver.window.conductor.is_playing and driver.settled())
        assert driver.step > 0


def test_from_mid_step_it_goes_to_the_beginning_of_that_step_first(driver):
    driver.go_to(3)
    driver.key(KEYS.Key_Right, SHIFT)
    driver.until(lambda: driver.session.course.phase)
    driver.session.course.set_speed(60.0)
    seen = steps_of(driver)
    driver.window.conductor.start(BACK)
    driver.until(lambda: not driver.window.conductor.is_playing)
    assert list(dict.fromkeys(seen)) == [3, 2, 1, 0]


def test_the_keys_go_from_change_to_change(driver):
    for step, lr in ((4, 0.02), (9, 0.03)):
        driver.go_to(step)
        driver.set(lr=lr)
    driver.go_to(15)
    driver.key(KEYS.Key_Left, CTRL)
    driver.until(lambda: driver.step == 9 and driver.settled())
    line = driver.window.transport.time_line
    assert line.accessibleDescription() == "Step 9 of 15: lr = 0.03"
    driver.key(KEYS.Key_Left, CTRL)
    driver.until(lambda: driver.step == 4 and driver.settled())
    driver.key(KEYS.Key_Right, CTRL)
    driver.until(lambda: driver.step == 9)
