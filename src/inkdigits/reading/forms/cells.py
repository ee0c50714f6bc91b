"""The ink in a field of cells: each cell's own set apart, so that digits that touch or run over don't mix."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.reading.forms.field_crops import FieldCrop

_INKED = 200  # of 255; darker is ink
_SMALLEST = 6  # pixels; less is dirt
_MOST_PIECES = 500  # of ink, the largest; a field of noise has any number
_OWN = 0.75  # of a piece of ink: the cell that holds so much of it holds all of it
_CUT_REACH = 0.2  # pitches to both sides of a line between cells: where digits that touch are cut
_APART = 0.6  # heights of the field
_NOBODY = -1


def cell_pictures(crop: FieldCrop, cells: int) -> list[np.ndarray]:
    """For each cell its ink alone, dark on 255: uint8 (h, w), all of one size, w wide enough to set them side by side.

    A digit that runs over into the next cell stays whole; two that touch are cut near the line between the cells.
    What lies above, below or beside the field is left out.
    """
    owner = _owner(crop, cells)
    inks = [_ink_of(crop.picture, owner, cell) for cell in range(cells)]
    width = max([ink.shape[1] for ink in inks]) + max(1, round(_APART * crop.box.height))
    pictures = []
    for ink in inks:
        left = (width - ink.shape[1]) // 2
        pictures.append(
            cv2.copyMakeBorder(ink, 0, 0, left, width - ink.shape[1] - left, cv2.BORDER_CONSTANT, value=255)
        )
    return pictures


def _ink_of(picture: np.ndarray, owner: np.ndarray, cell: int) -> np.ndarray:
    """The columns with ink that the cell owns, and nothing but that: uint8 (h, w)."""
    owned = (owner == cell).astype(np.uint8)
    columns = np.flatnonzero(owned.any(axis=0))
    if not len(columns):
        return np.full((len(picture), 1), 255, np.uint8)
    soft_edge = (cv2.dilate(owned, np.ones((3, 3), np.uint8)) > 0) & (owner == _NOBODY)
    first, last = max(columns[0] - 1, 0), columns[-1] + 2
    return np.where((owned > 0) | soft_edge, picture, np.uint8(255))[:, first:last]


def _owner(crop: FieldCrop, cells: int) -> np.ndarray:
    """For each pixel of ink the cell that it belongs to, int (h, w); elsewhere `_NOBODY`."""
    pitch = crop.box.width / cells
    lines = crop.box.left + pitch * np.arange(cells + 1)
    _, labels, stats, middles = cv2.connectedComponentsWithStats((crop.picture < _INKED).astype(np.uint8))
    x, y = middles.T
    inside = (x >= lines[0]) & (x < lines[-1]) & (y >= crop.box.top) & (y < crop.box.top + crop.box.height)
    kept = np.flatnonzero(inside & (stats[:, cv2.CC_STAT_AREA] >= _SMALLEST) & (np.arange(len(stats)) > 0))
    owner = np.full(crop.picture.shape, _NOBODY)
    for label in kept[np.argsort(-stats[kept, cv2.CC_STAT_AREA], kind="stable")][:_MOST_PIECES]:
        left, top, width, height, _ = stats[label]
        window = np.s_[top : top + height, left : left + width]
        piece = labels[window] == label
        cells_of_columns = _cells_of_columns(piece.sum(axis=0), lines[1:-1] - left, pitch)
        owner[window][piece] = np.broadcast_to(cells_of_columns, piece.shape)[piece]
    return owner


def _cells_of_columns(ink: np.ndarray, lines: np.ndarray, pitch: float) -> np.ndarray:
    """The cell that each column of a piece of ink belongs to, given the ink in each, int (w,), and the inner lines."""
    columns = np.arange(len(ink))
    nearest = np.searchsorted(lines, columns)
    masses = np.bincount(nearest, ink)
    if masses.max() >= _OWN * masses.sum():
        return np.full(len(ink), masses.argmax())
    cuts = []
    for line in lines:
        reach = np.flatnonzero(np.abs(columns - line) <= _CUT_REACH * pitch)
        away = np.abs(reach - line) / pitch
        cuts.append(reach[np.lexsort((away, ink[reach]))[0]] if len(reach) else line)
    return np.searchsorted(np.array(cuts), columns)
