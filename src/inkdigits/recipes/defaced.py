"""Digits defaced: on uneven paper, under grain, crossed out, blotted, half inverted, as outlines, with torn edges.

None of these is a corruption of MNIST-C, on which robustness is measured; some are of the same kind. A network learns
of them which digit they are, not that they are digits: whether to refuse them it learns from other images.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import keras
import numpy as np
from keras import ops

from inkdigits.datasets import DigitImages
from inkdigits.datasets.non_digits import like_mnist
from inkdigits.datasets.non_digits.canvas import spline
from inkdigits.ink import load_ink

_SIDE = 28
_TWICE = 0.3  # of the digits are defaced twice

Change = Callable[[np.random.Generator, np.ndarray], np.ndarray]


def defaced_digits(digits: DigitImages, count: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` defaced digits, as `load_ink` gives them, each uint8 (28, 28), and their labels, int64 (count,).

    A label is the digit plus the number of all outcomes, several digits and none among them: `WhicheverDigit` knows it.
    A function of `digits`, uint8 (N, 28, 28), and `seed`. Raises `DatasetError` for other images.
    """
    like_mnist(digits)
    generator = np.random.default_rng([seed, count, 3])
    images: list[np.ndarray] = []
    labels: list[int] = []
    while len(images) < count:
        index = generator.integers(len(digits))
        image = digits.images[index].astype(np.float32) / 255
        for _ in range(1 + (generator.random() < _TWICE)):
            image = np.clip(_CHANGES[generator.integers(len(_CHANGES))](generator, image), 0, 1)
        ink = load_ink(np.rint(255 * image).astype(np.uint8))
        if ink.any():
            images.append(ink)
            labels.append(int(digits.labels[index]))
    return images, np.array(labels, np.int64) + len(digits.class_names) + 2


class WhicheverDigit(keras.losses.Loss):
    """Cross-entropy of logits; of a defaced digit among the digits alone.

    Logits float32 (N, outcomes), the last two of them for several digits and for none; labels int (N,), from `outcomes`
    on those of defaced digits.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each image, float32 (N,)."""
        outcomes = y_pred.shape[-1]
        label = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        defaced = label >= outcomes
        others = ops.where(ops.arange(outcomes) < outcomes - 2, 0.0, -1e9)
        scores = ops.where(ops.expand_dims(defaced, 1), y_pred + others, y_pred)
        return keras.losses.sparse_categorical_crossentropy(
            ops.where(defaced, label - outcomes, label), scores, from_logits=True
        )


def _uneven_paper(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Faint ink on paper that is darker to one side, or in waves."""
    places = np.mgrid[:_SIDE, :_SIDE] / _SIDE - 0.5
    paper = np.zeros_like(image)
    for _ in range(int(generator.integers(1, 5))):
        direction = generator.normal(0, 1, 2) * generator.uniform(0.3, 2.5)
        waves = np.cos(2 * np.pi * (np.tensordot(direction, places, 1) + generator.random()))
        paper += (waves * generator.uniform(0.3, 1.0)).astype(np.float32)
    paper -= paper.min()
    contrast = generator.uniform(0.2, 0.9)
    return contrast * image + (1 - contrast) * paper / max(paper.max(), 1e-3)


def _grain(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Gaussian noise, as fine as pixels or coarser; on the ink alone, or everywhere."""
    side = _SIDE if generator.random() < 0.7 else int(generator.integers(9, 20))
    coarse = generator.normal(0, generator.uniform(0.1, 0.55), (side, side)).astype(np.float32)
    noise = cv2.resize(coarse, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR)
    return image + (noise if generator.random() < 0.7 else noise * image)


def _crossed_out(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """One to three strokes from rim to rim, straight or bent, one to three pixels wide, of ink or of paper."""
    crossed = image.copy()
    for _ in range(int(generator.integers(1, 4))):
        points = generator.uniform(-4, _SIDE + 4, (int(generator.integers(2, 6)), 2))
        if len(points) > 2:
            points = points[np.argsort(points[:, generator.integers(2)])]
        line = np.zeros((_SIDE, _SIDE), np.uint8)
        curve = np.rint(spline(points) * 8).astype(np.int32)
        cv2.polylines(line, [curve], False, 255, int(generator.integers(1, 3)), cv2.LINE_AA, 3)
        crossed = _covered(generator, crossed, line)
    return crossed


def _blotted(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Up to a dozen round blots of ink or of paper."""
    blotted = image.copy()
    for _ in range(int(generator.integers(2, 13))):
        blot = np.zeros((_SIDE, _SIDE), np.uint8)
        x, y = generator.uniform(0, 8 * _SIDE, 2).astype(int).tolist()
        cv2.circle(blot, (x, y), int(generator.uniform(4, 22)), 255, -1, cv2.LINE_AA, 3)
        blotted = _covered(generator, blotted, blot)
    return blotted


def _covered(generator: np.random.Generator, image: np.ndarray, mark: np.ndarray) -> np.ndarray:
    """The mark, uint8, over the image: of ink of some strength, or of paper."""
    shade = generator.uniform(0.3, 1.0) * mark / 255
    return image * (1 - shade) if generator.random() < 0.35 else np.maximum(image, shade)


def _inverted(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """What lies on one side of a line, or within a polygon, turned over, ink for paper."""
    part = np.zeros((_SIDE, _SIDE), np.uint8)
    if generator.random() < 0.6:
        turn, reach = generator.uniform(0, 2 * np.pi), generator.uniform(-9, 13)
        rows, columns = np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2
        part[np.cos(turn) * columns + np.sin(turn) * rows > reach] = 1
    else:
        corners = generator.uniform(0, _SIDE, (int(generator.integers(3, 6)), 2))
        cv2.fillPoly(part, [cv2.convexHull(corners.astype(np.int32))], 1)
    return np.where(part > 0, 1 - image, image)


def _outlined(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """The rim of the strokes alone, as of letters cut out of paper."""
    nib = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    large = cv2.resize(image, (2 * _SIDE, 2 * _SIDE), interpolation=cv2.INTER_CUBIC)
    solid = (large > generator.uniform(0.15, 0.5)).astype(np.float32)
    shape = cv2.dilate(solid, nib, iterations=int(generator.integers(0, 3)))
    rim = cv2.dilate(shape, nib) - cv2.erode(shape, nib, iterations=int(generator.integers(0, 2)))
    return cv2.resize(rim, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) * generator.uniform(0.7, 1.4)


def _torn(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Every pixel looked up somewhere near, some of them not at all."""
    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(np.float32)
    moved = generator.normal(0, generator.uniform(0.3, 1.2), (2, _SIDE, _SIDE)).astype(np.float32)
    torn = cv2.remap(image, columns + moved[0], rows + moved[1], cv2.INTER_LINEAR)
    torn = torn * (generator.random(image.shape) >= generator.uniform(0, 0.4))
    return cv2.GaussianBlur(torn, (0, 0), generator.uniform(0.3, 1.0)) if generator.random() < 0.6 else torn


_CHANGES: tuple[Change, ...] = (_uneven_paper, _grain, _crossed_out, _blotted, _inverted, _outlined, _torn)
