import pickle

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explainer.contract import Refused
from explainer.contract import messages as m
from explainer.contract.recipe import Action, Position, Recipe

RECIPE = Recipe("small-network", seed=3, parameters={"lr": 0.5}, actions=(Action(2, "set", {"lr": 1.0}),))
COMMANDS = [
    m.Open(run=1, recipe=RECIPE, position=Position(3, 1)),
    m.Play(speed=5.0, until=100),
    m.Play(),
    m.Pause(),
    m.Step(count=3),
    m.Phase(),
    m.Seek(position=Position(7)),
    m.Act(request=4, verb="set", arguments={"lr": 0.1}),
    m.Show(arrays=["weight", "filters/*"], view={"unit": 2}),
    m.Painted(number=9),
    m.StartJob(job=2, name="map", arguments={"at": [1.0, 2.0]}),
]
REPORTS = [
    m.Ready(devices=["cpu"], torch="2", python="3"),
    m.Opened(run=1, recipe=RECIPE),
    m.Picture(run=1, number=2, position=Position(3, 1), phase="forward", line=12, ages={"singular": 2}, recipe=RECIPE),
    m.Picture(run=1, number=2, position=Position(3), ended=m.Ended(3, "loss", float("inf"), "lr = 9", "too large")),
    m.Progress(run=1, done=5, total=9),
    m.Refusal(run=1, message="no", about="lr", request=3),
    m.Failure(run=1, message="ZeroDivisionError", traceback="…", step=4),
]
DTYPES = [
    "bool",
    *(f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)),
    "f2",
    "f4",
    "f8",
    ">f8",
    ">i4",
    "<U1",
    "<U32",
    ">U5",
]


def over_the_line(message, read):
    (body,) = m.Splitter().feed(m.pack(message))
    return read(body)


def array_over_the_line(array):
    part = m.JobPart(run=1, job=1, name="map", arguments={}, arrays={"a": array}, last=True)
    return over_the_line(part, m.read_report).arrays["a"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_every_command_arrives_as_it_was_sent(command):
    assert over_the_line(command, m.read_command) == command


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_every_report_arrives_as_it_was_sent(report):
    assert over_the_line(report, m.read_report) == report


def test_numbers_that_are_not_finite_arrive():
    sent = m.Ended(step=1, metric="loss", value=float("nan"), last_action="", cause="")
    found = over_the_line(m.Picture(run=1, number=1, position=Position(), ended=sent), m.read_report).ended
    assert np.isnan(found.value)


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
def test_arrays_of_every_dtype_and_shape_arrive_bit_for_bit(dtype, data):
    shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    array = data.draw(arrays.arrays(np.dtype(dtype), shapes))
    found = array_over_the_line(array)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.array(3.5),
        np.array("Ωη"),
        np.array([], dtype="<U32"),
        np.zeros((0, 5)),
        np.zeros((3, 0), "int8"),
        np.arange(12.0).reshape(3, 4).T,
        np.arange(10)[::-2],
        np.float32(2.0),
        np.array([np.nan, -np.inf]),
        np.array(["a", "bc\x00d", "🜚"]),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)
def test_unusual_arrays_arrive(array):
    found = array_over_the_line(array)
    assert found.shape == np.shape(array)
    np.testing.assert_array_equal(found, array)


def test_series_travel_as_columns():
    columns = m.Columns(steps=np.arange(3), values=np.array([1.0, 2.0, 3.0]))
    found = over_the_line(m.Picture(run=1, number=1, position=Position(), series={"loss": columns}), m.read_report)
    assert found.series["loss"].values.tolist() == [1.0, 2.0, 3.0]
    assert found.series["loss"].steps.dtype == np.int64


@pytest.mark.parametrize(
    "thing", [np.array([object()]), np.array([1j]), np.array(["2020"], "M8[s]"), object(), {1, 2} - {1, 2} or len]
)
def test_only_arrays_of_numbers_and_strings_can_be_sent(thing):
    with pytest.raises((NotImplementedError, TypeError)):
        m.pack(m.JobPart(run=1, job=1, name="map", arguments={}, arrays={"a": thing}, last=True))


