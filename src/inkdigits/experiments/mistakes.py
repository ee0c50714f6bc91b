"""What the network saw of the images it got wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.recognizer import Recognizer


def mistake_images(recognizer: Recognizer, digits: DigitImages, evaluation: dict[str, Any]) -> np.ndarray:
    """What the network saw of each mistake of `evaluation`, uint8 (M, 28, 28), in the same order."""
    indices = np.array([mistake["index"] for mistake in evaluation["mistakes"]], dtype=int)
    if not len(indices):
        return np.empty((0, 28, 28), np.uint8)
    return recognizer.digit_images(digits.take(indices).images)
