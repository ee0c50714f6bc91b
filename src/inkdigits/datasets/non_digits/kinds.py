"""All kinds of non-digits in their shares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.non_digits.pieces import crowded, fragment, pair, tight, turned
from inkdigits.datasets.non_digits.shapes import blank, geometry, letter, scribble, texture
from inkdigits.errors import DatasetError

Draw = Callable[..., np.ndarray]

# The shares follow what a reader of pages meets: wrong cuts first, then what else people write.
_OF_DIGITS: dict[str, tuple[Draw, float]] = {
    "fragment": (fragment, 0.22),
    "crowded": (crowded, 0.10),
    "pair": (pair, 0.20),
    "turned": (turned, 0.08),
}
_OF_NOTHING: dict[str, tuple[Draw, float]] = {
    "letter": (letter, 0.18),
    "scribble": (scribble, 0.10),
    "geometry": (geometry, 0.07),
    "texture": (texture, 0.05),
    "blank": (blank, 0.01),
}
KINDS = (*_OF_DIGITS, *_OF_NOTHING)


def non_digits(digits: DigitImages, count: int, seed: int, kinds: tuple[str, ...] = KINDS) -> list[np.ndarray]:
    """`count` images of ink that is no digit, uint8 (H, W) of unequal sizes, a function of `digits` and `seed`.

    `digits` are MNIST-like images, uint8 (N, 28, 28), of which some kinds are made. Raises `DatasetError` for others.
    """
    images = _like_mnist(digits)
    generator = np.random.default_rng([seed, count])
    shares = np.array([(_OF_DIGITS | _OF_NOTHING)[kind][1] for kind in kinds])
    made = []
    for index in generator.choice(len(kinds), count, p=shares / shares.sum()):
        kind = kinds[index]
        if kind in _OF_DIGITS:
            made.append(_OF_DIGITS[kind][0](generator, images, digits.labels))
        else:
            made.append(_OF_NOTHING[kind][0](generator))
    return made


def tight_digits(digits: DigitImages, count: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` digits as they look when badly cut from writing that touches, uint8 (44, 84), and their labels.

    Raises `DatasetError` for images that are not uint8 (N, 28, 28).
    """
    images = _like_mnist(digits)
    generator = np.random.default_rng([seed, count, 1])
    chosen = generator.integers(len(digits), size=count)
    return [tight(generator, images, index) for index in chosen], digits.labels[chosen]


def _like_mnist(digits: DigitImages) -> np.ndarray:
    if not isinstance(digits.images, np.ndarray) or digits.images.shape[1:] != (28, 28):
        raise DatasetError(f"{digits.name}: this ink is made of images of 28 x 28 pixels alone")
    return digits.images
