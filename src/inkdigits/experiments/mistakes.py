"""What the network saw of the images it got wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.errors import BundleError
from inkdigits.explanations import Explainer, Explanation
from inkdigits.recognizer import Recognizer

EXPLAINED = 6  # of the surest mistakes


def explained_mistakes(
    recognizer: Recognizer, mistake_images: np.ndarray, training: DigitImages | None = None
) -> list[Explanation]:
    """Why the first of `mistake_images`, uint8 (M, 28, 28), are taken for what they are.

    `training` as for `Explainer`. Empty for a model from elsewhere that cannot be explained.
    """
    if not len(mistake_images):
        return []
    try:
        return Explainer(recognizer, training).explain(mistake_images[:EXPLAINED])
    except BundleError:
        return []


def mistake_images(recognizer: Recognizer, digits: DigitImages, evaluation: dict[str, Any]) -> np.ndarray:
    """What the network saw of each mistake of `evaluation`, uint8 (M, 28, 28), in the same order."""
    indices = np.array([mistake["index"] for mistake in evaluation["mistakes"]], dtype=int)
    if not len(indices):
        return np.empty((0, 28, 28), np.uint8)
    return recognizer.digit_images(digits.take(indices).images)
