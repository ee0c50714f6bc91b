"""Which of the dark squares on a picture are the form's four corner marks, and which way round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import cv2
import numpy as np

from inkdigits.reading.forms.corner_marks import Mark
from inkdigits.reading.forms.form import Marks

_MOST_TRIED = 200  # quadruples that are looked at closely
_UNEVEN = 8.0  # how much larger one mark may look than another, by area
_SPREAD = 2.5  # how far the marks may be apart from what their size promises, by area
_LEAST_OVERLAP = 0.6  # of a mark as it is seen and as the four centres place it: intersection / union


def lay_out(found: list[Mark], marks: Marks) -> list[np.ndarray]:
    """The ways the form may lie: homographies form -> picture, float64 (3, 3), the best first.

    All are by the same four marks, in turns of the page that their shapes allow; with a hollow mark there is one.
    """
    best: tuple[float, list[np.ndarray]] = (0.0, [])
    for chosen in _quadruples(found, marks):
        ways = []
        for turn in range(4):
            order = chosen[turn:] + chosen[:turn]
            if marks.hollow is not None and not order[marks.hollow].hollow:
                continue
            seen = np.array([mark.centre for mark in order], np.float32)
            homography = cv2.getPerspectiveTransform(marks.centres.astype(np.float32), seen)
            ways.append((min(_overlaps(homography, order, marks)), homography))
        ways.sort(key=lambda way: -way[0])
        if ways and ways[0][0] > best[0]:
            best = ways[0][0], [homography for overlap, homography in ways if overlap >= _LEAST_OVERLAP]
    return best[1]


def _quadruples(found: list[Mark], marks: Marks) -> Iterator[list[Mark]]:
    """Sets of four marks, clockwise, that are apart as their sizes promise, the likeliest first."""
    solid = [i for i, mark in enumerate(found) if not mark.hollow]
    hollow = [i for i, mark in enumerate(found) if mark.hollow]
    if marks.hollow is None:
        sets = np.array(list(combinations(solid, 4)), int).reshape(-1, 4)
    else:
        sets = np.array([(i, *three) for three in combinations(solid, 3) for i in hollow], int).reshape(-1, 4)
    if not len(sets):
        return
    centres, areas = np.array([mark.centre for mark in found])[sets], np.array([mark.area for mark in found])[sets]
    around = centres - centres.mean(axis=1, keepdims=True)
    clockwise = np.argsort(np.arctan2(around[..., 1], around[..., 0]), axis=1)
    sets = np.take_along_axis(sets, clockwise, axis=1)
    between = _quadrilateral_area(np.take_along_axis(centres, clockwise[..., None], axis=1))
    promised = _quadrilateral_area(marks.centres) / marks.size**2
    astray = np.abs(np.log(np.maximum(between, 1) / areas.mean(axis=1) / promised))
    fit = (areas.max(axis=1) < _UNEVEN * areas.min(axis=1)) & (astray < np.log(_SPREAD))
    for index in np.flatnonzero(fit)[np.argsort(astray[fit], kind="stable")][:_MOST_TRIED]:
        yield [found[i] for i in sets[index]]


def _quadrilateral_area(corners: np.ndarray) -> np.ndarray:
    """Areas of clockwise quadrilaterals (..., 4, 2), y downwards; of those not convex some other number."""
    one, two = corners[..., 2, :] - corners[..., 0, :], corners[..., 3, :] - corners[..., 1, :]
    return (one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0]) / 2


def _overlaps(homography: np.ndarray, order: list[Mark], marks: Marks) -> Iterator[float]:
    """For each mark, how well its square on the form, projected, and its outline cover each other: 0 to 1."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * marks.size / 2
    squares = cv2.perspectiveTransform(marks.centres[:, None] + corners, homography).astype(np.float32)
    for mark, square in zip(order, squares, strict=True):
        shared, _ = cv2.intersectConvexConvex(square, mark.outline)
        yield shared / max(abs(cv2.contourArea(square)) + mark.area - shared, 1e-9)
