"""Where a form lies on a picture, by features that the picture shares with the picture of the blank form."""

from __future__ import annotations

from functools import cached_property
from itertools import product

import cv2
import numpy as np

from inkdigits.reading.forms.corner_marks import relative_brightness

_LONGER_SIDE = 1200  # pixels in which features are looked for
_MOST_FEATURES = 4000
_DISTINCT = 0.8  # Lowe's ratio: the best match must be so much nearer than the second
_TOLERANCE = 4.0  # pixels of the smaller pictures
_LEAST_INLIERS = 12
_COMPARED_SIDE, _TILE = 600, 75  # pixels
_BENT = 9  # of these pixels: how far paper bends out of place
_NO_FEATURES = np.empty((0, 2)), np.empty((0, 128), np.float32)
_LEAST_PRINT = 4.0  # levels of standard deviation; a tile with less has nothing to find


class Template:
    """The features of a blank form. `picture` uint8 (H, W, 3) or (H, W) is the page of `width` x `height` units."""

    def __init__(self, picture: np.ndarray, width: float, height: float) -> None:
        self._grey = as_grey(picture)
        self._size = np.array([width, height])

    @cached_property
    def _own(self) -> tuple[np.ndarray, np.ndarray]:
        """The blank form's features, their places in its unit. Only looked for where marks don't do."""
        points, descriptors = _features(self._grey)
        return (points + 0.5) * self._size / self._grey.shape[::-1], descriptors

    def match(self, grey: np.ndarray) -> np.ndarray | None:
        """The homography form -> picture, float64 (3, 3), for a picture uint8 (H, W); None if they share too little."""
        own_points, own_descriptors = self._own
        points, descriptors = _features(grey)
        if min(len(points), len(own_points)) < _LEAST_INLIERS:
            return None
        pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(own_descriptors, descriptors, k=2)
        matches = [best for best, second in pairs if best.distance < _DISTINCT * second.distance]
        if len(matches) < _LEAST_INLIERS:
            return None
        form = np.array([own_points[m.queryIdx] for m in matches])
        seen = np.array([points[m.trainIdx] for m in matches])
        tolerance = _TOLERANCE * max(1.0, max(grey.shape) / _LONGER_SIDE)
        cv2.setRNGSeed(0)  # the same picture gives the same homography
        homography, inliers = cv2.findHomography(
            form, seen, cv2.USAC_MAGSAC, tolerance, maxIters=5000, confidence=0.9999
        )
        if homography is None or int(inliers.sum()) < _LEAST_INLIERS:
            return None
        return homography

    def agreement(self, grey: np.ndarray, homography: np.ndarray) -> float:
        """How well the print is found where `homography`, form -> picture, puts it, or close by: -1 to 1.

        The mean over tiles of the page of the correlation of print and picture, uint8 (H, W).
        """
        columns, rows = np.maximum(1, np.rint(self._size * _COMPARED_SIDE / self._size.max())).astype(int).tolist()
        to_form = np.diag([*(self._size / (columns, rows)), 1.0]) @ TO_EDGES
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        page = cv2.warpPerspective(grey, homography @ to_form, (columns, rows), flags=flags, borderValue=255)
        blank = cv2.resize(self._grey, (columns, rows), interpolation=cv2.INTER_AREA)
        print_, seen = (cv2.GaussianBlur(255 - relative_brightness(image), (0, 0), 1) for image in (blank, page))
        seen = np.pad(seen, _BENT)
        found = []
        for top, left in product(range(0, rows, _TILE), range(0, columns, _TILE)):
            tile = print_[top : top + _TILE, left : left + _TILE]
            if tile.std() >= _LEAST_PRINT:
                around = seen[top : top + len(tile) + 2 * _BENT, left : left + tile.shape[1] + 2 * _BENT]
                found.append(np.nan_to_num(cv2.matchTemplate(around, tile, cv2.TM_CCOEFF_NORMED)).max())
        return float(np.mean(found)) if found else 0.0


TO_EDGES = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""From pixels whose centres are at whole numbers, as OpenCV counts, to lengths from the picture's edge."""


def as_grey(picture: np.ndarray) -> np.ndarray:
    """A picture uint8 (H, W, 3) or (H, W) as uint8 (H, W)."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture


def _features(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SIFT's points, float64 (n, 2), pixel centres at whole numbers, and their descriptors, float32 (n, 128)."""
    scale = min(1.0, _LONGER_SIDE / max(grey.shape))
    if min(grey.shape) * scale < 1:
        return _NO_FEATURES  # a line, not a page
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    points, descriptors = cv2.SIFT.create(_MOST_FEATURES, enable_precise_upscale=True).detectAndCompute(
        relative_brightness(small), None
    )
    if not points:
        return _NO_FEATURES
    places = np.array([point.pt for point in points])
    return (places + 0.5) / (np.array(small.shape[::-1]) / grey.shape[::-1]) - 0.5, descriptors
