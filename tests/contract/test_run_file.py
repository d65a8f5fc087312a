import json
import os
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract import Refused, run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import MAX_STEP, SET, Action, Position, Recipe, check_recipe

SCENE = CATALOGUE.scene("small-network")
RECIPE = check_recipe(
    Recipe(
        "small-network",
        seed=7,
        parameters={"width": 4},
        actions=(Action(3, SET, {"lr": 0.5}), Action(5, "reinitialise", {"first": 2, "scale": 0.5})),
    ),
    SCENE,
)
GOOD = json.loads(run_file.encode(RECIPE, Position(9, 2)))


def changed(**recipe):
    return GOOD | {"recipe": GOOD["recipe"] | recipe}


def read(content):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return run_file.decode(raw, CATALOGUE, "a.run.json")


def test_what_is_written_reads_back_the_same():
    found = run_file.decode(run_file.encode(RECIPE, Position(9, 2)), CATALOGUE)
    assert found.recipe == RECIPE
    assert found.position == Position(9, 2)


def test_a_run_file_is_a_few_readable_lines():
    lines = run_file.encode(RECIPE, Position(9)).decode().splitlines()
    assert any('"lr": 0.5' in line for line in lines)
    assert len(lines) < 60


@given(
    seed=st.integers(0, 2**63 - 1),
    lr=st.floats(1e-4, 1e6),
    step=st.integers(0, MAX_STEP),
    large=st.booleans(),
)
def test_every_value_survives_exactly(seed, lr, step, large):
    recipe = check_recipe(
        Recipe("small-network", seed=seed, parameters={"large": large}, actions=(Action(step, SET, {"lr": lr}),)), SCENE
    )
    assert read(run_file.encode(recipe, Position(step))).recipe == recipe


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_a_run_in_one_line_is_the_same_run_and_tells_no_defaults(name):
    scene = CATALOGUE.scene(name)
    text = run_file.line(check_recipe(Recipe(name), scene), Position())
    assert json.loads(text)["recipe"] == {"scene": name}
    for parameter, declared in scene.parameters.declarations.items():
        for option in getattr(declared, "options", None) or ():
            with suppress(Refused):
                other = check_recipe(Recipe(name, 3, parameters={parameter: option}), scene)
                text = run_file.line(other, Position(4))
                assert "\n" not in text
                assert run_file.decode(text.encode(), CATALOGUE).recipe == other


def test_a_run_with_changes_fits_into_a_message():
    text = run_file.line(RECIPE, Position(9, 2))
    assert run_file.decode(text.encode(), CATALOGUE).recipe == RECIPE
    assert len(text) < 300


