"""What the bench computes from its readings; the figures themselves are never asserted."""

import sys

import pytest

from explainer import bench
from explainer.bench.growth import growth


def test_memory_that_grows_steadily_is_extrapolated_to_an_hour():
    readings = [100.0 + 0.01 * second for second in range(400)]
    assert growth(readings, 1.0) == pytest.approx(36.0, rel=0.01)


def test_single_peaks_are_no_growth():
    readings = [150.0] * 400
    readings[17] = readings[390] = 190.0
    assert growth(readings, 1.0) == 0.0


def group(folder, monkeypatch, code):
    """Make a module the only group of the bench."""
    (folder / "probe.py").write_text(code)
    monkeypatch.setattr(bench, "python", lambda module, *words: [sys.executable, str(folder / "probe.py"), *words])


def test_a_group_that_runs_out_of_time_gives_what_it_has_found(tmp_path, monkeypatch):
    code = "import time\nprint('{\"history/size\": 3.0}', flush=True)\ntime.sleep(60)\n"
    group(tmp_path, monkeypatch, code)
    values, why = bench.measure("history", seconds=3)
    assert values == {"history/size": 3.0}
    assert why == "took longer than 3 s"


def test_each_group_says_whether_its_budgets_are_met(tmp_path, monkeypatch, capsys):
    group(tmp_path, monkeypatch, 'print(\'{"history/size": 300.0, "history/share": 1.0, "kinds/bars": 2.0}\')')
    assert bench.main(groups=["history"]) == 0
    printed, told = capsys.readouterr()
    lines = {line.split("  ")[0]: line for line in printed.splitlines()}
    assert lines["history: checkpoints and series"].endswith("NOT MET")
    assert lines["cost of recording checkpoints ÷ training time"].endswith("met")
    assert lines["a frame drawn by the kind bars"].endswith("2.00 ms of CPU")
    assert "1 of 2 budgets met; not: history: checkpoints and series" in told


def test_a_group_that_fails_is_named_and_the_others_go_on(tmp_path, monkeypatch, capsys):
    group(tmp_path, monkeypatch, "import sys\nsys.exit(3)")
    assert bench.main(as_json=True, groups=["start", "kinds"]) == 1
    printed, told = capsys.readouterr()
    assert printed.strip() == "[]"
    assert "start: failed with status 3" in told
    assert "kinds: failed with status 3" in told
