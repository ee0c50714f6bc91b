"""Seconds an epoch: the network of cnn-dropout through inkdigits and through plain Keras defaults, in turn.

    python benchmarks/training.py --epochs 15 --rounds 1

Each side trains in a process of its own on the same 55,000 images for the same epochs at the same batch size,
validated on the same 5,000 after each; the order of the sides changes from round to round. Scored on the test set at
the end: plain Keras on the raw pixels, inkdigits as it ships. Seconds are the median of all epochs but the first, which
compiles.
Writes benchmarks/training.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> None:
    """Runs the rounds, or one side of one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--output", type=Path, default=HERE / "training.json")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(SIDES[options.side](options.epochs, options.seed)))
        return
    found: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for number in range(options.rounds):
        for side in sorted(SIDES, reverse=bool(number % 2)):
            found[side].append(_in_own_process(side, options.epochs, number))
            print(number, side, found[side][-1]["median"], found[side][-1]["accuracy"], flush=True)
    options.output.write_text(json.dumps(_summary(found, options.epochs), indent=1) + "\n")
    print(f"ratio {_ratio(found):.2f}, written to {options.output}")


def plain_keras(epochs: int, seed: int) -> dict[str, Any]:
    """The published plan in plain Keras: float32 pixels in [0, 1], `compile` and `fit` with their defaults."""
    import time

    import keras
    import numpy as np

    from inkdigits.datasets import split
    from inkdigits.recipes.cnn_dropout import build

    class Clock(keras.callbacks.Callback):
        seconds: list[float] = []  # noqa: RUF012

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds.append(time.perf_counter() - self.start)

    keras.utils.set_random_seed(seed)
    parts = split("mnist", seed=seed)
    pixels = {
        name: getattr(parts, name).images[..., None] / np.float32(255) for name in ("train", "validation", "test")
    }
    labels = {name: keras.utils.to_categorical(getattr(parts, name).labels, 10) for name in pixels}
    model = build()
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    validation = (pixels["validation"], labels["validation"])
    clock = Clock()
    model.fit(pixels["train"], labels["train"], 128, epochs, validation_data=validation, callbacks=[clock], verbose=0)
    _, accuracy = model.evaluate(pixels["test"], labels["test"], verbose=0)
    return {"seconds": clock.seconds, "median": statistics.median(clock.seconds[1:]), "accuracy": float(accuracy)}


def through_inkdigits(epochs: int, seed: int) -> dict[str, Any]:
    """The recipe `cnn-dropout` by the command that users type."""
    import csv

    with tempfile.TemporaryDirectory() as temporary:
        run = Path(temporary, "run")
        words = ["train", "cnn-dropout", "--epochs", str(epochs), "--seed", str(seed), "--output", str(run)]
        subprocess.run([sys.executable, "-m", "inkdigits", *words], check=True, stdout=sys.stderr)
        with (run / "history.csv").open() as file:
            seconds = [float(row["seconds"]) for row in csv.DictReader(file)]
        evaluation = json.loads((run / "evaluation.json").read_text())
        manifest = json.loads((run / "manifest.json").read_text())
    facts = {key: manifest[key] for key in ("precision", "machine", "versions")}
    accuracy = evaluation["accuracy"]
    return {"seconds": seconds, "median": statistics.median(seconds[1:]), "accuracy": accuracy, **facts}


SIDES = {"inkdigits": through_inkdigits, "plain-keras": plain_keras}


def _in_own_process(side: str, epochs: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--side", side, "--epochs", str(epochs), "--seed", str(seed)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def _ratio(found: dict[str, list[dict[str, Any]]]) -> float:
    pairs = zip(found["inkdigits"], found["plain-keras"], strict=True)
    return statistics.median(ours["median"] / plain["median"] for ours, plain in pairs)


def _summary(found: dict[str, list[dict[str, Any]]], epochs: int) -> dict[str, Any]:
    last = found["inkdigits"][-1]
    return {
        "what": "seconds an epoch of the cnn-dropout network, inkdigits / plain Keras",
        "epochs": epochs,
        "ratio": _ratio(found),
        "accuracy": {side: statistics.fmean(run["accuracy"] for run in runs) for side, runs in found.items()},
        "precision": last["precision"],
        "machine": last["machine"],
        "versions": last["versions"],
        "seconds": {side: [run["seconds"] for run in runs] for side, runs in found.items()},
    }


if __name__ == "__main__":
    main()