def test_missing_values_become_the_defaults():
    found = read({"version": 1, "recipe": {"scene": "small-network"}})
    assert found.recipe.parameters == SCENE.parameters().values()
    assert found.position == Position(0, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no run file"),
        (b"\x00\xff\xfe", "no run file"),
        (b"{}", "no run file.*version"),
        (b"[]", "no run file"),
        (b"null", "no run file"),
        (b"[" * 100_000, "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":' + b"[" * 5_000, "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":1e999}}}', "refused|no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":NaN}}}', "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","seed":' + b"9" * 5_000 + b"}}", "refused|no run file"),
        (
            b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":' + b"9" * 5_000 + b"}}}",
            "refused|no run",
        ),
        (json.dumps(GOOD).encode()[:-10], "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":1,"lr":2}}}', "says 'lr' twice"),
        (b'{"version":1,"version":1,"recipe":{"scene":"small-network"}}', "says 'version' twice"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":-1e999}}}', "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","parameters":{"optimizer":"\\ud800"}}}', "no run file"),
        (b'{"version":1,"recipe":{"scene":"small-network","seed":' + b"9" * 4_000 + b"}}", "seed = 99.* is refused"),
        (
            b'{"version":1,"recipe":{"scene":"small-network","parameters":{"lr":' + b"[" * 900 + b"]" * 900 + b"}}}",
            "lr",
        ),
        (b"\xef\xbb\xbf{}", "no run file"),
        (GOOD | {"version": 10**400}, "has version 1000.*update the program"),
        (GOOD | {"version": 1.0}, "no run file.*version"),
        (GOOD | {"version": True}, "no run file.*version"),
        (changed(device="tpu"), "device 'tpu' is refused: choose from cpu, cuda, auto"),
        (changed(threads=10**30), "threads = 10+… is refused|threads = 10+ is refused"),
        (
            changed(actions=[{"step": 1, "verb": "poison"}] * 100_001),
            "100,001 actions are refused: give at most 100,000",
        ),
        (changed(actions=[{"step": 10**10, "verb": "poison"}]), "an action at step 10000000000 is refused"),
        (changed(actions=[{"step": 1, "verb": "reinitialise", "arguments": {"force": 1}}]), "force"),
        (changed(actions=[{"step": 1, "verb": "reinitialise", "arguments": {"scale": [1]}}]), "scale"),
        (GOOD | {"version": 4}, "has version 4, this program reads 3: update the program"),
        (GOOD | {"version": 0}, "its version is 0"),
        (GOOD | {"version": "1"}, r"no run file.*version"),
        (GOOD | {"more": 1}, "unknown field `more`"),
        (GOOD | {"a\nb": 1}, "unknown field `a b`"),
        (GOOD | {"position": {"step": -1}}, "position step -1, phase 0 is refused"),
        (GOOD | {"position": {"step": MAX_STEP + 1}}, f"give a step from 0 to {MAX_STEP}"),
        (GOOD | {"position": {"step": 3, "phase": 10**6}}, "phase 1000000 is refused"),
        (GOOD | {"position": [3, 0]}, "no run file"),
        (changed(scene="small-netwrk"), "unknown scene 'small-netwrk'; did you mean small-network"),
        (changed(scene="../../etc/passwd"), "unknown scene"),
        (changed(scene="x\n" * 100_000), "unknown scene"),
        (changed(scene=3), "no run file"),
        (changed(seed=-1), "seed = -1 is refused"),
        (changed(seed=0.5), "no run file"),
        (changed(seed=True), "no run file"),
        (changed(threads=0), "threads = 0 is refused"),
        (changed(parameters={"lr": -1}), "lr = -1 is refused: give a number, from 0.0001 to 1e\\+06"),
        (changed(parameters={"lr": True}), "lr = True is refused"),
        (changed(parameters={"lr": None}), "lr = None is refused"),
        (changed(parameters={"optimizer": ["adam"]}), "choose from adam, sgd"),
        (changed(parameters={"learning_rate\n": 1}), "unknown parameter"),
        (changed(parameters=[1]), "no run file"),
        (changed(actions=[{"step": 1, "verb": "explode"}]), "unknown action 'explode'"),
        (changed(actions=[{"step": 1, "verb": "__init__"}]), "unknown action '__init__'"),
        (changed(actions=[{"step": 1, "verb": "set", "arguments": {"width": 4}}]), "width is no live parameter"),
        (changed(actions=[{"step": 1, "verb": "reinitialise", "arguments": {"first": 99}}]), "first = 99 is refused"),
        (changed(actions=[{"step": 4, "verb": "poison"}, {"step": 2, "verb": "poison"}]), "not in the order"),
        (changed(actions=[{"step": 4}]), "no run file"),
    ],
    ids=lambda value: None if isinstance(value, str) else "file",
)
def test_a_wrong_file_is_refused_with_one_line_that_names_it(content, message):
    with pytest.raises(Refused, match=message) as refused:
        read(content)
    words = str(refused.value)
    assert words.startswith("a.run.json")
    assert "\n" not in words
    assert len(words) < 400


def test_a_file_of_absurd_size_is_refused_unread(tmp_path):
    path = tmp_path / "a.run.json"
    with path.open("wb") as file:
        file.truncate(run_file.MAX_BYTES + 10**9)
    with pytest.raises(Refused, match="this is no run file"):
        run_file.load(path, CATALOGUE)


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.run.json")
    (tmp_path / "zero.run.json").symlink_to("/dev/zero")
    (tmp_path / "loop.run.json").symlink_to(tmp_path / "loop.run.json")
    for name, why in {
        "none.run.json": "No such file",
        ".": "directory",
        "pipe.run.json": "no ordinary file",
        "zero.run.json": "no ordinary file",
        "loop.run.json": "symbolic links",
        "a\0b.run.json": "null",
        "x" * 5_000: "too long",
    }.items():
        with pytest.raises(Refused, match=f"^cannot read .*{why}.*; choose ") as refused:
            run_file.load(tmp_path / name, CATALOGUE)
        assert "\n" not in str(refused.value)


def test_a_link_to_a_run_file_is_followed(tmp_path):
    (tmp_path / "real.run.json").write_bytes(run_file.encode(RECIPE, Position(2)))
    (tmp_path / "link.run.json").symlink_to("real.run.json")
    assert run_file.load(tmp_path / "link.run.json", CATALOGUE).recipe == RECIPE


