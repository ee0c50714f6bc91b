"""A digit image or a drawn curve as the stroke that a pen of some width leaves."""

from __future__ import annotations

import cv2
import numpy as np

_FINE = 4  # MNIST's pixels are traced at so many times their size
_MNIST_HEIGHT = 20  # pixels, the longer side of every MNIST digit


def trace(image: np.ndarray, height: float, pen: float | None = None) -> np.ndarray:
    """Writes an MNIST digit, uint8 (28, 28), anew and sharp: its longer side `height` pixels, its strokes about `pen`
    pixels wide, or as wide as they were.

    Strokes are thinned or thickened from their edges and never broken: their skeleton is always drawn over. Returns the
    ink's coverage, float32 (h, w) in 0..1, cut to the ink.
    """
    outline, skeleton, half_width = _traced(image)
    scale = height / _MNIST_HEIGHT
    side = round(28 * scale)
    method = cv2.INTER_AREA if scale < _FINE else cv2.INTER_LINEAR
    edge = cv2.resize(outline, (side, side), interpolation=method) * scale
    middle = cv2.resize(skeleton, (side, side), interpolation=method) * scale
    own = half_width * scale
    half, line = (own, own / 2) if pen is None else (pen / 2, pen / 2)
    # Signed distances to the new stroke's edge, in pixels; more than twice as thick would close the loops.
    grown = edge + min(half - own, own)
    coverage = np.clip(0.5 + np.maximum(grown, line - middle), 0, 1).astype(np.float32)
    if scale > 2 * _FINE:  # the steps of the traced pixels would show
        soft = 0.2 * scale
        coverage = np.clip(0.5 + 2.5 * soft * (cv2.GaussianBlur(coverage, (0, 0), soft) - 0.5), 0, 1)
    return cut(coverage)


def cut(coverage: np.ndarray) -> np.ndarray:
    """The part of a coverage that holds ink, half a pixel of it or more."""
    rows = np.flatnonzero((coverage >= 0.5).any(axis=1))
    columns = np.flatnonzero((coverage >= 0.5).any(axis=0))
    if not len(rows):
        return coverage[:0, :0]
    return coverage[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def draw(curves: list[np.ndarray], pen: float) -> np.ndarray:
    """Curves, each float (points, 2) of x and y in pixels, by a pen `pen` pixels wide: coverage float32 (h, w)."""
    fine = 4
    margin = pen + 2
    low = np.min([curve.min(axis=0) for curve in curves], axis=0) - margin
    width, height = np.ceil(np.max([curve.max(axis=0) for curve in curves], axis=0) - low + margin).astype(int)
    canvas = np.zeros((height * fine, width * fine), np.uint8)
    for curve in curves:
        points = np.rint((curve - low) * fine).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=max(1, round(pen * fine)))
    return cut(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255)


def _traced(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """In MNIST pixels: the signed distance to the stroke's edge, the distance to its skeleton, and its half width."""
    side = 28 * _FINE
    smooth = cv2.GaussianBlur(
        cv2.resize(image.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC), (0, 0), _FINE / 3
    )
    # Half of what is the darkest near by: a faint stroke is a stroke, and the hole of a small loop stays open.
    near = cv2.dilate(smooth, np.ones((5 * _FINE + 1, 5 * _FINE + 1), np.uint8))
    level = cv2.GaussianBlur(np.maximum(near, 0.2 * smooth.max()), (0, 0), _FINE)
    mask = _without_specks((smooth > 0.5 * level).astype(np.uint8))
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    skeleton = cv2.distanceTransform(1 - thinned(mask), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    half_width = 2 * float(inside[mask > 0].mean())  # the distance to the edge is half of it on the average
    return ((inside - outside) / _FINE), skeleton / _FINE, half_width / _FINE


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """The mask without what covers less than four MNIST pixels: the scanner's dirt, not the writer's ink."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    large = facts[:, cv2.CC_STAT_AREA] >= 4 * _FINE**2
    large[0] = False
    return large[labels].astype(np.uint8)


def thinned(mask: np.ndarray) -> np.ndarray:
    """The skeleton, one pixel wide, of a mask uint8 (H, W) of 0 and 1 (Zhang and Suen, 1984)."""
    skeleton = np.pad(mask, 1)
    while True:
        before = skeleton.sum()
        for first in (True, False):
            skeleton[1:-1, 1:-1][_removable(skeleton, first)] = 0
        if skeleton.sum() == before:
            return skeleton[1:-1, 1:-1]


def _removable(padded: np.ndarray, first: bool) -> np.ndarray:
    """The pixels that one of the two passes takes away."""
    height, width = padded.shape
    around = [(0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0)]  # clockwise from north: p2 .. p9
    p = [padded[y : y + height - 2, x : x + width - 2] for y, x in around]
    neighbours = sum(p)
    crossings = sum((a == 0) & (b == 1) for a, b in zip(p, [*p[1:], p[0]], strict=True))
    north, east, south, west = p[0], p[2], p[4], p[6]
    if first:
        open_side = (north * east * south == 0) & (east * south * west == 0)
    else:
        open_side = (north * east * west == 0) & (north * south * west == 0)
    middle = padded[1:-1, 1:-1] == 1
    return middle & (neighbours >= 2) & (neighbours <= 6) & (crossings == 1) & open_side
