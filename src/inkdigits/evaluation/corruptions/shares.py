"""Grey levels as shares of full ink, and back."""

from __future__ import annotations

import numpy as np


def as_shares(images: np.ndarray) -> np.ndarray:
    """uint8 0 to 255 as float32 0 to 1."""
    return images.astype(np.float32) / 255


def as_grey(shares: np.ndarray) -> np.ndarray:
    """Floats as uint8: below 0 is paper, above 1 is full ink."""
    return np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)
