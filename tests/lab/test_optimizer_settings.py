"""Entries of a race: reading, refusing, spelling, labelling and filling in defaults."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explainer.contract.refused import Refused
from explainer.lab.optimizer_settings import (
    OPTIMIZERS,
    Entry,
    labels,
    parse_entries,
    parse_entry,
    resolve,
)

TORCH_CLASSES = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "nesterov": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "adamax": torch.optim.Adamax,
    "rprop": torch.optim.Rprop,
}
PAIRS = {"betas": ("beta1", "beta2"), "etas": ("eta1", "eta2"),
         "step_sizes": ("step_min", "step_max")}  # fmt: skip
NOT_OFFERED = {"self", "params", "foreach", "maximize", "capturable", "differentiable", "fused"}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    optimizer = draw(st.sampled_from(sorted(OPTIMIZERS.values(), key=lambda row: row.name)))
    chosen = [setting for setting in optimizer.settings if draw(st.booleans())]
    values = [draw(st.sampled_from([0.0, 1.0]) if s.flag else st.floats(s.low, s.high)) for s in chosen]
    return Entry(optimizer.name, tuple((s.name, v) for s, v in zip(chosen, values, strict=True)))


@pytest.mark.parametrize("name", TORCH_CLASSES)
def test_defaults_are_those_in_pytorchs_own_signature(name: str) -> None:
    signature = inspect.signature(TORCH_CLASSES[name].__init__).parameters
    expected: dict[str, float] = {}
    for key in signature.keys() - NOT_OFFERED:
        default = signature[key].default
        expected |= dict(zip(PAIRS[key], default, strict=True)) if key in PAIRS else {key: default}
    ours = {setting.name: setting.default for setting in OPTIMIZERS[name].settings}
    missing = expected.keys() - ours.keys()
    assert ours == {key: expected[key] for key in ours}
    assert missing <= {"nesterov", "dampening", "decoupled_weight_decay"}


def test_every_row_of_the_table_is_complete() -> None:
    assert list(OPTIMIZERS) == [*TORCH_CLASSES, "newton"]
    for name, row in OPTIMIZERS.items():
        assert row.name == name
        assert row.formula
        assert row.help.endswith(".")
        assert row.label
        assert row.setting(row.second)
        assert row.settings[0].name == "lr"
        assert all(s.low <= s.default <= s.high and s.help.endswith(".") for s in row.settings)
        assert all(s.low > 0 for s in row.settings if s.log)


def test_an_entry_is_read_and_spelled_canonically() -> None:
    entry = parse_entry(" adam : beta2 = 0.99 : lr=1e-1 ")
    assert entry == Entry("adam", (("lr", 0.1), ("beta2", 0.99)))
    assert entry.text() == "adam:lr=0.1:beta2=0.99"
    assert parse_entry("rmsprop:centered=True").text() == "rmsprop:centered=1"


@given(entries())
def test_the_canonical_spelling_reads_back_as_the_same_entry(entry: Entry) -> None:
    assert parse_entry(entry.text()) == entry


@given(st.text(max_size=40) | st.from_regex(r"(adam|rprop)(:[a-z0-9_]{1,9}=[-0-9e.]{0,6}){0,3}"))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    message = ""
    try:
        assert parse_entries(text)
    except Refused as refusal:
        message = str(refusal)
    assert len(message.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("adm", 'unknown optimizer "adm": choose from sgd, momentum, nesterov, adagrad, adadelta, '
         "rmsprop, adam, adamw, nadam, radam, adamax, rprop, newton"),
        ("sgd:beta1=0.5", 'sgd has no setting "beta1": choose from lr, momentum, dampening, '
         "weight_decay"),
        ("newton:1", '"1" behind newton is no setting: write key=value with one of lr, damping'),
        ("sgd:lr=0.1:lr=0.2", "sgd is given lr twice: keep one of them"),
        ("sgd:lr=-1", 'sgd\'s lr is "-1": it must be a number from 1e-06 to 100'),
        ("sgd:lr=nan", 'sgd\'s lr is "nan": it must be a number from 1e-06 to 100'),
        ("sgd:lr=fast", 'sgd\'s lr is "fast": it must be a number from 1e-06 to 100'),
        ("adam:amsgrad=2", 'adam\'s amsgrad is "2": it must be 0 or 1'),
        ("rprop:step_min=1:step_max=1", None),
    ],
)  # fmt: skip
def test_a_refusal_names_what_was_given_and_what_is_allowed(text: str, message: str | None) -> None:
    if message is None:
        assert parse_entry(text).text() == text
        return
    with pytest.raises(Refused) as refusal:
        parse_entry(text)
    assert str(refusal.value) == message


def test_one_to_sixteen_entries_may_race() -> None:
    assert [entry.name for entry in parse_entries("sgd, momentum,adam:lr=1")] == [
        "sgd", "momentum", "adam",
    ]  # fmt: skip
    assert len(parse_entries(",".join(["sgd"] * 16))) == 16
    with pytest.raises(Refused, match="17 optimizers are given: at most 16"):
        parse_entries(",".join(["sgd"] * 17))
    with pytest.raises(Refused, match="no optimizer is given"):
        parse_entries(" ")
    with pytest.raises(Refused, match="an optimizer has no name"):
        parse_entries("sgd,")


def test_labels_are_unique_and_count_from_the_second_on() -> None:
    race = parse_entries("adam:lr=0.1,sgd,adam,adamw,adam")
    assert labels(race) == ("adam", "sgd", "adam-2", "adamw", "adam-3")


def test_common_settings_reach_only_whom_they_should() -> None:
    for name, row in OPTIMIZERS.items():
        values = resolve(Entry(name), lr=0.3, momentum=0.7)
        defaults = {setting.name: setting.default for setting in row.settings}
        reached = {key for key in values if values[key] != defaults[key]}
        assert reached == ({"lr", "momentum"} if name in ("momentum", "nesterov") else {"lr"})
    own = resolve(parse_entry("momentum:lr=0.1:momentum=0.2"), lr=0.3, momentum=0.7)
    assert (own["lr"], own["momentum"]) == (0.1, 0.2)
