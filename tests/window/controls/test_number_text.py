import pytest

from explainer.window.controls.number_text import moving, settled, typed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.038, "0.038"), (0.7, "0.70"), (0.0021, "0.0021"), (0.0, "0"), (-9.0, "−9.0"), (50.0, "50"), (1e-5, "1e−5"),
        (1.25e-7, "1.25e−7"), (10000.0, "10000"), (1e6, "1e6"), (12, "12"), (-3, "−3"), (1 / 3, "0.333333"),
    ],
)  # fmt: skip
def test_a_number_at_rest_is_short(value, text):
    assert settled(value) == text


def test_every_number_of_a_linear_slider_has_the_same_decimals_while_it_moves():
    assert [moving(v, 3) for v in (0.0, 0.7, 0.123, -0.5)] == ["0.000", "0.700", "0.123", "−0.500"]


def test_three_significant_digits_move_on_a_logarithmic_slider():
    assert [moving(v, None) for v in (0.038, 0.1, 5.0, 12.3, 1e-5, 12300.0)] == [
        "0.0380", "0.100", "5.00", "12.3", "1.00e−5", "12300",
    ]  # fmt: skip


def test_an_end_off_the_grid_is_not_rounded_away():
    assert moving(0.999999, 3) == "0.999999"


def test_what_was_typed_loses_our_minus_and_the_unit():
    assert typed(" −4.5° ", "°") == "-4.5"
    assert typed("3 s", "s") == "3"
