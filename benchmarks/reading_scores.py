"""Scores of a reading against the truth: edit distance over the digits, lines read exactly, digits invented."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import LCSseq, Levenshtein


@dataclass(frozen=True)
class Score:
    """What one page, or several, cost: `errors` is the edit distance, of which `invented` are insertions."""

    digits: int = 0
    errors: int = 0
    invented: int = 0
    lines: int = 0
    exact_lines: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def error_rate(self) -> float:
        """Errors per digit of the truth; 0 when there is neither."""
        return self.errors / self.digits if self.digits else float(self.errors > 0)


def digits_of(lines: Sequence[str]) -> list[str]:
    """The digits of every line that has any: spaces, rejected marks and whatever else was read don't count."""
    kept = ("".join(character for character in line if character in "0123456789") for line in lines)
    return [line for line in kept if line]


def score(truth: Sequence[str], read: Sequence[str]) -> Score:
    """Scores the lines read on a page; the edit distance is over all its digits in reading order."""
    expected, found = digits_of(truth), digits_of(read)
    edits = Levenshtein.editops("".join(expected), "".join(found))
    return Score(
        digits=sum(map(len, expected)),
        errors=len(edits),
        invented=sum(edit.tag == "insert" for edit in edits),
        lines=len(expected),
        exact_lines=LCSseq.similarity(expected, found),
    )


def summary(truth: dict[str, list[str]], turns: dict[str, int], answers: dict[str, Any]) -> dict[str, Any]:
    """The scores of a system's answers (as reading_systems.py prints them) over all pages, and page by page.

    `turns` holds, by page, the clockwise turn that sets its writing upright; a page that it lacks is upright. The first
    of a page's orders is scored; `errors_in_best_order` tells what is left when a system that gives no reading order
    is lent the one, page by page, that serves it best.
    """
    scores = {page: score(lines, answers[page]["orders"][0]) for page, lines in truth.items()}
    total = sum(scores.values(), Score())
    facts = {**vars(total), "error_rate": total.error_rate}
    if any(len(answers[page]["orders"]) > 1 for page in truth):
        best = (min(score(lines, order).errors for order in answers[page]["orders"]) for page, lines in truth.items())
        facts["errors_in_best_order"] = sum(best)
    seconds = {page: statistics.median(answers[page]["seconds"]) for page in truth}
    facts["seconds_a_page"] = statistics.median(seconds.values())
    if any("turn" in answers[page] for page in truth):
        facts["turns_right"] = sum(answers[page].get("turn") == turns.get(page, 0) for page in truth)
    facts["pages"] = {
        page: {"digits": s.digits, "errors": s.errors, "invented": s.invented, "seconds": seconds[page]}
        for page, s in scores.items()
    }
    if failed := {page: answers[page]["failed"] for page in truth if "failed" in answers[page]}:
        facts["failed"] = failed
    return facts
