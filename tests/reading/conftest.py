"""Digits that nobody mistakes, pages drawn with them whose truth is known, and the reader that ships."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from inkdigits import Reader
from inkdigits.datasets import load
from inkdigits.reading.result import Box


class Drawn(NamedTuple):
    """Ink uint8 (H, W), 255 = ink; line by line the boxes of the digits' own ink; `picture` uint8 (H, W, 3)."""

    ink: np.ndarray
    boxes: list[list[Box]]
    picture: np.ndarray


@pytest.fixture(scope="session")
def plain_digits() -> list[np.ndarray]:
    """For each class the MNIST test image nearest to the class' mean, cropped to its ink; uint8 (h, w)."""
    digits = load("mnist", "test")
    plain = []
    for label in range(10):
        own = digits.images[digits.labels == label]
        image = own[np.square(own - own.mean(axis=0)).sum(axis=(1, 2)).argmin()]
        rows, columns = np.flatnonzero((image > 90).any(axis=1)), np.flatnonzero((image > 90).any(axis=0))
        plain.append(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return plain


@pytest.fixture(scope="session")
def draw(plain_digits) -> Callable[..., Drawn]:
    """Draws lines of numbers on paper of shade 230, digits `height` pixels high, in cells 1.2 heights wide."""

    def drawn(*lines: str, height: int = 44, paper: int = 230, pen: int = 40) -> Drawn:
        cell, step = round(1.2 * height), 2 * height
        ink = np.zeros((step * len(lines) + 2 * height, cell * max(map(len, lines)) + 2 * height), np.uint8)
        boxes: list[list[Box]] = []
        for row, line in enumerate(lines):
            boxes.append([])
            for column, character in enumerate(line):
                if character == " ":
                    continue
                digit = plain_digits[int(character)]
                size = max(1, round(digit.shape[1] * height / digit.shape[0])), height
                tile = cv2.resize(digit, size, interpolation=cv2.INTER_CUBIC)
                left, top = height + cell * column + (cell - size[0]) // 2, 2 * height + step * row - height // 2
                ink[top : top + height, left : left + size[0]] = tile
                boxes[-1].append(Box(left, top, left + size[0], top + height))
        shades = np.rint(paper + (pen - paper) * (ink / 255.0)).astype(np.uint8)
        return Drawn(ink, boxes, np.repeat(shades[:, :, None], 3, axis=2))

    return drawn


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The reader that ships, on one thread."""
    return Reader(threads=1)