STREAM = b"".join(m.pack(command) for command in COMMANDS)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_messages_are_found_in_whatever_pieces_they_arrive(sizes):
    splitter, found, start = m.Splitter(), [], 0
    for size in [*sizes, len(STREAM)]:
        found += [m.read_command(body) for body in splitter.feed(STREAM[start : start + size])]
        start += size
    assert found == COMMANDS


def test_a_message_that_is_not_complete_is_waited_for():
    splitter, packed = m.Splitter(), m.pack(m.Pause())
    assert list(splitter.feed(packed[:-1])) == []
    assert [m.read_command(body) for body in splitter.feed(packed[-1:])] == [m.Pause()]


def test_an_absurd_length_is_refused_at_once():
    with pytest.raises(Refused, match="4294967295 bytes announced"):
        list(m.Splitter().feed(b"\xff" * 4))


def _with_array(*fields):
    body = {"type": "JobPart", "run": 1, "job": 1, "name": "m", "arguments": {}, "arrays": {"a": fields}, "last": True}
    return msgspec.msgpack.encode(body)


BROKEN = {
    "nothing": b"",
    "noise": b"\xc1\xff\x00",
    "cut": m.pack(COMMANDS[0])[4:-3],
    "trailing": m.pack(m.Pause())[4:] + b"x",
    "unknown": msgspec.msgpack.encode({"type": "Explode"}),
    "no tag": msgspec.msgpack.encode({"count": 3}),
    "wrong type": msgspec.msgpack.encode({"type": "Step", "count": "many"}),
    "missing": msgspec.msgpack.encode({"type": "Seek"}),
    "deep": b"\x91" * 100_000 + b"\xc0",
    "deep arguments": b"\x83\xa4type\xa3Act\xa4verb\xa3set\xa9arguments\x81\xa1a" + b"\x91" * 100_000 + b"\xc0",
    "keys that are maps": b"\x83\xa4type\xa3Act\xa4verb\xa3set\xa9arguments\x81\xa1a\x81\x80\x01",
    "pickle": pickle.dumps(m.Pause()),
    "object array": _with_array("|O", [1], b"\0" * 8),
    "structured array": _with_array("i4,i4", [1], b"\0" * 8),
    "strange dtype": _with_array("f8; import os", [1], b"\0" * 8),
    "no dtype": _with_array("", [1], b"\0" * 8),
    "deprecated dtype": _with_array("a8", [1], b"\0" * 8),
    "time": _with_array("<M8[s]", [1], b"\0" * 8),
    "too short": _with_array("<f8", [2], b"\0" * 8),
    "too long": _with_array("<f8", [1], b"\0" * 9),
    "negative": _with_array("<f8", [-1], b"\0" * 8),
    "two negatives": _with_array("<f8", [-1, -1], b"\0" * 8),
    "huge and empty": _with_array("<f8", [2**62, 2**62, 0], b""),
    "many dimensions": _with_array("<f8", [1] * 100, b"\0" * 8),
    "no letters": _with_array("<U1", [1], b"\xff" * 4),
    "two fields": _with_array("<f8", [1]),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("read", [m.read_command, m.read_report])
def test_a_broken_message_is_refused(name, read):
    with pytest.raises(Refused, match="broken message on the line to the engine"):
        read(BROKEN[name])


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_worse(raw):
    for read in (m.read_command, m.read_report):
        with pytest.raises(Refused):
            read(raw)


@given(st.sampled_from(COMMANDS), st.integers(0, 400), st.integers(0, 255))
def test_a_message_with_a_damaged_byte_is_read_or_refused(command, place, byte):
    body = bytearray(m.pack(command)[4:])
    body[place % len(body)] = byte
    try:
        assert isinstance(m.read_command(bytes(body)), m.Command)
    except Refused as refused:
        assert "\n" not in str(refused)
