"""Trains every recipe over several seeds and records the scores in results/; goes on where it was stopped.

    python benchmarks/results.py
    python benchmarks/results.py fast tiny --seeds 10 --jobs 2

Small networks use two cores better as two trainings side by side than as one on two threads, hence --jobs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEEDS = {
    "cnn-basic": 5,
    "cnn-basic-onecycle": 5,
    "cnn-tuned": 5,
    "cnn-dropout": 5,
    "cnn-dropout-onecycle": 5,
    "mlp-batchnorm": 5,
    "cnn-earlystop": 5,
    "cnn-earlystop-onecycle": 5,
    "fast": 10,
    "tiny": 10,
    "best": 5,
    "best-ensemble": 1,
    "best-distilled": 1,
}
LAST = ("best-ensemble", "best-distilled")  # stand on runs of others, one by one


def main() -> None:
    """Reads the options, trains what is missing, a seed of every recipe before the next seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=list(SEEDS))
    parser.add_argument("--seeds", type=int, help="of each recipe, instead of 5 or 10")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    options = parser.parse_args()
    threads = max(1, (os.cpu_count() or 1) // max(1, options.jobs))
    wanted = {recipe: options.seeds or SEEDS.get(recipe, 5) for recipe in options.recipes}
    tasks = [(recipe, seed) for seed in range(max(wanted.values())) for recipe in wanted if seed < wanted[recipe]]
    with ThreadPoolExecutor(options.jobs) as pool:
        alone = [task for task in tasks if task[0] not in LAST]
        failed = sum(pool.map(lambda task: train(*task, threads, options.results), alone))
    for recipe in LAST:
        failed += sum(train(*task, 0, options.results) for task in tasks if task[0] == recipe and not failed)
    if failed:
        sys.exit(f"{failed} of {len(tasks)} runs failed; run this again to go on")


def train(recipe: str, seed: int, threads: int, results: Path) -> int:
    """Trains one recipe with one seed on so many threads (0: all) unless it is there; returns 1 when that fails."""
    from inkdigits.experiments.results import record
    from inkdigits.settings import settings

    if (results / "mnist" / recipe / f"seed-{seed}.json").exists():
        return 0
    command = [sys.executable, "-m", "inkdigits", "train", recipe, "--seeds", str(seed)]
    environment = {**os.environ, "INKDIGITS_THREADS": str(threads)}
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{recipe} seed {seed}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return 1
    print(record(settings().runs_dir / recipe / f"seed-{seed}", results), flush=True)
    return 0


if __name__ == "__main__":
    main()
