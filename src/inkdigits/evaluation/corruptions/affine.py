"""Affine maps about the middle of the image: sheared, shrunk, turned, moved."""

from __future__ import annotations

import cv2
import numpy as np

SHEAR = 0.4  # radians
SIZE = 0.7  # of the original
TURN = 0.4  # radians
SHIFT = 3  # pixels, along both axes
_MIDDLE = np.array([13.5, 13.5])


def shear(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Slanted to either side: the vertical axis leans by 0.4 radians, its length kept; uint8 (N, 28, 28) both ways."""
    angles = SHEAR * _signs(generator, len(images))
    return _about_middle(images, [np.array([[1, -np.sin(angle)], [0, np.cos(angle)]]) for angle in angles])


def scale(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shrunk to 70 % of its size; uint8 (N, 28, 28) both ways."""
    return _about_middle(images, [np.eye(2) / SIZE] * len(images))


def rotate(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Turned by 0.4 radians, either way; uint8 (N, 28, 28) both ways."""
    angles = TURN * _signs(generator, len(images))
    cosines, sines = np.cos(angles), np.sin(angles)
    return _about_middle(images, [np.array([[c, -s], [s, c]]) for c, s in zip(cosines, sines, strict=True)])


def translate(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Moved by 3 pixels to the left or right and 3 up or down; uint8 (N, 28, 28) both ways."""
    shifts = SHIFT * _signs(generator, 2 * len(images)).reshape(-1, 2)
    return _warped(images, [np.column_stack([np.eye(2), shift]) for shift in shifts])


def _signs(generator: np.random.Generator, count: int) -> np.ndarray:
    return generator.choice((-1.0, 1.0), count)


def _about_middle(images: np.ndarray, maps: list[np.ndarray]) -> np.ndarray:
    return _warped(images, [np.column_stack([part, _MIDDLE - part @ _MIDDLE]) for part in maps])


def _warped(images: np.ndarray, maps: list[np.ndarray]) -> np.ndarray:
    """Each image looked up, between pixels linearly, where its map (2, 3) sends the (x, y) of the result."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pairs = zip(images, maps, strict=True)
    return np.stack([cv2.warpAffine(image, where, image.shape[::-1], flags=flags) for image, where in pairs])
