"""What non-digits are drawn on, and how unsteady hands change it."""

from __future__ import annotations

import cv2
import numpy as np

SIDE = 64  # pixels of a canvas' height


def spline(points: np.ndarray) -> np.ndarray:
    """The Catmull-Rom spline through points, float (N, 2): float (24 N, 2)."""
    count = len(points)
    time = np.linspace(0, count - 1, 24 * count)
    index = np.clip(time.astype(int), 0, count - 2)
    t = (time - index)[:, None]
    p0, p1, p2, p3 = (points[np.clip(index + k, 0, count - 1)] for k in (-1, 0, 1, 2))
    return 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)


def bent(generator: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Every place moved a little, its neighbours with it (elastic distortion; Simard et al., 2003)."""
    height, width = image.shape
    coarse = generator.normal(0, generator.uniform(0, 4), (2, 5, 5 * width // height)).astype(np.float32)
    moved = [cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC) for part in coarse]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return cv2.remap(image, columns + moved[0], rows + moved[1], cv2.INTER_LINEAR)


def warped(generator: np.random.Generator, image: np.ndarray, amount: float) -> np.ndarray:
    """Turned and slanted a little, whole: as large as that needs."""
    turn, slant = generator.normal(0, amount / 2), generator.normal(0, 0.6 * amount)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos + slant * sin, slant - sin], [sin, cos]]) * generator.uniform(0.75, 1.15, (2, 1))
    height, width = image.shape
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height]])
    low, high = corners.min(axis=1), corners.max(axis=1)
    columns, rows = np.ceil(high - low).astype(int).tolist()
    return cv2.warpAffine(image, np.c_[matrix, -low], (columns, rows))
