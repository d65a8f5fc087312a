import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from explainer.contract.scene_index import ROOMS
from explainer.stage.icons import ICONS, icon
from explainer.theme.tokens import DARK, LIGHT


def colours(made):
    image = made.pixmap(QSize(24, 24)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_the_text_colour(qapp, name):
    assert DARK.text in colours(icon(name, DARK))


def test_the_colour_follows_theme_and_wish(qapp):
    assert colours(icon("play", LIGHT)) == {LIGHT.text}
    assert colours(icon("play", DARK, DARK.on_accent)) == {DARK.on_accent}


def test_every_room_has_an_icon():
    assert {room.lower().replace(" ", "-") for room in ROOMS} <= set(ICONS)


def test_an_unknown_icon_is_an_error(qapp):
    with pytest.raises(KeyError):
        icon("no-such-icon", DARK)


def test_a_disabled_icon_is_faint_and_a_checked_one_has_the_accent(qapp):
    made, size = icon("theme", DARK), QSize(24, 24)
    for mode, state, colour in [
        (QIcon.Mode.Disabled, QIcon.State.Off, DARK.faint),
        (QIcon.Mode.Normal, QIcon.State.On, DARK.accent),
    ]:
        image = made.pixmap(size, mode, state).toImage()
        assert colour in {image.pixelColor(x, y).name() for x in range(24) for y in range(24)}


def test_icons_are_drawn_without_importing_qtawesome():
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]);"
        "from explainer.stage.icons import icon; from explainer.theme.tokens import DARK;"
        "icon('play', DARK).pixmap(16, 16); print('qtawesome' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )
