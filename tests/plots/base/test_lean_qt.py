"""pyqtgraph's copies of Qt's modules are mirrors: the same classes, made when they are asked for."""

import subprocess
import sys

CODE = """
import sys
{before}
import explainer.plots
import pyqtgraph
from pyqtgraph.Qt import QtCore, QtGui, QtWidgets
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets
made = len(vars(QtWidgets))
for mirror, real in ((QtCore, PySide6.QtCore), (QtGui, PySide6.QtGui), (QtWidgets, PySide6.QtWidgets)):
    assert not hasattr(mirror, "NoSuchClass")
    for name in dir(real):
        if not name.startswith("__"):
            assert getattr(mirror, name) is getattr(real, name), name
assert QtGui.QFileSystemModel is PySide6.QtWidgets.QFileSystemModel
assert QtCore.__version__ == PySide6.QtCore.__version__
print(made, len(dir(PySide6.QtWidgets)))
"""


def run(before=""):
    command = [sys.executable, "-c", CODE.format(before=before)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    made, there = map(int, done.stdout.split())
    return made, there


def test_they_hold_the_same_and_most_of_it_only_when_it_is_asked_for():
    made, there = run()
    assert made < there / 2


def test_pyqtgraph_imported_before_stays_as_it_is():
    made, there = run("import pyqtgraph")
    assert made >= there
