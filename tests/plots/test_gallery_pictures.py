"""Every card of the gallery looks as it did: compared in small with kept pictures, so that letters may differ a little.

``EXPLAINER_KEEP_PICTURES=1 python -m pytest tests/plots/test_gallery_pictures.py`` keeps what is painted now: look at
each picture that has changed before it is committed.
"""

import functools
import os
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.views import view_of
from tests.cards import painted, picture_for

KEPT = Path(__file__).parent / "gallery_pictures"
SCENE = CATALOGUE.scene("gallery")
WIDTH, HEIGHT, SMALLER = 480, 320, 4
MEAN, MANY, SHARE = 5.0, 40.0, 0.04
"""Differences of 255 that are borne: in the mean, and of single places in at most this share of them."""


@functools.cache
def frame(amount):
    """Return a frame of the gallery with everything in it."""
    run = Run("gallery", amount=amount)
    run.step(2)
    return frame_of(run, run.arrays("*"))


def small(image):
    """Return a picture made smaller, as numbers (row, column, 3)."""
    size = (WIDTH // SMALLER, HEIGHT // SMALLER)
    scaled = image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    scaled = scaled.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(scaled.constBits(), np.uint8).reshape(scaled.height(), scaled.bytesPerLine())
    return rows[:, : 3 * scaled.width()].reshape(scaled.height(), scaled.width(), 3).astype(float)


@pytest.mark.parametrize("amount", ["usual", "odd"])
@pytest.mark.parametrize("card", view_of(SCENE).cards, ids=lambda card: card.key)
def test_a_card_looks_as_it_did(card, amount, qapp):
    picture = picture_for(card, frame(amount), SCENE, size=(WIDTH, HEIGHT))
    image, place = painted(picture), KEPT / f"{card.key}-{amount}.png"
    shiboken6.delete(picture)  # else it is collected some time, perhaps while another one is being painted
    if os.environ.get("EXPLAINER_KEEP_PICTURES"):
        place.parent.mkdir(exist_ok=True)
        assert image.save(str(place))
    kept = QImage(str(place))
    assert not kept.isNull(), f"there is no kept picture {place.name}: see the head of this module"
    apart = np.abs(small(image) - small(kept))
    assert apart.mean() <= MEAN, f"{card.key} differs by {apart.mean():.1f} of 255 in the mean"
    assert (apart.max(-1) > MANY).mean() <= SHARE, (
        f"{card.key} differs in {(apart.max(-1) > MANY).mean():.1%} of places"
    )
