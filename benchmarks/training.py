"""Seconds to train: `fast` and `cnn-dropout` through inkdigits, and cnn-dropout's network in plain Keras, in turn.

    python benchmarks/training.py --rounds 1

Each side trains in a process of its own on the same 55,000 images and is validated on the same 5,000 after each epoch;
the order of the sides changes from round to round. Scored on the test set at the end: plain Keras on the raw pixels,
inkdigits as it ships. Seconds of an epoch are the median of all but the first, which compiles; seconds to an accuracy
are those of all epochs, with their validation, up to the first one whose validation accuracy reaches it. Beside the
speed stands what the same cores reached just before in one large matrix product.
Writes benchmarks/training.json and benchmarks/training.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from training_table import RATIO, summary, table

HERE = Path(__file__).parent
EPOCHS = 15  # of cnn-dropout, as published


def main() -> None:
    """Runs the rounds, or one side of one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--output", type=Path, default=HERE / "training.json")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(SIDES[options.side](options.seed)))
        return
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for number in range(options.rounds):
        for side in sorted(SIDES, reverse=bool(number % 2)):
            runs[side].append(_in_own_process(side, number))
            print(f"{side:12}  {sum(runs[side][-1]['seconds']):6.1f} s  {runs[side][-1]['accuracy']:.2%}", flush=True)
    found = summary(runs)
    options.output.write_text(json.dumps(found, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(table(found))
    print(f"fast / plain Keras {found[RATIO]:.3f}, written to {options.output}")


def plain_keras(seed: int) -> dict[str, Any]:
    """The published plan in plain Keras: float32 pixels in [0, 1], `compile` and `fit` with their defaults."""
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
    limit = _matrix_product("float32")
    model = build()
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    validation = (pixels["validation"], labels["validation"])
    clock = Clock()
    history = model.fit(
        pixels["train"], labels["train"], 128, EPOCHS, validation_data=validation, callbacks=[clock], verbose=0
    )
    _, accuracy = model.evaluate(pixels["test"], labels["test"], verbose=0)
    return {
        "seconds": clock.seconds,
        "validation": [float(value) for value in history.history["val_accuracy"]],
        "accuracy": float(accuracy),
        "images": len(parts.train),
        "multiply_adds": multiply_adds(model),
        "limit": limit,
    }


def through_inkdigits(recipe: str, seed: int) -> dict[str, Any]:
    """A recipe by the command that users type."""
    from inkdigits.recipes.catalog import find_recipe

    with tempfile.TemporaryDirectory() as temporary:
        run = Path(temporary, "run")
        words = ["train", recipe, "--seed", str(seed), "--output", str(run)]
        subprocess.run([sys.executable, "-m", "inkdigits", *words], check=True, stdout=sys.stderr)
        with (run / "history.csv").open() as file:
            rows = list(csv.DictReader(file))
        evaluation = json.loads((run / "evaluation.json").read_text())
        manifest = json.loads((run / "manifest.json").read_text())
    bfloat16 = manifest["precision"] == "mixed_bfloat16"
    return {
        "seconds": [float(row["seconds"]) for row in rows],
        "validation": [float(row["val_accuracy"]) for row in rows],
        "accuracy": evaluation["accuracy"],
        "images": 55_000,
        "multiply_adds": multiply_adds(find_recipe(recipe).build()),
        "limit": _matrix_product("bfloat16" if bfloat16 else "float32"),
        **{key: manifest[key] for key in ("precision", "machine", "versions")},
    }


SIDES = {
    "fast": partial(through_inkdigits, "fast"),
    "cnn-dropout": partial(through_inkdigits, "cnn-dropout"),
    "plain-keras": plain_keras,
}


def multiply_adds(network: Any) -> int:
    """Of one image forwards: of every convolution and dense layer, its weights times the places they act on."""
    total = 0
    for layer in network.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            places = layer.output.shape[1:-1]
            total += math.prod(kernel.shape) * (places[0] * places[1] if places else 1)
    return total


def _matrix_product(dtype: str, side: int = 2048, rounds: int = 7) -> float:
    """Multiply-adds a second of one large product on the cores at hand, the best of some rounds."""
    import tensorflow as tf

    one = tf.cast(tf.random.normal((side, side)), dtype)
    product = tf.function(lambda: tf.matmul(one, one))
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        product().numpy()
        seconds.append(time.perf_counter() - started)
    return side**3 / min(seconds)


def _in_own_process(side: str, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--side", side, "--seed", str(seed)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
