"""Patterns of digits as automata, against the standard library's `re`."""

import re
import time
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inkdigits.reading.pattern import MAX_STATES, ConstraintError, DigitPattern

NUMBERS = ["".join(digits) for length in (1, 2, 3, 4) for digits in product("0127", repeat=length)]


def matches(automaton, text):
    state = automaton.start
    for character in text:
        state = next((after for after, digits in automaton.successors(state).items() if int(character) in digits), 0)
    return automaton.accepts(state)


def either(patterns):
    return patterns.map(lambda parts: "(?:" + "|".join(parts) + ")")


CHARACTERS = st.sampled_from(["0", "1", "2", "7", ".", r"\d", "[12]", "[^12]", "[0-27]", r"[^\d]", r"\D", "a", r"\x31"])
REPETITIONS = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{,2}", "{2,}", "{0}"])
PATTERNS = st.recursive(
    CHARACTERS | st.sampled_from(["^", "$", r"\A", r"\Z", r"\b", ""]),
    lambda inner: (
        st.lists(inner, max_size=3).map("".join)
        | either(st.lists(inner, min_size=1, max_size=3))
        | st.tuples(inner.filter(bool), REPETITIONS).map(lambda pair: f"({pair[0]}){pair[1]}")
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(PATTERNS)
@example("^(?:19|20)\\d\\d$")
@example("(1*)*2")
@example("(?x) 1 2  # with a remark")
@example("0|1|27|0127")
def test_matches_what_re_matches(pattern):
    expected = {number for number in NUMBERS if re.fullmatch(pattern, number)}
    try:
        automaton = DigitPattern(pattern)
    except ConstraintError:
        found = set()
    else:
        found = {number for number in NUMBERS if matches(automaton, number)}
    assert found == expected


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[0-9", "not a regular expression: unterminated character set at position 0"),
        ("1{3,2}", "not a regular expression: min repeat greater than max repeat at position 2"),
        ("1{99999999999}", "not a regular expression: the repetition number is too large"),
        ("(" * 900 + ")" * 900, "not a regular expression: nested too deeply"),
        ("1" * 2001, "2001 characters; use at most 2000"),
        (r"\d{1001}", "too large when written out (at most 1000 states); repeat and nest less"),
        (r"(?:\d{100}){4000000000}", "too large when written out (at most 1000 states); repeat and nest less"),
        ("(?:){4000000000}1", "too large when written out (at most 1000 states); repeat and nest less"),
        (r"(\d)\1", "groupref is not supported; use digits, classes, groups, | and repetitions"),
        (r"(?!000)\d{3}", "assert_not is not supported; use digits, classes, groups, | and repetitions"),
        (r"1\B2", "at_non_boundary is not supported; use digits, classes, groups, | and repetitions"),
        ("12-34", "no number matches it; describe the digits alone, without spaces or signs"),
        ("1^2", "no number matches it; describe the digits alone, without spaces or signs"),
        ("", "no number matches it; describe the digits alone, without spaces or signs"),
    ],
)
def test_says_in_one_line_what_is_wrong(pattern, said):
    with pytest.raises(ConstraintError) as caught:
        DigitPattern(pattern)
    shown = pattern if len(pattern) <= 60 else pattern[:57] + "..."
    assert str(caught.value) == f"pattern {shown!r}: {said}"


@given(st.text("0123456789dDwsSbBAZ\\[](){}?*+|^$.,-:=!<>P", max_size=12))
def test_anything_is_a_pattern_or_a_user_error(pattern):
    said = ""
    try:
        DigitPattern(pattern)
    except ConstraintError as error:
        said = str(error)
    assert "\n" not in said


def test_the_largest_pattern_is_taken():
    automaton = DigitPattern(rf"\d{{{MAX_STATES}}}")
    assert matches(automaton, "1" * MAX_STATES)
    assert not matches(automaton, "1" * (MAX_STATES - 1))


@pytest.mark.parametrize("pattern", ["(1+)+2", "(1|1)*2", "(1?){30}1{30}2", "(1*)*(1*)*(1*)*2"])
def test_patterns_that_backtracking_never_finishes(pattern):
    began = time.perf_counter()
    assert not matches(DigitPattern(pattern), "1" * 500)
    assert time.perf_counter() - began < 1


@pytest.mark.filterwarnings("error")
def test_what_a_later_python_may_read_otherwise_is_read_as_now():
    assert DigitPattern("[[0-9]+")
