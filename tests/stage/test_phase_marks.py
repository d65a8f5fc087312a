"""Within a step the stage says what a phase has computed, and rings the pictures that it has changed."""

from explainer import Run
from explainer.commands.running import frame_of
from explainer.contract.catalogue import CATALOGUE
from explainer.plots.views import view_of
from explainer.stage.stage import Stage


def said(stage):
    return [(card.phase.text(), bool(card.property("changed"))) for card in stage.cards]


def test_a_phase_says_its_numbers_where_it_has_changed_something_and_nothing_between_steps(qtbot):
    stage, run = Stage(), Run("gradient-descent", optimizers="sgd", lr=0.03)
    qtbot.addWidget(stage)
    stage.show_view(view_of(CATALOGUE.scene("gradient-descent")), ["contours", "slice", "data"])
    run.step(1)
    found = []
    for _ in range(5):
        stage.draw(frame_of(run, run.arrays("*")))
        found.append(said(stage))
        run.advance_phase()
    before, forward, backward, update, after = found
    assert before == after == [("", False)] * 3
    assert forward[0][0].startswith("forward: losses = ")
    assert [words for words, _ in forward[1:]] == ["", ""]
    assert backward[0][0].startswith("backward: ‖∂L/∂θ‖ = ")
    assert [changed for _, changed in update] == [True, True, True]
    assert {words.split(" = ")[0] for words, _ in update} == {"update: ‖Δθ‖"}
    assert not any(card.phase.isVisibleTo(stage) for card in stage.cards)


def test_a_picture_that_a_phase_has_not_changed_has_no_ring(qtbot):
    stage, run = Stage(), Run("gradient-descent", optimizers="sgd", surface="regression", start=(-1, 3), lr=0.03)
    qtbot.addWidget(stage)
    stage.show_view(view_of(CATALOGUE.scene("gradient-descent")), ["contours", "loss"])
    run.step(1)
    for _ in range(3):
        stage.draw(frame_of(run, run.arrays("*")))
        run.advance_phase()
    stage.draw(frame_of(run, run.arrays("*")))
    assert [changed for _, changed in said(stage)] == [True, False]
