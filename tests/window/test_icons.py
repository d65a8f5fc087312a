import subprocess
import sys

import pytest
from PySide6.QtCore import QSize

from explainer.contract.catalogue import ROOMS
from explainer.theme.tokens import DARK, LIGHT
from explainer.window.icons import ICONS, icon


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


def test_importing_the_module_does_not_import_the_icon_fonts():
    code = "import sys, explainer.window.icons; print('qtawesome' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )
