"""Measures what preprocessing decides: one network, trained on MNIST twice, tested on digits that are not laid out so.

    python docs/explanation/preprocessing.py

Writes preprocessing.json and preprocessing.png beside itself; takes two minutes on two cores. The first network sees
pictures squeezed into 28 x 28 pixels, as most do; the second what `CentreInk` makes of them. Images, order, first
weights and epochs are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import fill

import cv2
import keras
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

from inkdigits.datasets import split
from inkdigits.ink import load_ink
from inkdigits.layers import CentreInk
from inkdigits.recipes.cnn_dropout import build

HERE = Path(__file__).parent
IMAGES, EPOCHS, SEED = 20_000, 4, 0
SHOWN = 4  # examples of each kind

Pixels = Callable[[np.ndarray], np.ndarray]
"""Ink uint8 (N, H, W) -> uint8 (N, 28, 28)."""


def squeezed(ink: np.ndarray) -> np.ndarray:
    """The whole picture at 28 x 28 pixels, wherever its ink is."""
    return np.stack([cv2.resize(image, (28, 28), interpolation=cv2.INTER_AREA) for image in ink])


def centred(ink: np.ndarray) -> np.ndarray:
    """What the pixel contract makes of it."""
    parts = np.array_split(ink, -(-len(ink) // 1000))
    return np.concatenate([keras.ops.convert_to_numpy(CentreInk()(part)) for part in parts])


def moved(images: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Each digit anywhere on a sheet of `side` pixels, at its own size."""
    sheets = np.zeros((len(images), side, side), np.uint8)
    for sheet, image in zip(sheets, images, strict=True):
        left, top, width, height = cv2.boundingRect(image)
        row, column = rng.integers(0, [side - height + 1, side - width + 1])
        sheet[row : row + height, column : column + width] = image[top : top + height, left : left + width]
    return sheets


def small(images: np.ndarray) -> np.ndarray:
    """Each digit at half its size, in the middle of a sheet as large as before."""
    halves = np.stack([cv2.resize(image, (14, 14), interpolation=cv2.INTER_AREA) for image in images])
    return np.pad(halves, ((0, 0), (7, 7), (7, 7)))


def others() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's digits, of other hands and layout, enlarged four times: uint8 (1797, 32, 32), and their labels."""
    digits = load_digits()
    grey = np.rint(digits.images * 255 / 16).astype(np.uint8)
    return np.stack([cv2.resize(image, (32, 32), interpolation=cv2.INTER_CUBIC) for image in grey]), digits.target


def kinds(images: np.ndarray, labels: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The pictures of each kind, light ink on black but for one, and their labels."""
    rng = np.random.default_rng(SEED)
    return {
        "as MNIST lays them out": (images, labels),
        "anywhere in the frame": (moved(images, 28, rng), labels),
        "anywhere on a larger sheet": (moved(images, 56, rng), labels),
        "half the size": (small(images), labels),
        "dark ink on light paper": (255 - images, labels),
        "of other hands (scikit-learn)": others(),
    }


def as_ink(pictures: np.ndarray) -> np.ndarray:
    """What `inkdigits.ink` makes of pictures: its polarity is found, not assumed."""
    return np.stack([load_ink(picture) for picture in pictures])


def trained(images: np.ndarray, labels: np.ndarray) -> keras.Model:
    """The network of `cnn-dropout`, trained as its authors did, but shorter."""
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255), build()])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images[..., None], labels, batch_size=128, epochs=EPOCHS, verbose=2)
    return model


def accuracy(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    return float((model.predict(images[..., None], batch_size=500, verbose=0).argmax(axis=1) == labels).mean())


def draw(rows: dict[str, list[np.ndarray]]) -> Figure:
    """A row for each kind: the pictures, the same squeezed, the same centred."""
    figure = Figure(figsize=(9, 0.68 * len(rows) + 0.3), layout="constrained")
    axes = figure.subplots(len(rows), 3)
    for title, axis in zip(("the picture", "squeezed into 28 x 28", "by the pixel contract"), axes[0], strict=True):
        axis.set_title(title, fontsize=10)
    for (name, parts), line in zip(rows.items(), axes, strict=True):
        line[0].set_ylabel(fill(name, 18), rotation=0, ha="right", va="center", fontsize=9)
        for axis, images in zip(line, parts, strict=True):
            axis.imshow(np.hstack(np.pad(images, ((0, 0), (0, 0), (0, 1)), constant_values=128)), "gray")
            axis.set(xticks=[], yticks=[])
    return figure


def main() -> None:
    """Trains both, scores both on every kind, writes the figures and the picture."""
    parts = split("mnist", seed=SEED)
    train, labels = np.asarray(parts.train.images)[:IMAGES], parts.train.labels[:IMAGES]
    found = kinds(np.asarray(parts.test.images), parts.test.labels)
    plain, own = trained(train, labels), trained(centred(train), labels)
    scores, rows = {}, {}
    for name, (pictures, truth) in found.items():
        squeezed_images, centred_images = squeezed(pictures), centred(as_ink(pictures))
        scores[name] = {
            "images": len(truth),
            "squeezed": accuracy(plain, squeezed_images, truth),
            "centred": accuracy(own, centred_images, truth),
        }
        rows[name] = [part[:SHOWN] for part in (pictures, squeezed_images, centred_images)]
        print(name, scores[name])
    facts = {"network": "cnn-dropout", "images": IMAGES, "epochs": EPOCHS, "seed": SEED, "accuracy": scores}
    (HERE / "preprocessing.json").write_text(json.dumps(facts, indent=1) + "\n")
    draw(rows).savefig(HERE / "preprocessing.png", dpi=110)


if __name__ == "__main__":
    main()
