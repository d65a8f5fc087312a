import pytest

from explainer.contract import LIVE, STRUCTURAL, VIEW, Kind, Parameters, Refused, integer, real, switch, text


class Params(Parameters):
    lr: float = real(0.1, 0.0, 1.0)
    depth: int = integer(3, 1, 10, kind=STRUCTURAL)
    grid: bool = switch(False, kind=VIEW)


class More(Params):
    lr: float = real(0.2, 0.0, 1.0)
    name: str = text("a")


class Deep(Params):
    """A depth of 7 or more is trained in small steps."""

    @classmethod
    def defaults_beside(cls, given):
        return {"lr": 0.01} if given.get("depth", 3) >= 7 else {}


def test_unset_values_are_the_declared_defaults_in_order():
    assert list(Params().values().items()) == [("lr", 0.1), ("depth", 3), ("grid", False)]


def test_given_values_are_checked_and_canonical():
    assert Params(depth="4", lr=1).values() == {"lr": 1.0, "depth": 4, "grid": False}


def test_a_value_out_of_range_is_refused_under_the_parameters_name():
    with pytest.raises(Refused, match=r"depth = 11 is refused.*1 to 10"):
        Params(depth=11)


def test_an_unknown_parameter_is_refused_with_the_known_ones():
    with pytest.raises(Refused, match="unknown parameter 'rate'; choose from lr, depth, grid"):
        Params(rate=1)


def test_an_unknown_name_of_any_length_is_refused_on_one_short_line():
    with pytest.raises(Refused) as refused:
        Params(**{"x\n" * 100_000: 1})
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def test_values_cannot_be_assigned():
    params = Params()
    with pytest.raises(AttributeError, match="replace"):
        params.lr = 0.3
    assert params.lr == 0.1


def test_replace_leaves_the_original_alone():
    first = Params(lr=0.5)
    second = first.replace(depth=5)
    assert (first.depth, second.depth, second.lr) == (3, 5, 0.5)


def test_a_refused_replacement_changes_nothing():
    params = Params()
    with pytest.raises(Refused):
        params.replace(depth=5, lr=7)
    assert params == Params()


def test_equal_values_are_equal_and_hash_alike():
    assert Params(lr=0.5) == Params(lr="0.5")
    assert hash(Params(lr=0.5)) == hash(Params(lr=0.5))
    assert Params() != Params(grid=True)
    assert Params() != More()


def test_values_can_be_asked_for_by_kind():
    assert Params().values_of(LIVE) == {"lr": 0.1}
    assert Params().values_of(Kind.STRUCTURAL) == {"depth": 3}
    assert Params().values_of("view") == {"grid": False}
    assert Params.kinds(["lr", "grid"]) == {LIVE, VIEW}


def test_only_what_differs_from_the_defaults_has_changed():
    assert Params(depth=4, lr=0.1).changed() == {"depth": 4}


def test_a_given_value_brings_defaults_for_others_but_replaces_nothing_that_is_given():
    assert Deep(depth=6).lr == 0.1
    assert Deep(depth=7).lr == 0.01
    assert Deep(depth=7, lr=0.1).lr == 0.1
    assert Deep(lr=0.3).replace(depth=7).lr == 0.3


def test_values_anew_keep_only_what_shapes_the_picture():
    assert Deep(lr=0.3, depth=4, grid=True).anew(depth=8).values() == {"lr": 0.01, "depth": 8, "grid": True}


def test_texts_become_typed_values():
    assert Params.parse({"lr": "1e-3", "grid": "on"}) == {"lr": 1e-3, "grid": True}


def test_a_subclass_inherits_declarations_and_overrides_defaults():
    assert More().values() == {"lr": 0.2, "depth": 3, "grid": False, "name": "a"}
    assert Params().lr == 0.1


@pytest.mark.parametrize("word", ["values", "replace", "declarations", "changed", "seed", "device", "run", "keep"])
def test_a_parameter_cannot_take_a_word_that_means_something_else(word):
    with pytest.raises(TypeError, match=f"cannot be called '{word}'"):
        type("Bad", (Parameters,), {word: real(0.0, 0.0, 1.0)})


def test_the_printed_form_names_every_value():
    assert repr(Params(depth=4)) == "Params(lr=0.1, depth=4, grid=False)"
