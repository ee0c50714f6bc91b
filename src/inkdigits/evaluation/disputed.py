"""Scores without the images whose labels are disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from inkdigits.datasets.mnist import DISPUTED, TEST_SHA256
from inkdigits.evaluation.metrics import wilson_interval

if TYPE_CHECKING:
    from inkdigits.datasets import DigitImages


def without_disputed(digits: DigitImages, predicted: np.ndarray) -> dict[str, dict[str, Any]]:
    """The accuracy on MNIST's test images without the fifteen of disputed label, as "without_disputed"; else nothing.

    `predicted` int (N,) are class numbers; ready for JSON.
    """
    if digits.sha256 != TEST_SHA256:
        return {}
    right = np.delete(predicted == digits.labels, DISPUTED)
    found = int(right.sum())
    return {
        "without_disputed": {
            "disputed": len(DISPUTED),
            "images": len(right),
            "errors": len(right) - found,
            "accuracy": found / len(right),
            "accuracy_interval": list(wilson_interval(found, len(right))),
        }
    }
