"""Seen through frosted glass."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

SIGMA, REACH, ROUNDS = 0.7, 1, 2


def glass_blur(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Blurred, pixels changing places with neighbours, and blurred again; uint8 (N, 28, 28) both ways.

    In each of 2 rounds, from the lower right to the upper left, half of the pixels, drawn by lot, change places with
    one that lies 0 or 1 above and 0 or 1 to the left.
    """
    blurred = _blurred(as_shares(images))
    count, height, width = images.shape
    image = np.arange(count)
    for _ in range(ROUNDS):
        for row in range(height - REACH, REACH, -1):
            for column in range(width - REACH, REACH, -1):
                up, left = generator.integers(0, REACH + 1, (2, count)) * generator.integers(0, 2, count)
                here, there = (image, row, column), (image, row - up, column - left)
                blurred[here], blurred[there] = blurred[there], blurred[here]
    return as_grey(_blurred(blurred))


def _blurred(shares: np.ndarray) -> np.ndarray:
    return gaussian_filter(shares, (0, SIGMA, SIGMA), mode="nearest")
