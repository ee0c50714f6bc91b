"""Fog: a random landscape of cloud over the image."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

DENSITY, DECAY = 3.0, 1.4
SIDE = 256  # pixels of a landscape


def fog(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Each image under a part of its own of a plasma fractal, three times as strong as ink, as far as levels allow.

    uint8 (N, 28, 28) both ways. A landscape of 256 x 256 pixels serves 81 images.
    """
    height, width = images.shape[1:]
    shares = as_shares(images)
    most = shares.max(axis=(1, 2), keepdims=True, initial=0)
    across = SIDE // width
    each = SIDE // height * across
    clouds = np.empty_like(shares)
    for first in range(0, len(images), each):
        landscape = plasma_fractal(generator)
        for place in range(min(each, len(images) - first)):
            top, left = place // across * height, place % across * width
            clouds[first + place] = landscape[top : top + height, left : left + width]
    return as_grey((shares + DENSITY * clouds) * most / (most + DENSITY))


def plasma_fractal(generator: np.random.Generator, side: int = SIDE, decay: float = DECAY) -> np.ndarray:
    """A landscape by the diamond-square algorithm, float (side, side) from 0 to 1, whose edges meet.

    Each halving of the step divides the random heights' range by `decay` squared. `side` is a power of two.
    """
    land = np.zeros((side, side))
    step, reach = side, 1.0
    while step >= 2:
        half = step // 2
        corners = land[::step, ::step]
        land[half::step, half::step] = _raised(_with_next(_with_next(corners, 0), 1), reach, generator)
        centres = land[half::step, half::step]
        land[::step, half::step] = _raised(_with_next(corners, 1) + _with_last(centres, 0), reach, generator)
        land[half::step, ::step] = _raised(_with_next(corners, 0) + _with_last(centres, 1), reach, generator)
        step, reach = half, reach / decay**2
    land -= land.min()
    return land / land.max()


def _raised(sum_of_four: np.ndarray, reach: float, generator: np.random.Generator) -> np.ndarray:
    return sum_of_four / 4 + generator.uniform(-reach, reach, sum_of_four.shape)


def _with_next(heights: np.ndarray, axis: int) -> np.ndarray:
    return heights + np.roll(heights, -1, axis)


def _with_last(heights: np.ndarray, axis: int) -> np.ndarray:
    return heights + np.roll(heights, 1, axis)
