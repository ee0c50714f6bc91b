"""The likeliest reading of a lattice: by hand, and against trying every chain of segments."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading.lattice import Lattice, Segment, best_path, log_probability
from inkdigits.reading.result import Box

IMAGE = np.zeros((28, 28), np.uint8)


def segment(start, end, digits, digit_probability=1.0, **prices):
    """A segment whose digits have these probabilities, the rest shared by the others."""
    rest = (1 - sum(digits.values())) / (10 - len(digits))
    probabilities = np.array([digits.get(digit, rest) for digit in range(10)], np.float32)
    return Segment(start, end, Box(start, 0, end, 1), IMAGE, probabilities, digit_probability, **prices)


def chains(lattice, start=0):
    """Every chain of segments from a cut to the last one."""
    if start == lattice.length:
        yield ()
    for first in lattice.segments:
        if first.start == start:
            yield from ((first, *rest) for rest in chains(lattice, first.end))


@st.composite
def lattices(draw):
    length = draw(st.integers(1, 5))
    spans = [(start, end) for start in range(length) for end in range(start + 1, min(length, start + 3) + 1)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    segments = [
        Segment(
            *span,
            Box(span[0], 0, span[1], 1),
            IMAGE,
            rng.dirichlet([0.2] * 10).astype(np.float32),
            rng.random(),
            rejection=0.0,
        )
        for span in draw(st.lists(st.sampled_from(spans), unique=True))
    ]
    return Lattice(length, tuple(segments))


def values(path):
    return [value for _, value in path]


def test_log_probability_of_digits_and_of_none():
    mark = segment(0, 1, {3: 0.5, 8: 0.25}, digit_probability=0.8, rejection=0.0)
    assert mark.log_probability(3) == pytest.approx(math.log(0.4), abs=1e-4)
    assert mark.log_probability(8) == pytest.approx(math.log(0.2), abs=1e-4)
    assert mark.log_probability(None) == pytest.approx(math.log(0.2), abs=1e-4)


def test_prices_are_added():
    mark = segment(0, 1, {3: 0.5}, digit_probability=0.8, prior=-1.5, rejection=-3.0)
    assert mark.log_probability(3) == pytest.approx(math.log(0.4) - 1.5, abs=1e-4)
    assert mark.log_probability(None) == pytest.approx(math.log(0.2) - 3.0, abs=1e-4)
    assert segment(0, 1, {3: 0.5}, digit_probability=0.1).log_probability(None) == -math.inf  # must be a digit


def test_outcomes_share_all_the_probability():
    mark = segment(0, 1, {3: 0.5, 8: 0.25}, digit_probability=0.8, rejection=0.0)
    assert sum(math.exp(mark.log_probability(value)) for value in [None, *range(10)]) == pytest.approx(1)


def test_the_all_but_impossible_keeps_its_order_and_rules_nothing_out():
    mark = segment(0, 1, {1: 1.0 - 1e-7, 7: 1e-8, 4: 1e-12, 0: 0.0})
    assert mark.log_probability(1) > mark.log_probability(7) > mark.log_probability(4) > mark.log_probability(0) > -20


def test_cuts_where_the_parts_are_likelier_than_the_whole():
    whole = segment(0, 2, {8: 0.4})
    left, right = segment(0, 1, {3: 0.9}), segment(1, 2, {1: 0.8})
    assert best_path(Lattice(2, (whole, left, right))) == ((left, 3), (right, 1))  # 0.9 x 0.8 > 0.4


def test_joins_where_the_whole_is_likelier_than_the_parts():
    whole = segment(0, 2, {5: 0.7})
    left, right = segment(0, 1, {5: 0.9}), segment(1, 2, {1: 0.7})
    assert best_path(Lattice(2, (right, left, whole))) == ((whole, 5),)  # 0.7 > 0.9 x 0.7


def test_a_mark_that_is_likelier_no_digit_is_rejected():
    scribble = segment(0, 1, {8: 0.9}, digit_probability=0.4, rejection=0.0)
    digit = segment(1, 2, {2: 0.9}, digit_probability=0.95, rejection=0.0)
    assert best_path(Lattice(2, (scribble, digit))) == ((scribble, None), (digit, 2))


def test_no_path_where_a_cut_is_not_crossed():
    assert best_path(Lattice(3, (segment(0, 1, {1: 0.9}), segment(2, 3, {1: 0.9})))) == ()
    assert best_path(Lattice(0, ())) == ()


@given(lattices())
def test_as_likely_as_the_likeliest_of_all_chains(lattice):
    totals = [
        log_probability(tuple(zip(chain, choice, strict=True)))
        for chain in chains(lattice)
        for choice in product(*[(int(part.probabilities.argmax()), None) for part in chain])
    ]
    path = best_path(lattice)
    assert [part for part, _ in path] in [list(chain) for chain in chains(lattice)] or (path == () and not totals)
    if totals:
        assert log_probability(path) == pytest.approx(max(totals))
