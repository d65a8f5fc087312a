import csv
import io

import numpy as np

from explainer.contract.series import Series
from explainer.export import metrics_csv


def series(steps, values, limit=1_000) -> Series:
    made = Series(limit=limit)
    made.extend(np.array(steps), np.array(values, float))
    return made


def test_a_step_without_a_value_has_an_empty_cell():
    raw = metrics_csv.encode({"a": series([1, 2, 4], [0.1, 0.2, 0.4]), "b": series([3], [7])}, 4)
    assert raw == b"step,a,b\n1,0.1,\n2,0.2,\n3,,7.0\n4,0.4,\n"


def test_only_completed_steps_have_a_row():
    assert metrics_csv.encode({"a": series([0, 1, 2, 3], [9, 1, 2, 3])}, 2) == b"step,a\n1,1.0\n2,2.0\n"


def test_every_float_reads_back_as_the_same_bits():
    values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, float("inf"), float("nan"), np.float32(0.1)]
    raw = metrics_csv.encode({"a": series(range(1, 8), values)}, 7).decode()
    found = [float(row[1]) for row in list(csv.reader(io.StringIO(raw)))[1:]]
    assert np.array(found).tobytes() == np.array(values, float).tobytes()


def test_names_with_commas_quotes_and_line_ends_are_read_back():
    names = ['adam:lr=0.1,"x"', "two\nlines", "step"]
    raw = metrics_csv.encode({name: series([1], [1]) for name in names}, 1).decode()
    assert next(csv.reader(io.StringIO(raw, newline=""))) == ["step", *names]


def test_a_thinned_series_is_said_to_be_thinned_and_its_kept_steps_are_written():
    long, other = series(range(1, 101), np.sin(np.arange(100)), limit=40), series(range(1, 101, 10), range(10))
    first, header, *body = metrics_csv.encode({"long": long, "other": other}, 100).decode().splitlines()
    assert long.thinned
    assert first.startswith("# thinned")
    assert first.endswith(": long")
    assert header == "step,long,other"
    cells = [row.split(",") for row in body]
    assert [int(row[0]) for row in cells] == sorted({*long.steps.tolist(), *other.steps.tolist()})
    kept = [(int(step), float(value)) for step, value, _ in cells if value]
    assert kept == list(zip(long.steps.tolist(), long.values.tolist(), strict=True))


def test_a_scene_without_metrics_still_has_its_steps():
    assert metrics_csv.encode({}, 2) == b"step\n1\n2\n"
