"""Grey levels moved or turned over, the same in every image."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

BRIGHTER = 0.5  # of full ink
LEFT, RIGHT = 7, 21  # the columns before the first and from the second on are inverted


def brightness(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Half of full ink more everywhere, full ink at most; uint8 (N, 28, 28) both ways."""
    return as_grey(as_shares(images) + BRIGHTER)


def stripe(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Ink and paper change places in columns 0 to 6 and 21 to 27; uint8 (N, 28, 28) both ways."""
    striped = images.copy()
    striped[:, :, :LEFT] = 255 - images[:, :, :LEFT]
    striped[:, :, RIGHT:] = 255 - images[:, :, RIGHT:]
    return striped
