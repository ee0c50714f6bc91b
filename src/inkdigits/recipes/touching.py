"""Digits that touch, cut where the reader would cut them: digits badly cut, wrong cuts, several digits in one mark."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import like_mnist
from inkdigits.datasets.non_digits.pieces import cropped
from inkdigits.reading.candidates import MOST_PIECES, Belief, candidates, pieces
from inkdigits.reading.marks import Mark, find_marks

_HEIGHT = 44  # pixels of a usual digit
_MARGIN = 12
_INKED = 60
_OVERLAP, _APART = -0.15, 0.04  # heights between the boxes of neighbours
_PENS, _SHARES = (-3, -2, -1, 0, 2), (0.15, 0.2, 0.1, 0.45, 0.1)  # pixels that strokes gain
_LEAST = 0.4  # of the ink; a pen that would leave less is not taken
_CLEAN, _FAIR, _POOR = 0.95, 0.84, 0.78  # F-scores of a candidate's ink and a digit's
_SLIM = 0.4  # heights; a slimmer piece might well be a one
_SMALLEST = 0.35  # heights; what is smaller is told by its size
_WRONG = 4  # wrong candidates kept of each number


@dataclass(frozen=True, eq=False)
class _Number:
    """Digits side by side on one canvas: the ink of each, uint8 (n, H, W), and their values."""

    layers: np.ndarray
    values: np.ndarray


def touching_digits(digits: DigitImages, count: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` pieces of numbers whose digits touch, each uint8 (H, W), and their labels, int64 (count,).

    The label of several digits is the number of classes, of no digit the one after it. Of every number come its digits
    as well as the reader's cuts can part them, some wrong parts, and itself. A function of `digits`, uint8
    (N, 28, 28), and `seed`. Raises `DatasetError` for other images.
    """
    like_mnist(digits)
    generator = np.random.default_rng([seed, count, 2])
    classes = len(digits.class_names)
    images: list[np.ndarray] = []
    labels: list[int] = []
    while len(images) < count:
        number = _number(generator, digits)
        found = _parts(number, classes)
        chosen = [found[index] for index in generator.permutation(len(found))]
        images.append(_run(generator, number))
        labels.append(classes)
        for label, most in ((classes, 1), (classes + 1, _WRONG), *((value, 1) for value in range(classes))):
            kept = [image for image, what in chosen if what == label][:most]
            images += kept
            labels += [label] * len(kept)
    return images[:count], np.array(labels[:count], np.int64)


def _number(generator: np.random.Generator, digits: DigitImages) -> _Number:
    """Two to eight digits that overlap or nearly touch."""
    shapes: list[np.ndarray] = []
    values: list[int] = []
    count = min(8, 1 + generator.geometric(0.4))
    pen = int(generator.choice(_PENS, p=_SHARES))
    while len(shapes) < count:
        index = generator.integers(len(digits))
        if (digits.images[index] > _INKED).any():
            shapes.append(_resized(generator, digits.images[index], pen))
            values.append(digits.labels[index])
    lefts, left = [], _MARGIN
    gap = generator.uniform(_OVERLAP, _APART) * _HEIGHT
    for shape in shapes:
        lefts.append(left)
        left += max(3, shape.shape[1] + round(gap + generator.normal(0, 1)))
    wide = max(at + shape.shape[1] for at, shape in zip(lefts, shapes, strict=True)) + _MARGIN
    layers = np.zeros((len(shapes), 2 * _HEIGHT, wide), np.uint8)
    for layer, shape, at in zip(layers, shapes, lefts, strict=True):
        top = max(0, round(1.6 * _HEIGHT + generator.normal(0, 1.5)) - shape.shape[0])
        layer[top : top + shape.shape[0], at : at + shape.shape[1]] = shape
    return _Number(layers, np.array(values))


def _resized(generator: np.random.Generator, image: np.ndarray, pen: int) -> np.ndarray:
    """The digit's ink, its box about a digit's height, its strokes by `pen` pixels thicker, or thinner."""
    ink = cropped(image, _INKED)
    scale = _HEIGHT * generator.uniform(0.85, 1.15) / 20
    size = max(3, round(ink.shape[1] * scale * generator.uniform(0.85, 1.2))), max(6, round(ink.shape[0] * scale))
    large = np.pad(cv2.resize(ink, size, interpolation=cv2.INTER_CUBIC), max(0, pen))
    nib = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + abs(pen), 1 + abs(pen)))
    drawn = cv2.dilate(large, nib) if pen > 0 else cv2.erode(large, nib)
    # Of a digit that is thin as it is, too little would be left.
    kept = (drawn > _INKED).sum() >= _LEAST * (large > _INKED).sum()
    return cropped(drawn if kept else large, _INKED)


def _run(generator: np.random.Generator, number: _Number) -> np.ndarray:
    """Two or more neighbours of the number, whole."""
    first, last = sorted(generator.choice(len(number.layers), 2, replace=False))
    return number.layers[first : last + 1].max(axis=0)


def _parts(number: _Number, classes: int) -> list[tuple[np.ndarray, int]]:
    """Every candidate that the reader makes of the number and that is clearly one thing, with its label."""
    marks = sorted(find_marks(number.layers.max(axis=0))[0], key=lambda mark: mark.box.left)
    row = pieces(marks, [Belief(0.0, 0.0, 0.0)] * len(marks), _HEIGHT, only_wide=False)
    found = [candidate.mark for candidate in candidates(row, _HEIGHT, MOST_PIECES)]
    found = [mark for mark in found if mark.ink.shape == (mark.height, mark.width)]
    if not found:
        return []
    shares, alike = map(np.array, zip(*(_against(mark, number.layers) for mark in found), strict=True))
    digit, match = alike.argmax(axis=1), alike.max(axis=1)
    several = (shares >= 0.5).sum(axis=1) > 1
    # Of digits that overlap no cut is clean; the best one must do.
    best = np.isin(np.arange(len(found)), alike.argmax(axis=0))
    is_digit = ~several & ((match >= _CLEAN) | (best & (match >= _FAIR)))
    wrong = ~several & ~best & (match <= _POOR) & np.array([_is_telling(mark) for mark in found])
    labels = np.where(several, classes, np.where(is_digit, number.values[digit], classes + 1))
    return [(found[i].ink, int(labels[i])) for i in np.flatnonzero(several | is_digit | wrong)]


def _against(mark: Mark, layers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of each digit's ink that the mark holds, and the F-score of the two inks: float (n,) each."""
    box, inked = mark.box, mark.ink > _INKED
    held = ((layers[:, box.top : box.bottom, box.left : box.right] > _INKED) & inked).sum(axis=(1, 2))
    whole = (layers > _INKED).sum(axis=(1, 2))
    return held / whole, 2 * held / (whole + inked.sum())


def _is_telling(mark: Mark) -> bool:
    """Whether a wrong part is large enough to matter and too wide for a one."""
    return max(mark.width, mark.height) >= _SMALLEST * _HEIGHT and mark.width >= _SLIM * mark.height
