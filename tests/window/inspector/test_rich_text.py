"""Texts of a lesson."""

from explainer.theme.tokens import DARK, LIGHT
from explainer.window.inspector.rich_text import RichText


def test_text_is_still_there_after_a_change_of_theme(qtbot):
    text = RichText("Words that **stay**.")
    qtbot.addWidget(text)
    text.resize(300, 40)
    text.apply_theme(DARK)
    text.show()
    for theme in (LIGHT, DARK, LIGHT):
        text.apply_theme(theme)
        picture = text.grab().toImage()
        colours = {picture.pixel(x, y) for x in range(200) for y in range(picture.height())}
        assert len(colours) > 10
