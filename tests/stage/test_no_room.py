"""Pictures that have no room, as while lanes and cards come and go, paint nothing and complain of nothing."""

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QColor, QPixmap

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.export.of_run import frame_of
from explainer.plots.base.blank import blank_image, blank_pixmap
from explainer.plots.picture import Steering
from explainer.plots.views import view_of
from explainer.stage.icons import ICONS, icon
from explainer.stage.stage import LEAST_HEIGHT, Stage
from explainer.theme.tokens import DARK

SIZES = (QSize(0, 0), QSize(0, 40), QSize(40, 0), QSize(1, 1), QSize(3, 2))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_painted_on_has_a_pixel_at_least(qapp, size):
    for made in (blank_pixmap(size.width(), size.height(), 1.0), blank_image(size, "#102030"), blank_image(size)):
        assert not made.isNull()
        assert made.size() == size.expandedTo(QSize(1, 1))
    assert blank_image(size, "#102030").pixelColor(0, 0) == QColor("#102030")
    assert blank_image(size).pixelColor(0, 0).alpha() == 0


@pytest.mark.parametrize("scene", [scene.name for scene in CATALOGUE.scenes() if scene.room != "Foundations"])
def test_every_picture_of_a_scene_can_be_painted_where_there_is_no_room(qapp, scene):
    if missing := CATALOGUE.scene(scene).missing:
        pytest.skip(missing)
    run = Run(scene)
    run.step(2)
    frame = frame_of(run, run.arrays("*"))
    paper = QPixmap(50, 50)
    for kind in view_of(run.execution.scene).cards:
        picture = kind(Steering())
        picture.apply_theme(DARK)
        picture.draw(frame)
        for size in SIZES:
            picture.setMinimumSize(0, 0)
            picture.resize(size)
            picture.render(paper)
        shiboken6.delete(picture)  # Python's collector would delete it and its plots in any order, at any moment


@pytest.mark.parametrize("scene", [scene.name for scene in CATALOGUE.scenes() if scene.room != "Foundations"])
def test_a_picture_that_is_gone_is_told_nothing(qapp, scene):
    steering = Steering()
    for kind in view_of(CATALOGUE.scene(scene)).cards:
        picture = kind(steering)
        picture.deleteLater()
        QCoreApplication.sendPostedEvents(picture, QEvent.Type.DeferredDelete)
        steering.allow_preview(False)
        steering.allow_preview(True)
        steering.lit.emit("cell", None)


def test_a_card_of_a_scene_that_was_left_enlarges_nothing(qtbot):
    stage = Stage()
    qtbot.addWidget(stage)
    stage.show_view(view_of(CATALOGUE.scene("convolution")))
    left = stage.cards[0]
    stage.show_view(view_of(CATALOGUE.scene("gradient-descent")))
    shown = stage.out
    left.enlarge_asked.emit(left.picture.key)
    assert [card.picture.key for card in stage.cards] == shown


def test_an_icon_without_room_is_no_complaint(qapp):
    for name in ICONS:
        assert not icon(name, DARK).pixmap(QSize(16, 16)).isNull()


@pytest.mark.parametrize("scene", ["convolution", "attention"])
def test_a_picture_keeps_the_height_below_which_it_says_nothing(qtbot, scene):
    view = view_of(CATALOGUE.scene(scene))
    stage = Stage()
    qtbot.addWidget(stage)
    stage.apply_theme(DARK)
    stage.show_view(view)
    for kind in stage.away:
        stage.bring_out(kind.key)
    assert any(kind.least_height > LEAST_HEIGHT for kind in view.cards)
    for picture in stage.pictures:
        assert picture.minimumHeight() >= max(LEAST_HEIGHT, picture.least_height)
