"""The most probable number that fits: by hand, and against trying every number of every chain of segments."""

import math
import pickle
import re
import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.errors import InkdigitsError
from inkdigits.reading.constraint import Constraint, ConstraintError, best_fitting
from inkdigits.reading.lattice import Lattice, Segment, log_probability
from inkdigits.reading.result import Box

IMAGE = np.zeros((28, 28), np.uint8)


def segment(start, end, digits, digit_probability=1.0):
    """A segment whose digits have these probabilities, the rest shared by the others."""
    rest = (1 - sum(digits.values())) / (10 - len(digits))
    probabilities = np.array([digits.get(digit, rest) for digit in range(10)], np.float32)
    return Segment(start, end, Box(start, 0, end, 1), IMAGE, probabilities, digit_probability)


def row(*marks):
    """A lattice of marks with a single segmentation."""
    return Lattice(len(marks), tuple(segment(place, place + 1, digits) for place, digits in enumerate(marks)))


def text(path):
    return None if path is None else "".join(str(value) for _, value in path)


@pytest.fixture
def touching():
    """An 8 that may also be a 3 and a 1, and beside it a 7 that may also be a 1."""
    return Lattice(
        3,
        (
            segment(0, 2, {8: 0.6, 3: 0.3}),
            segment(0, 1, {3: 0.7, 5: 0.2}),
            segment(1, 2, {1: 0.5, 7: 0.4}),
            segment(2, 3, {7: 0.9, 1: 0.09}),
        ),
    )


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (Constraint(), "87"),  # 0.6 x 0.9 > 0.7 x 0.5 x 0.9
        (Constraint((2, 2)), "87"),
        (Constraint((1, 3)), "87"),
        (Constraint((3, 3)), "317"),
        (Constraint((3, 9)), "317"),
        (Constraint((1, 1)), None),
        (Constraint((4, 9)), None),
        (Constraint(pattern="3.*"), "317"),  # 0.7 x 0.5 x 0.9 > 0.3 x 0.9
        (Constraint((2, 2), "3.*"), "37"),
        (Constraint(pattern="[0-7]{2}"), "37"),
        (Constraint(pattern="57.|.1"), "577"),  # 0.2 x 0.4 x 0.9 = 0.072 > 0.6 x 0.09 = 0.054
        (Constraint(pattern="[56]7.|.1"), "577"),
        (Constraint((2, 2), "57.|.1"), "81"),
        (Constraint((2, 2), ".{3}"), None),
    ],
)
def test_weighs_other_digits_and_other_cuts(touching, constraint, expected):
    assert text(best_fitting(touching, constraint)) == expected


def test_a_path_gives_the_segments_it_was_read_from(touching):
    assert best_fitting(touching, Constraint((2, 2), "3.")) == ((touching.segments[0], 3), (touching.segments[3], 7))


def test_takes_the_likelier_of_digits_that_the_network_all_but_excludes():
    lattice = row({1: 0.999, 7: 1e-8, 4: 1e-10, 0: 0.0, 2: 0.0, 3: 0.0, 5: 0.0, 6: 0.0, 9: 0.0})
    assert text(best_fitting(lattice, Constraint(pattern="[0234567]"))) == "7"


def test_every_mark_must_be_a_digit():
    scribble = segment(1, 2, {8: 0.9}, digit_probability=0.01)
    lattice = Lattice(2, (segment(0, 1, {4: 0.9}), scribble))
    assert text(best_fitting(lattice, Constraint((1, 2)))) == "48"
    assert best_fitting(lattice, Constraint((1, 1))) is None


def test_no_ink_and_no_way_through_fit_nothing():
    assert best_fitting(Lattice(0, ()), Constraint()) is None
    assert best_fitting(Lattice(0, ()), Constraint(pattern="1*")) is None
    assert best_fitting(Lattice(2, (segment(0, 1, {4: 0.9}),)), Constraint()) is None


def test_a_narrow_beam_drops_the_least_probable():
    lattice = row({1: 0.9, 2: 0.06}, {1: 0.9, 2: 0.06})
    constraint = Constraint(pattern="22|11")
    assert text(best_fitting(lattice, constraint, beam=1)) == "11"
    assert text(best_fitting(row({1: 0.9, 2: 0.06}, {2: 0.9}), Constraint(pattern="22|13"), beam=1)) == "13"
    assert text(best_fitting(row({1: 0.9, 2: 0.06}, {2: 0.9}), Constraint(pattern="22|13"))) == "22"


