"""How trained networks stand adversaries: FGSM, PGD, Square and transfer attacks, and whether gradients are masked.

    python benchmarks/adversaries.py runs/robust/seed-0 runs/cnn-tuned/seed-0 runs/cnn-dropout/seed-0
    python benchmarks/adversaries.py runs/robust/seed-0 --images 10000 --queries 20000 --output -

Each argument is the folder of a finished run. A network is also tried with images that deceive that of the next run,
the last one with those of the first. Published figures are those of the best attack known on the authors' own networks,
on all 10,000 test images. Writes benchmarks/adversaries.json and adversaries.md.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from machine import machine

HERE = Path(__file__).parent
PUBLISHED = {"adversarial training (Madry et al., 2018)": 0.880, "TRADES (Zhang et al., 2019)": 0.925}
PUBLISHED_EPSILON = 0.3
ATTACKS = ("FGSM", "PGD-40", "PGD-100", "Square", "transfer", "all together")


def main() -> None:
    """Reads the options, attacks every run, writes the result and its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of finished runs")
    parser.add_argument("--images", type=int, default=1000, help="the first so many test images")
    parser.add_argument("--queries", type=int, default=5000, help="what Square may ask about an image")
    parser.add_argument("--output", default=HERE / "adversaries.json", help="- prints the tables only")
    options = parser.parse_args()
    found = {
        "machine": machine(),
        "published": {"epsilon": PUBLISHED_EPSILON, "accuracy": PUBLISHED},
        "runs": attacked(options.runs, options.images, options.queries),
    }
    tables = markdown(found)
    if str(options.output) != "-":
        Path(options.output).write_text(json.dumps(found, indent=1) + "\n")
        Path(options.output).with_suffix(".md").write_text(tables)
    print(tables, end="")


def attacked(runs: list[Path], images: int, queries: int) -> list[dict[str, Any]]:
    """The scores of every run, each beside the next one."""
    from inkdigits.experiments.attack import attack

    others = [*runs[1:], runs[0]] if len(runs) > 1 else [None]
    return [
        attack(run, images=images, queries=queries, transfer_from=other)
        for run, other in zip(runs, others, strict=True)
    ]


def markdown(found: dict[str, Any]) -> str:
    """A table for each epsilon, the published figures at theirs, and what speaks against the figures."""
    first = found["runs"][0]
    lines = [
        "<!-- Written by benchmarks/adversaries.py from adversaries.json. -->",
        "",
        f"Accuracy in % on {first['dataset']['images']:,} images of {first['dataset']['name']}, 95 % intervals last; "
        f"Square asks {first['queries']:,} times about an image.",
    ]
    for place, epsilon in enumerate(first["epsilons"]):
        lines += ["", f"## Up to {epsilon:g} a pixel", "", *table(found, place, epsilon)]
    lines += ["", "## Masked gradients", "", *(f"- {name(run)}: {masking(run)}" for run in found["runs"])]
    return "\n".join(lines) + "\n"


def table(found: dict[str, Any], place: int, epsilon: float) -> list[str]:
    """The rows of one epsilon, which stands at `place` among them."""
    lines = [f"| network | none | {' | '.join(ATTACKS)} |", "| --- |" + " ---: |" * (1 + len(ATTACKS))]
    for run in found["runs"]:
        scores = [run["attacks"][attack][place] if attack in run["attacks"] else None for attack in ATTACKS]
        low, high = (100 * bound for bound in run["attacks"]["all together"][place]["interval"])
        cells = [name(run), *(cell(score) for score in (run["clean"], *scores))]
        lines.append(f"| {' | '.join(cells)} ({low:.1f} to {high:.1f}) |")
    if epsilon == found["published"]["epsilon"]:
        for who, accuracy in found["published"]["accuracy"].items():
            lines.append(f"| published: {who} |{' |' * len(ATTACKS)} {100 * accuracy:.1f} |")
    return lines


def cell(score: dict[str, Any] | None) -> str:
    """The accuracy in per cent."""
    return "–" if score is None else f"{100 * score['accuracy']:.1f}"


def name(run: dict[str, Any]) -> str:
    """The run's recipe and seed."""
    return f"{run['run']['recipe']}, seed {run['run']['seed']}"


def masking(run: dict[str, Any]) -> str:
    """What speaks for masked gradients, in words."""
    from inkdigits.reports.adversaries import masking_findings

    left = f"{100 * run['unbounded']['accuracy']:.1f} % stay right without bounds"
    return "; ".join([left, *masking_findings(run)])


if __name__ == "__main__":
    main()
