"""The one Qt style sheet of the application, built from the tokens; plain text, no Qt objects.

Widgets take a look by the dynamic property ``role``:

=============  ==========================================================================
``window``     a top-level widget: the window's background
``bar``        QFrame: the top bar and the transport bar
``sidebar``    QListView or QTreeView: rooms and scenes; QFrame: what stands around it
``card``       QFrame: a picture's card; ``QFrame#card`` looks the same
``canvas``     QFrame: the ground of pictures, formulas and controls within a text
``notice``     QFrame or QLabel: something noticed; property ``level`` info, warning or good
``heading``    QLabel: a lesson's or page's title
``phase``      QLabel: what a phase of a step has computed; ``card`` with ``changed``: a picture that it has changed
``card-title`` QLabel: a card's title, a heading within a column
``muted``      QLabel: secondary words; ``faint`` is quieter still
``reading``    QLabel: values at the pointer, over a plot
``mark``       QLabel: small print beside a name
``popup``      QFrame: a panel that opens over the window
``ask``        QFrame: the panel of the palette; QLineEdit: its field
``results``    QListView: what was found, painted row by row
``answer``     QPlainTextEdit: room to write an answer
``line``       QFrame, one pixel high: a line between two parts
``offer``      QPushButton: a row of such a panel, with a layout of its own
``edge``       QSplitter: its handle is a line between two parts of the window
``place``      QLineEdit: the readout of the step
``value``      QLabel or QLineEdit: a number in the accent colour
``refusal``    QLabel: why something was refused
``code``       QLabel, QTextEdit or QPlainTextEdit: fixed width
``name``       QToolButton: the program's name, which leads home
``room``       QToolButton: an icon with its name below
``link``       QPushButton or QToolButton: words that act, in the accent colour
``primary``    QPushButton: the one that is meant, filled with the accent
``transport``  QToolButton: round; ``play`` is the larger one, filled with the accent
``switch``     QCheckBox as a switch
``chip``       QFrame or QToolButton: outlined; property ``series`` "0" to "7" gives its colour
``fold``       QFrame: what a chip folds out
``verdict``    QFrame: what came of a guess; property ``verdict`` right, wrong, none or wait
``choice``     QPushButton, checkable: one answer of a question, as wide as the column
=============  ==========================================================================

Further properties: ``refused`` (true on a line edit), ``own`` (false greys a value), ``open`` (true
on a chip whose settings are shown).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

from explainer.theme.tokens import BODY, CAPTION, SMALL, TITLE, Tokens

MARKS = Path(__file__).parent / "marks"
"""Small pictures that a style sheet can only take from files: arrow, check, switch."""


@cache
def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet of a theme."""
    return "\n".join([_SHEET.substitute(_names(tokens)), *_chips(tokens)])


def _names(tokens: Tokens) -> dict[str, object]:
    """Return what the sheet's placeholders stand for."""
    lengths = {
        f"px{pixels}": f"{tokens.size(pixels)}px"
        for pixels in (4, 6, 7, 8, 12, 14, 16, 18, 20, 24, 28, 32, 34, 36, 40, 44)
    }
    sizes = {
        "small": tokens.size(SMALL),
        "body": tokens.size(BODY),
        "title": tokens.size(TITLE),
        "caption": tokens.size(CAPTION),
    }
    marks = {name: f'url("{(MARKS / f"{name}-{tokens.name}.svg").as_posix()}")' for name in MARK_NAMES}
    colours = {
        name: getattr(tokens, name) for name in tokens.__dataclass_fields__ if isinstance(getattr(tokens, name), str)
    }
    handle, groove = tokens.size(14), tokens.size(4)
    shapes = {
        "half_play": f"{(tokens.size(40) + 4) // 2}px",
        "play_inside": f"{tokens.size(40) - 6}px",
        "tab_above": f"{tokens.size(12) - 1}px",
        "primary_above": f"{tokens.size(6) - 2}px",
        "primary_beside": f"{tokens.size(12) - 2}px",
        "half_transport": f"{(tokens.size(34) + 2) // 2}px",
        "value_least": f"{tokens.size(52)}px",
        "value_most": f"{tokens.size(104)}px",
        "half_handle": f"{handle // 2}px",
        "handle_inside": f"{handle - 2}px",
        "handle_focus": f"{handle - 6}px",
        "handle_over": f"{(handle - groove) // 2}px",
        "half_chip": f"{(tokens.size(20) + 2) // 2}px",
    }
    shapes["warning_edge"] = "rgba({}, {}, {}, 90)".format(*bytes.fromhex(tokens.warning.lstrip("#")))
    own = {"track": tokens.border, "handle": "#ffffff", "handle_edge": tokens.bar if tokens.dark else tokens.accent}
    return {
        **lengths,
        **sizes,
        **{name.replace("-", "_"): mark for name, mark in marks.items()},
        **colours,
        **shapes,
        **own,
    }


