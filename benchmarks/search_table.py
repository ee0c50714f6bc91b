"""What a search found, trial by trial, and two searches side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import median
from typing import Any

EVERY = 10


def comparison(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Counts, hours, and the best validation accuracy so far after every tenth trial, of the lines of a trials.csv."""
    ended = [row for row in rows if row["state"] != "interrupted"]
    accuracies = [float(row["accuracy"]) for row in ended if row["state"] == "complete"]
    so_far = list(accumulate((float(row["accuracy"]) if row["state"] == "complete" else 0.0 for row in ended), max))
    states = Counter(row["state"] for row in ended)
    return {
        "trials": len(ended),
        **{state: states[state] for state in ("complete", "pruned", "failed")},
        "epochs": sum(int(row["epochs"]) for row in ended),
        "hours": round(sum(float(row["seconds"] or 0) for row in ended) / 3600, 2),
        "best": max(accuracies, default=None),
        "median": median(accuracies) if accuracies else None,
        "best_after": {str(count): so_far[count - 1] for count in range(EVERY, len(so_far) + 1, EVERY)},
    }


def markdown(sides: Mapping[str, Mapping[str, Any]]) -> str:
    """A row per side."""
    steps = sorted({step for side in sides.values() for step in side["best_after"]}, key=int)
    headings = ["sampler", "trials", "pruned", "failed", "epochs", "hours", "median", *(f"best of {n}" for n in steps)]
    lines = [
        "<!-- Written by benchmarks/search.py from search.json. Accuracies are of the validation images. -->",
        "",
        f"| {' | '.join(headings)} |",
        f"| --- |{' ---: |' * (len(headings) - 1)}",
    ]
    for name, side in sides.items():
        cells = [name, *(str(side[key]) for key in ("trials", "pruned", "failed", "epochs", "hours"))]
        cells += [_percent(side["median"]), *(_percent(side["best_after"].get(step)) for step in steps)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f} %"
