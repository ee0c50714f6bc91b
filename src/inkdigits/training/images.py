"""Labelled ink becomes what a network trains on: every image through the pixel contract, once."""

from __future__ import annotations

import numpy as np
from keras import ops

from inkdigits.datasets import DigitImages
from inkdigits.layers import CentreInk
from inkdigits.training.fitting import Samples

CHUNK = 2000


def as_samples(digits: DigitImages) -> Samples:
    """Digit images uint8 (N, 28, 28) of `digits`, and its labels."""
    centre = CentreInk()
    if isinstance(digits.images, np.ndarray):
        chunks = [digits.images[start : start + CHUNK] for start in range(0, len(digits), CHUNK)]
    else:
        chunks = [image[None] for image in digits.images]
    seen = [np.asarray(ops.convert_to_numpy(centre(chunk))) for chunk in chunks]
    return Samples(np.concatenate(seen), digits.labels)
