"""A camera that moved."""

from __future__ import annotations

from math import ceil, cos, radians, sin

import cv2
import numpy as np

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

RADIUS, SIGMA = 10, 3.0  # pixels
ANGLE = 45.0  # degrees, at most, from the horizontal


def motion_blur(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A trail of up to 20 pixels, fading as a Gaussian of 3, in a direction of -45 to 45 degrees.

    uint8 (N, 28, 28) both ways; beyond the rim the image goes on as its rim is.
    """
    angles = generator.uniform(-ANGLE, ANGLE, len(images))
    pairs = zip(as_shares(images), angles, strict=True)
    blurred = [cv2.filter2D(image, -1, trail(angle), borderType=cv2.BORDER_REPLICATE) for image, angle in pairs]
    return as_grey(np.stack(blurred))


def trail(angle: float) -> np.ndarray:
    """The weights of the pixels that flow into the middle one, float32 (41, 41), in all 1; `angle` in degrees."""
    reach = 2 * RADIUS
    weights = np.exp(-0.5 * (np.arange(reach + 1) / SIGMA) ** 2)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for step, weight in enumerate(weights / weights.sum()):
        along, across = ceil(step * cos(radians(angle)) - 0.5), ceil(step * sin(radians(angle)) - 0.5)
        kernel[reach + across, reach + along] += weight
    return kernel
