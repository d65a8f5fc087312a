"""Markdown of lessons as HTML: nothing is lost, and nothing of the text becomes a tag."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import read_lesson, texts_of
from explainer.contract.refused import Refused
from explainer.export.lesson.markup import Markup
from explainer.export.lesson.text import commands

ALLOWED = {
    *("p", "strong", "em", "code", "pre", "ul", "ol", "li", "table", "tr", "th", "td", "div", "sub", "sup", "a", "i"),
}
"""The tags that a text can have; ``a`` and ``i`` are what the tests write for links and formulas."""


class Tags(HTMLParser):
    """Gathers tags and words."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def markup():
    return Markup(lambda latex: "<i>F</i>", lambda link, words: f'<a data-target="x">{words}</a>')


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("**bold** and *soft* and _soft_", "<p><strong>bold</strong> and <em>soft</em> and <em>soft</em></p>"),
        ("a_b_c * d * e", "<p>a_b_c * d * e</p>"),
        ("`a < b && **c**`", "<p><code>a &lt; b &amp;&amp; **c**</code></p>"),
        ("`` a ` b ``", "<p><code>a ` b</code></p>"),
        (r"\*not\* \_this\_ 5 \$", "<p>*not* _this_ 5 $</p>"),
        ("x<sub>1</sub>, x<sup>2</sup>", "<p>x<sub>1</sub>, x<sup>2</sup></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("- a\n- b\n  more\n\nafter", "<ul><li>a</li><li>b more</li></ul><p>after</p>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        (
            "| a | b |\n|---|---|\n| 1 | `x\\|y` |",
            '<div class="wide"><table><tr><th>a</th><th>b</th></tr>'
            "<tr><td>1</td><td><code>x|y</code></td></tr></table></div>",
        ),
        ("```python\nif a < b:\n    pass\n```", "<pre><code>if a &lt; b:\n    pass</code></pre>"),
        ("see [**this** $x$](try:lr=1)", '<p>see <a data-target="x"><strong>this</strong> <i>F</i></a></p>'),
        ("before $a < b$ after", "<p>before <i>F</i> after</p>"),
    ],
)
def test_what_a_lesson_writes_becomes(markdown, html):
    assert markup().text(markdown) == html


@given(st.text(alphabet="ab*_`<>&\"'[]()\\|-1. \n$#\ue0000\ue001", max_size=60))
def test_no_text_becomes_a_tag_of_its_own_or_leaves_one_open(words):
    try:
        html = markup().text(words)
    except Refused:
        return
    found = Tags(html)
    assert not found.open
    assert {tag for tag, _ in found.tags} <= ALLOWED
    assert all(set(attributes) <= {"class", "data-target"} for _, attributes in found.tags)


def words_in(text):
    """Return the letters and digits of a text: where words end, the two ways of writing differ."""
    return "".join(re.findall(r"\w+", text))


@pytest.mark.parametrize("scene", [scene.name for scene in CATALOGUE.scenes()])
def test_no_word_of_a_lesson_is_lost(scene, qapp):
    for step in read_lesson(CATALOGUE.lesson(CATALOGUE.scene(scene))).steps:
        for block in step.blocks:
            for text in texts_of(block):
                document = QTextDocument()
                document.setMarkdown(
                    re.sub(r"(?<!\\)\$[^$]*\$", "F", text), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
                )
                assert words_in(unescape("".join(Tags(markup().text(text)).words))) == words_in(document.toPlainText())


def test_a_link_is_told_as_what_is_typed():
    scene = CATALOGUE.scene("gradient-descent")
    assert commands("try:lr=0.1&run=20&seed=3", scene) == [
        "explainer gradient-descent --set lr=0.1 --seed 3, then 20 steps"
    ]
    assert commands("compare:lr=0.1|lr=1&run=1", scene) == [
        "explainer gradient-descent --set lr=0.1, then 1 step",
        "explainer gradient-descent --set lr=1.0, then 1 step",
    ]
    assert commands("try:nothing=1", scene) == []
