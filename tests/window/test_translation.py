"""Every word of the shell goes through Qt's translation; a language that is there is heard."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from explainer.stage.translation import later, tr
from explainer.teach.interview import GRADES
from explainer.window.actions import MENUS, TABLE, make_actions
from explainer.window.help import BY_HAND
from explainer.window.interview.dialog import MARKS
from explainer.window.notices import Notice

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("window", "stage") for path in (ROOT / "explainer" / folder).rglob("*.py"))
TRANSLATED = {"tr", "later"}
NO_WORDS = {
    "setObjectName", "findChild", "findChildren", "setProperty", "property", "setattr", "getattr", "icon",
    "QKeySequence", "setStyleSheet", "compile", "match", "search", "sub", "startswith", "endswith", "removesuffix",
    "removeprefix", "split", "partition", "rpartition", "import_module", "getLogger", "TypeVar", "Thread", "get_all",
    "QFont",
}  # fmt: skip
"""Functions whose texts are names, patterns or styles."""
SINKS = {
    "setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "setWindowTitle",
    "setIconText", "setTitle", "setSuffix", "setPrefix", "addItem", "addTab", "addMenu", "addRow", "QLabel",
    "QPushButton", "QCheckBox", "QAction", "drawText", "_paint_words", "_paint_curve",
}  # fmt: skip
"""Functions whose texts a person reads, be it one word in small letters."""
NAMES = {
    "explainer", "◈ explainer", "CPU", "CUDA (GPU)", "PNG", "SVG", "GIF", "MP4", "CSV", "NPZ", "HTML",
    "PySide6-Essentials", "QtAwesome", "License", "License-Expression", "Ctrl+K", "Ctrl+Return", "Ctrl+Enter", "Stage",
}  # fmt: skip
"""What is the same in every language."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
WORDS = re.compile(r"^\W*[A-Z][a-z]+\W*$|[^\W\d_]{2,}[,.:;!?]?[ \xa0]+[^\W\d_]|[ \xa0][^\W\d_]{2,}")
"""A capitalised word alone, or words with a space between them."""
MARKUP = re.compile(r"<[^>]*>|[\w-]+: [^;]+;|\{[^}]*\}|https?:\S+")


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def literals(node: ast.AST, reader: str = "") -> list[tuple[int, str, str]]:
    """Return (line, text, function that reads it) of the literals below a node that are not translated."""
    if isinstance(node, ast.Constant):
        return [(node.lineno, node.value, reader)] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        whole = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        inner = [
            found for part in node.values if isinstance(part, ast.FormattedValue) for found in literals(part.value)
        ]
        return [(node.lineno, whole, reader), *inner]
    if isinstance(node, ast.Call):
        name = called(node)
        if name in TRANSLATED | NO_WORDS:
            return []
        given = [*node.args, *(each.value for each in node.keywords if each.arg not in ("objectName", "name"))]
        if name == "ActionSpec":
            given = [node.args[1], *(each.value for each in node.keywords if each.arg == "help")]
        if name == "addItem":
            given = node.args[:1]
        deeper = literals(node.func, reader) if isinstance(node.func, ast.Attribute) else []
        return deeper + [found for each in given for found in literals(each, name if name in SINKS else reader)]
    if isinstance(node, (ast.Assert, ast.Compare)):
        return []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return []
    if isinstance(node, ast.Subscript):
        return literals(node.value, reader)
    if isinstance(node, ast.Dict):
        return [found for each in node.values for found in literals(each, reader)]
    if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "__all__" for each in node.targets):
        return []
    if isinstance(node, (ast.AnnAssign, ast.FunctionDef, ast.arg)):
        skipped = {"annotation", "returns", "decorator_list"}
        parts = [value for field, value in ast.iter_fields(node) if field not in skipped]
        flat = [each for part in parts for each in (part if isinstance(part, list) else [part])]
        return [found for each in flat if isinstance(each, ast.AST) for found in literals(each, reader)]
    return [found for each in ast.iter_child_nodes(node) for found in literals(each, reader)]


def is_for_a_person(text: str, reader: str) -> bool:
    """Return whether a literal is words: by its shape, or by the function that reads it."""
    plain = MARKUP.sub(" ", text)
    if text.strip() in NAMES or not LETTERS.search(plain):
        return False
    return reader in SINKS or bool(WORDS.search(plain))


def untranslated(source: str) -> list[tuple[int, str]]:
    """Return the literals of a module that a person reads and that do not go through the translation."""
    return [(line, text) for line, text, reader in literals(ast.parse(source)) if is_for_a_person(text, reader)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "explainer")))
def test_every_literal_of_the_shell_goes_through_the_translation(path):
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('label.setText("rest")', ["rest"]),
        ('label.setText(f"rest {n}")', ["rest {}"]),
        ('words = "Begin again"', ["Begin again"]),
        ('words = "Again"', ["Again"]),
        ('words = f"{n} steps are left"', ["{} steps are left"]),
        ('raise Refused("there is no picture")', ["there is no picture"]),
        ('row = {"key": "Save the run"}', ["Save the run"]),
        ('label.setText(tr("rest"))', []),
        ('words = tr("{n} steps").format(n=3)', []),
        ('TABLE = {"key": later("Save the run")}', []),
        ('label.setText("explainer")', []),
        ('label.setText(f"{number} · {other}")', []),
        ('part.setObjectName("Some name")', []),
        ('"""Say what it is."""', []),
        ('style = f"font-size: {size}px; color: {colour};"', []),
    ],
)
def test_a_literal_that_escapes_is_found(line, found):
    assert [text for _, text in untranslated(line)] == found


def test_marks_in_the_window_are_those_of_the_interview():
    assert MARKS == GRADES


@pytest.fixture
def language(tmp_path, qapp):
    """A language in which every word is bracketed, made by Qt's own tools from the sources."""
    tools = [shutil.which(f"pyside6-{name}") for name in ("lupdate", "lrelease")]
    if not all(tools):
        pytest.skip("pyside6-lupdate and pyside6-lrelease are not installed")
    file = tmp_path / "xx.ts"
    command = [tools[0], "-tr-function-alias", "QT_TR_NOOP+=later", *map(str, MODULES), "-ts", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    tree = ElementTree.parse(file)
    for message in tree.iter("message"):
        translation = message.find("translation")
        translation.text = f"[{message.findtext('source')}]"
        translation.attrib.pop("type", None)
    tree.write(file, encoding="utf-8", xml_declaration=True)
    subprocess.run([tools[1], str(file), "-qm", str(file.with_suffix(".qm"))], check=True, capture_output=True)
    translator = QTranslator()
    assert translator.load(str(file.with_suffix(".qm")))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_a_language_that_is_there_is_heard(language, qtbot):
    tables = [*MENUS, *(spec.text for spec in TABLE), *(words for pair in BY_HAND for words in pair), *MARKS.values()]
    assert [tr(words) for words in tables] == [f"[{words}]" for words in tables]
    notice = Notice("words", "info", [(later("Step back"), lambda: None)])
    qtbot.addWidget(notice)
    button = notice.findChild(type(notice._make_button("x", lambda: None)), "notice-step-back")
    assert button.text() == "[Step back]"
    assert button.toolTip() == "[Go to the step before]"
    actions = make_actions(notice)
    assert actions["play"].text() == "[Play]"
    assert actions["play"].toolTip().startswith("[Play or pause] (")