@st.composite
def lattices(draw):
    length = draw(st.integers(1, 4))
    spans = [(start, end) for start in range(length) for end in range(start + 1, length + 1)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    segments = [
        Segment(*span, Box(span[0], 0, span[1], 1), IMAGE, rng.dirichlet([0.2] * 10).astype(np.float32), rng.random())
        for span in draw(st.lists(st.sampled_from(spans), unique=True))
    ]
    return Lattice(length, tuple(segments))


def chains(lattice, start=0):
    """Every chain of segments from a cut to the last one."""
    if start == lattice.length:
        yield ()
    for first in lattice.segments:
        if first.start == start:
            yield from ((first, *rest) for rest in chains(lattice, first.end))


def best_by_trial(lattice, digits, pattern):
    """The greatest total log-probability of any number that fits, -inf for none."""
    best = -math.inf
    for chain in chains(lattice):
        if digits is None or digits[0] <= len(chain) <= digits[1]:
            gains = [[part.log_probability(value) for value in range(10)] for part in chain]
            for number in product(range(10), repeat=len(chain)):
                if pattern is None or re.fullmatch(pattern, "".join(map(str, number))):
                    best = max(best, sum(gain[value] for gain, value in zip(gains, number, strict=True)))
    return best


RANGES = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(sorted).map(tuple)
PATTERNS = st.sampled_from(
    [
        r"\d{3}",
        "[1-4]+",
        "(12|3)*",
        "1?2?3?4?",
        "[^0]*0",
        "(?:19|20).*",
        "(.)+5(.){2}",
        "^[05]*$",
        "1|22|333|4444",
        "(1*)*2",
    ]
)


@settings(deadline=None, max_examples=60)
@given(lattices(), st.none() | RANGES, st.none() | PATTERNS)
def test_as_likely_as_the_likeliest_of_all_numbers_that_fit(lattice, digits, pattern):
    path = best_fitting(lattice, Constraint(digits, pattern), beam=10_000)
    expected = best_by_trial(lattice, digits, pattern)
    assert (path is None) == (expected == -math.inf)
    if path is not None:
        assert [part for part, _ in path] in [list(chain) for chain in chains(lattice)]
        assert log_probability(path) == pytest.approx(expected)
        assert digits is None or digits[0] <= len(path) <= digits[1]
        assert pattern is None or re.fullmatch(pattern, text(path))


@pytest.mark.parametrize("digits", [(0, 4), (5, 4), (-3, 4), (0, 0)])
def test_an_impossible_range(digits):
    with pytest.raises(ConstraintError) as caught:
        Constraint(digits)
    said = "no number has so many; give 1 or more, the smaller first"
    assert str(caught.value) == f"digits {digits[0]}..{digits[1]}: {said}"


def test_an_invalid_pattern_is_a_user_error():
    with pytest.raises(InkdigitsError, match="not a regular expression"):
        Constraint(pattern="(1")


def test_equal_when_they_ask_the_same_and_travels_to_other_processes(touching):
    constraint = Constraint((2, 3), "3.*")
    assert constraint == Constraint((2, 3), "3.*") != Constraint((2, 3), "4.*")
    copy = pickle.loads(pickle.dumps(constraint))
    assert copy == constraint
    assert text(best_fitting(touching, copy)) == "317"


def huge(length):
    """Every stretch of up to four cuts may be a mark, and every mark any digit."""
    rng = np.random.default_rng(7)
    spans = [(start, end) for start in range(length) for end in range(start + 1, min(start + 4, length) + 1)]
    odds = rng.dirichlet([1] * 10, len(spans)).astype(np.float32)
    return Lattice(
        length, tuple(Segment(*s, Box(s[0], 0, s[1], 1), IMAGE, p, 0.9) for s, p in zip(spans, odds, strict=True))
    )


@pytest.mark.parametrize(
    "constraint",
    [Constraint(pattern=".*1.{100}"), Constraint(pattern="(1+|.)+2"), Constraint((301, 301), r"(?:\d\d)*[02468]")],
)
def test_five_hundred_cuts_take_bounded_time(constraint):
    lattice = huge(500)
    began = time.perf_counter()
    path = best_fitting(lattice, constraint)
    assert time.perf_counter() - began < 20
    assert path is not None
    assert re.fullmatch(constraint.pattern, text(path))


@pytest.mark.parametrize("digits", [(1, 500), (134, 134), (300, 301), (499, 10**12)])
def test_a_number_of_digits_alone_is_exact_on_any_lattice(digits):
    lattice = huge(500)
    totals = np.full((501, 501), -np.inf)  # for each cut and number of digits
    totals[0, 0] = 0
    for part in lattice.segments:  # in order of their first cuts
        gain = max(map(part.log_probability, range(10)))
        np.maximum(totals[part.end, 1:], totals[part.start, :-1] + gain, out=totals[part.end, 1:])
    path = best_fitting(lattice, Constraint(digits), beam=1)
    assert log_probability(path) == pytest.approx(totals[500, digits[0] : min(digits[1], 500) + 1].max())
    assert digits[0] <= len(path) <= digits[1]
