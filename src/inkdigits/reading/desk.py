"""What lies beside the page: a table, a hand, another sheet. Told from the page by a hard edge and another colour."""

from __future__ import annotations

import cv2
import numpy as np

_HARD = 0.12  # of the brighter side: a step so large within three pixels is an edge, a shadow's rim is softer
_SMALLEST_PAGE = 0.2  # of the picture
_SHADOW = 0.35  # of the page's light; a shadow leaves at least so much
_HUE = 0.10  # by which the share of light differs between the colours; in a shadow it is the same


def desk(paper: np.ndarray) -> np.ndarray | None:
    """Marks what is beside the page, uint8 (h, w), 1 = desk; None when the page fills the picture.

    `paper` uint8 (h, w, 3) is the picture without its strokes.
    """
    shape = paper.shape[1::-1]
    if min(shape) > 64:
        paper = cv2.resize(paper, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    light = paper.max(axis=2)
    step = cv2.morphologyEx(light, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    edge = step > _HARD * cv2.dilate(light, np.ones((3, 3), np.uint8)).astype(np.float32)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~edge).astype(np.uint8), connectivity=4)
    if count < 2:
        return None
    page = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if stats[page, cv2.CC_STAT_AREA] < _SMALLEST_PAGE * light.size:
        return None
    colour = _colour(paper, labels == page)
    beside = np.zeros(light.shape, np.uint8)
    for label in _at_rim(labels):
        place = labels == label
        if label != page and _is_other(_colour(paper, place), colour):
            beside[place] = 1
    # A strip too narrow to have a colour of its own between its edges is dark at least.
    _, dark, _, _ = cv2.connectedComponentsWithStats((light < _SHADOW * colour.max()).astype(np.uint8))
    for label in _at_rim(dark):
        beside[dark == label] = 1
    if not beside.any():
        return None
    # The page's own edge goes with the desk.
    return cv2.resize(cv2.dilate(beside, np.ones((5, 5), np.uint8)), shape, interpolation=cv2.INTER_NEAREST)


def _at_rim(labels: np.ndarray) -> list[int]:
    """The labels of what reaches the picture's rim along some length."""
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    found, counts = np.unique(rim, return_counts=True)
    return [int(label) for label, n in zip(found, counts, strict=True) if label != 0 and n >= 8]


def _colour(paper: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.array(cv2.mean(paper, place.astype(np.uint8))[:3]) + 1


def _is_other(colour: np.ndarray, page: np.ndarray) -> bool:
    """Whether this colour is not the page's in shadow or in brighter light."""
    share = colour / page
    return bool(share.mean() < _SHADOW or np.ptp(share) > _HUE * share.max())
