"""Non-digits made of digits: fragments, and digits lying on their side."""

from __future__ import annotations

import numpy as np

_INKED = 40


def fragment(generator: np.random.Generator, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """A digit without the part beyond a straight cut; nothing slim, which might well be a one."""
    while True:
        piece, share = _cut(generator, _any(generator, images), generator.uniform(0.15, 0.58))
        height, width = cropped(piece, _INKED).shape
        if 0.12 < share < 0.6 and width >= 0.5 * height:
            return piece


def turned(generator: np.random.Generator, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """A digit on its side, or a 3, 4 or 7 upside down; no 0, which looks the same."""
    while True:
        index = int(generator.integers(len(images)))
        if labels[index] != 0:
            break
    if labels[index] in (3, 4, 7) and generator.random() < 0.34:
        return np.rot90(images[index], 2).copy()
    return np.rot90(images[index], 1 if generator.random() < 0.5 else 3).copy()


def _any(generator: np.random.Generator, images: np.ndarray) -> np.ndarray:
    return images[generator.integers(len(images))]


def cropped(image: np.ndarray, inked: int) -> np.ndarray:
    """The box around what is darker than `inked`, uint8 (h, w); the image as it is where there is no such ink."""
    rows, columns = np.flatnonzero(image.max(axis=1) > inked), np.flatnonzero(image.max(axis=0) > inked)
    if not len(rows):
        return image
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _cut(generator: np.random.Generator, image: np.ndarray, share: float) -> tuple[np.ndarray, float]:
    """What lies on one side of a cut that leaves about `share` of the ink, and the share that it left."""
    angle = generator.normal(0, 0.25) if generator.random() < 0.75 else generator.uniform(0, np.pi)
    piece = _part(image, angle + (np.pi if generator.random() < 0.5 else 0.0), share)
    return piece, float(piece.sum() / max(1, image.sum()))


def _part(image: np.ndarray, angle: float, share: float) -> np.ndarray:
    """The `share` of the ink that comes first in the direction `angle`: 0 is from left to right."""
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    along = columns * np.cos(angle) + rows * np.sin(angle)
    inked = along[image > _INKED]
    if not len(inked):
        return image
    return np.where(along <= np.quantile(inked, share), image, 0).astype(np.uint8)
