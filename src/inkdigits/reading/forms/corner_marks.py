"""Finds what may be printed corner marks in a picture: dark squares, solid or hollow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

_LONGER_SIDE = 1600  # pixels of the picture that is searched; marks need about 8 of them
_SMALLEST_AREA = 40  # pixels
_LEVELS = (0.35, 0.5, 0.65)  # shares of the paper's brightness; print in a shadow and faint print differ
_MOST_OUTLINES = 2000  # a level, the longest; a page of noise has any number
_MOST_SOLID, _MOST_HOLLOW = 24, 24  # candidates that are kept


@dataclass(frozen=True, eq=False)
class Mark:
    """A dark square in the picture: `outline` float32 (n, 2), convex; `hollow` when its middle is paper.

    Points in pictures are (x, y), a pixel's centre at whole numbers.
    """

    outline: np.ndarray
    centre: np.ndarray
    area: float
    hollow: bool

    def enlarged(self, scale: float) -> Mark:
        """The mark in a picture `scale` times as large."""
        return Mark(
            ((self.outline + 0.5) * scale - 0.5).astype(np.float32),
            (self.centre + 0.5) * scale - 0.5,
            self.area * scale**2,
            self.hollow,
        )


def find_marks(grey: np.ndarray) -> list[Mark]:
    """Everything in the picture, uint8 (H, W), that may be a corner mark, what is large and square first."""
    scale = min(1.0, _LONGER_SIDE / max(grey.shape))
    if min(grey.shape) * scale < 1:
        return []  # a line, not a page
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    brightness = relative_brightness(small)
    found = [pair for level in _LEVELS for pair in _ranked_marks((brightness < level * 255).astype(np.uint8))]
    solid: list[Mark] = []
    hollow: list[Mark] = []
    for _, mark in sorted(found, key=lambda pair: -pair[0]):
        alike, most = (hollow, _MOST_HOLLOW) if mark.hollow else (solid, _MOST_SOLID)
        if len(alike) < most and not any(_same(mark, other) for other in (*solid, *hollow)):
            alike.append(mark)
    return [mark.enlarged(1 / scale) for mark in (*solid, *hollow)]


def _same(mark: Mark, other: Mark) -> bool:
    """Whether it is the other mark at another level: their centres are less than half a side apart."""
    across, down = mark.centre - other.centre
    return max(across * across, down * down) <= other.area / 4


def _ranked_marks(dark: np.ndarray) -> Iterator[tuple[float, Mark]]:
    """Marks in a binary picture, uint8 (H, W), each after its rank."""
    contours, hierarchy = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outer = [c for c, (*_, parent) in zip(contours, hierarchy[0], strict=True) if parent < 0] if contours else []
    for contour in sorted(outer, key=len, reverse=True)[:_MOST_OUTLINES]:
        ranked = _as_mark(contour, dark)
        if ranked is not None:
            yield ranked


def relative_brightness(picture: np.ndarray, reach: int | None = None) -> np.ndarray:
    """Brightness relative to the paper around, 255 = paper, of a picture uint8 (H, W) or (H, W, 3), the same shape.

    Shadows go, print and writing stay. What is dark over more than `reach` pixels is taken for paper; by default, a
    sixteenth of the longer side.
    """
    rows, columns = picture.shape[:2]
    reach = max(3, reach or max(rows, columns) // 16)
    coarse = max(1, reach // 8)
    small = cv2.resize(picture, (max(1, columns // coarse), max(1, rows // coarse)), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach // coarse | 1,) * 2, np.uint8))
    paper = cv2.resize(cv2.GaussianBlur(paper, (3, 3), 0), (columns, rows), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(picture, np.maximum(paper, 1), scale=255)


def _as_mark(contour: np.ndarray, dark: np.ndarray) -> tuple[float, Mark] | None:
    """The region inside the contour as a mark, after its side times its squareness; None when it is no whole square."""
    _, _, width, height = cv2.boundingRect(contour)
    if min(width, height) < 6 or max(width, height) > max(dark.shape) / 4:
        return None
    hull = cv2.convexHull(contour).reshape(-1, 2).astype(np.float32)
    area = cv2.contourArea(hull)
    _, sides, _ = cv2.minAreaRect(hull)
    cut = hull.min() < 1 or (hull.max(axis=0) > np.array(dark.shape[::-1]) - 2).any()
    if cut or area < _SMALLEST_AREA or max(sides) > max(dark.shape) / 6 or min(sides) < 0.4 * max(sides):
        return None
    filled = area / (sides[0] * sides[1])
    moments = cv2.moments(hull)
    centre = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
    hull = ((hull - centre) * (1 + 1 / np.sqrt(area)) + centre).astype(np.float32)  # from pixel centres to their edges
    middle, frame = _darkness(hull, centre, dark)
    if filled < 0.7 or frame < 0.7 or 0.4 < middle < 0.7:
        return None
    return filled * min(sides), Mark(hull, centre, cv2.contourArea(hull), middle <= 0.4)


def _darkness(outline: np.ndarray, centre: np.ndarray, dark: np.ndarray) -> tuple[float, float]:
    """The dark shares of the outline's middle and of the frame around it, a sixth of its side thick."""
    left, top, width, height = cv2.boundingRect(outline)
    left, top = max(left, 0), max(top, 0)
    part = dark[top : top + height, left : left + width]
    zones = np.zeros(part.shape, np.uint8)
    for value, share in enumerate((0.95, 0.65, 0.45), start=1):
        shape = (outline - centre) * share + centre - (left, top)
        cv2.fillConvexPoly(zones, np.rint(shape).astype(np.int32), value)
    return float(part[zones == 3].mean()), float(part[zones == 1].mean()) if (zones == 1).any() else 0.0
