"""Every number of splits' scene, against scikit-learn and plain loops."""

import numpy as np
import pytest
import sklearn.feature_selection
import sklearn.linear_model
import sklearn.model_selection
import sklearn.neighbors
import sklearn.pipeline
import sklearn.preprocessing

from explainer import Refused, Run
from explainer.scenes.splits.experiment import luck_of
from tests.scenes.splits.coins import best_of

MODELS = {
    "linear": sklearn.linear_model.RidgeClassifier(1.0),
    "neighbour": sklearn.neighbors.KNeighborsClassifier(1),
}


def model_of(params):
    """The same model as a pipeline of scikit-learn's; the squared correlation orders columns as F does."""
    steps = [sklearn.preprocessing.StandardScaler(), MODELS[params.model]]
    if params.trap == "selection":
        steps.insert(0, sklearn.feature_selection.SelectKBest(k=params.best))
    return sklearn.pipeline.make_pipeline(*steps)


@pytest.mark.parametrize("given", [
    {}, {"model": "neighbour", "k": 5}, {"trap": "groups"}, {"trap": "copies", "model": "linear"}, {"trap": "scaling"},
    {"trap": "rare", "k": 4}, {"trap": "time", "k": 6},
], ids=str)  # fmt: skip
def test_careful_cross_validation_is_scikit_learns_with_everything_in_a_pipeline(given):
    run = Run("splits", seed=1, **given)
    params, known = run.params, run.execution.experiment.known
    x, y, folds = known.x.numpy(), known.y.numpy(), run.execution.experiment.folds[1].numpy().copy()
    run.step(params.k)
    right, fresh = [], []
    for fold in range(params.k):
        train = folds < fold if params.trap == "time" else folds != fold
        model = model_of(params).fit(x[train], y[train])
        right += (model.predict(x[folds == fold]) == y[folds == fold]).tolist()
        fresh.append(model.score(known.fresh_x.numpy(), known.fresh_y.numpy()))
    assert run.metrics["held/careful"][-1] == pytest.approx(np.mean(right))
    assert run.metrics["fresh/careful"][-1] == pytest.approx(np.mean(fresh))


def test_careless_cross_validation_chooses_and_scales_by_all_examples():
    run = Run("splits", seed=2)
    known, folds = run.execution.experiment.known, run.execution.experiment.folds[0].numpy().copy()
    x, y = known.x.numpy(), known.y.numpy()
    chosen = sklearn.feature_selection.SelectKBest(k=20).fit_transform(x, y)
    scaled = sklearn.preprocessing.StandardScaler().fit_transform(chosen)
    split = sklearn.model_selection.PredefinedSplit(folds)
    said = sklearn.model_selection.cross_val_predict(MODELS["linear"], scaled, y, cv=split)
    run.step(10)
    assert run.metrics["held/careless"][-1] == pytest.approx((said == y).mean())
    found = run.arrays("careless", "by_fold", "said", "spread")
    each = [(said == y)[folds == fold].mean() for fold in range(10)]
    np.testing.assert_allclose(found["by_fold"][0], each)
    assert found["spread"][0] == pytest.approx(np.std(each, ddof=1))
    table = np.where(folds == np.arange(10)[:, None], np.where(said == y, 2, 3), 0)
    assert found["careless"].tolist() == table.tolist()


@pytest.mark.parametrize("trap", ["selection", "copies", "groups", "time", "rare", "scaling"])
def test_folds_are_dealt_as_the_trap_asks_for(trap):
    run = Run("splits", seed=5, trap=trap)
    known, (careless, careful) = run.execution.experiment.known, run.execution.experiment.folds.numpy()
    y, unit = known.y.numpy(), known.unit.numpy()
    sizes = np.bincount(careless)
    assert sizes.max() - sizes.min() <= 1
    if trap in ("copies", "groups"):
        assert all(len(set(careful[unit == k])) == 1 for k in set(unit))
    elif trap == "time":
        assert (np.diff(careful) >= 0).all()
        assert set(careful) == set(range(-1, 10))
    elif trap == "rare":
        assert [np.bincount(careful[y == k]).tolist() for k in (0, 1)] == [[9] * 10, [1] * 10]
        found = run.arrays("positives")["positives"]
        assert found[1].tolist() == [1] * 10
        assert found[0].tolist() == [int(y[careless == fold].sum()) for fold in range(10)]
    else:
        assert careless.tolist() == careful.tolist()


@pytest.mark.parametrize(("models", "examples"), [(1, 20), (10, 100), (100, 100), (1000, 37)])
def test_the_luck_of_the_best_coin_is_exact(models, examples):
    assert luck_of(np.array([models]), examples)[0] == pytest.approx(best_of(models, examples), abs=1e-9)


def test_the_table_over_k_is_repeated_cross_validation():
    run = Run("splits", trap="scaling", examples=30)
    known = run.execution.experiment.known
    *_, found = run.execution.experiment.over_k()
    assert found["folds_tried"].tolist() == [2, 3, 5, 10, 20, 30]
    alone = sklearn.model_selection.cross_val_score(
        model_of(run.params), known.x.numpy(), known.y.numpy(), cv=sklearn.model_selection.LeaveOneOut()
    )
    assert found["estimates"][-1, 0] == pytest.approx(alone.mean())
    assert np.isfinite(found["estimates"]).sum(1).tolist() == [20, 20, 20, 20, 20, 1]


def test_an_example_can_be_held_out_in_another_fold_and_what_is_not_there_is_refused():
    run = Run("splits")
    run.step(2)
    run.act("move", example=7, fold=9)
    found = run.arrays("careless", "careful")
    assert found["careless"][:, 7].tolist() == found["careful"][:, 7].tolist() == [0] * 9 + [1]
    with pytest.raises(Refused, match="there are 0 to 59"):
        run.act("move", example=60, fold=0)
    with pytest.raises(Refused, match="there are 0 to 9"):
        run.act("move", example=0, fold=10)
    with pytest.raises(Refused, match="13 is refused with 12 persons"):
        Run("splits", trap="groups", k=13)


@pytest.mark.parametrize(
    ("given", "named"), [({}, {"flattered"}), ({"trap": "rare"}, {"lacking"}), ({"trap": "scaling"}, set())]
)
def test_notes_say_what_is_so(given, named):
    run = Run("splits", **given)
    run.step(10)
    assert {note.name for note in run.notes} == named
