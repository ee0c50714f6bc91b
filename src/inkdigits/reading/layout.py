"""Marks -> lines: which marks stand side by side, in the order in which a person reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits.reading.marks import Mark

_REACH = 7.0  # heights; a neighbour on the same line is not further away
_DOT = 0.28  # of the usual height; what is smaller is a piece of another mark, a dot or dirt
_MOST_SLOPE = 0.25  # of a line: writing that climbs more is taken for no line


@dataclass(frozen=True, eq=False)
class MarkLine:
    """The marks of one line from left to right, and the height in pixels of its usual mark."""

    marks: tuple[Mark, ...]
    height: float


def find_lines(marks: list[Mark]) -> list[MarkLine]:
    """The lines of an upright page from top to bottom. Dots and dirt, small for their line, are left out."""
    marks = sorted(marks, key=lambda mark: mark.box)
    if not marks:
        return []
    usual = usual_height(marks)
    large = [mark for mark in marks if max(mark.height, mark.width) >= _DOT * usual]
    small = [mark for mark in marks if max(mark.height, mark.width) < _DOT * usual]
    slope = _slope(large, usual)
    levels = [_level(mark, slope) for mark in large]
    rows = _rows(large, levels, usual)
    rows.sort(key=lambda row: float(np.median([levels[i] for i in row])))
    lines = [[large[i] for i in row] for row in rows]
    for mark in small:
        _give_to_neighbour(mark, lines)
    return [_line(line) for line in lines]


def usual_height(marks: list[Mark]) -> float:
    """The height of a usual digit: the median of the marks, each counted by its height."""
    heights = np.sort([max(mark.height, 0.6 * mark.width) for mark in marks])
    mass = np.cumsum(heights)
    return float(heights[np.searchsorted(mass, mass[-1] / 2)])


def _middle(mark: Mark) -> tuple[float, float]:
    return (mark.box.left + mark.box.right) / 2, (mark.box.top + mark.box.bottom) / 2


def _level(mark: Mark, slope: float) -> float:
    """The height on the page of the mark's middle once the lines are levelled."""
    x, y = _middle(mark)
    return y - slope * x


def _slope(marks: list[Mark], usual: float) -> float:
    """The slope of the lines: the median over pairs of neighbours, 0 where there are few."""
    middles = np.array([_middle(mark) for mark in marks])
    slopes = []
    for i, (x, y) in enumerate(middles):
        along, across = middles[:, 0] - x, middles[:, 1] - y
        ahead = (along > 0.3 * usual) & (along < _REACH * usual) & (np.abs(across) < 0.7 * usual)
        ahead[i] = False
        if ahead.any():
            distant = np.flatnonzero(ahead)[np.argsort(along[ahead])[:3]]
            slopes += [across[j] / along[j] for j in distant]
    if len(slopes) < 6:
        return 0.0
    return float(np.clip(np.median(slopes), -_MOST_SLOPE, _MOST_SLOPE))


def _rows(marks: list[Mark], levels: list[float], usual: float) -> list[list[int]]:
    """Indices of the marks of each row, from left to right; a row follows the marks it already has."""
    rows: list[list[int]] = []
    level: list[float] = []  # of each row, from its last marks
    right: list[int] = []  # where each row ends
    for index in sorted(range(len(marks)), key=lambda i: marks[i].box.left):
        box = marks[index].box
        best, nearest = -1, 0.6 * usual
        for row, (middle, end) in enumerate(zip(level, right, strict=True)):
            away = abs(levels[index] - middle)
            if away < nearest and away < (0.6 if box.left - end < _REACH * usual else 0.45) * usual:
                best, nearest = row, away
        if best < 0:
            rows.append([index])
            level.append(levels[index])
            right.append(box.right)
        else:
            rows[best].append(index)
            last = [levels[i] for i in rows[best][-4:]]
            level[best] = sum(last) / len(last)
            right[best] = max(right[best], box.right)
    return rows


def _give_to_neighbour(mark: Mark, lines: list[list[Mark]]) -> None:
    """A small mark goes to the line of the mark it is nearest to, if it may be a piece of it; else it is dirt."""
    best, nearest = None, np.inf
    for line in lines:
        for other in line:
            across = max(other.box.left - mark.box.right, mark.box.left - other.box.right, 0)
            down = max(other.box.top - mark.box.bottom, mark.box.top - other.box.bottom, 0)
            if (
                max(across, down) < min(nearest, 0.25 * other.height)
                and max(mark.width, mark.height) > 0.12 * other.height
            ):
                best, nearest = line, max(across, down)
    if best is not None:
        best.append(mark)


def _line(marks: list[Mark]) -> MarkLine:
    ordered = sorted(marks, key=lambda mark: mark.box.left + mark.box.right)
    return MarkLine(tuple(ordered), float(np.percentile([mark.height for mark in ordered], 70)))
