"""Scores of readings, by hand and against the textbook's edit distance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading.result import REJECTED
from mark_scores import MarkScore, mark_score, overlap
from pages import Mark
from reading_scores import Score, score, summary
from reading_systems import lines_of
from reading_table import markdown

LINES = st.lists(st.text("0123456789 x", max_size=8), max_size=4)


def edit_distance(a: str, b: str) -> int:
    """Wagner and Fischer's table, row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@pytest.mark.parametrize(
    ("read", "errors", "invented", "exact"),
    [
        (["12 34", "567"], 0, 0, 2),
        (["1234", "567"], 0, 0, 2),  # spaces don't count
        ([f"{REJECTED}12 3{REJECTED}4", "567", REJECTED], 0, 0, 2),  # nor do rejected marks
        (["12 34567"], 0, 0, 0),  # the digits are right, the lines are not
        (["1284", "567"], 1, 0, 1),
        (["12334", "567"], 1, 1, 1),
        (["124", "567"], 1, 0, 1),
        (["1234"], 3, 0, 1),
        (["1234", "9", "567"], 1, 1, 2),
        ([], 7, 0, 0),
    ],
)
def test_scores_by_hand(read, errors, invented, exact):
    assert score(["12 34", "567"], read) == Score(7, errors, invented, 2, exact)


def test_a_blank_page():
    assert score([], ["12"]) == Score(0, 2, 2, 0, 0)
    assert score([], ["12"]).error_rate == 1.0
    assert score([], []).error_rate == 0.0


@given(LINES, LINES)
def test_errors_are_the_edit_distance(truth, read):
    a, b = ("".join(c for line in lines for c in line if c.isdigit()) for lines in (truth, read))
    found = score(truth, read)
    assert found.errors == edit_distance(a, b)
    assert found.digits == len(a)
    assert found.invented >= max(0, len(b) - len(a))
    assert found.exact_lines <= found.lines


def test_boxes_become_lines():
    def box(left, top, right, bottom):
        return [[left, top], [right, top], [right, bottom], [left, bottom]]

    found = [(box(200, 12, 280, 34), "34"), (box(10, 60, 90, 82), "56"), (box(10, 10, 90, 32), "12")]
    assert lines_of(found) == ["12 34", "56"]
    # The same page lying on its right side, 100 high: (x, y) -> (100 - y, x); three quarters more set it upright.
    lying = [([[100 - y, x] for x, y in corners], text) for corners, text in found]
    assert lines_of(lying, 270) == ["12 34", "56"]
    assert lines_of(lying, 0) != ["12 34", "56"]


def test_summary_over_pages():
    truth = {"a.png": ["12"], "b.png": ["345"], "c.png": ["6"]}
    answers = {
        "a.png": {"orders": [["12"]], "turn": 0, "seconds": [3.0, 1.0, 2.0]},
        "b.png": {"orders": [["543"]], "turn": 90, "seconds": [5.0, 7.0]},
        "c.png": {"orders": [[]], "seconds": [0.5], "failed": "OSError: gone"},
    }
    facts = summary(truth, {"b.png": 90}, answers)
    assert (facts["digits"], facts["errors"], facts["exact_lines"], facts["lines"]) == (6, 3, 1, 3)
    assert facts["error_rate"] == 0.5
    assert facts["seconds_a_page"] == 2.0  # of 2, 6 and 0.5
    assert facts["turns_right"] == 2
    assert facts["failed"] == {"c.png": "OSError: gone"}
    assert facts["pages"]["b.png"] == {"digits": 3, "errors": 2, "invented": 0, "seconds": 6.0}
    assert "errors_in_best_order" not in facts


def test_the_first_order_is_scored_and_the_best_told():
    answers = {"a.png": {"orders": [["34", "12"], ["12", "34"]], "seconds": [1.0]}}
    facts = summary({"a.png": ["12", "34"]}, {}, answers)
    assert facts["errors"] == 4
    assert facts["errors_in_best_order"] == 0


def test_the_table_names_systems_and_figures():
    facts = {"errors": 1, "error_rate": 0.025, "exact_lines": 3, "lines": 4, "invented": 0, "turns_right": 2}
    one, two = {**facts, "seconds_a_page": 0.05, "peak_mib": 120.4}, {**facts, "seconds_a_page": 0.03, "peak_mib": 130}
    systems = {"inkdigits": {"version": "1.0", "as photographed": {"1": one, "2": two}, "upright": {"1": one}}}
    machine = {"processor": "Some CPU", "cores": 2}
    table = markdown({"folders": {"photos": {"machine": machine, "pages": 2, "digits": 40, "systems": systems}}})
    assert "## photos: 2 pages, 40 digits, on 2 cores of Some CPU" in table
    assert "| inkdigits (1.0) | 1 | 2.5% |  | 3/4 | 0 | 2/2 | 50 | 30 | 130 |" in table
    assert "| inkdigits (1.0) | 1 | 2.5% |  | 3/4 | 0 | 2/2 | 50 |  | 120 |" in table


def test_overlap_by_hand():
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0.0


def test_marks_one_by_one(make_digit):
    truth = [
        Mark((0, 0, 20, 30), "digit", "1"),
        Mark((30, 0, 50, 30), "digit", "2"),
        Mark((60, 0, 80, 30), "digit", "3"),
        Mark((100, 0, 160, 30), "signature"),
        Mark((200, 0, 220, 30), "letter"),
        Mark((240, 0, 260, 30), "letter"),
    ]
    found = [
        make_digit("1", (1, 1, 20, 30)),  # right
        make_digit("7", (30, 0, 50, 30)),  # kept, wrong
        make_digit(None, (60, 0, 80, 30)),  # a digit rejected
        make_digit(None, (100, 0, 130, 30)),  # half a signature shown,
        make_digit("4", (130, 0, 160, 30)),  # and half of it forced
        make_digit(None, (200, 0, 220, 30)),  # shown as rejected; the second letter is dropped
    ]
    assert mark_score(truth, found) == MarkScore(digits=3, kept=2, right=1, others=3, rejected=2, shown=1)


def test_a_pair_read_as_one_keeps_one_digit_at_most(make_digit):
    truth = [Mark((0, 0, 20, 30), "digit", "1"), Mark((20, 0, 40, 30), "digit", "2")]
    assert mark_score(truth, [make_digit("4", (0, 0, 40, 30))]).kept == 1
