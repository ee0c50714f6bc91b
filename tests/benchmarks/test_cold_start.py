"""Starts of commands: what one costs, and the table, worked out by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import inkdigits
from cold_start import PAGE, TRUTH, lines_right, markdown, row, started

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"


def test_a_start_is_measured_with_its_memory():
    # In a process of its own: what a large one starts is charged with the memory of that one.
    program = """
import json, sys
from cold_start import started
print(json.dumps(started([sys.executable, "-c", "print('12 34'); held = bytearray(b'x') * 300_000_000"])))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=BENCHMARKS, capture_output=True, text=True, check=True)
    seconds, megabytes, text = json.loads(done.stdout)
    assert seconds > 0
    assert 300 <= megabytes < 400
    assert text == "12 34\n"


def test_a_command_that_fails_ends_the_program():
    with pytest.raises(SystemExit, match=r"ended with 3; try .* -c raise SystemExit\(3\)"):
        started([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_truth_is_of_this_page():
    assert lines_right(inkdigits.read(ROOT / PAGE).text.splitlines()) >= 4


def test_lines_are_right_told_whole_or_number_by_number():
    assert lines_right(["7203 644133", "504110", "86078", "115000 3142499"]) == 2
    assert lines_right(list(TRUTH)) == 6
    assert lines_right([]) == 0


def test_goals_are_of_both_figures():
    quick = {"seconds": [0.4, 0.9, 0.45], "megabytes": [150.0, 250.0, 199.9], "read": list(TRUTH)}
    assert row("inkdigits", quick) == (
        *("`inkdigits read`", "450 ms (400 ms to 900 ms)", "200"),
        *("≤ 500 ms, ≤ 200 MB: met", "6/6"),
    )
    assert row("inkdigits", {**quick, "megabytes": [200.1]})[3].endswith("missed")
    assert row("inkdigits", {**quick, "seconds": [0.51]})[3].endswith("missed")
    assert row("import tensorflow", {**quick, "read": []})[3:] == ("", "")


def test_the_committed_table_is_of_the_committed_figures():
    found = json.loads((ROOT / "benchmarks" / "cold_start.json").read_text())
    table = (ROOT / "benchmarks" / "cold_start.md").read_text()
    assert table == markdown(found), "run: python benchmarks/cold_start.py"
