"""The search of cnn-tuned's space by TPE, and beside it random search at the same budget; goes on where it was stopped.

    python benchmarks/search.py --time-limit 2     # hours; again and again, until both sides have all their trials

Both sides search the same space on the same images, prune by the same rule and never see the test set; each takes the
other's turn after ten trials, so that what disturbs the machine disturbs both. Writes benchmarks/search-tpe.csv and
search-random.csv (the studies), search.json and search.md (their comparison). Hours: a trial takes a training's time.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from inkdigits.settings import settings
from machine import machine
from search_table import comparison, markdown

HERE = Path(__file__).parent
SAMPLERS = ("tpe", "random")
TURN = 10


def main() -> None:
    """Reads the options, lets both sides take their turns, writes the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="cnn-tuned")
    parser.add_argument("--trials", type=int, default=60, help="of each side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--time-limit", type=float, metavar="HOURS", help="stop after so many hours, to be gone on with"
    )
    parser.add_argument("--output", type=Path, default=HERE)
    options = parser.parse_args()
    until = time.monotonic() + 3600 * options.time_limit if options.time_limit else None
    folders = {name: settings().runs_dir / options.recipe / f"{name}-seed-{options.seed}" for name in SAMPLERS}
    for target in range(TURN, options.trials + TURN, TURN):
        for name, folder in folders.items():
            search(options.recipe, name, options.seed, min(target, options.trials), folder, until)
            write(folders, options.output)


def search(recipe: str, sampler: str, seed: int, trials: int, folder: Path, until: float | None) -> None:
    """Brings the search in `folder` to `trials` trials; exits when the time is up or the search cannot go on."""
    command = [sys.executable, "-m", "inkdigits", "tune"]
    if (folder / "search.json").exists():
        if done(folder) >= trials:
            return
        command += ["--resume", str(folder)]
    else:
        command += [recipe, "--sampler", sampler, "--seed", str(seed), "--output", str(folder)]
    command += ["--trials", str(trials)]
    if until is not None:
        left = int(until - time.monotonic())
        if left < 1:
            sys.exit("time is up; run this again to go on")
        command += ["--time-limit", f"{left}s"]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"{folder}: stopped; run this again to go on")


def done(folder: Path) -> int:
    """How many trials of the search in `folder` have ended."""
    return sum(row["state"] != "interrupted" for row in trials_of(folder))


def trials_of(folder: Path) -> list[dict[str, str]]:
    """The trials in `folder`; none before there is any."""
    file = folder / "trials.csv"
    if not file.exists():
        return []
    with file.open() as opened:
        return list(csv.DictReader(opened))


def write(folders: dict[str, Path], output: Path) -> None:
    """Writes the studies and their comparison."""
    studies = {name: trials_of(folder) for name, folder in folders.items()}
    for name, folder in folders.items():
        if studies[name]:
            (output / f"search-{name}.csv").write_text((folder / "trials.csv").read_text())
    found = {name: comparison(rows) for name, rows in studies.items() if rows}
    (output / "search.json").write_text(json.dumps({"machine": machine(), "sides": found}, indent=1) + "\n")
    (output / "search.md").write_text(markdown(found))


if __name__ == "__main__":
    main()
