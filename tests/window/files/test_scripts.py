"""Copy as PyTorch: the window and the command line tell a run in the same words."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explainer.command_line import main
from explainer.window.inspector.tabs import CODE

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def printed(driver, folder, capsys) -> str:
    """Save the present run and return what the command line makes of it."""
    driver.window.run_files.save(folder / "a.run.json", *driver.session.to_keep)
    assert main(["script", str(folder / "a.run.json")]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("step", [0, 9])
def test_the_run_is_copied_as_the_command_line_prints_it(driver, tmp_path, capsys, step):
    driver.go_to(3)
    driver.set(lr=0.02)
    driver.go_to(step)
    QGuiApplication.clipboard().clear()
    driver.key(Qt.Key.Key_P, CTRL_SHIFT)
    text = QGuiApplication.clipboard().text()
    steps = step or driver.session.scene.steps
    assert driver.window.notices.words("done").startswith(f"Copied as PyTorch: a script of {steps} steps")
    assert text == printed(driver, tmp_path, capsys)
    assert "explainer" not in [line.split()[1].split(".")[0] for line in text.splitlines() if " import " in line]


def test_the_code_panel_offers_it_too(driver):
    driver.window.inspector.tabs.setCurrentIndex(CODE)
    QGuiApplication.clipboard().clear()
    driver.part("code-script").click()
    driver.window.inspector.tabs.setCurrentIndex(0)
    assert QGuiApplication.clipboard().text().count("import torch") == 1


def test_a_scene_without_a_script_says_why(driver, monkeypatch):
    scene = driver.session.scene
    reason = "its pictures are drawn by hand"
    told = replace(scene, no_script=reason)
    monkeypatch.setattr("explainer.script.CATALOGUE", SimpleNamespace(scene=lambda name: told))
    QGuiApplication.clipboard().setText("mine")
    driver.window.scripts.copy()
    assert driver.window.notices.words("refusal") == f"{scene.name} has no script: {reason}"
    assert QGuiApplication.clipboard().text() == "mine"
