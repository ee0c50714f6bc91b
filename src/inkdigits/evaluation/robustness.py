"""How well a recogniser stands corrupted images."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from inkdigits.errors import DatasetError
from inkdigits.evaluation.corruptions import CORRUPTIONS, SIDE, corrupt
from inkdigits.evaluation.evaluate import Recognises
from inkdigits.ink import load_ink

if TYPE_CHECKING:
    from inkdigits.datasets import DigitImages

SEED = 0


def robustness(
    recognizer: Recognises, digits: DigitImages, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Accuracy of `recognizer` on `digits` under each corruption of MNIST-C, and the mean of the fifteen.

    A corrupted image is a picture like any other: it comes in by `load_ink`, as `inkdigits classify` would take it.
    Returns plain numbers, ready for JSON; every run corrupts alike. `progress` is told the number of corruptions done.
    Raises `DatasetError` for images that are not 28 x 28.
    """
    images = fit_for_corruption(digits)
    accuracy = {}
    for done, name in enumerate(CORRUPTIONS, start=1):
        ink = np.stack([load_ink(image) for image in corrupt(images, name, SEED)])
        predicted = recognizer.predict_proba(ink).argmax(axis=1)
        accuracy[name] = float((predicted == digits.labels).mean())
        if progress is not None:
            progress(done)
    return {"seed": SEED, "accuracy": accuracy, "mean": float(np.mean(list(accuracy.values())))}


def corrupted_examples(digits: DigitImages) -> dict[str, np.ndarray]:
    """The first image of each class as it is ("clean") and under each corruption: uint8 (classes, 28, 28) by name."""
    _, first = np.unique(digits.labels, return_index=True)
    images = fit_for_corruption(digits)[first]
    return {"clean": images} | {name: corrupt(images, name, SEED) for name in CORRUPTIONS}


def fit_for_corruption(digits: DigitImages) -> np.ndarray:
    """The images, uint8 (N, 28, 28); raises `DatasetError` for others, of which the corruptions are not defined."""
    if not isinstance(digits.images, np.ndarray) or digits.images.shape[1:] != (SIDE, SIDE):
        raise DatasetError(
            f"{digits.name}: corruptions are defined for images of {SIDE} x {SIDE} pixels; choose such a set"
        )
    return digits.images
