"""Splashes of mud."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

MEAN, DEVIATION, SMOOTH = 0.65, 0.3, 1.0  # of the random layer of liquid; its blur in pixels
LEVEL = 0.65  # liquid above it is a splash
SOFT, SOLID = 1.5, 0.8  # a splash's blur in pixels; what remains of it above this covers
MUD = 63 / 255  # its shade, in shares of full ink


def spatter(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Dark grey splashes over ink and paper alike; uint8 (N, 28, 28) both ways."""
    liquid = generator.normal(MEAN, DEVIATION, images.shape).astype(np.float32)
    splash = gaussian_filter(liquid, (0, SMOOTH, SMOOTH), mode="nearest") > LEVEL
    cover = gaussian_filter(splash.astype(np.float32), (0, SOFT, SOFT), mode="nearest")
    cover[cover < SOLID] = 0
    return as_grey(as_shares(images) * (1 - cover) + MUD * cover)
