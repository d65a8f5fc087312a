"""Assets are found, and the icon can be drawn."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon

from explainer import assets
from explainer.assets import asset


def test_the_icon_is_there_and_not_blank(qapp):
    image = QIcon(str(asset("icon.svg"))).pixmap(64, 64).toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 64, 4) for y in range(0, 64, 4)}
    assert len(colours) > 3


def test_assets_inside_the_package_come_first(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "icon.svg").write_text("")
    monkeypatch.setattr(assets, "_FOLDERS", (tmp_path / "a", tmp_path))
    assert asset("icon.svg") == tmp_path / "a" / "icon.svg"


def test_a_missing_asset_names_the_places():
    with pytest.raises(FileNotFoundError, match="assets"):
        asset("nothing.svg")
