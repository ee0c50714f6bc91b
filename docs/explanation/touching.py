"""Draws numbers of five MNIST test digits that overlap by two pixels of thirty, for the page beside this file.

python docs/explanation/touching.py touching.png
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from inkdigits.datasets import load

HEIGHT, OVERLAP = 60, 4  # pixels: two of thirty
NUMBERS, DIGITS, SEED = 4, 5, 0


def main(output: Path) -> None:
    """Writes the page, dark ink on white."""
    rng = np.random.default_rng(SEED)
    test = load("mnist", "test")
    page = np.full((2 * 130, 2 * 380), 255, np.uint8)
    for number in range(NUMBERS):
        row, column = divmod(number, 2)
        images = [test.images[index] for index in rng.integers(0, len(test), DIGITS)]
        ink = written([np.asarray(image) for image in images])
        top, left = 35 + 130 * row, 40 + 380 * column
        page[top : top + ink.shape[0], left : left + ink.shape[1]] -= ink
    Image.fromarray(page).save(output)


def written(images: list[np.ndarray]) -> np.ndarray:
    """The digits in a row, each overlapping the one before: uint8 (HEIGHT, width), 255 = ink."""
    row = np.zeros((HEIGHT, 0), np.uint8)
    for image in images:
        left, top, width, height = cv2.boundingRect(image)
        scale = HEIGHT / height
        size = (max(1, round(width * scale)), HEIGHT)
        digit = cv2.resize(image[top : top + height, left : left + width], size, interpolation=cv2.INTER_CUBIC)
        start = max(0, row.shape[1] - OVERLAP)
        wider = np.pad(row, ((0, 0), (0, start + size[0] - row.shape[1])))
        wider[:, start:] = np.maximum(wider[:, start:], digit)
        row = wider
    return row


if __name__ == "__main__":
    main(Path(sys.argv[1]))
