"""How many digits a person must look at, so that few enough errors remain: selective classification."""

from __future__ import annotations

from typing import Any

import numpy as np

ERRORS_LEFT = 1e-4  # of all digits: one in 10,000
POINTS = 100  # of the curve that are kept, closest together where nearly all answers are taken


def risk_coverage(confidence: np.ndarray, correct: np.ndarray) -> list[dict[str, float]]:
    """The risk-coverage curve: the share of errors among the most confident answers, from few of them to all.

    `confidence` floats (N,), `correct` booleans (N,), N > 0. "coverage" is the share of answers that are taken as they
    are, "risk" the share of errors among these (El-Yaniv and Wiener, 2010). Answers of equal confidence are taken
    together, so the order of the images does not matter; at most 100 points remain.
    """
    taken, errors = _taken(confidence, correct)
    total = len(confidence)
    left_out = np.geomspace(1, total, POINTS - 1).astype(int)
    wanted = np.searchsorted(taken, np.append(total - left_out, total))
    return [{"coverage": float(taken[at] / total), "risk": float(errors[at] / taken[at])} for at in np.unique(wanted)]


def review(confidence: np.ndarray, correct: np.ndarray, errors_left: float = ERRORS_LEFT) -> dict[str, Any]:
    """The share of answers, the least confident, that a person must look at for `errors_left` errors of all answers.

    Takes the person to be right. "threshold" is the least confidence that needs no look, None where all need one.
    """
    taken, errors = _taken(confidence, correct)
    enough = np.flatnonzero(errors <= errors_left * len(confidence))
    if not len(enough):
        return {"errors_left": errors_left, "share": 1.0, "threshold": None}
    last = taken[enough[-1]]
    threshold = np.sort(confidence)[::-1][last - 1]
    return {"errors_left": errors_left, "share": float(1 - last / len(confidence)), "threshold": float(threshold)}


def _taken(confidence: np.ndarray, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At every confidence that occurs, from the highest down: how many answers reach it, and how many of them err."""
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    last_of_equals = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    return last_of_equals + 1, np.cumsum(~correct[order])[last_of_equals]
