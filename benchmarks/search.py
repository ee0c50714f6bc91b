"""The search of cnn-tuned's space by TPE, and beside it random search at the same budget; goes on where it was stopped.

    python benchmarks/search.py --time-limit 2     # hours; again and again, until both sides have all their trials

Both sides search the same space on the same images, prune by the same rule and never see the test set; they run side
by side, each on its share of the cores, so that what disturbs the machine disturbs both. A trial is short: 6 epochs on
10,000 of the training images, since what is sought is an order, not a figure. Writes benchmarks/search-tpe.csv and
search-random.csv (the studies), search.json and search.md (their comparison).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from inkdigits.settings import settings
from machine import machine
from search_table import comparison, markdown

HERE = Path(__file__).parent
SAMPLERS = ("tpe", "random")


def main() -> None:
    """Reads the options, lets both sides take their turns, writes the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="cnn-tuned")
    parser.add_argument("--trials", type=int, default=60, help="of each side")
    parser.add_argument("--limit", type=int, default=10_000, help="training images of a trial")
    parser.add_argument("--epochs", type=int, default=6, help="of a trial")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--time-limit", type=float, metavar="HOURS", help="stop after so many hours, to be gone on with"
    )
    parser.add_argument("--output", type=Path, default=HERE)
    options = parser.parse_args()
    until = time.monotonic() + 3600 * options.time_limit if options.time_limit else None
    folders = {name: settings().runs_dir / options.recipe / f"{name}-seed-{options.seed}" for name in SAMPLERS}
    with ThreadPoolExecutor(len(SAMPLERS)) as pool:
        stopped = list(pool.map(partial(search, options, folders, until), SAMPLERS))
    write(folders, options.output)
    if any(stopped):
        sys.exit("; ".join(filter(None, stopped)) + "; run this again to go on")
    print((options.output / "search.md").read_text())


def search(options: argparse.Namespace, folders: dict[str, Path], until: float | None, sampler: str) -> str | None:
    """Brings a sampler's search to all its trials; returns why it could not."""
    folder = folders[sampler]
    command = [sys.executable, "-m", "inkdigits", "tune"]
    if (folder / "search.json").exists():
        if done(folder) >= options.trials:
            return None
        command += ["--resume", str(folder)]
    else:
        command += [options.recipe, "--sampler", sampler, "--seed", str(options.seed), "--output", str(folder)]
        command += ["--limit", str(options.limit), "--epochs", str(options.epochs)]
    command += ["--trials", str(options.trials)]
    if until is not None:
        left = int(until - time.monotonic())
        if left < 1:
            return f"{folder}: time is up"
        command += ["--time-limit", f"{left}s"]
    threads = max(1, (os.cpu_count() or 1) // len(SAMPLERS))
    environment = {**os.environ, "INKDIGITS_THREADS": str(threads)}
    failed = subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL).returncode
    return f"{folder}: stopped" if failed else None


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
