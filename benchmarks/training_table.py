"""What the rounds of `training.py` say, as numbers and as a table."""

from __future__ import annotations

import statistics
from itertools import accumulate
from typing import Any

ACCURACIES = (0.99, 0.9924, 0.994)
RATIO = "ratio"  # of all seconds, the first side's and the last one's
GOAL = 0.1


def summary(runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians over the rounds of each side, and the ratio of `fast` to plain Keras, both with all their epochs."""
    sides = {side: _side(rounds) for side, rounds in runs.items()}
    first = next(run for run in runs["fast"])
    return {
        "what": "seconds to train on 55,000 images, through inkdigits and in plain Keras",
        RATIO: sides["fast"]["total"] / sides["plain-keras"]["total"],
        "goal": GOAL,
        "sides": sides,
        **{key: first[key] for key in ("precision", "machine", "versions") if key in first},
        "runs": runs,
    }


def _side(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    epoch = statistics.median(statistics.median(run["seconds"][1:]) for run in rounds)
    # Backwards, every product is done twice more: for the weights and for the inputs.
    reached = 3 * rounds[0]["multiply_adds"] * rounds[0]["images"] / epoch
    return {
        "epochs": len(rounds[0]["seconds"]),
        "epoch": epoch,
        "total": statistics.median(sum(run["seconds"]) for run in rounds),
        "to": {f"{wanted:.2%}": _to(rounds, wanted) for wanted in ACCURACIES},
        "accuracy": statistics.fmean(run["accuracy"] for run in rounds),
        "multiply_adds": rounds[0]["multiply_adds"],
        "of_limit": reached / statistics.median(run["limit"] for run in rounds),
    }


def _to(rounds: list[dict[str, Any]], wanted: float) -> float | None:
    """The median of the seconds until a validation accuracy; None where a round never reached it."""
    found = [seconds_to(run["seconds"], run["validation"], wanted) for run in rounds]
    return None if None in found else statistics.median(value for value in found if value is not None)


def seconds_to(seconds: list[float], validation: list[float], wanted: float) -> float | None:
    """Seconds of all epochs up to the first whose validation accuracy is at least `wanted`."""
    reached = (spent for spent, value in zip(accumulate(seconds), validation, strict=True) if value >= wanted)
    return next(reached, None)


def table(found: dict[str, Any]) -> str:
    """Markdown: a row for each side."""
    names = [f"to {wanted:.2%}" for wanted in ACCURACIES]
    lines = [
        "# Seconds to train",
        "",
        f"{found['what']}; {found['machine']['processor']}, {found['machine']['cores']} cores.",
        "By `python benchmarks/training.py`. Seconds to an accuracy run until a validation accuracy; the last column",
        "is the test set's. The machine's limit is what the same cores reached then in one large matrix product.",
        "",
        f"| | epochs | s an epoch | s in all | {' | '.join(names)} | of the machine's limit | test accuracy |",
        "| --- |" + " ---: |" * (5 + len(names)),
    ]
    for side, row in found["sides"].items():
        to = " | ".join("-" if value is None else f"{value:.1f}" for value in row["to"].values())
        lines.append(
            f"| {side} | {row['epochs']} | {row['epoch']:.1f} | {row['total']:.1f} | {to} "
            f"| {row['of_limit']:.0%} | {row['accuracy']:.2%} |"
        )
    lines += ["", f"`fast` takes {found[RATIO]:.3f} of the seconds of plain Keras; the goal is {found['goal']:.1f}."]
    return "\n".join(lines) + "\n"
