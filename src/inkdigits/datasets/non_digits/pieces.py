"""Non-digits made of digits: fragments, pairs, a digit with a slice of its neighbour, digits lying on their side."""

from __future__ import annotations

import cv2
import numpy as np

_INKED = 40


def fragment(generator: np.random.Generator, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """A digit without the part beyond a straight cut; nothing slim, which might well be a one."""
    while True:
        piece, share = _cut(generator, _any(generator, images), generator.uniform(0.15, 0.58))
        height, width = _cropped(piece).shape
        if 0.12 < share < 0.6 and width >= 0.5 * height:
            return piece


def pair(generator: np.random.Generator, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Two digits side by side, at times three, up to 4 pixels apart or overlapping."""
    count = 2 if generator.random() < 0.85 else 3
    canvas = np.zeros((40, 44 * count), np.uint8)
    left = 4
    for _ in range(count):
        digit = _cropped(_any(generator, images))
        tall, wide = generator.uniform(0.8, 1.2), generator.uniform(0.7, 1.35)
        size = max(3, round(digit.shape[1] * wide)), max(6, round(digit.shape[0] * tall))
        digit = cv2.resize(digit, size, interpolation=cv2.INTER_AREA)
        top = int(np.clip(20 - digit.shape[0] / 2 + generator.normal(0, 2), 0, 40 - digit.shape[0]))
        left = max(0, left + int(generator.integers(-4, 5)))
        _paste(canvas, digit, top, left)
        left += digit.shape[1]
    return canvas


def crowded(generator: np.random.Generator, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """A digit with a slice of another beside it."""
    digit = _cropped(_any(generator, images))
    piece, _ = _cut(generator, _any(generator, images), generator.uniform(0.25, 0.6))
    piece = _cropped(piece)
    canvas = np.zeros((40, 84), np.uint8)
    _paste(canvas, digit, (40 - digit.shape[0]) // 2, 28)
    gap = int(generator.integers(-1, 4))
    left = 28 + digit.shape[1] + gap if generator.random() < 0.5 else 28 - gap - piece.shape[1]
    _paste(canvas, piece, int(generator.integers(4, max(5, 36 - piece.shape[0]))), max(0, left))
    return canvas


def tight(generator: np.random.Generator, images: np.ndarray, index: int) -> np.ndarray:
    """A digit as cut from writing that touches: up to a twelfth of its ink lost, slivers of its neighbours kept."""
    digit = images[index]
    for angle in (0.0, np.pi):
        if generator.random() < 0.5:
            digit = _part(digit, angle + generator.normal(0, 0.2), generator.uniform(0.92, 1.0))
    digit = _cropped(digit)
    canvas = np.zeros((44, 84), np.uint8)
    _paste(canvas, digit, (44 - digit.shape[0]) // 2, 30)
    for angle in (0.0, np.pi):
        if generator.random() < 0.4:
            sliver = _cropped(_part(_any(generator, images), angle, generator.uniform(0.02, 0.1)))
            left = 30 + digit.shape[1] - 1 if angle == 0.0 else 31 - sliver.shape[1]
            _paste(canvas, sliver, int(generator.integers(8, max(9, 36 - sliver.shape[0]))), max(0, left))
    return canvas


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


def _cropped(image: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(image.max(axis=1) > _INKED), np.flatnonzero(image.max(axis=0) > _INKED)
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


def _paste(canvas: np.ndarray, image: np.ndarray, top: int, left: int) -> None:
    place = canvas[top : top + image.shape[0], left : left + image.shape[1]]
    np.maximum(place, image[: place.shape[0], : place.shape[1]], out=place)
