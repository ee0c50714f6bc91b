"""The marks on a page: pieces of ink that hang together, dirt left out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.reading.result import Box

MOST_MARKS = 2500  # a page with more is noise; the largest are looked at
INKED, _STRONG = 90, 140  # a mark is what is darker than the first and somewhere darker than the second
_SMALLEST = 6  # pixels; no piece of a digit is shorter both ways
_CONTRAST = 225  # level to which a mark's usual ink is set; what is darker is full ink
_RIM = 0.025  # of the picture; what reaches in from the rim no further is the page's edge
_CROP = 56  # pixels, longer side at which a mark is shown to the recogniser


@dataclass(frozen=True, eq=False)
class Mark:
    """One piece of ink: its box on the page, and `ink` uint8 (h, w), the ink in the box that belongs to it."""

    box: Box
    ink: np.ndarray

    @property
    def width(self) -> int:
        """Pixels."""
        return self.box.right - self.box.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.box.bottom - self.box.top


def find_marks(ink: np.ndarray) -> tuple[list[Mark], int]:
    """The marks on a page's ink, uint8 (H, W), at most 2,500, and how many smaller ones there are besides.

    What runs along the page's rim is no mark.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    if count < 2:
        return [], 0
    _, _, width, height, area = stats.T
    size = np.maximum(width, height)
    keep = (size >= _SMALLEST) & (area >= _SMALLEST) & ~_along_rim(stats, ink.shape)
    keep[0] = False
    chosen = np.flatnonzero(keep)
    left_out = max(0, len(chosen) - MOST_MARKS)
    if left_out:
        chosen = np.sort(chosen[np.argsort(-area[chosen], kind="stable")[:MOST_MARKS]])
    found = (_mark(ink, labels, label, stats[label]) for label in chosen.tolist())
    return [mark for mark in found if mark.ink.max() >= _STRONG], left_out


def _along_rim(stats: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Which components touch the picture's rim and stretch along it: a page's edge, a desk, a shadow."""
    left, top, width, height, _ = stats.T
    page_height, page_width = shape
    touches = (left == 0) | (top == 0) | (left + width >= page_width) | (top + height >= page_height)
    long = (width > 0.5 * page_width) | (height > 0.5 * page_height)
    at_side = (left == 0) | (left + width >= page_width)
    sliver = np.where(at_side, height > 4 * width, width > 4 * height)
    shallow = np.where(at_side, width < _RIM * page_width, height < _RIM * page_height)
    return touches & (long | sliver | shallow) & (min(shape) > 100)


def _mark(ink: np.ndarray, labels: np.ndarray, label: int, stat: np.ndarray) -> Mark:
    left, top, width, height, _ = (int(value) for value in stat)
    # One pixel more on each side: the soft edge of the stroke.
    box = Box(
        max(left - 1, 0), max(top - 1, 0), min(left + width + 1, ink.shape[1]), min(top + height + 1, ink.shape[0])
    )
    window = labels[box.top : box.bottom, box.left : box.right]
    own = (window == label).astype(np.uint8)
    near = cv2.dilate(own, np.ones((3, 3), np.uint8)).astype(bool) & ((window == 0) | (window == label))
    return Mark(box, np.where(near, ink[box.top : box.bottom, box.left : box.right], 0).astype(np.uint8))


def together(marks: list[Mark]) -> Mark:
    """Several marks as one."""
    if len(marks) == 1:
        return marks[0]
    boxes = np.array([mark.box for mark in marks])
    box = Box(*(int(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))
    ink = np.zeros((box.bottom - box.top, box.right - box.left), np.uint8)
    for mark in marks:
        rows = slice(mark.box.top - box.top, mark.box.bottom - box.top)
        columns = slice(mark.box.left - box.left, mark.box.right - box.left)
        ink[rows, columns] = np.maximum(ink[rows, columns], mark.ink)
    return Mark(box, ink)


def reduced(mark: Mark) -> Mark:
    """The mark with its ink no larger than the recogniser needs it; its box stays. Many large ones fit into memory."""
    return Mark(mark.box, _shrunk(mark.ink, 2 * _CROP))


def for_recogniser(mark: Mark) -> np.ndarray:
    """The mark's ink with its own full contrast, scaled down where it is large: uint8 (h, w)."""
    ink = _shrunk(mark.ink, _CROP)
    usual = cv2.mean(ink, (ink > INKED).astype(np.uint8))[0]
    return cv2.convertScaleAbs(ink, alpha=_CONTRAST / max(usual, 64.0))


def _shrunk(ink: np.ndarray, longest: int) -> np.ndarray:
    """The ink, its longer side at most so many pixels."""
    scale = longest / max(ink.shape)
    if scale >= 1:
        return ink
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA)


def with_short_tail(mark: Mark) -> Mark:
    """The mark with a single stroke at its foot or head, where that is most of its height, drawn in to a half."""
    rows = np.flatnonzero((mark.ink > INKED).any(axis=1))
    if not len(rows):
        return mark
    columns = np.arange(mark.ink.shape[1])
    inked = mark.ink > INKED
    extent = np.where(inked, columns, -1).max(axis=1) - np.where(inked, columns, mark.ink.shape[1]).min(axis=1) + 1
    wide = np.flatnonzero(inked.any(axis=1) & (extent > 0.6 * extent[rows].max()))
    above, below = wide[0] - rows[0], rows[-1] - wide[-1]
    body = wide[-1] - wide[0] + 1
    tail = max(above, below)
    if tail <= body:
        return mark
    ink = mark.ink
    parts = (ink[: wide[0]], ink[wide[0] :]) if above > below else (ink[: wide[-1] + 1], ink[wide[-1] + 1 :])
    drawn_in = 0 if above > below else 1
    size = ink.shape[1], max(1, round(len(parts[drawn_in]) * body / tail))
    shorter = cv2.resize(parts[drawn_in], size, interpolation=cv2.INTER_AREA)
    return Mark(mark.box, np.concatenate([shorter, parts[1]] if drawn_in == 0 else [parts[0], shorter]))