def _chips(tokens: Tokens) -> list[str]:
    """Return the rules that give each chip the colour of its series."""
    rule = """
QFrame[role="chip"][series="{index}"] {{ border-color: {colour}; }}
QFrame[role="chip"][series="{index}"] QToolButton {{ color: {colour}; }}"""
    return [rule.format(index=index, colour=colour) for index, colour in enumerate(tokens.series)]


MARK_NAMES = ("arrow", "check", "switch-on", "switch-off", "switch-disabled")

_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; }
QWidget:disabled { color: $faint; }
QMainWindow, QDialog, QWidget[role="window"] { background: $window; }
QFrame[role="bar"] { background: $bar; border: none; }
QFrame[role="bar"][edge="bottom"] { border-bottom: 1px solid $border; }
QFrame[role="bar"][edge="top"] { border-top: 1px solid $border; }
QFrame[role="sidebar"] { background: $window; border: none; border-right: 1px solid $border; }
QFrame#card, QFrame[role="card"] { background: $card; border: 1px solid $border; border-radius: $px8; }
QFrame[role="canvas"] { background: $bar; border: none; border-radius: $px8; }
QFrame[role="fold"] { background: $raised; border: 1px solid $border; border-radius: $px8; }

QLabel { background: transparent; }
QLabel[role="heading"] { font-size: ${title}px; font-weight: 700; }
QFrame#card[changed="true"] { border-color: $accent; }
QLabel[role="phase"] { color: $accent; font-size: ${caption}px; }
QLabel[role="card-title"] { font-size: ${caption}px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; font-size: ${caption}px; }
QLabel[role="faint"] { color: $faint; font-size: ${small}px; }
QLabel[role="mark"] { color: $muted; font-size: ${small}px; }
QLabel[role="muted"]:disabled, QLabel[role="mark"]:disabled { color: $faint; }
QLabel[role="value"] { color: $accent; }
QLabel[role="reading"] { background: $raised; color: $text; border-radius: 4px; }
QLabel[role="refusal"] { color: $warning; font-size: ${small}px; }
QLabel[role="code"], QTextEdit[role="code"], QPlainTextEdit[role="code"] {
    font-family: "DejaVu Sans Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: ${caption}px; }
QFrame[role="notice"], QLabel[role="notice"] {
    background: $raised; border: 1px solid $border; border-radius: $px8; }
QLabel[role="notice"] { padding: $px8; }
QFrame[role="notice"][level="warning"], QLabel[role="notice"][level="warning"] {
    background: $warning_back; border-color: $warning_edge; color: $warning; }
QFrame[role="notice"][level="warning"] QLabel { color: $warning; }
QFrame[role="notice"][level="good"] QLabel, QLabel[role="notice"][level="good"] { color: $good; }

QTextBrowser, QTextEdit, QPlainTextEdit { background: transparent; border: none;
    selection-background-color: $selected; selection-color: $text; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
QSplitter[role="edge"]::handle { background: $border; }
QSplitter[role="edge"]::handle:hover { background: $accent; }

QListView, QTreeView { background: transparent; border: 1px solid transparent; outline: none; }
QListView[role="sidebar"]::item, QTreeView[role="sidebar"]::item {
    padding: $px4 $px12; border-radius: $px6; color: $text; }
QListView:focus, QTreeView:focus { border-color: $accent; }
QListView::item:hover, QTreeView::item:hover { background: $raised; }
QListView::item:selected, QTreeView::item:selected { background: $selected; color: $text; }
QListView[role="sidebar"]::item:disabled, QTreeView[role="sidebar"]::item:disabled { color: $muted; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabWidget::tab-bar { left: $px8; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: $px12 1px $px8 1px; margin: 0 $px8; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:selected:focus { color: $accent; border: 1px solid $accent; border-bottom-width: 2px;
    padding: ${tab_above} 0 $px8 0; }
QScrollArea[role="page"] { border: 1px solid transparent; }
QScrollArea[role="page"]:focus, QTextBrowser#help-page:focus { border: 1px solid $accent; }

QPushButton { background: $raised; border: 1px solid $border; border-radius: $px6; padding: $px6 $px12; }
QPushButton:hover { border-color: $muted; }
QPushButton:pressed { background: $selected; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:focus { border: 3px double $on_accent; padding: ${primary_above} ${primary_beside}; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; border-color: $border; }
QPushButton[role="choice"] { background: transparent; text-align: left; padding: $px8 $px12; }
QPushButton[role="choice"]:checked { border-color: $accent; }
QPushButton[role="choice"][verdict="right"] { border: 2px solid $good; background: $raised; }
QPushButton[role="choice"][verdict="wrong"] { border: 2px dashed $danger; }
QFrame[role="verdict"] { background: $raised; border: none; border-left: 4px solid $muted; border-radius: 4px; }
QFrame[role="verdict"][verdict="right"] { border-left-color: $good; }
QFrame[role="verdict"][verdict="wrong"] { border-left-color: $danger; }
QLabel#verdict-sign { font-size: ${title}px; font-weight: 700; color: $muted; }
QLabel#verdict-sign[verdict="right"] { color: $good; }
QLabel#verdict-sign[verdict="wrong"] { color: $danger; }
QPushButton[role="choice"]:hover { background: $raised; }
QFrame[role="popup"] { background: $card; border: 1px solid $border; }
QFrame[role="ask"] { background: $card; border: 1px solid $border; border-radius: $px12; }
QFrame[role="line"] { background: $border; border: none; }
QListView[role="results"] { background: transparent; border: none; outline: none; }
QPushButton[role="offer"] { background: transparent; border: 1px solid transparent; border-radius: $px8; padding: 0;
    text-align: left; }
QPushButton[role="offer"]:hover { background: $raised; }
QPushButton[role="offer"]:focus { border-color: $accent; background: $raised; }
QPushButton[role="link"], QToolButton[role="link"] { background: transparent; border: none; color: $accent;
    padding: $px4 0; text-align: left; font-size: ${caption}px; }
QPushButton[role="link"]:hover, QToolButton[role="link"]:hover,
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus { text-decoration: underline; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: $px6; padding: $px4; }
QToolButton:hover { background: $raised; }
QToolButton:pressed { background: $selected; }
QToolButton:checked { color: $accent; }
QToolButton[role="name"] { font-weight: 700; padding: $px4 $px6; }
QToolButton[role="room"] { color: $muted; font-size: ${small}px; padding: $px6 1px $px4 1px; border-radius: $px8; }
QToolButton[role="room"]:hover { color: $text; }
QToolButton[role="room"]:checked { color: $accent; background: transparent; }
QToolButton[role="link"]:checked { color: $accent; background: transparent; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[role="transport"] { background: $raised; border-radius: ${half_transport}; border: 1px solid transparent;
    min-width: $px34; max-width: $px34; min-height: $px34; max-height: $px34; padding: 0; }
QToolButton[role="transport"]:hover { border-color: $border; }
QToolButton[role="transport"]:focus { border-color: $accent; }
QToolButton[role="play"] { background: $accent; color: $on_accent; border: 2px solid $accent;
    border-radius: ${half_play}; min-width: $px40; max-width: $px40; min-height: $px40; max-height: $px40; padding: 0; }
QToolButton[role="play"]:hover { border-color: $text; }
QToolButton[role="play"]:focus { border: 5px double $on_accent; min-width: ${play_inside}; max-width: ${play_inside};
    min-height: ${play_inside}; max-height: ${play_inside}; }
QToolButton[role="play"]:disabled { background: $raised; border-color: $raised; }

QSlider { min-height: $px18; max-height: $px18; }
QSlider::groove:horizontal { height: $px4; background: $track; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; height: $px4; }
QSlider::add-page:horizontal { background: $track; border-radius: 2px; height: $px4; }
QSlider::handle:horizontal { background: $handle; border: 1px solid $handle_edge; border-radius: ${half_handle};
    width: ${handle_inside}; height: ${handle_inside}; margin: -${handle_over} 0; }
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 3px solid $accent; width: ${handle_focus}; height: ${handle_focus}; }
QSlider::sub-page:horizontal:disabled { background: $faint; }
QSlider::handle:horizontal:disabled { background: $faint; border-color: $window; }

QLineEdit, QComboBox, QAbstractSpinBox { background: $raised; border: 1px solid $border; border-radius: $px6;
    padding: $px4 $px8; min-height: $px18; selection-background-color: $selected; selection-color: $text;
    placeholder-text-color: $faint; }
QLineEdit:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QComboBox:focus, QComboBox:on { border-color: $accent; }
QLineEdit[refused="true"] { border-color: $warning; selection-background-color: $warning; selection-color: $bar; }
QLineEdit:disabled, QComboBox:disabled { color: $faint; background: transparent; }
QAbstractSpinBox:hover { border-color: $muted; }
QAbstractSpinBox:focus { border-color: $accent; }
QAbstractSpinBox:disabled { color: $faint; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox { padding: 1px 0; min-height: $px24; max-height: $px24; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit[role="value"] { background: transparent; border: 1px solid transparent; color: $accent;
    padding: 0 1px 0 $px4; min-height: $px18; min-width: ${value_least};
    max-width: ${value_most}; border-radius: $px4; }
QLineEdit[role="value"]:hover { border-color: $border; }
QLineEdit[role="value"]:focus { border-color: $accent; background: $raised; color: $text; }
QLineEdit[role="value"][refused="true"] { border-color: $warning; color: $warning; }
QLineEdit[role="value"]:disabled { color: $faint; }
QPlainTextEdit[role="answer"] { background: $raised; border: 1px solid $border; border-radius: $px6; padding: $px6; }
QPlainTextEdit[role="answer"]:focus { border-color: $accent; }
QLineEdit[role="ask"], QLineEdit[role="ask"]:hover, QLineEdit[role="ask"]:focus { background: transparent; border: none;
    padding: 0; min-height: $px32; font-size: ${title}px; }
QLineEdit[role="place"] { background: transparent; border: 1px solid transparent; padding: 0; min-height: $px20; }
QLineEdit[role="place"]:hover { border-color: $border; }
QLineEdit[role="place"]:focus { border-color: $accent; background: $raised; }
QLineEdit[role="place"][refused="true"] { border-color: $warning; }
QWidget[own="false"] QLineEdit[role="value"] { color: $muted; }
QWidget[own="false"] QSlider::sub-page:horizontal { background: $faint; }
QComboBox { padding-right: $px28; }
QComboBox::drop-down { border: none; width: $px28; }
QComboBox::down-arrow { image: $arrow; width: $px12; height: $px12; }
QComboBox QLineEdit, QComboBox QLineEdit:hover, QComboBox QLineEdit:focus { border: none; padding: 0;
    background: transparent; }
QComboBox QAbstractItemView, QListView[role="popup"] { background: $raised; border: 1px solid $border;
    outline: none; padding: $px4; selection-background-color: $selected; selection-color: $text; }
QComboBox QAbstractItemView::item, QListView[role="popup"]::item { min-height: $px24; padding: 0 $px8;
    border-radius: $px4; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox { spacing: $px8; background: transparent; border: 1px solid transparent; border-radius: $px4; padding: 1px; }
QCheckBox:focus { border-color: $accent; }
QCheckBox::indicator { width: $px16; height: $px16; border: 1px solid $muted; border-radius: $px4;
    background: $raised; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $check; }
QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox[role="switch"] { border: 1px solid transparent; border-radius: 11px; padding: 1px; spacing: 0; }
QCheckBox[role="switch"]:focus { border-color: $accent; }
QCheckBox[role="switch"]::indicator, QCheckBox[role="switch"]::indicator:checked { width: $px32; height: $px18;
    border: none; background: transparent; image: $switch_off; }
QCheckBox[role="switch"]::indicator:checked { image: $switch_on; }
QCheckBox[role="switch"]::indicator:disabled { image: $switch_disabled; }

QFrame[role="chip"] { border: 1px solid $muted; border-radius: ${half_chip}; background: transparent;
    min-height: $px20; max-height: $px20; }
QFrame[role="chip"] QToolButton { border: none; background: transparent; padding: 0; font-size: ${caption}px;
    min-height: $px20; max-height: $px20; }
QFrame[role="chip"] QToolButton[role="chip-name"] { padding: 0 0 0 $px6; }
QFrame[role="chip"] QToolButton[role="chip-name"]:focus { text-decoration: underline; }
QFrame[role="chip"] QToolButton[role="chip-remove"] { padding: 0 $px4 0 0; }
QFrame[role="chip"] QToolButton:hover { font-weight: 600; }
QFrame[role="chip"] QToolButton:disabled { color: $faint; }
QFrame[role="chip"][open="true"] { background: $selected; }
QToolButton[role="chip"] { border: 1px solid $muted; border-radius: ${half_chip}; color: $muted;
    padding: 0 $px12; min-height: $px20; max-height: $px20; font-size: ${caption}px; }
QToolButton[role="chip"]:checked { background: $selected; color: $accent; border-color: $accent; }
QToolButton[role="chip"]:hover, QToolButton[role="chip"]:focus { border-color: $accent; color: $accent; }

QMenuBar { background: transparent; }
QMenuBar::item { padding: $px4 $px8; border-radius: $px4; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $raised; border: 1px solid $border; padding: $px4; }
QMenu::item { padding: $px6 $px24 $px6 $px12; border-radius: $px4; }
QMenu::icon { padding-left: $px8; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: $px4 $px8; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: $px4 $px8; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 8px; }
QScrollBar:horizontal { height: 8px; }
QScrollBar::handle { background: $border; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $track; border: none; border-radius: 2px; max-height: $px4; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
""")
