"""What the bench computes from its readings; the figures themselves are never asserted."""

import sys

import pytest

from explainer import bench
from explainer.bench.soak import COLUMNS, growth


def reading(**given):
    return {**dict.fromkeys(COLUMNS, 100.0), **given}


def test_each_scene_is_compared_with_itself_as_it_was_after_the_warm_up():
    rounds = [[reading(window=150.0), reading(window=200.0), reading(window=100.0)] for _ in range(3)]
    assert set(growth(rounds).values()) == {0.0}
    rounds[-1] = [reading(window=153.0), reading(window=206.0), reading(window=104.0, widgets=150.0)]
    grown = growth(rounds)
    assert grown["soak/window"] == pytest.approx(3.0)  # 2, 3 and 4 per cent
    assert grown["soak/widgets"] == 0.0


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
