"""What can be pressed above a drawing: its words, whether it is there, what it asks for, and that files do without."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explainer.contract.cards import Act, Button, Card, Images, Save, Seek
from explainer.contract.frame import Frame
from explainer.contract.parameters import Parameters
from explainer.contract.scene import Array, Scene
from explainer.plots.card_picture import picture_of
from explainer.plots.picture import Steering

SCENE = Scene(
    title="t", room="r", question="?", parameters=Parameters, metrics={},
    arrays={"image": Array(("row", "column"), "float64", "An image.")},
)  # fmt: skip


@pytest.fixture
def make(qtbot):
    """Return what makes a card with buttons, and the list of what it asks for."""

    def make(*buttons, step=1):
        steering, asked = Steering(), []
        steering.set_asked.connect(asked.append)
        steering.act_asked.connect(lambda verb, arguments: asked.append((verb, arguments)))
        steering.seek_asked.connect(asked.append)
        steering.job_asked.connect(lambda job, arguments: asked.append(job))
        picture = picture_of(Card("card", "Card", Images("image"), buttons=buttons), SCENE)(steering)
        picture.kept = steering
        qtbot.addWidget(picture)
        show(picture, step)
        picture.show()
        return picture, asked

    return make


def show(picture, step):
    arrays = {"image": np.zeros((3, 3))}
    picture.draw(Frame(scene="t", step=step, phase="", params=Parameters(), arrays=arrays))


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ({"lr": 0.5}, [{"lr": 0.5}]),
        (Act("freeze", {"on": True}), [("freeze", {"on": True})]),
        (Seek(7), [7]),
        ((Act("freeze"), Seek(7)), [("freeze", {}), 7]),
    ],
)
def test_a_button_asks_for_what_its_click_comes_to(make, wanted, asked):
    picture, found = make(Button("Do it", lambda frame: wanted, "It is done"))
    button = picture.buttons.buttons[0]
    assert button.accessibleName() == button.toolTip() == "It is done"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert found == 2 * asked


def test_words_follow_the_moment_and_without_words_or_an_answer_it_cannot_be_pressed(make):
    told = Button(
        lambda frame: f"Step {frame.step}" if frame.step else "",
        lambda frame: Seek(0) if frame.step > 1 else None,
        right=True,
    )
    picture, asked = make(told, step=0)
    button = picture.buttons.buttons[0]
    for step, (shown, enabled) in enumerate([(False, False), (True, False), (True, True)]):
        show(picture, step)
        assert (button.isVisible(), button.isEnabled()) == (shown, enabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Step 2"
    assert asked == [0]


def test_a_file_has_no_buttons(make):
    picture, _ = make(Button("Do it", lambda frame: Seek(0)))
    picture.show_hints(False)
    assert not picture.buttons.isVisible()
    picture.show_hints(True)
    assert picture.buttons.isVisible()


def test_files_are_written_when_they_come_and_only_if_asked_for_here(make, tmp_path):
    save = Save("pack", {"one": "one.txt", "two": "two.bin"})
    picture, asked = make(Button("Save …", lambda frame: save))
    found = {"one": np.frombuffer(b"first", np.uint8), "two": np.arange(4, dtype=np.uint8)}
    picture.draw_job("pack", {}, found)
    saving = picture.buttons.saving_of(save)
    picture.draw_job("pack", {}, found)
    assert not list(tmp_path.iterdir())
    saving.save_into(tmp_path)
    assert asked == ["pack"]
    picture.draw_job("other", {}, found)
    picture.draw_job("pack", {}, {"one": found["one"]})
    assert not list(tmp_path.iterdir()), "another job, and half of the files"
    picture.draw_job("pack", {}, found)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "one.txt": b"first",
        "two.bin": bytes(range(4)),
    }
    assert picture.buttons.said.text() == f"Saved as one.txt and two.bin in {tmp_path}"
    saving.save_into(tmp_path / "one.txt")
    assert "it is no folder" in picture.buttons.said.text()
