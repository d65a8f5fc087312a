"""The Code tab: the scene's source, coloured, the resting line marked."""

import pytest
from PySide6.QtGui import QGuiApplication, QTextCursor

from explainer.contract.catalogue import CATALOGUE
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.code_panel import CodePanel, experiment_files
from explainer.window.inspector.python_words import words_by_line

SOURCE = '''"""Doc."""


def step(self):  # note
    loss = "text" + str(2.5)
    yield "forward"
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "experiment.py").write_text(SOURCE + "\n" * 200 + "last = 1\n", encoding="utf-8")
    (tmp_path / "surfaces.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "__init__.py").write_text("SCENE = 1\n", encoding="utf-8")
    (tmp_path / "view.py").write_text("from PySide6.QtWidgets import QWidget\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no code", encoding="utf-8")
    return tmp_path


@pytest.fixture
def panel(qtbot, folder):
    panel = CodePanel(experiment_files(folder))
    qtbot.addWidget(panel)
    panel.apply_theme(DARK)
    panel.resize(400, 300)
    panel.show()
    return panel


def test_the_experiment_comes_first_and_what_draws_is_left_out(folder):
    assert [path.name for path in experiment_files(folder)] == ["experiment.py", "surfaces.py", "__init__.py"]


def test_the_files_of_gradient_descent_are_found():
    files = experiment_files(CATALOGUE.code_folder(CATALOGUE.scene("gradient-descent")))
    assert files[0].name == "experiment.py"
    assert "view.py" not in [path.name for path in files]


def test_the_source_is_shown_as_it_is_and_cannot_be_changed(panel, folder):
    assert panel.view.toPlainText() == (folder / "experiment.py").read_text(encoding="utf-8")
    assert panel.view.isReadOnly()


def test_another_file_can_be_chosen(panel):
    panel.chooser.setCurrentIndex(1)
    assert panel.view.toPlainText() == "x = 1\n"
    assert panel.file.name == "surfaces.py"


def test_one_file_alone_leaves_no_choice(panel, folder):
    panel.show_files([folder / "surfaces.py"])
    assert not panel.chooser.isEnabled()


def test_marking_a_line_in_sight_does_not_scroll(panel):
    panel.mark("experiment.py", 5)
    assert panel.view.marked == 5
    assert panel.view.verticalScrollBar().value() == 0
    (selection,) = panel.view.extraSelections()
    assert selection.cursor.block().text() == '    loss = "text" + str(2.5)'
    assert selection.format.background().color().name() == DARK.selected


def test_marking_a_line_out_of_sight_brings_it_into_sight(panel):
    panel.mark("experiment.py", 207)
    first = panel.view.firstVisibleBlock().blockNumber() + 1
    assert first < 207 <= first + panel.view._lines_seen()
    assert panel.view.verticalScrollBar().value() > 0


def test_marking_a_line_of_another_file_brings_the_file_out(panel):
    panel.mark("/somewhere/else/surfaces.py", 1)
    assert panel.file.name == "surfaces.py"
    assert panel.view.marked == 1


def test_the_mark_stays_with_its_file(panel):
    panel.mark("experiment.py", 5)
    panel.chooser.setCurrentIndex(1)
    assert panel.view.marked == 0
    panel.chooser.setCurrentIndex(0)
    assert panel.view.marked == 5


def test_a_mark_can_be_cleared_and_unknown_places_mark_nothing(panel):
    panel.mark("experiment.py", 5)
    panel.clear_mark()
    assert panel.view.extraSelections() == []
    panel.mark("torch/optim/sgd.py", 5)
    panel.mark("experiment.py", 9999)
    assert panel.view.marked == 0


def test_long_lines_can_be_wrapped(panel, tmp_path):
    (tmp_path / "long.py").write_text(f"x = {'1 + ' * 200}1\n", encoding="utf-8")
    panel.show_files([tmp_path / "long.py"])
    assert panel.view.horizontalScrollBar().maximum() > 0
    panel.wrap.click()
    assert panel.view.horizontalScrollBar().maximum() == 0
    panel.wrap.click()
    assert panel.view.horizontalScrollBar().maximum() > 0


def test_copy_takes_the_whole_file(panel, folder):
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == (folder / "experiment.py").read_text(encoding="utf-8")


def test_words_are_coloured_by_what_they_are():
    found = {
        SOURCE.splitlines()[line][word.start : word.start + word.length]: word.kind
        for line, words in words_by_line(SOURCE).items()
        for word in words
    }
    assert found == {
        '"""Doc."""': "doc", "def": "keyword", "step": "name", "self": "builtin", "# note": "comment",
        '"text"': "string", "str": "builtin", "2.5": "number", "yield": "keyword", '"forward"': "string",
    }  # fmt: skip


def test_a_text_over_several_lines_is_coloured_on_each():
    words = words_by_line('x = """a\n  b\nc"""\n')
    assert [words[line][-1][:2] for line in range(3)] == [(4, 4), (0, 3), (0, 4)]


def test_a_source_that_is_no_python_is_shown_all_the_same(panel, tmp_path):
    (tmp_path / "broken.py").write_text("def f(:\n  '''open\n", encoding="utf-8")
    panel.show_files([tmp_path / "broken.py"])
    assert panel.view.toPlainText().startswith("def f(")


def test_a_theme_recolours_words_and_mark(panel):
    panel.mark("experiment.py", 4)
    panel.apply_theme(LIGHT)
    assert _colour_at(panel.view, 3, 1) == LIGHT.accent
    assert panel.view.extraSelections()[0].format.background().color().name() == LIGHT.selected


def _colour_at(view, line, column):
    block = view.document().findBlockByNumber(line)
    ranges = block.layout().formats()
    return next(r.format.foreground().color().name() for r in ranges if r.start <= column < r.start + r.length)


def test_the_strip_of_numbers_fits_the_largest(panel):
    cursor = QTextCursor(panel.view.document())
    assert not cursor.isNull()
    assert panel.view.viewportMargins().left() == panel.view.number_width()
    assert panel.view.number_width() > panel.view.fontMetrics().horizontalAdvance("207")
