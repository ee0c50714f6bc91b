"""Durations with three digits and the unit that suits them."""

import pytest

from durations import shown, spread


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.000143, "143 µs"),
        (0.0000041, "4.10 µs"),
        (0.0009996, "1.00 ms"),
        (0.00999, "9.99 ms"),
        (0.0476, "47.6 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (12.34, "12.3 s"),
        (1234.4, "1234 s"),
    ],
)
def test_three_digits_and_a_unit(seconds, text):
    assert shown(seconds) == text


def test_a_spread_is_of_several():
    assert spread([0.002]) == "2.00 ms"
    assert spread([0.003, 0.001, 0.0005]) == "1.00 ms (500 µs to 3.00 ms)"
