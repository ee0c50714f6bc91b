"""Lines drawn across the digit: a dotted one, and a zigzag."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, hypot

import numpy as np

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

GAP = 2  # pixels; so long are the dots, too
WIDTH = 2.3  # pixels above and below the line where it fades to nothing
TOOTH = 2.0  # pixels: half the length of a zigzag's tooth, and its height
LEFT, RIGHT = 2, 25  # the columns that a zigzag joins
CLIMB = 5  # pixels


def dotted_line(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A straight line from the left rim to the right, every other 2 pixels of it; uint8 (N, 28, 28) both ways."""
    side = images.shape[2]
    ends = generator.integers(0, side - 1, (len(images), 2))
    lines = np.stack([stroke((0, start), (side - 1, end), side) for start, end in ends])
    lines[:, :, np.arange(side) // GAP % 2 == 0] = 0
    return as_grey(as_shares(images) + lines)


def zigzag(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Teeth 4 pixels long and 2 high on either side of a line from column 2 to 25; uint8 (N, 28, 28) both ways."""
    side = images.shape[2]
    starts = generator.integers(0, side - 1, len(images))
    climbs = generator.integers(-CLIMB, CLIMB, len(images))
    lines = np.zeros(images.shape, np.float32)
    for line, start, climb in zip(lines, starts, climbs, strict=True):
        corners = _teeth(float(start), float(climb))
        for first, last in pairwise(corners):
            line += stroke((first[0], first[1]), (last[0], last[1]), side)
    return as_grey(as_shares(images) + lines)


def stroke(start: tuple[float, float], end: tuple[float, float], side: int) -> np.ndarray:
    """The line from `start` (x, y) to `end`, to its right: float32 (side, side), 1 on the line itself.

    At d pixels above or below it is 1 + ln(1 - d / 2.3), or nothing where that is negative.
    """
    (x0, y0), (x1, y1) = start, end
    rows, columns = np.mgrid[:side, :side]
    line = y0 + (y1 - y0) / (x1 - x0) * (columns - x0)
    away = np.minimum(np.abs(rows - line) / WIDTH, 1 - 1e-9)
    shade = np.clip(1 + np.log(1 - away), 0, 1)
    shade[:, : floor(x0)] = 0
    shade[:, ceil(x1) :] = 0
    return shade.astype(np.float32)


def _teeth(start: float, climb: float) -> np.ndarray:
    """The corners (x, y) of a zigzag from row `start` on, which ends `climb` rows further down: float (n, 2)."""
    length = hypot(RIGHT - LEFT, climb)
    along = np.array([0, *np.arange(TOOTH, length, 2 * TOOTH), length])
    aside = np.array([0, *(TOOTH * (-1.0) ** np.arange(len(along) - 2)), 0])
    cosine, sine = (RIGHT - LEFT) / length, climb / length
    return np.column_stack([LEFT + cosine * along - sine * aside, start + sine * along + cosine * aside])
