"""Where touching digits may be parted: paths from top to bottom through as little ink as possible."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.reading.marks import Mark
from inkdigits.reading.result import Box

_ROWS = 40  # pixels; height at which paths are sought
_STEEPNESS = 0.12  # cost of a step aside, against 1 for a pixel of ink: paths go straight unless ink is in the way
_MOST_CUTS = 14  # for each height of width


def slices(mark: Mark, height: float) -> list[Mark]:
    """The mark cut at every likely place, from left to right; [mark] when there is none.

    `height` is that of a usual digit of the line, in pixels.
    """
    scale = min(1.0, _ROWS / mark.ink.shape[0])
    size = (max(1, round(mark.ink.shape[1] * scale)), max(1, round(mark.ink.shape[0] * scale)))
    small = cv2.resize(mark.ink, size, interpolation=cv2.INTER_AREA)
    unit = max(4.0, height * scale)
    paths = _paths(small.astype(np.float32) / 255, unit)
    if not len(paths):
        return [mark]
    return _parts(mark, paths, scale)


def _paths(ink: np.ndarray, unit: float) -> np.ndarray:
    """Columns (K, rows) of the K cheapest separate paths through ink (rows, columns), from left to right."""
    down, steps = _cheapest(ink)
    up, back = _cheapest(ink[::-1])
    middle = ink.shape[0] // 2
    cost = down[middle] + up[ink.shape[0] - 1 - middle] - ink[middle]
    most = max(1, int(_MOST_CUTS * ink.shape[1] / unit))
    starts = _valleys(cost, max(2, round(0.08 * unit)), most, unit)
    paths = []
    for start in starts:
        above = _follow(steps, middle, start)[::-1]
        below = _follow(back, ink.shape[0] - 1 - middle, start)
        paths.append(np.concatenate([above[:-1], below]))
    if not paths:
        return np.zeros((0, ink.shape[0]), int)
    # Paths may meet; none may cross.
    return np.maximum.accumulate(np.array(paths), axis=0)


def _cheapest(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cost of the cheapest path from the first row to every pixel, and the step -1, 0, 1 that led there."""
    rows, columns = ink.shape
    # A border that no path takes saves a padding in every row.
    cost = np.full((rows, columns + 2), np.inf, np.float32)
    steps = np.zeros((rows, columns), np.int8)
    cost[0, 1:-1] = ink[0]
    for row in range(1, rows):
        before = cost[row - 1]
        left, right = before[:-2] + _STEEPNESS, before[2:] + _STEEPNESS
        aside = np.minimum(left, right)
        straight = before[1:-1]
        steps[row] = np.where(straight <= aside, 0, np.where(left <= right, -1, 1))
        cost[row, 1:-1] = np.minimum(straight, aside) + ink[row]
    return cost[:, 1:-1], steps


def _follow(steps: np.ndarray, row: int, column: int) -> list[int]:
    """Columns from (row, column) back to row 0."""
    columns = [column]
    for r in range(row, 0, -1):
        column += int(steps[r, column])
        columns.append(column)
    return columns


def _valleys(cost: np.ndarray, apart: int, most: int, unit: float) -> list[int]:
    """The places of least cost, `apart` pixels from each other and from the ends, from left to right."""
    order = np.argsort(cost, kind="stable")
    chosen: list[int] = []
    for place in order:
        if cost[place] > 0.45 * unit or len(chosen) >= most:
            break
        if apart <= place < len(cost) - apart and all(abs(place - other) >= apart for other in chosen):
            chosen.append(int(place))
    return sorted(chosen)


def _parts(mark: Mark, paths: np.ndarray, scale: float) -> list[Mark]:
    """The mark's ink between neighbouring paths."""
    height, width = mark.ink.shape
    rows = np.minimum((np.arange(height) * scale).astype(int), paths.shape[1] - 1)
    borders = np.floor((paths[:, rows] + 0.5) / scale)
    which = (np.arange(width)[None, None, :] >= borders[:, :, None]).sum(axis=0)
    parts = [_cropped(mark, np.where(which == k, mark.ink, 0)) for k in range(len(paths) + 1)]
    return [part for part in parts if part is not None]


def _cropped(mark: Mark, ink: np.ndarray) -> Mark | None:
    """The part of the mark that has ink, or None."""
    inked = ink > 60
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = Box(
        mark.box.left + int(left), mark.box.top + int(top), mark.box.left + int(right), mark.box.top + int(bottom)
    )
    return Mark(box, np.ascontiguousarray(ink[top:bottom, left:right]))
