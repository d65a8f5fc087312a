"""Forecasting, against plain loops, scikit-learn and nn.LSTM with torch.optim."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, r2_score
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer import Refused, Run
from explainer.assets import asset
from explainer.scenes.forecasting.examples import QUANTILES, ends_of, examples, in_units
from explainer.scenes.forecasting.experiment import Forecaster, loss_of
from explainer.scenes.forecasting.series import public_series

AIRLINE = public_series("airline")
TRANSFORMS = ("none", "log", "difference", "log_difference")


def experiment_of(run):
    """The experiment of a run."""
    return run._execution.experiment


def test_the_public_series_are_whole_and_their_files_say_where_they_come_from():
    assert (len(AIRLINE), AIRLINE.sum(), AIRLINE[0], AIRLINE[-1]) == (144, 40_363, 112, 432)
    sunspots = public_series("sunspots")
    assert len(sunspots) == 309
    assert sunspots.sum() == pytest.approx(15_373.4)
    assert sunspots[257] == 190.2  # in 1957, the highest
    for name, source in (("airline", "Box, Jenkins"), ("sunspots", "National Geophysical Data Center")):
        assert source in asset(f"series/{name}.csv").read_text("utf-8").partition("\n")[0]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_windows_and_targets_are_those_of_a_plain_loop_and_scaled_by_what_comes_before_the_test(transform):
    data = examples(torch.tensor(AIRLINE), transform, 6, 30, 0.0, None)
    level = np.log(AIRLINE) if "log" in transform else AIRLINE
    differs = "difference" in transform
    read = np.diff(level) if differs else level
    known = read[: 144 - 30 - differs]
    for row, origin in enumerate(data.origins.tolist()):
        last = origin - differs
        wanted = (read[last - 5 : last + 1] - known.mean()) / known.std()
        np.testing.assert_allclose(data.windows[row], wanted, rtol=2e-5, atol=1e-5)
        for lead in (1, 5):
            if origin + lead < 144:
                steps = [(each - known.mean()) / known.std() for each in read[last + 1 : last + 1 + lead]]
                came = sum(steps) if differs else steps[-1]
                assert float(data.targets[row, lead - 1]) == pytest.approx(came, rel=1e-4, abs=1e-4)
    assert int(data.origins[0]) == 5 + differs
    assert int(data.origins[-1]) == 143
    back = in_units(data.targets.double(), data)[:-1, 0]
    np.testing.assert_allclose(back, AIRLINE[data.origins[:-1].numpy() + 1], rtol=1e-5)


def test_nothing_is_learned_from_what_comes_later_and_parts_do_not_overlap():
    data = examples(torch.tensor(AIRLINE), "log", 12, 36, 1 / 3, None)
    reach = data.origins[:, None] + torch.arange(1, 25)
    learned, kept, tested = ((data.part == part)[:, None] & data.usable for part in range(3))
    assert reach[learned].max() < reach[kept].min()
    assert reach[kept].max() < reach[tested].min() == 108
    assert reach[tested].max() == 143


@pytest.mark.parametrize(("series", "season"), [("airline", 12), ("sunspots", 11), ("airline", 5)])
def test_the_simple_forecasts_are_those_of_a_plain_loop(series, season):
    run = Run("forecasting", series=series, season=season)
    experiment, y = experiment_of(run), public_series(series)
    found = experiment.simple().numpy()
    for row in (30, 60, 90):
        origin = int(experiment.data.origins[row])
        for lead in (1, season, season + 1, 24):
            back = season * -(-lead // season)
            same, now = y[origin + lead - back], y[origin]
            times = back // season
            if series == "airline":
                growth = same * (now / y[origin - season]) ** times
            else:
                growth = same + times * (now - y[origin - season])
            wanted = (now, same, growth, y[origin - season + 1 : origin + 1].mean())
            np.testing.assert_allclose(found[:4, row, lead - 1], wanted, rtol=1e-9)


def test_least_squares_is_scikit_learns_fed_back():
    run = Run("forecasting", window=7)
    experiment, z = experiment_of(run), np.log(AIRLINE)
    x = np.stack([z[k : k + 7] for k in range(108 - 7)])
    fitted = LinearRegression().fit(x, z[7:108])
    for origin in (50, 120):
        known = z[: origin + 1].tolist()
        for lead in range(1, 25):
            known.append(float(fitted.predict([known[-7:]])[0]))
            found = experiment.simple()[4, origin - 6, lead - 1]
            assert float(found) == pytest.approx(np.exp(known[-1]), rel=1e-4)


def test_losses_are_torchs_and_scikit_learns_and_leave_out_what_is_not_usable():
    torch.manual_seed(1)
    targets, usable = torch.randn(5, 4), torch.rand(5, 4) > 0.3
    one, three = torch.randn(5, 4, 1), torch.randn(5, 4, 3)
    unknown = torch.where(usable, targets, torch.nan)
    assert float(loss_of(one, unknown, usable)) == pytest.approx(
        float(F.mse_loss(one[..., 0][usable], targets[usable]))
    )
    each = [mean_pinball_loss(targets[usable], three[..., k][usable], alpha=q) for k, q in enumerate(QUANTILES)]
    assert float(loss_of(three, unknown, usable)) == pytest.approx(np.mean(each), rel=1e-5)


def test_a_step_is_that_of_nn_lstm_with_adam():
    run = Run("forecasting", seed=2, window=8, lr=0.02)
    experiment = experiment_of(run)
    rnn, out = nn.LSTM(1, 32, batch_first=True), nn.Linear(32, 1)
    rnn.load_state_dict(experiment.network.body.state_dict())
    out.load_state_dict(experiment.network.out.state_dict())
    optimizer, losses, judged = torch.optim.Adam([*rnn.parameters(), *out.parameters()], lr=0.02), [], []
    batches = torch.Generator()
    batches.set_state(experiment.batches.get_state())
    z = np.log(AIRLINE)
    middle, spread = z[:108].mean(), z[:108].std()
    u = torch.tensor((z - middle) / spread, dtype=torch.float32)
    x, y = u.unfold(0, 8, 1)[:-1], u[8:]
    for _ in range(5):
        with torch.no_grad():
            said = out(rnn(x[100:, :, None])[0][:, -1])[:, 0]
        judged.append(np.abs(np.exp(middle + spread * said.double().numpy()) - AIRLINE[108:]).mean())
        chosen = torch.randint(100, (32,), generator=batches)
        loss = F.mse_loss(out(rnn(x[chosen, :, None])[0][:, -1])[:, 0], y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    run.step(5)
    np.testing.assert_allclose(run.metrics["loss"], losses, rtol=1e-4)
    np.testing.assert_allclose(run.metrics["error/test"], judged, rtol=1e-4)


def test_a_network_that_is_fed_back_reads_what_it_said():
    torch.manual_seed(3)
    windows = torch.randn(4, 6)
    for model in ("lstm", "mlp"):
        network = Forecaster(model, 6, 1, 1)
        known = windows
        with torch.no_grad():
            found = network.fed_back(windows, 5)
            for lead in range(5):
                said = network(known if model == "lstm" else known[:, -6:])[:, 0]
                torch.testing.assert_close(found[:, lead], said[:, 0], rtol=1e-4, atol=1e-5)
                known = torch.cat([known, said], 1)


@pytest.mark.parametrize("given", [{}, {"transform": "log_difference"}, {"strategy": "direct"}, {"shuffle": True}])
def test_errors_and_r2_are_scikit_learns(given):
    run = Run("forecasting", model="mlp", horizon=5, **given)
    run.step(3)
    experiment, found = experiment_of(run), run.arrays("errors", "by_lead")
    data, said = experiment.data, experiment.forecasts().numpy()
    rows = [k for k in range(len(data.origins)) if data.part[k] == 2 and data.origins[k] + 5 < 144]
    came = AIRLINE[[int(data.origins[k]) + 5 for k in rows]]
    for model in (0, 1, 4, 5):
        assert found["errors"][model, 2] == pytest.approx(mean_absolute_error(came, said[model, rows, 4]))
        assert found["errors"][model, 3] == pytest.approx(r2_score(came, said[model, rows, 4]))
        assert found["by_lead"][model, 4] == pytest.approx(found["errors"][model, 2], rel=1e-5)
    if not given:
        assert run.metrics["error/test"][0] != run.metrics["error/test"][2]


def test_the_ends_of_intervals_are_numpys_quantiles_and_the_conformal_rank():
    missed = torch.tensor(np.random.default_rng(0).normal(size=29))
    np.testing.assert_allclose(ends_of(missed, conformal=False), np.quantile(missed, [0.1, 0.9]))
    assert ends_of(missed, conformal=True)[1] == np.sort(np.abs(missed.numpy()))[23]
    assert np.isnan(ends_of(missed[:3], conformal=True)).all()
    assert not np.isnan(ends_of(missed[:4], conformal=True)).any()
    assert np.isnan(ends_of(missed[:0], conformal=False)).all()


@pytest.mark.parametrize("interval", ["residuals", "conformal", "quantile"])
def test_coverage_is_counted_as_a_plain_loop_counts_it(interval):
    run = Run("forecasting", series="sunspots", model="mlp", interval=interval, horizon=3)
    run.step(20)
    experiment, found = experiment_of(run), run.arrays("coverage", "counted")
    data, (low, high), y = experiment.data, experiment.band().numpy(), public_series("sunspots")
    for part in range(3):
        rows = [k for k in range(len(data.origins)) if data.part[k] == part and data.usable[k, 2]]
        inside = [low[k, 2] <= y[data.origins[k] + 3] <= high[k, 2] for k in rows]
        assert found["counted"][part] == len(rows)
        assert np.isnan(found["coverage"][part]) if not rows else found["coverage"][part] == np.mean(inside)
    if interval == "conformal":
        assert found["coverage"][1] >= 0.8


def test_the_fan_begins_at_the_chosen_value_and_holds_what_is_forecast_from_it():
    run = Run("forecasting", model="mlp", horizon=3, origin=-5)
    found = run.arrays("near_times", "near_values", "near_forecasts", "near_band", "ahead")
    origin = 144 - 36 - 1 - 5
    np.testing.assert_array_equal(found["near_values"][:24], AIRLINE[origin - 23 : origin + 1])
    assert found["near_times"][23] == 1949 + origin / 12
    assert (found["near_forecasts"][:, 23] == AIRLINE[origin]).all()
    assert np.isnan(found["near_forecasts"][:, 27:]).all()
    np.testing.assert_allclose(found["near_forecasts"][:, 26], found["ahead"][:, origin + 3])
    assert (found["near_band"][0, 24:27] <= found["near_band"][1, 24:27]).all()


def test_least_squares_split_by_time_has_the_error_of_the_table():
    run = Run("forecasting", model="mlp", horizon=1)
    *_, last = experiment_of(run).compare_splits()
    assert last["split_errors"][1, 0] == pytest.approx(run.arrays("errors")["errors"][4, 1], rel=1e-4)


def test_a_series_of_ones_own_is_the_last_column_and_what_cannot_be_forecast_is_refused(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("day,sales\n" + "\n".join(f"{k},{100 + k + 10 * (k % 7)}" for k in range(90)), "utf-8")
    run = Run("forecasting", series="file", path=str(path), season=7)
    assert run.arrays("values")["values"].tolist() == [100 + k + 10 * (k % 7) for k in range(90)]
    path.write_text("sales\n" + "5\n" * 90, "utf-8")
    with pytest.raises(Refused, match="nothing to forecast"):
        Run("forecasting", series="file", path=str(path))
    path.write_text("sales\n" + "\n".join(str(k) for k in range(30)), "utf-8")
    with pytest.raises(Refused, match="windows would be left"):
        Run("forecasting", series="file", path=str(path))
    with pytest.raises(Refused, match="logs need values above 0"):
        Run("forecasting", series="sunspots", transform="log")


def test_notes_say_who_does_better_and_which_split_sees_the_future():
    assert not Run("forecasting").notes
    assert [note.name for note in Run("forecasting", shuffle=True).notes] == ["shuffled"]
    run = Run("forecasting", model="mlp")
    run.step(100)
    assert "beaten" in [note.name for note in run.notes]
    run = Run("forecasting", model="mlp", transform="log_difference")
    run.step(100)
    assert "beaten" not in [note.name for note in run.notes]
