import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract import LIVE, STRUCTURAL, Refused, choice, choices, integer, numbers, point, real, switch, text

HUGE = "9" * 1_000_000
OPTIONS = {"sgd": "SGD", "adam": "Adam"}


def even(words):
    if len(words) % 2:
        raise Refused("an even number of letters is wanted")


def spelled(words):
    if words.partition(":")[0] not in OPTIONS:
        raise Refused(f"{words[:20]!r} is none of sgd, adam")
    return words.lower()


FIELDS = {
    "real": real(0.5, -1.0, 2.0, name="rate"),
    "log": real(0.0, 1e-4, 10.0, log=True, zero=True, name="decay"),
    "integer": integer(3, 1, 100, name="depth"),
    "switch": switch(True, name="noisy"),
    "choice": choice("adam", OPTIONS, name="optimizer"),
    "choices": choices("sgd", OPTIONS, name="optimizers"),
    "entries": choices("sgd,sgd", OPTIONS, entry=spelled, name="racers"),
    "text": text("ab", most=20, reader=even, name="expression"),
    "point": point((0.0, 1.0), -5.0, 5.0, name="start"),
    "numbers": numbers((1.0, 2.0), 0.0, 9.0, least=1, most=4, name="sizes"),
}
WRONG = [None, object(), {}, {"a": 1}, {1.0, 2.0}, b"11", 1j, lambda: 1, np.zeros((2, 2)), np.array(3j)]
CASES = [
    *(("real", bad) for bad in (2.0000001, -1.1, math.nan, math.inf, -math.inf, 10**400, 10**5000, True, np.True_)),
    *(("real", bad) for bad in ("nan", "inf", "1e400", "", "a", "1,2,3", "1,234", HUGE, "0x10", [1.0])),
    *(("log", bad) for bad in (1e-5, -1e-300, 11, "-0.1")),
    *(("integer", bad) for bad in (0, 101, 3.5, "3.5", True, 10**400, 10**5000, math.nan, math.inf, "", HUGE, "three")),
    *(("switch", bad) for bad in (2, -1, 0.5, "maybe", "", 10**5000, HUGE, [True], "truee")),
    *(("choice", bad) for bad in ("ADAM", "", 1, True, ["adam"], HUGE)),
    *(("choices", bad) for bad in ("", "sgd,sgd", "sgd,other", [1], ["sgd", None], 3, HUGE, [[["sgd"]]])),
    *(("entries", bad) for bad in ("other:lr=1", ",".join(["sgd"] * 17), HUGE, True)),
    *(("text", bad) for bad in ("odd", "x" * 22, HUGE, 12, True, "a\0", "a\nb ", "\ud800a", "ab\u2028c")),
    *(("point", bad) for bad in ("1", "1,2,3", "1,6", "nan,1", "1,inf", (1,), (1, True), 5, "x,y", [[1, 2]], "1,,2")),
    *(("point", bad) for bad in ([10**400, 1], (1, math.nan), HUGE, "1," * 100_000, [0.0] * 1_000_000)),
    *(("numbers", bad) for bad in ([], "", "1,2,3,4,5", "1,10", [[1]], "1;2", np.zeros((1, 2)), range(1000), HUGE)),
]


CASES += [(kind, bad) for kind in FIELDS for bad in WRONG]


def _case_names():
    """A million digits make no name for a test."""
    return [f"{kind}-{type(bad).__name__}-{number}" for number, (kind, bad) in enumerate(CASES)]


@pytest.mark.parametrize(("kind", "bad"), CASES, ids=_case_names())
def test_a_bad_value_is_refused_on_one_line_that_names_the_parameter(kind, bad):
    field = FIELDS[kind]
    with pytest.raises(Refused) as refused:
        field.check(bad)
    message = str(refused.value)
    assert field.name in message
    assert refused.value.about == field.name
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("kind", "bad", "given", "allowed"),
    [
        ("real", 7.25, "7.25", "from -1 to 2"),
        ("log", -1, "-1", "0 or from 0.0001 to 10"),
        ("integer", "3.5", "'3.5'", "whole number from 1 to 100"),
        ("switch", "maybe", "'maybe'", "true or false"),
        ("choice", "rmsprop", "'rmsprop'", "sgd, adam"),
        ("choices", "sgd,lion", "'lion'", "sgd, adam"),
        ("text", "odd", "expression", "even number of letters"),
        ("point", "1,2,3", "'1,2,3'", "x,y with both from -5 to 5"),
        ("numbers", [1, 10], "[1, 10]", "1 to 4 numbers separated by commas, each from 0 to 9"),
    ],
)
def test_a_refusal_names_what_was_given_and_what_is_allowed(kind, bad, given, allowed):
    with pytest.raises(Refused) as refused:
        FIELDS[kind].check(bad)
    assert given in str(refused.value)
    assert allowed in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value", "canonical"),
    [
        ("real", 1, 1.0),
        ("real", " 1e-3 ", 1e-3),
        ("real", np.float32(0.5), 0.5),
        ("real", -1, -1.0),
        ("log", 0, 0.0),
        ("integer", 3.0, 3),
        ("integer", "42", 42),
        ("integer", np.int64(7), 7),
        ("switch", "off", False),
        ("switch", " Yes ", True),
        ("switch", 1, True),
        ("switch", np.False_, False),
        ("choice", "sgd", "sgd"),
        ("choices", " adam , sgd,", ("adam", "sgd")),
        ("choices", ["adam"], ("adam",)),
        ("entries", "adam:LR=1,sgd", ("adam:lr=1", "sgd")),
        ("text", "", ""),
        ("point", "(1, -2)", (1.0, -2.0)),
        ("point", np.array([1, 2]), (1.0, 2.0)),
        ("numbers", "[3]", (3.0,)),
        ("numbers", range(4), (0.0, 1.0, 2.0, 3.0)),
    ],
)
def test_a_good_value_becomes_canonical(kind, value, canonical):
    checked = FIELDS[kind].check(value)
    assert checked == canonical
    assert type(checked) is type(canonical)


