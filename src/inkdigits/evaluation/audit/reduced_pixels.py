"""Images as short rows of numbers, near each other where the images look alike."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.decomposition import PCA

SIGMA = 1.0  # pixels: strokes that miss each other by less look alike
COMPONENTS = 80


def soft_pixels(images: np.ndarray) -> np.ndarray:
    """Blurred pixels of uint8 (N, H, W), each image of length 1 whatever its contrast: float32 (N, H W)."""
    blurred = np.stack([cv2.GaussianBlur(image, (0, 0), SIGMA).ravel() for image in images]).astype(np.float32)
    return blurred / np.maximum(np.linalg.norm(blurred, axis=1, keepdims=True), 1)


def reduced_pixels(pixels: np.ndarray) -> np.ndarray:
    """The principal components of `pixels`, float32 (N, D), 80 at most; distances keep their scale."""
    components = min(COMPONENTS, *pixels.shape)
    with np.errstate(invalid="ignore"):  # blank images have no variance to share out
        return PCA(components, svd_solver="covariance_eigh").fit_transform(pixels)
