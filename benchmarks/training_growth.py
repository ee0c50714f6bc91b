"""How the seconds and the memory of a training grow with its images: `fast` on 6,000 to 600,000 of them.

    python benchmarks/training_growth.py

The images are the first of MNIST's 60,000 training images, again and again, each time but the first distorted anew by
`slight_affine`; MNIST's own test images are the test set. Every size is trained by the command that users type, in a
process of its own, with the recipe's own number of epochs.
Writes benchmarks/training_growth.json and training_growth.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import struct
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from cold_start import started
from durations import shown
from machine import machine

HERE = Path(__file__).parent
SIZES = (6_000, 20_000, 60_000, 200_000, 600_000)
RECIPE = "fast"
HEADINGS = ("training images", "whole command", "an epoch", "an image and epoch", "peak memory", "test accuracy")


def main() -> None:
    """Trains on every size and writes what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--output", type=Path, default=HERE / "training_growth.json")
    options = parser.parse_args()
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # what starts a command counts to its peak
                apart.submit(write_images, Path(folder), size).result()
            rows.append(trained(Path(folder)))
        print(" ".join(cells(rows[-1])), flush=True)
    found = {"machine": machine(), "recipe": RECIPE, "sizes": rows}
    options.output.write_text(json.dumps(found, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(found))


def write_images(folder: Path, size: int) -> None:
    """Writes `size` training images and MNIST's test images into `folder`, as IDX files."""
    from inkdigits.datasets import load
    from inkdigits.recipes.recipe import slight_affine

    train, test = load("mnist", "train"), load("mnist", "test")
    layer = slight_affine()  # one for all, for it goes on with its random numbers
    parts = [distorted(train.images, layer) if again else train.images for again in range(-(-size // len(train)))]
    labels = np.tile(train.labels, len(parts))
    write_pair(folder / "train", np.concatenate(parts)[:size], labels[:size])
    write_pair(folder / "t10k", test.images, test.labels)


def distorted(images: np.ndarray, layer: Any) -> np.ndarray:
    """The images, uint8 (N, 28, 28), each turned, slanted, scaled and moved a little."""
    import keras

    done = np.empty_like(images)
    for start in range(0, len(images), 1000):
        pixels = layer(images[start : start + 1000, ..., None].astype(np.float32), training=True)
        done[start : start + 1000] = np.rint(keras.ops.convert_to_numpy(pixels)[..., 0]).clip(0, 255)
    return done


def write_pair(prefix: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """One pair of IDX files."""
    for name, array in (("images-idx3", images), ("labels-idx1", labels.astype(np.uint8))):
        header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        Path(f"{prefix}-{name}-ubyte").write_bytes(header + array.tobytes())


def trained(folder: Path) -> dict[str, Any]:
    """What the training of the images in `folder` took."""
    run = folder / "run"
    words = ["train", RECIPE, "--seed", "0", "--data", f"idx:{folder}", "--output", str(run)]
    seconds, megabytes, _ = started([sys.executable, "-m", "inkdigits", *words])
    with (run / "history.csv").open() as file:
        epochs = [float(row["seconds"]) for row in csv.DictReader(file)]
    evaluation = json.loads((run / "evaluation.json").read_text())
    manifest = json.loads((run / "manifest.json").read_text())
    return {
        "images": manifest["data"]["train"]["images"],
        "seconds": seconds,
        "epochs": epochs,
        "peak_mib": megabytes * 1e6 / 2**20,
        "accuracy": evaluation["accuracy"],
    }


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """A row of the table; the first epoch compiles, so it is left out where there are others."""
    epoch = median(row["epochs"][1:] or row["epochs"])
    times = (shown(row["seconds"]), shown(epoch), shown(epoch / row["images"]))
    return (f"{row['images']:,}", *times, f"{row['peak_mib']:,.0f} MiB", f"{row['accuracy']:.2%}")


def markdown(found: dict[str, Any]) -> str:
    """A row for each size."""
    where = f"{found['machine']['cores']} cores of {found['machine']['processor']}. Recipe `{found['recipe']}`."
    rows = (HEADINGS, ["---:"] * len(HEADINGS), *map(cells, found["sizes"]))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"<!-- Written by benchmarks/training_growth.py from training_growth.json. -->\n\n{where}\n\n{table}\n"


if __name__ == "__main__":
    main()
