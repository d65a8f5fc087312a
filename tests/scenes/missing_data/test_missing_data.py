"""Every number of missing data's scene, against scikit-learn, NumPy, SciPy and plain loops."""

import numpy as np
import pytest
import scipy.stats
import torch
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes IterativeImputer importable
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from explainer import Refused, Run
from explainer.scenes.missing_data import WAYS
from explainer.scenes.missing_data.fills import punched, regressed_draws

ALL = tuple(WAYS)
SETTINGS = [{}, {"side": "x", "why": "mar", "k": 3, "m": 4}, {"data": "diabetes", "why": "mnar", "share": 0.2}]


@pytest.fixture(scope="module", params=SETTINGS, ids=("defaults", "heights", "patients"))
def run(request):
    """A run after three draws."""
    run = Run("missing-data", seed=4, ways=ALL, **request.param)
    run.step(3)
    return run


def holed(run):
    """Return the whole table, its column with holes, and the table with NaN in them."""
    experiment = run.execution.experiment
    table, side = experiment.table.numpy().copy(), 0 if run.params.side == "x" else 1
    left = table.copy()
    left[experiment.missing.numpy(), side] = np.nan
    return table, side, left


def fills(run, way):
    """Return the column as scikit-learn fills it; what is drawn as the scene does."""
    table, side, left = holed(run)
    if way in ("mean", "median", "indicator"):
        strategy = "median" if way == "median" else "mean"
        return SimpleImputer(strategy=strategy).fit_transform(left)[:, side]
    if way == "line":
        return IterativeImputer(LinearRegression(), max_iter=1, tol=1e9).fit_transform(left)[:, side]
    others = StandardScaler().fit_transform(np.delete(table, side, 1))
    filled = KNNImputer(n_neighbors=run.params.k).fit_transform(np.c_[left[:, side], others])
    return filled[:, 0]


@pytest.mark.parametrize("way", ["mean", "median", "indicator", "knn", "line"])
def test_what_is_filled_is_what_scikit_learn_fills(run, way):
    run.set(look=way)
    side = 0 if run.params.side == "x" else 1
    np.testing.assert_allclose(run.arrays("points")["points"][:, side], fills(run, way), rtol=1e-9)


@pytest.mark.parametrize("way", ["drop", "mean", "median", "indicator", "knn", "line"])
def test_what_is_found_is_numpys_mean_deviation_and_least_squares(run, way):
    table, side, left = holed(run)
    full = table[:, :2].copy()
    holes = np.isnan(left[:, side])
    if way == "drop":
        full, inputs = full[~holes], []
    else:
        full[:, side], inputs = fills(run, way), [holes.astype(float)] if way == "indicator" else []
    design = np.column_stack([full[:, 0], *inputs])
    slope = LinearRegression().fit(design, full[:, 1]).coef_[0]
    found = run.arrays("found")["found"][ALL.index(way)]
    np.testing.assert_allclose(found[:3], [full[:, side].mean(), full[:, side].std(), slope], rtol=1e-8)
    if way == "drop":
        assert np.isnan(found[3])
    else:
        assert found[3] == pytest.approx(np.sqrt(np.mean((full[holes, side] - table[holes, side]) ** 2)))


def test_the_whole_tables_numbers_and_line_are_scipys(run):
    table, side, _ = holed(run)
    found = run.arrays("target", "lines")
    known = scipy.stats.linregress(table[:, 0], table[:, 1])
    np.testing.assert_allclose(found["target"][:3], [table[:, side].mean(), table[:, side].std(), known.slope])
    whole = found["lines"][0]
    np.testing.assert_allclose(whole[:, 1], known.intercept + known.slope * whole[:, 0])


