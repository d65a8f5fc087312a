"""What can be written for layers, connections, drawn points and files, and what is refused in which words."""

import numpy as np
import pytest

from explainer import Refused, Run
from explainer.scenes.playground import Params
from explainer.scenes.playground.layers import parse_entry, read_skips, sources, told
from explainer.scenes.playground.table_file import read_table

GOOD = "a,b,kind\n1,2,red\n2,3,blue\n3,1,red\n4,4,blue\n5,2,red\n"


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("8", "8"),
        (" 8 : activation = relu ", "8:activation=relu"),
        ("64:norm=batch:dropout=0.2", "64:dropout=0.2:norm=batch"),
    ],
)
def test_a_layer_is_read_and_written(words, canonical):
    assert parse_entry(words).text() == canonical
    assert parse_entry(canonical).text() == canonical


@pytest.mark.parametrize(
    "words", ["", "0", "65", "x", "8.5", "8:relu", "8:width=3", "8:dropout=2", "8:norm=batch:norm=none"]
)
def test_what_is_no_layer_is_refused(words):
    with pytest.raises(Refused):
        parse_entry(words)


def test_layers_follow_what_all_are_told():
    spec = told(Params(layers="4,5:activation=relu:dropout=0.5", activation="elu"))
    assert spec.activations == ("elu", "relu")
    assert spec.dropouts == (0.0, 0.5)


def test_connections_are_read():
    assert sources(Params(layers="4,4", skips="0>3, 0>2")) == ((0,), (0, 1), (0, 2))


@pytest.mark.parametrize("words", ["0>1", "a>b", "2", "0>2,0>2", "1>0", "-1>2"])
def test_what_is_no_connection_is_refused(words):
    with pytest.raises(Refused):
        read_skips(words)


def test_a_connection_to_a_layer_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="layers 1 to 2"):
        Run("playground", layers="4", skips="0>3")


@pytest.mark.parametrize(
    ("drawn", "words"),
    [((1.0, 2.0), "x₁, x₂ and class"), ((0.0, 0.0, 0.0) * 3, "at least 4"), ((0.0, 0.0, 0.5) * 4, "class 0.5")],
)
def test_what_are_no_points_is_refused(drawn, words):
    with pytest.raises(Refused, match=words):
        Params(drawn=drawn)


def test_a_further_drawn_point_leaves_the_others_what_they_were():
    run = Run("playground", data="drawn")
    run.step(5)
    before = run.arrays("points", "split", "labels")
    run.set(drawn=(*run.params.drawn, 0.5, -0.25, 1.0))
    run.step(3)
    after = run.arrays("points", "split", "labels")
    assert np.array_equal(after["points"][:-1], before["points"])
    assert np.array_equal(after["split"][:-1], before["split"])
    assert after["points"][-1].tolist() == [0.5, -0.25]
    assert after["labels"][-1] == 1


def written(tmp_path, content):
    path = tmp_path / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_file_is_learned_from(tmp_path):
    path = written(tmp_path, GOOD)
    table = read_table(path, "", "", "auto")
    assert table.classes == ("blue", "red")
    assert table.y.tolist() == [1, 0, 1, 0, 1]
    assert table.columns == ("a", "b")
    run = Run("playground", data="file", path=path, layers="2")
    run.step(5)
    assert run.arrays("classes")["classes"].tolist() == ["blue", "red"]
    assert abs(run.arrays("points")["points"]).max() == pytest.approx(3)


def test_columns_and_target_can_be_chosen_and_a_target_be_a_number(tmp_path):
    path = written(tmp_path, "y;a;b;c\n1.5;1;2;3\n2.5;2;3;4\n0.5;3;1;1\n3.5;4;4;0\n")
    table = read_table(path, "c, a", "y", "auto")
    assert table.columns == ("c", "a")
    assert table.classes == ()
    assert table.y.tolist() == [1.5, 2.5, 0.5, 3.5]
    assert read_table(path, "a,b", "c", "auto").classes == ("0", "1", "3", "4")
    assert read_table(path, "a,b", "c", "number").classes == ()


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        ("", {}, "0 rows"),
        ("a,b,kind\n1,2,x\n", {}, "1 rows"),
        (GOOD + "6,7\n", {}, "row 7: 2 cells"),
        (GOOD + "6,oops,red\n", {}, "'b', row 7, holds 'oops'"),
        (GOOD + "6,,red\n", {}, "'b', row 7, is empty"),
        (GOOD + "6,nan,red\n", {}, "'b', row 7"),
        (GOOD, {"target": "colour"}, "choose from a, b, kind"),
        (GOOD, {"columns": "a"}, "name two"),
        (GOOD, {"columns": "a,kind"}, "not the target"),
        ("a,b\n1,2\n3,4\n5,6\n7,8\n", {}, "2 columns"),
        ("a,b,k\n1,2,x\n3,4,x\n5,6,x\n7,8,x\n", {}, "1 classes"),
        (b"\xff\xfe\x00", {}, "UTF-8"),
        ("a,b,c\n" + "1,2,3\n" * 20_001, {}, "at most 20,000"),
        (b"x" * (16 * 2**20 + 1), {}, "16 MiB"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path, content, more, words):
    path = written(tmp_path, content)
    with pytest.raises(Refused, match=words) as refused:
        read_table(path, more.get("columns", ""), more.get("target", ""), "auto")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="is no file"):
        Run("playground", data="file", path="/nowhere/own.csv")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"patience": 3}, "validation"),
        ({"norm": "batch", "batch_size": 1}, "variance"),
        ({"features": "own", "own_feature": "log(x)"}, "finite"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, words):
    with pytest.raises(Refused, match=words):
        Run("playground", **settings)
