"""Small marks within another, the eyes of a face or the door of a house, are parts of it."""

from __future__ import annotations

import numpy as np

from inkdigits.reading.layout import usual_height
from inkdigits.reading.marks import Mark, together

_SMALL = 0.45  # heights of the outer mark; what is higher stands for itself, as a number within a circle
_LARGEST = 2.5  # usual heights; what is higher is a frame around writing


def with_enclosed(marks: list[Mark]) -> list[Mark]:
    """The marks, each together with the small ones that lie within its box."""
    if not marks:
        return []
    usual = usual_height(marks)
    boxes = np.array([mark.box for mark in marks])
    heights = boxes[:, 3] - boxes[:, 1]
    parts: set[int] = set()
    found = []
    for index in np.argsort(-heights, kind="stable").tolist():
        if index in parts:
            continue
        left, top, right, bottom = boxes[index]
        within = (boxes[:, :2] >= (left, top)).all(axis=1) & (boxes[:, 2:] <= (right, bottom)).all(axis=1)
        inner = [i for i in np.flatnonzero(within).tolist() if i != index]
        if inner and heights[index] <= _LARGEST * usual and heights[inner].max() < _SMALL * heights[index]:
            parts.update(inner)
            found.append(together([marks[index], *(marks[i] for i in inner)]))
        else:
            found.append(marks[index])
    return found