def test_bias_and_spread_are_mean_and_deviation_of_the_recorded_draws(run):
    found, (mean, deviation, slope, _) = run.arrays("bias", "spread"), run.arrays("target")["target"]
    for k, way in enumerate(ALL):
        means = (np.array(run.metrics[f"mean/{way}"]) - mean) / deviation
        slopes = np.array(run.metrics[f"slope/{way}"]) / slope - 1
        np.testing.assert_allclose(found["bias"][k], [means.mean(), slopes.mean()], atol=1e-6)
        np.testing.assert_allclose(found["spread"][k], [means.std(ddof=1), slopes.std(ddof=1)], rtol=1e-4, atol=1e-6)
        assert run.metrics[f"slope_bias/{way}"][-1] == pytest.approx(slopes.mean(), abs=1e-6)
        assert run.metrics[f"mean_bias/{way}"][-1] == pytest.approx(means.mean(), abs=1e-6)


def test_the_mean_takes_its_share_out_of_the_variance_and_the_slope_of_known_rows_stays():
    run = Run("missing-data", seed=1, ways=("drop", "mean", "line"))
    run.step(1)
    found = run.arrays("found")["found"]
    assert found[1, 1] ** 2 == pytest.approx(0.6 * found[0, 1] ** 2)
    assert found[2, 2] == pytest.approx(found[0, 2])
    sideways = Run("missing-data", seed=1, ways=("drop", "mean"), side="x")
    assert sideways.arrays("found")["found"][1, 2] == pytest.approx(sideways.arrays("found")["found"][0, 2])


