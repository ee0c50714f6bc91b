"""How well a recogniser tells digits from what is none: AUROC of its `digit_probability`, kind by kind.

    python benchmarks/rejection.py
    python benchmarks/rejection.py --fonts my_fonts --bundle runs/reader/seed-0/bundle --output -

The digits are MNIST's test images. AUROC is the probability that one of them is held for a digit rather than one of the
others; beside it stands that of the largest class probability, the usual score of models that do not know of non-digits
(Hendrycks and Gimpel, 2017). Kinds that this machine lacks are skipped. Writes benchmarks/rejection.json and
rejection.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import non_digit_sets as sets
from inkdigits import Recognizer
from inkdigits.datasets import load
from inkdigits.evaluation.rejection import auroc
from inkdigits.recognizer import Recognition
from pages import FONTS

HERE = Path(__file__).parent
GOALS = {
    "fashion-mnist": 0.999,
    "letters": 0.97,
    "scribbles": 0.98,
    "fragments": 0.98,
    "pairs": 0.98,
    "noise": 1.0,
    "blanks": 1.0,
}
REJECTED_GOAL = 0.01  # of the digits, at most
LEVEL = 0.00005  # half of the last digit shown


def main() -> None:
    """Reads the options, scores every kind, writes the result and its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, help="the bundle to score, in place of the one that ships")
    parser.add_argument("--fonts", type=Path, default=FONTS, help="the folder below which handwriting fonts lie")
    parser.add_argument("--count", type=int, default=2000, help="images of each kind that is drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", default=HERE / "rejection.json", help="- prints the table only")
    options = parser.parse_args()
    recognizer = Recognizer(options.bundle)
    digits = recognizer.recognise(load("mnist", "test").images)
    metadata = recognizer.bundle.metadata
    model = {"recipe": metadata["recipe"]["name"], "seed": metadata["seed"], "sha256": metadata["sha256"]}
    found = {
        "model": model,
        "seed": options.seed,
        "digits": {"images": len(digits.accepted), "rejected": float(1 - digits.accepted.mean())},
        "kinds": scored(recognizer, digits, options.fonts, options.count, options.seed),
    }
    table = markdown(found)
    if str(options.output) != "-":
        Path(options.output).write_text(json.dumps(found, indent=1) + "\n")
        Path(options.output).with_suffix(".md").write_text(table)
    print(table, end="")


def scored(
    recognizer: Recognizer, digits: Recognition, folder: Path, count: int, seed: int
) -> dict[str, dict[str, Any]]:
    """The figures of every kind that can be had; tells of the others on stderr."""
    test = load("mnist", "test")
    makers: dict[str, Callable[[np.random.Generator], np.ndarray | Sequence[np.ndarray]]] = {
        "fashion-mnist": lambda generator: sets.fashion(),
        "scribbles": lambda generator: sets.scribbles(count, generator),
        "pictures": lambda generator: sets.pictures(count, generator),
        "fragments": lambda generator: sets.fragments(test, count, seed),
        "pairs": lambda generator: sets.pairs(test, count, generator),
        "noise": lambda generator: sets.noise(count, generator),
        "blanks": lambda generator: sets.blanks(256, generator),
    }
    found = {}
    for number, (kind, make) in enumerate(makers.items()):
        try:
            found[kind] = figures(digits, recognizer.recognise(make(np.random.default_rng([seed, number]))))
        except LookupError as error:
            print(f"{kind}: skipped, {error}", file=sys.stderr)
    for kind, alphabet in (("letters", sets.LETTERS), ("lookalikes", sets.LOOKALIKES)):
        try:
            found[kind] = of_letters(recognizer, digits, sets.letters(folder, alphabet))
        except LookupError as error:
            print(f"{kind}: skipped, {error}", file=sys.stderr)
    return found


def figures(digits: Recognition, others: Recognition) -> dict[str, Any]:
    """AUROC of both scores, and the share of the others that is rejected at the default threshold."""
    return {
        "images": len(others.accepted),
        "auroc": auroc(digits.digit_probability, others.digit_probability),
        "auroc_of_class_probability": auroc(digits.probabilities.max(axis=1), others.probabilities.max(axis=1)),
        "rejected": float(1 - others.accepted.mean()),
    }


def of_letters(recognizer: Recognizer, digits: Recognition, images: dict[str, list[np.ndarray]]) -> dict[str, Any]:
    """The figures of all letters together, and the AUROC of each."""
    seen = {letter: recognizer.recognise(faces) for letter, faces in images.items()}
    together = Recognition(*(np.concatenate(parts) for parts in zip(*seen.values(), strict=True)))
    each = {letter: auroc(digits.digit_probability, one.digit_probability) for letter, one in seen.items()}
    return {**figures(digits, together), "auroc_of_each": each}


def markdown(found: dict[str, Any]) -> str:
    """The table of rejection.json."""
    rejected = found["digits"]["rejected"]
    verdict = f"≤ {REJECTED_GOAL:.0%}: {'met' if rejected <= REJECTED_GOAL else 'missed'}"
    head = ("no digits", "images", "AUROC", "goal", "AUROC of class probability", "rejected")
    lines = [
        "<!-- Written by benchmarks/rejection.py from rejection.json. -->",
        "",
        f"Of {found['digits']['images']:,} MNIST test digits {rejected:.2%} are rejected ({verdict}).",
        "",
        f"| {' | '.join(head)} |",
        "| --- | ---: | ---: | --- | ---: | ---: |",
        *(row(kind, facts) for kind, facts in found["kinds"].items()),
    ]
    return "\n".join(lines) + "\n"


def row(kind: str, facts: dict[str, Any]) -> str:
    """One kind's row."""
    goal = GOALS.get(kind)
    verdict = "" if goal is None else f"≥ {goal:g}: {'met' if facts['auroc'] >= goal - LEVEL else 'missed'}"
    cells = (
        *(kind, f"{facts['images']:,}", f"{facts['auroc']:.4f}", verdict),
        *(f"{facts['auroc_of_class_probability']:.4f}", f"{facts['rejected']:.2%}"),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
