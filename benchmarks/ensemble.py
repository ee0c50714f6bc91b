"""How several seeds of a recipe do together: the mean of their probabilities, for every choice of so many of them.

    python benchmarks/ensemble.py
    python benchmarks/ensemble.py runs/cnn-tuned --output -

The argument is a folder of finished runs, seed-0, seed-1, ...; each is scored on the test set by the bundle it wrote.
`inkdigits export ensemble` makes one bundle of any of them. Choices of the same size share members, so their spread
tells less than that of independent trainings would. Writes benchmarks/ensemble.json and ensemble.md.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np

from inkdigits.reports.wording import percent
from machine import machine

HERE = Path(__file__).parent
HEADINGS = ("networks together", "choices", "mean", "standard deviation", "least", "most")


def main() -> None:
    """Scores every choice and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=Path, default=HERE.parent / "runs" / "best")
    parser.add_argument("--output", default=HERE / "ensemble.json", help="- prints the table only")
    options = parser.parse_args()
    bundles = sorted(options.runs.glob("seed-*/bundle"))
    if len(bundles) < 2:
        parser.error(f"{options.runs}: fewer than two finished runs; train more: inkdigits train {options.runs.name}")
    found = {"machine": machine(), "recipe": options.runs.name, **scored(bundles)}
    table = markdown(found)
    if str(options.output) != "-":
        Path(options.output).write_text(json.dumps(found, indent=1) + "\n")
        Path(options.output).with_suffix(".md").write_text(table)
    print(table, end="")


def scored(bundles: list[Path]) -> dict[str, Any]:
    """Hashes and accuracies on the test set: of every choice of 1, 2, ... of the bundles, in order."""
    from inkdigits import Recognizer
    from inkdigits.datasets import load

    test = load("mnist", "test")
    recognizers = [Recognizer(bundle) for bundle in bundles]
    said = [recognizer.predict_proba(test.images) for recognizer in recognizers]
    return {
        "test": test.sha256,
        "members": [recognizer.bundle.metadata["sha256"] for recognizer in recognizers],
        "accuracies": [accuracies(said, test.labels, size) for size in range(1, len(said) + 1)],
    }


def accuracies(said: list[np.ndarray], labels: np.ndarray, size: int) -> list[float]:
    """The share of right answers of the mean of each choice of `size` among the probabilities `said`."""
    return [float((np.mean(chosen, axis=0).argmax(axis=1) == labels).mean()) for chosen in combinations(said, size)]


def markdown(found: dict[str, Any]) -> str:
    """The table, a row for each size."""
    lines = [
        "# Several networks together",
        "",
        f"Test accuracy of the mean of the probabilities of several seeds of `{found['recipe']}`, for every choice of",
        "so many; choices share members. By `python benchmarks/ensemble.py`; nothing was chosen on the test set.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{' ---: |' * len(HEADINGS)}",
    ]
    return "\n".join([*lines, *(row(size, each) for size, each in enumerate(found["accuracies"], 1))]) + "\n"


def row(size: int, scores: list[float]) -> str:
    """A line of the table."""
    spread = percent(stdev(scores)) if len(scores) > 1 else "-"
    cells = (str(size), str(len(scores)), percent(fmean(scores)), spread, percent(min(scores)), percent(max(scores)))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
