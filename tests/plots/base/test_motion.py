"""Movements: from here to there in a fifth of a second, at once where nobody sees them or the system wants none."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QProxyStyle, QStyle, QWidget

from explainer.plots.base.motion import MILLISECONDS, Glide, moves


class Still(QProxyStyle):
    """The style of a desktop that reduces motion."""

    def styleHint(self, hint, option=None, widget=None, data=None):
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, data)


@pytest.fixture
def glide(qtbot):
    widget, seen = QWidget(), []
    qtbot.addWidget(widget)
    widget.show()
    return Glide(widget, lambda numbers: seen.append(tuple(numbers))), widget, seen


def test_it_goes_steadily_and_ends_where_it_is_to_end(glide, qtbot):
    going, widget, seen = glide
    assert moves(widget)
    with qtbot.waitSignal(going.finished):
        going.go([0.0, 10.0], [1.0, 0.0])
        assert going.duration() == MILLISECONDS == 200
    assert seen[-1] == (1.0, 0.0)
    firsts = [first for first, _ in seen]
    assert firsts == sorted(firsts)


def test_it_is_there_at_once_where_motion_is_reduced_or_nobody_looks(glide):
    going, widget, seen = glide
    style = Still()
    widget.setStyle(style)
    assert not moves(widget)
    going.go([0.0], [5.0])
    assert seen == [(5.0,)]
    widget.setStyle(None)
    widget.hide()
    going.go([0.0], [7.0])
    assert seen[-1] == (7.0,)
    assert going.target == (7.0,)


def test_nothing_moves_by_itself_but_what_glides():
    root = Path(__file__).parents[3]
    movers = re.compile(r"QVariantAnimation|QPropertyAnimation|QTimeLine|QSequentialAnimationGroup|QMovie")
    modules = [path for folder in ("explainer", "scenes") for path in (root / folder).rglob("*.py")]
    found = {str(path.relative_to(root)) for path in modules if movers.search(path.read_text())}
    assert found == {"explainer/plots/base/motion.py"}
    sheet = (root / "assets" / "lesson" / "page.css").read_text()
    calm = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{[^}]*\}[^}]*\}", "", sheet)
    assert not re.search(r"animation|transition", calm), (
        "a page that is handed out moves only where motion is not reduced"
    )