@pytest.mark.parametrize("step", [10, MAX_STEP])
def test_actions_beyond_the_position_are_kept(step):
    recipe = check_recipe(Recipe("small-network", actions=(Action(step, SET, {"lr": 0.5}),)), SCENE)
    found = read(run_file.encode(recipe, Position(4)))
    assert found.recipe.actions == (Action(step, SET, {"lr": 0.5}),)
    assert found.position == Position(4)


def test_a_run_that_could_not_be_opened_again_is_not_written():
    poison = Action(1, "poison", {})
    assert run_file.encode(msgspec.structs.replace(RECIPE, actions=(poison,) * run_file.MAX_ACTIONS), Position())
    with pytest.raises(Refused, match="100,001 actions .* at most 100,000 actions"):
        run_file.encode(msgspec.structs.replace(RECIPE, actions=(poison,) * 100_001), Position())


VERSION_1 = b"""{
  "version": 1,
  "recipe": {
    "scene": "small-network",
    "seed": 7,
    "device": "cpu",
    "threads": 1,
    "parameters": {"width": 4, "optimizer": "sgd", "dropout": 0.5, "lr": 0.02, "unit": 1, "large": false},
    "actions": [
      {"step": 3, "verb": "set", "arguments": {"lr": 0.5}},
      {"step": 5, "verb": "reinitialise", "arguments": {"first": 2, "scale": 0.5}}
    ]
  },
  "position": {"step": 9, "phase": 2}
}
"""
"""As the first version of the program wrote it; this stays as it is for ever."""


def test_a_file_of_version_1_opens():
    found = read(VERSION_1)
    assert found.version == run_file.VERSION
    assert found.position == Position(9, 2)
    assert found.recipe == Recipe(
        "small-network",
        seed=7,
        parameters={"width": 4, "optimizer": "sgd", "dropout": 0.5, "lr": 0.02, "unit": 1, "large": False},
        actions=(Action(3, SET, {"lr": 0.5}), Action(5, "reinitialise", {"first": 2, "scale": 0.5})),
    )


def test_a_file_of_an_older_version_is_brought_up_to_date_version_by_version(monkeypatch):
    def from_1_to_2(content):
        recipe = dict(content["recipe"])
        return content | {"recipe": recipe | {"seed": recipe["seed"] + 1}}

    def from_2_to_3(content):
        place = content["position"]
        return content | {"position": {"step": place["step"] * 10, "phase": place["phase"]}}

    monkeypatch.setattr(run_file, "VERSION", 3)
    monkeypatch.setattr(run_file, "UPGRADES", {1: from_1_to_2, 2: from_2_to_3})
    old = read(VERSION_1)
    assert (old.version, old.recipe.seed, old.position) == (3, 8, Position(90, 2))
    middle = read(json.loads(VERSION_1) | {"version": 2})
    assert (middle.version, middle.recipe.seed, middle.position) == (3, 7, Position(90, 2))
    assert read(json.loads(VERSION_1) | {"version": 3}).position == Position(9, 2)
    with pytest.raises(Refused, match="no run file"):
        read({"version": 1})
    with pytest.raises(Refused, match="no run file"):
        read({"version": 2, "recipe": {"scene": "small-network"}, "position": []})


def test_there_is_a_way_from_every_older_version():
    assert set(run_file.UPGRADES) == set(range(1, run_file.VERSION))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_worse(raw):
    with pytest.raises(Refused):
        read(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
PLACES = [
    (),
    ("version",),
    ("position",),
    ("position", "step"),
    ("recipe",),
    *(("recipe", name) for name in GOOD["recipe"]),
]
PLACES += [("recipe", "parameters", name) for name in GOOD["recipe"]["parameters"]]
PLACES += [("recipe", "actions", 0, name) for name in ("step", "verb", "arguments")]


def _put(content, place, value):
    if not place:
        return value
    copy = list(content) if isinstance(content, list) else dict(content)
    copy[place[0]] = _put(copy[place[0]], place[1:], value)
    return copy


@given(place=st.sampled_from(PLACES), value=JSON)
def test_a_file_with_anything_anywhere_is_read_or_refused(place, value):
    try:
        found = read(_put(GOOD, place, value))
    except Refused as refused:
        assert "\n" not in str(refused)
        return
    assert check_recipe(found.recipe, SCENE) == found.recipe


@given(st.integers(0, 2_000), st.integers(0, 255))
def test_a_file_with_one_damaged_byte_is_read_or_refused(place, byte):
    raw = bytearray(run_file.encode(RECIPE, Position(9, 2)))
    raw[place % len(raw)] = byte
    try:
        read(bytes(raw))
    except Refused as refused:
        assert "\n" not in str(refused)