def test_whole_numbers_beyond_the_precision_of_floats_stay_exact():
    field = integer(0, 0, 2**60)
    assert field.check(2**60 - 1) == 2**60 - 1
    with pytest.raises(Refused):
        field.check(2**60 + 1)


VALUES = {
    "real": st.floats(-1.0, 2.0),
    "log": st.one_of(st.just(0.0), st.floats(1e-4, 10.0)),
    "integer": st.integers(1, 100),
    "switch": st.booleans(),
    "choice": st.sampled_from(list(OPTIONS)),
    "choices": st.permutations(list(OPTIONS)).flatmap(lambda names: st.integers(1, 2).map(lambda n: tuple(names[:n]))),
    "entries": st.lists(st.sampled_from(["sgd", "adam:lr=0.1", "adam"]), min_size=1, max_size=16).map(tuple),
    "text": st.text(max_size=20, alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])).filter(
        lambda words: len(words) % 2 == 0
    ),
    "point": st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    "numbers": st.lists(st.floats(0, 9), min_size=1, max_size=4).map(tuple),
}


@pytest.mark.parametrize("kind", FIELDS)
@given(data=st.data())
def test_every_allowed_value_survives_its_text_form(kind, data):
    field, value = FIELDS[kind], data.draw(VALUES[kind])
    checked = field.check(value)
    again = field.parse(field.format(checked))
    assert again == checked == value
    assert type(again) is type(checked)


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", FIELDS)
@given(value=ANYTHING)
def test_whatever_is_given_is_either_canonical_or_refused(kind, value):
    try:
        checked = FIELDS[kind].check(value)
    except Refused:
        return
    assert FIELDS[kind].check(checked) == checked


def test_a_default_out_of_range_cannot_be_declared():
    with pytest.raises(Refused, match="from 0 to 1"):
        real(2.0, 0.0, 1.0)


def test_a_parameter_applies_only_beside_the_values_it_names():
    angle = real(0.0, 0.0, 1.0, when={"surface": ("ravine",), "on": (True,)})
    assert angle.applies({"surface": "ravine", "on": True})
    assert not angle.applies({"surface": "bowl", "on": True})
    assert not angle.applies({"on": True})


def test_a_parameter_has_no_effect_where_all_that_excludes_it_holds():
    height = integer(3, 1, 9, when={"flat": (True,)}, unless={"kernel": ("own",), "operation": ("sum", "twice")})
    assert not height.applies({"flat": True, "kernel": "own", "operation": "twice"})
    assert height.applies({"flat": True, "kernel": "own", "operation": "max"})
    assert height.applies({"flat": True, "kernel": "box", "operation": "sum"})
    assert not height.applies({"flat": False, "kernel": "box", "operation": "sum"})


@pytest.mark.parametrize(
    ("kind", "described"),
    [
        ("real", {"type": "float", "default": 0.5, "minimum": -1.0, "maximum": 2.0, "scale": "linear"}),
        ("log", {"type": "float", "default": 0.0, "minimum": 0.0, "maximum": 10.0, "scale": "log"}),
        ("integer", {"type": "int", "default": 3, "minimum": 1, "maximum": 100, "scale": "linear"}),
        ("switch", {"type": "bool", "default": True}),
        ("choice", {"type": "choice", "default": "adam", "choices": ["sgd", "adam"]}),
        ("choices", {"type": "choices", "default": ("sgd",), "choices": ["sgd", "adam"]}),
        ("text", {"type": "text", "default": "ab", "maximum": 20}),
        ("point", {"type": "point", "default": (0.0, 1.0), "minimum": -5.0, "maximum": 5.0}),
        ("numbers", {"type": "numbers", "default": (1.0, 2.0), "minimum": 0.0, "maximum": 9.0}),
    ],
)
def test_a_declaration_describes_itself_as_plain_data(kind, described):
    assert FIELDS[kind].describe().items() >= described.items()


def test_the_description_says_kind_label_and_help():
    field = real(0.5, 0, 1, kind=STRUCTURAL, label="Rate", help="How fast.", name="rate")
    assert (
        field.describe().items() >= {"kind": "structural", "live": False, "label": "Rate", "help": "How fast."}.items()
    )
    assert (
        real(0.5, 0, 1, name="rate").describe().items() >= {"kind": LIVE.value, "live": True, "label": "rate"}.items()
    )


def test_a_list_of_numbers_can_be_refused_by_its_reader():
    def pairs(found):
        if len(found) % 2:
            raise Refused(f"{len(found)} numbers: give pairs")

    field = numbers((), 0.0, 1.0, reader=pairs, name="ink")
    assert field.check((0, 1)) == (0.0, 1.0)
    with pytest.raises(Refused, match="1 numbers: give pairs"):
        field.parse("0.5")
