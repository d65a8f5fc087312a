"""One reader of numbers: the same in every field, cell, command and file, whatever language the system speaks."""

import locale
import math

import pytest

from explainer.contract import Refused
from explainer.contract.number_words import Ambiguous, read_number, split_numbers

READ = {
    "0.5": 0.5, "0,5": 0.5, "-1.25": -1.25, "−1.25": -1.25, "−1,25": -1.25, "＋1": None, "+3": 3.0, " 7 ": 7.0,
    "1.5e-1": 0.15, "1,5e−1": 0.15, "5e−2": 0.05, "1E3": 1000.0, ".5": 0.5, ",5": 0.5, "-,5": -0.5, "2.": 2.0,
    "1.234": 1.234, "0,125": 0.125, "0,001": 0.001, "12,34": 12.34, "1234,567": 1234.567, "1,2345": 1.2345,
    "1,234.5": 1234.5, "1.234,5": 1234.5, "1,234,567": 1234567.0, "1.234.567,8": 1234567.8, "1\u202f234,5": 1234.5,
    "1’234.5": 1234.5, "1,234": Ambiguous, "12,345": Ambiguous, "−999,000": Ambiguous, "1,500e3": 1500.0,
    "": None, "-": None, "1,": None, "a": None, "1_000": None, "0x10": None, "inf": None, "nan": None, "1 2": None,
    "1,2,3": None, "1.2.3": None, "1e": None, "١٢": None, "--1": None, "1,23.4": None, "e5": None, ".": None, ",": None,
}  # fmt: skip


@pytest.mark.parametrize("words", READ)
def test_what_is_a_number_is_read_and_what_can_be_two_is_refused_with_both(words):
    expected = READ[words]
    if expected is None:
        with pytest.raises(ValueError, match="is no number") as refused:
            read_number(words)
        assert not isinstance(refused.value, Refused)
    elif expected is Ambiguous:
        with pytest.raises(Ambiguous) as both:
            read_number(words)
        plain = words.replace("−", "-")
        assert plain.replace(",", ".") in str(both.value)
        assert plain.replace(",", "") in str(both.value)
    else:
        assert read_number(words) == expected


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("0 −1 0", ["0", "−1", "0"]),
        ("0,5 0,5", ["0,5", "0,5"]),
        ("1, 2.5,1e-1", ["1", "2.5", "1e-1"]),
        ("1 ,2, 3", ["1", "2", "3"]),
        ("1, 2, 3", ["1", "2", "3"]),
        ("1,2,3", ["1", "2", "3"]),
        ("0.5,0.25", ["0.5", "0.25"]),
        ("7", ["7"]),
    ],
)
def test_a_list_is_taken_apart_where_its_numbers_end(words, parts):
    assert split_numbers(words) == parts


def test_one_comma_between_whole_numbers_is_refused_with_both_readings_unless_their_count_is_known():
    with pytest.raises(Ambiguous, match=r"0\.5 or 0 and 5"):
        split_numbers("0,5")
    assert split_numbers("0,5", 2) == ["0", "5"]
    with pytest.raises(Ambiguous, match=r"0\.5 and 0\.5 or 0 and 5 and 0 and 5"):
        split_numbers("0,5, 0,5")


def test_every_way_in_reads_the_same_number():
    from explainer.contract.fields import Integer, Numbers, Point, Real
    from explainer.lab.expression import parse
    from explainer.lab.optimizer_settings import parse_entry
    from explainer.scenes.convolution.kernels import read_kernels

    for words, number in (("0.5", 0.5), ("5e−1", 0.5), ("−0.5", -0.5), ("−0,25", -0.25), ("2,5e−1", 0.25)):
        assert Real(0.0, -9, 9).check(words) == number
        assert Point((0.0, 0.0), -9, 9).check(f"{words} 1") == (number, 1.0)
        assert Point((0.0, 0.0), -9, 9).check((words, words)) == (number, number)
        assert Numbers((0.0,), -9, 9).check(f"{words} {words} 1") == (number, number, 1.0)
        assert read_kernels(f"1 {words}; {words} 2").ravel().tolist() == [1, number, number, 2]
        assert parse(f"{words}*x + y").evaluate(1.0, 0.0, math) == number
        if number > 0:
            assert parse_entry(f"sgd:lr={words}").settings == (("lr", number),)
    assert Integer(0, -9, 9).check("−3") == -3
    for refuse in (
        lambda: Real(0.0, -9, 9).check("1,234"),
        lambda: read_kernels("0,5"),
        lambda: read_kernels("1,234 1; 1 1"),
        lambda: parse("1,234*x"),
        lambda: parse_entry("sgd:lr=1,234"),
    ):
        with pytest.raises(Refused, match=" can be "):
            refuse()


def test_points_and_lists_of_the_command_line_are_read_as_before():
    from explainer.contract.fields import Numbers, Point

    assert Point((0.0, 0.0), -9, 9).check("−8,1.5") == (-8.0, 1.5)
    assert Point((0.0, 0.0), -9, 9).check("(1, 2)") == (1.0, 2.0)
    assert Numbers((0.0,), -9, 9).check("1,2") == (1.0, 2.0)
    with pytest.raises(Refused, match="give x,y"):
        Point((0.0, 0.0), -9, 9).check("0,5,1,5")


def test_the_language_of_the_process_changes_nothing():
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
        except locale.Error:
            continue
        try:
            assert read_number("0.5") == read_number("0,5") == 0.5
        finally:
            locale.setlocale(locale.LC_NUMERIC, "C")
