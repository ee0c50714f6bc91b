"""How well inkdigits reads drawn pages: clean, touching digits, one difficulty at a time, marks that are no digits.

    python benchmarks/grades.py --pages 40

The pages of each grade are those of pages.py, MNIST test digits that no recogniser was trained on. Writes
benchmarks/grades.json and the table grades.md; grades that were not asked for keep what they had there. `--keep DIR`
saves the pages that were misread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inkdigits.errors import ImageError
from inkdigits.evaluation.metrics import wilson_interval
from inkdigits.reading.result import Reading
from machine import machine
from mark_scores import MarkScore, mark_score
from pages import FONTS, Page, make_pages, write_pages
from reading_scores import Score, digits_of, score
from synthetic.style import GRADES

HERE = Path(__file__).parent
REJECTED_GOAL, KEPT_GOAL = 0.97, 0.99  # of marks that are no digits, and of digits among them


def main() -> None:
    """Reads the options, draws, reads and scores the grades, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grades", nargs="*", metavar="GRADE", help=", ".join(GRADES))
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bundle", help="the bundle to read with, in place of the one that ships")
    parser.add_argument("--fonts", type=Path, default=FONTS, help="where letters and the digits of 'fonts' come from")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="save the misread pages and print what was read")
    parser.add_argument("--output", type=Path, default=HERE / "grades.json")
    options = parser.parse_args()
    if unknown := set(options.grades) - set(GRADES):
        parser.error(f"no grade {sorted(unknown)[0]}; there are {', '.join(GRADES)}")
    from inkdigits.reading.reader import Reader

    reader = Reader(options.bundle)
    results = json.loads(options.output.read_text()) if options.output.exists() else {"grades": {}}
    for grade in options.grades or GRADES:
        try:
            pages = make_pages(grade, options.pages, options.seed, options.fonts)
        except ValueError as error:
            print(f"{grade}: skipped, {error}", file=sys.stderr)
            continue
        facts, misread = scored(grade, pages, reader.read)
        results["grades"][grade] = {**facts, "seed": options.seed, "machine": machine()}
        print(row(grade, facts), flush=True)
        if options.keep and misread:
            write_pages({name: pages[name] for name in misread}, options.keep)
            for name, read in misread.items():
                print(f"  {name}: {' / '.join(digits_of(pages[name].lines))}\n   read as {' / '.join(read)}")
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))


def scored(
    grade: str, pages: dict[str, Page], read: Callable[[bytes], Reading]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The scores of a grade, and the lines that were read on the pages that were misread."""
    total, marks, turns = Score(), MarkScore(), 0
    seconds: list[float] = []
    misread: dict[str, list[str]] = {}
    for name, page in pages.items():
        start = time.perf_counter()
        try:
            reading = read(page.data)
        except ImageError:
            reading = Reading((), ())
        seconds.append(time.perf_counter() - start)
        lines = [line.text for line in reading.lines]
        one = score(page.lines, lines)
        total, marks = total + one, marks + mark_score(page.marks, reading.digits)
        turns += bool(reading.pages) and reading.pages[0].turn == page.turn
        if one.errors:
            misread[name] = lines
    facts = {**vars(total), "error_rate": total.error_rate, "pages": len(pages), "turns_right": turns}
    facts["error_interval"] = list(wilson_interval(min(total.errors, total.digits), total.digits))
    facts["error_goal"] = GRADES[grade].error_goal
    facts["seconds_a_page"] = statistics.median(seconds)
    facts["marks"] = vars(marks)
    return facts, misread


def markdown(results: dict[str, Any]) -> str:
    """The table of grades.json, in the order of the grades."""
    header = (
        *("grade", "digits", "errors", "error rate", "95 % interval", "goal", "exact lines", "invented", "turns found"),
        *("digits kept", "non-digits rejected", "shown in place", "ms a page"),
    )
    rules = "| --- |" + " ---: |" * (len(header) - 1)
    rows = [row(grade, results["grades"][grade]) for grade in GRADES if grade in results["grades"]]
    title = "<!-- Written by benchmarks/grades.py from grades.json. -->\n"
    return "\n".join([title, "| " + " | ".join(header) + " |", rules, *rows]) + "\n"


def row(grade: str, facts: dict[str, Any]) -> str:
    """One grade's row."""
    marks, (low, high) = facts["marks"], facts["error_interval"]
    kept = f"{marks['kept'] / marks['digits']:.2%}"
    goal, rejected, shown = "", "", ""
    if facts["error_goal"] is not None:
        met = facts["error_rate"] <= facts["error_goal"]
        goal = f"≤ {facts['error_goal']:.0%}: {'met' if met else 'missed'}"
    if marks["others"]:
        shares = marks["rejected"] / marks["others"], marks["kept"] / marks["digits"]
        met = shares[0] >= REJECTED_GOAL and shares[1] >= KEPT_GOAL
        goal = f"≥ {REJECTED_GOAL:.0%} rejected, ≥ {KEPT_GOAL:.0%} kept: {'met' if met else 'missed'}"
        rejected, shown = f"{shares[0]:.2%} of {marks['others']}", f"{marks['shown'] / marks['others']:.2%}"
    cells = [
        grade,
        f"{facts['digits']}",
        f"{facts['errors']}",
        f"{facts['error_rate']:.2%}",
        f"{low:.2%} to {high:.2%}",
    ]
    cells += [goal, f"{facts['exact_lines']}/{facts['lines']}", f"{facts['invented']}"]
    cells += [
        f"{facts['turns_right']}/{facts['pages']}",
        kept,
        rejected,
        shown,
        f"{facts['seconds_a_page'] * 1000:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
