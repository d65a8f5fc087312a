"""A run file knows what its run reads: embedded, found beside it, or refused when it is not the same."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from explainer import Refused, Run
from explainer.contract import named_files, run_file
from explainer.contract.catalogue import CATALOGUE


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setattr(named_files, "user_cache_path", lambda *names, **more: tmp_path / "cache")


def image(place, seed=0, size=8):
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size, size), np.uint8)).save(place)
    return place


def saved(place, picture, large=False, monkeypatch=None):
    """Save a run of an image; return what it sees."""
    run = Run("convolution", image="file", path=picture, own_size=True)
    if large:
        monkeypatch.setattr(named_files, "SMALL", 10)
    run.save(place)
    return run.arrays("input")["input"]


def seen(place):
    return Run.load(place).arrays("input")["input"]


def test_a_small_file_travels_inside(tmp_path):
    right = saved(tmp_path / "a.run.json", image(tmp_path / "a.png"))
    np.testing.assert_array_equal(seen(tmp_path / "a.run.json"), right)
    image(tmp_path / "a.png", seed=1)
    np.testing.assert_array_equal(seen(tmp_path / "a.run.json"), right, "another image has taken its place")
    (tmp_path / "a.png").unlink()
    np.testing.assert_array_equal(seen(tmp_path / "a.run.json"), right, "the image is gone")
    Run.load(tmp_path / "a.run.json").save(tmp_path / "b.run.json")
    shutil.rmtree(tmp_path / "cache")
    np.testing.assert_array_equal(seen(tmp_path / "b.run.json"), right, "what was unpacked is embedded again")


def test_a_large_file_is_named_from_the_root_and_from_the_run_file_and_checked(tmp_path, monkeypatch):
    first = tmp_path / "first"
    right = saved(first / "a.run.json", image(first / "in" / "a.png"), large=True, monkeypatch=monkeypatch)
    assert "content" not in json.loads((first / "a.run.json").read_text())["files"]["path"]
    np.testing.assert_array_equal(seen(first / "a.run.json"), right)
    first.rename(tmp_path / "second")
    np.testing.assert_array_equal(seen(tmp_path / "second" / "a.run.json"), right, "both were moved together")
    image(tmp_path / "second" / "in" / "a.png", seed=1)
    with pytest.raises(Refused, match="not what the run was made with") as refused:
        seen(tmp_path / "second" / "a.run.json")
    assert refused.value.about == "path"
    (tmp_path / "second" / "in" / "a.png").unlink()
    with pytest.raises(Refused, match="it is not there"):
        seen(tmp_path / "second" / "a.run.json")


def test_a_path_is_the_same_wherever_the_program_is_started(tmp_path, monkeypatch):
    image(tmp_path / "a" / "x.png", seed=0)
    image(tmp_path / "b" / "x.png", seed=1)
    monkeypatch.chdir(tmp_path / "a")
    right = saved(tmp_path / "x.run.json", "x.png", large=True, monkeypatch=monkeypatch)
    monkeypatch.chdir(tmp_path / "b")
    np.testing.assert_array_equal(seen(tmp_path / "x.run.json"), right)


def test_an_older_run_file_s_relative_path_is_looked_for_beside_it_alone(tmp_path, monkeypatch):
    parameters = {"image": "file", "path": "x.png", "own_size": True}
    text = json.dumps({"version": 1, "recipe": {"scene": "convolution", "parameters": parameters}})
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "x.run.json").write_text(text)
    image(tmp_path / "here" / "x.png")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(Refused, match="beside the run file"):
        Run.load(tmp_path / "runs" / "x.run.json")
    with pytest.raises(Refused, match="without a run file beside it"):
        run_file.decode(text.encode(), CATALOGUE)
    image(tmp_path / "runs" / "x.png", seed=3)
    np.testing.assert_array_equal(
        seen(tmp_path / "runs" / "x.run.json")[0], np.asarray(Image.open(tmp_path / "runs" / "x.png"))
    )


def test_a_folder_is_known_by_names_and_contents(tmp_path):
    for name in ("a", "b"):
        for number in range(5):
            image(tmp_path / "data" / name / f"{number}.png", seed=number)
    run = Run("cnn", folder=tmp_path / "data", data="folder", side=8, blocks="pooled:channels=2")
    run.save(tmp_path / "x.run.json")
    run.step(2)
    again = Run.load(tmp_path / "x.run.json")
    again.step(2)
    assert list(again.metrics["loss/train"]) == list(run.metrics["loss/train"])
    (tmp_path / "data").rename(tmp_path / "moved")
    with pytest.raises(Refused, match="it is not there"):
        Run.load(tmp_path / "x.run.json")
    (tmp_path / "moved").rename(tmp_path / "data")
    image(tmp_path / "data" / "b" / "3.png", seed=99)
    with pytest.raises(Refused, match="not what the run was made with"):
        Run.load(tmp_path / "x.run.json")


def test_another_file_can_be_given_in_place_of_one_that_is_gone(tmp_path, monkeypatch):
    from argparse import Namespace

    from explainer.commands.request import read_request

    saved(tmp_path / "a.run.json", image(tmp_path / "a.png"), large=True, monkeypatch=monkeypatch)
    (tmp_path / "a.png").unlink()
    other = image(tmp_path / "other.png", seed=5)
    words = Namespace(target=str(tmp_path / "a.run.json"), steps=None, seed=None, threads=None, device=None, set=[])
    with pytest.raises(Refused, match="--set path="):
        read_request(words, "cpu")
    words.set = [f"path={other}"]
    assert read_request(words, "cpu").recipe.parameters["path"] == str(other)


def test_a_run_that_reads_nothing_is_a_file_of_version_1(tmp_path):
    for scene, given in (
        ("gradient-descent", {}),
        ("convolution", {"path": image(tmp_path / "a.png"), "image": "digit"}),
    ):
        Run(scene, **given).save(tmp_path / "a.run.json")
        assert json.loads((tmp_path / "a.run.json").read_text()).keys() == {"version", "recipe", "position"}


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ({"lr": {"sha256": ""}}, "unknown parameter"),
        ({"image": {"sha256": ""}}, "names no file"),
        ({"path": {"sha256": "0" * 64, "content": "AAAA"}}, "does not have the hash"),
        ({"path": {"sha256": "0" * 64, "content": "é"}}, "damaged"),
        ({"path": {"sha256": "0" * 64, "beside": "../../etc/passwd"}}, "not beside"),
        ({"path": {"sha256": "0" * 64, "beside": "/etc/passwd"}}, "not beside"),
        ({"path": {"sha256": "0" * 64}}, "it is not there"),
        ({"path": {"sha256": 3}}, "no run file"),
        ({"path": {"sha256": "", "more": 1}}, "no run file"),
    ],
)
def test_pins_that_lie_are_refused(tmp_path, pin, said):
    recipe = {"scene": "convolution", "parameters": {"image": "file", "path": "/nowhere/x.png"}}
    (tmp_path / "a.run.json").write_text(json.dumps({"version": 2, "recipe": recipe, "files": pin}))
    with pytest.raises(Refused, match=said):
        Run.load(tmp_path / "a.run.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_run_file_of_any_unicode_encoding_is_opened(tmp_path, encoding):
    text = '{"version": 1, "recipe": {"scene": "attention", "parameters": {"text": "हिन्दी"}}}'
    (tmp_path / "a.run.json").write_bytes(text.encode(encoding))
    assert Run.load(tmp_path / "a.run.json").params.text == "हिन्दी"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        ('{"version": 1'.encode("utf-16"), "is no run file"),
        ('{"version": 1}'.encode("utf-16")[:-1], "is no run file"),
        (b"\xff\xfe\x00", "is no run file"),
        (b'{"version": 1, "recipe": {"scene": "cnn", "parameters": {"lr": 1e999}}}', "'lr' is out of range"),
        (b'{"version": 1, "recipe": {"scene": "cnn", "seed": %s}}' % (b"9" * 5000), "'seed' is out of range"),
        (
            b'{"version": 1, "recipe": {"scene": "cnn", "parameters": {"start": [1, -1e999]}}}',
            "'start' is out of range",
        ),
    ],
)
def test_what_is_wrong_with_a_run_file_is_named(content, said):
    with pytest.raises(Refused) as refused:
        run_file.decode(content, CATALOGUE, "a.run.json")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
