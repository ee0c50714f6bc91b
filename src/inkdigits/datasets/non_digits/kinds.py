"""All kinds of non-digits in their shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.non_digits.letters import letter, word
from inkdigits.datasets.non_digits.pieces import fragment, turned
from inkdigits.datasets.non_digits.shapes import blank, drawing, figure, geometry, running, scribble, strokes, texture
from inkdigits.errors import DatasetError

Draw = Callable[..., np.ndarray]

# The shares follow what a reader of pages meets: what else people write first, then broken digits.
_OF_DIGITS: dict[str, tuple[Draw, float]] = {
    "fragment": (fragment, 0.10),
    "turned": (turned, 0.05),
}
_OF_LETTERS: dict[str, tuple[Draw, float]] = {
    "letter": (letter, 0.34),
    "word": (word, 0.12),
}
_OF_NOTHING: dict[str, tuple[Draw, float]] = {
    "running": (running, 0.08),
    "strokes": (strokes, 0.06),
    "drawing": (drawing, 0.07),
    "figure": (figure, 0.04),
    "scribble": (scribble, 0.08),
    "geometry": (geometry, 0.06),
    "texture": (texture, 0.03),
    "blank": (blank, 0.01),
}
_SHARES = {kind: share for kinds in (_OF_DIGITS, _OF_LETTERS, _OF_NOTHING) for kind, (_, share) in kinds.items()}
KINDS = tuple(_SHARES)
_INKED = 60
_SPECK = 8  # pixels; what is no higher is no one
_SLIM = 0.4  # heights


def non_digits(
    digits: DigitImages, count: int, seed: int, kinds: tuple[str, ...] = KINDS, faces: Sequence[Path] = ()
) -> list[np.ndarray]:
    """`count` images of ink that is no digit, uint8 (H, W) of unequal sizes, a function of `digits` and `seed`.

    `digits` are MNIST-like images, uint8 (N, 28, 28), of which some kinds are made; `faces` are files of fonts for
    letters, beside those of OpenCV. Raises `DatasetError` for other images.
    """
    images = like_mnist(digits)
    generator = np.random.default_rng([seed, count])

    def drawn(kind: str) -> np.ndarray:
        if kind in _OF_DIGITS:
            return _OF_DIGITS[kind][0](generator, images, digits.labels)
        return _OF_LETTERS[kind][0](generator, faces) if kind in _OF_LETTERS else _OF_NOTHING[kind][0](generator)

    shares = np.array([_SHARES[kind] for kind in kinds])
    made = []
    for index in generator.choice(len(kinds), count, p=shares / shares.sum()):
        image = drawn(kinds[index])
        while kinds[index] != "turned" and _is_slim(image):
            image = drawn(kinds[index])
        made.append(image)
    return made


def _is_slim(image: np.ndarray) -> bool:
    """Whether the ink might well be a one."""
    rows, columns = np.flatnonzero((image > _INKED).any(axis=1)), np.flatnonzero((image > _INKED).any(axis=0))
    return len(rows) > _SPECK and bool(np.ptp(columns) < _SLIM * np.ptp(rows))


def like_mnist(digits: DigitImages) -> np.ndarray:
    """The images, uint8 (N, 28, 28); raises `DatasetError` for any others, and where none of them has ink."""
    if not isinstance(digits.images, np.ndarray) or digits.images.shape[1:] != (28, 28):
        raise DatasetError(f"{digits.name}: this ink is made of images of 28 x 28 pixels alone")
    if not (digits.images > _INKED).any():
        raise DatasetError(f"{digits.name}: no image has any ink; nothing can be made of them")
    return digits.images