def test_draws_from_the_regression_have_its_mean_and_the_variance_of_a_prediction():
    draw = torch.Generator().manual_seed(0)
    near, far = (torch.randn(n, 1, generator=draw, dtype=torch.float64) for n in (12, 2))
    known = 2 * near[:, 0] + torch.randn(12, generator=draw, dtype=torch.float64)
    noise = torch.randn(3, 60_000, 14, generator=draw, dtype=torch.float64)
    found = regressed_draws(known, near, far, noise).numpy()
    line = LinearRegression().fit(near, known)
    x, rest = near[:, 0].numpy(), known.numpy() - line.predict(near)
    predicted = rest @ rest / 10 * (1 + 1 / 12 + (far[:, 0].numpy() - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    np.testing.assert_allclose(found.mean(0), line.predict(far), atol=0.02)
    np.testing.assert_allclose(found.var(0), predicted * 10 / 8, rtol=0.05)  # Student's t with 10 degrees of freedom
    standardized = (found[:2000, 0] - line.predict(far)[0]) / np.sqrt(predicted[0])
    assert scipy.stats.kstest(standardized, scipy.stats.t(10).cdf).pvalue > 0.01


def test_several_imputations_are_averaged():
    run = Run("missing-data", seed=2, ways=("draw",), m=3)
    experiment = run.execution.experiment
    table, holes = experiment.table, experiment.missing
    x = experiment.helpers()
    known = table[~holes, 1]
    full = table[:, 1].repeat(3, 1).numpy()
    full[:, holes.numpy()] = regressed_draws(known, x[~holes], x[holes], experiment.noise)
    slopes = [scipy.stats.linregress(table[:, 0], each).slope for each in full]
    found = run.arrays("found")["found"][0]
    np.testing.assert_allclose(found[:3], [full.mean(), full.std(1).mean(), np.mean(slopes)])


def test_holes_fall_with_a_probability_in_proportion_to_the_exponential():
    draw = torch.Generator().manual_seed(0)
    leaning = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)
    first = sum(punched(leaning, 1, torch.rand(3, generator=draw, dtype=torch.float64)).double() for _ in range(4000))
    expected = np.exp([0.0, 1.0, 2.0]) / np.exp([0.0, 1.0, 2.0]).sum()
    assert scipy.stats.chisquare(first.numpy(), 4000 * expected).pvalue > 0.01
    assert punched(leaning, 2, torch.rand(3, generator=draw, dtype=torch.float64)).sum() == 2


def test_who_has_a_hole_is_welchs_t_and_counted_row_by_row(run):
    table, side, left = holed(run)
    holes, other = np.isnan(left[:, side]), table[:, 1 - side]
    found = run.arrays("apart", "other_counts", "other_edges", "counts", "edges")
    known = scipy.stats.ttest_ind(other[holes], other[~holes], equal_var=False)
    gap = (other[holes].mean() - other[~holes].mean()) / other.std()
    np.testing.assert_allclose(found["apart"], [gap, known.statistic])
    np.testing.assert_array_equal(found["other_counts"][1], np.histogram(other[holes], found["other_edges"])[0])
    np.testing.assert_array_equal(found["counts"][0], np.histogram(table[:, side], found["edges"])[0])


def test_a_hand_takes_values_away_for_good_and_moves_only_what_is_known():
    run = Run("missing-data", seed=0)
    missing = run.arrays("missing")["missing"].astype(bool)
    known, hole = int(np.flatnonzero(~missing)[0]), int(np.flatnonzero(missing)[0])
    truth = run.arrays("whole")["whole"][hole].copy()
    run.act("punch", index=known)
    run.act("move", index=hole, x=150.0, y=40.0)
    assert run.arrays("whole")["whole"][hole].tolist() == [150.0, truth[1]]
    run.act("punch", index=hole)
    for _ in range(5):
        run.step(1)
        now = run.arrays("missing")["missing"]
        assert now[known]
        assert not now[hole]
    with pytest.raises(Refused, match="there are rows 0 to 199"):
        run.act("punch", index=200)


def test_the_side_job_finds_the_share_of_the_variance_that_is_left():
    run = Run("missing-data", seed=0, ways=("drop", "mean"))
    found = {name: array.numpy() for name, array in [*run.execution.experiment.over_shares()][-1].items()}
    np.testing.assert_allclose(found["sd_ratio"][1] ** 2, 1 - found["shares"], atol=0.05)
    np.testing.assert_allclose(found["slope_off"][1], 1 - found["shares"], atol=0.12)
    assert np.abs(found["mean_off"]).max() < 0.1


def table_file(folder, rows, head="name,a,b,c"):
    """A CSV of one's own."""
    place = folder / "table.csv"
    place.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(place)


def test_a_table_of_ones_own_has_its_columns_by_name_and_the_others_help(tmp_path):
    path = table_file(tmp_path, [f"n{k},{k % 7},{k * k % 11},{k % 5}" for k in range(40)])
    run = Run("missing-data", data="file", path=path, columns="c, a")
    assert run.arrays("names")["names"].tolist() == ["c", "a"]
    assert run.arrays("whole")["whole"][:6].tolist() == [[k % 5, k % 7] for k in range(6)]
    assert run.execution.experiment.table.shape == (40, 3)


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ([f"n,{k},1,{k}" for k in range(40)], "", "x and y must vary"),
        ([f"n,{k},{k},{k}" for k in range(10)], "", "10 rows: 30 to 2000 are needed"),
        ([f"n,{k},{k},{k}" for k in range(40)], "a", "two columns of numbers"),
        ([f"n,{k},{k},{k}" for k in range(40)], "a, z", "columns = 'z' is no column"),
        ([f"n,{k},{k if k else ''},{k}" for k in range(40)], "a, b", "is empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_remedy(tmp_path, rows, columns, words):
    with pytest.raises(Refused, match=words):
        Run("missing-data", data="file", path=table_file(tmp_path, rows), columns=columns)


@pytest.mark.parametrize(
    ("given", "steps", "named"),
    [
        ({"look": "drop"}, 0, set()),
        ({"look": "mean"}, 31, {"shrunk", "off"}),
        ({"look": "draw"}, 31, set()),
        ({"why": "mar", "look": "drop"}, 0, {"leaning"}),
        ({"side": "x", "look": "line"}, 31, {"shrunk", "off"}),
    ],
)
def test_notes_say_what_is_so(given, steps, named):
    run = Run("missing-data", **given)
    run.step(steps)
    assert {note.name for note in run.notes} == named
