"""Ruled and squared paper, tables and form boxes: their straight lines are taken off, writing across them stays."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.reading.marks import INKED

_LONG = 0.3  # of the page's longer side: a piece of ink that reaches so far may be a rule
_MOST_PIECES = 400  # pieces of ink looked at for frames; the largest
_MOST_AREA = 4  # of the page, their boxes together; rules of a page don't overlap so much
_STEEPEST = 0.14  # slope of a rule against the page's side: 8 degrees
_SEARCHED = 1000  # pixels; longer pieces are reduced to so many before lines are sought in them
_DENSE = 0.3  # of a piece inked: neither rules nor squares ink so much
_FLAT = 0.3  # height over width of a rule with digits on it


def without_rules(ink: np.ndarray) -> np.ndarray:
    """`ink` uint8 (H, W) without straight lines that rule the page or frame a field."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    thickest = max(4, round(0.012 * max(ink.shape)))
    removed = np.zeros(ink.shape, bool)
    area = 0
    for label in _suspects(stats, max(ink.shape)):
        left, top, width, height, _ = stats[label].tolist()
        area += width * height
        if area > _MOST_AREA * ink.size:
            break
        window = np.s_[top : top + height, left : left + width]
        piece = labels[window] == label
        if max(width, height) >= _LONG * max(ink.shape) or _looks_framed(piece):
            removed[window] |= _rules_of(piece, thickest, ink.shape)
    if not removed.any():
        return ink
    # The soft edge of a rule goes with it, where no stroke is next to it.
    edge = cv2.dilate(removed.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    kept = (labels > 0) & ~removed
    near_kept = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(removed | (edge & ~near_kept), 0, ink).astype(np.uint8)


def _suspects(stats: np.ndarray, side: int) -> list[int]:
    """Components that reach far over the page, or leave so much of their box open that they may be frames."""
    _, _, width, height, area = stats.T
    longest = np.maximum(width, height)
    open_box = (np.minimum(width, height) >= 14) & (area < 0.5 * width * height)
    chosen = np.flatnonzero((longest >= _LONG * side) | open_box)
    chosen = chosen[chosen > 0]
    return chosen[np.argsort(-longest[chosen], kind="stable")[:_MOST_PIECES]].tolist()


def _looks_framed(piece: np.ndarray) -> bool:
    """Whether ink runs along all four sides of the component's box; that of an oval leaves the corners open."""
    depth, breadth = (max(2, side // 5) for side in piece.shape)
    sides = (piece[:depth].any(axis=0), piece[-depth:].any(axis=0), piece[:, :breadth].any(axis=1))
    return all(side.mean() >= 0.85 for side in (*sides, piece[:, -breadth:].any(axis=1)))


def _rules_of(piece: np.ndarray, thickest: int, page: tuple[int, ...]) -> np.ndarray:
    """Which pixels of one component, bool (h, w), belong to straight lines; none unless these make rules or frames."""
    level, levels, pen = _level_lines(piece, thickest)
    turned, uprights, upright_pen = _level_lines(piece.T, thickest)
    upright = turned.T
    # Ones that stand between two rules are no part of a frame: they are drawn with a broader pen.
    if levels and uprights and upright_pen > 1.6 * pen + 1:
        uprights = 0
    height, width = piece.shape
    framed = levels >= 2 and uprights >= 2
    ruled = levels >= 2 and width >= 0.5 * page[1] and uprights == 0
    ruled_upright = uprights >= 2 and height >= 0.5 * page[0] and levels == 0
    underlined = levels == 1 and uprights == 0 and width >= 0.3 * page[1] and height <= _FLAT * width
    if framed:
        return level | upright
    if ruled or underlined:
        return level
    return upright if ruled_upright else np.zeros_like(piece)


def _level_lines(piece: np.ndarray, thickest: int) -> tuple[np.ndarray, int, float]:
    """Pixels of the long thin lines that run nearly level through the component, bool (h, w).

    With them, how many lines there are and how thick they usually are, in pixels.
    """
    height, width = piece.shape
    shortest = round(0.8 * width if width < 3 * height or width < 100 else 0.3 * width)
    thin = piece & ~_long_runs(piece, thickest)
    if shortest < 10 or not _may_hold(thin, shortest):
        return np.zeros_like(piece), 0, 0.0
    lines, factor = _segments(thin, shortest)
    if not len(lines):
        return np.zeros_like(piece), 0, 0.0
    canvas = np.zeros(piece.shape, np.uint8)
    for x0, y0, x1, y1 in lines[:500].tolist():
        cv2.line(canvas, (x0, y0), (x1, y1), 1, 2 * round(factor) + 1)
    on_line = thin & (canvas > 0)
    every = slice(None, None, max(1, width // 200))
    runs = _column_runs(piece[:, every])[on_line[:, every]]
    pen = float(np.percentile(runs, 40)) if len(runs) else 1.0
    # Where a stroke crosses the line the run is longer, and stays.
    limit = min(thickest, round(1.5 * pen) + 1)
    near = cv2.dilate(on_line.astype(np.uint8), np.ones((2 * limit + 1, 1), np.uint8)) > 0
    return piece & near & ~_long_runs(piece, limit), _count(lines, thickest), pen


def _segments(thin: np.ndarray, shortest: int) -> tuple[np.ndarray, float]:
    """Nearly level segments (N, 4) of x, y, x, y in the component, and the factor by which it was reduced for them.

    What is dense all over holds no rules: to look for them in noise would take minutes.
    """
    factor = max(1.0, max(thin.shape) / _SEARCHED)
    small = thin.astype(np.uint8)
    if factor > 1:
        size = [max(1, round(side / factor)) for side in thin.shape[::-1]]
        small = (cv2.resize(255 * small, size, interpolation=cv2.INTER_AREA) > 60).astype(np.uint8)
    nothing = np.zeros((0, 4), int)
    if small.size > 10**5 and small.mean() > _DENSE:
        return nothing, factor
    shortest = round(shortest / factor)
    found = cv2.HoughLinesP(
        small, 1, np.pi / 720, max(8, shortest // 2), minLineLength=shortest, maxLineGap=max(3, shortest // 6)
    )
    if found is None:
        return nothing, factor
    lines = np.rint(found.reshape(-1, 4) * factor).astype(int)
    run, rise = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    return lines[np.abs(rise) <= _STEEPEST * np.abs(run)], factor


def _may_hold(thin: np.ndarray, shortest: int) -> bool:
    """Whether some band of rows holds ink in as many columns as a line needs: a cheap test before the dear one."""
    depth = max(3, round(_STEEPEST * shortest))
    bands = cv2.dilate(thin.astype(np.uint8), np.ones((depth, 1), np.uint8))
    return bool(bands.sum(axis=1).max() >= 0.8 * shortest)


def _long_runs(piece: np.ndarray, length: int) -> np.ndarray:
    """Which pixels lie in an unbroken vertical run of more than `length` pixels; bool (h, w)."""
    column = np.ones((length + 1, 1), np.uint8)
    # Eroded towards one end and dilated back from it; no run goes on beyond the rim.
    tops = cv2.erode(piece.astype(np.uint8), column, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return cv2.dilate(tops, column, anchor=(0, length), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0


def _column_runs(piece: np.ndarray) -> np.ndarray:
    """For each pixel of ink the length of the unbroken vertical run it lies in; int32 (h, w)."""
    rows = np.arange(1, piece.shape[0] + 1, dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(piece, 0, rows), axis=0)  # the last blank row before
    below = np.minimum.accumulate(np.where(piece, piece.shape[0] + 1, rows)[::-1], axis=0)[::-1]
    return np.where(piece, below - above - 1, 0)


def _count(lines: np.ndarray, thickest: int) -> int:
    """How many lines lie apart: Hough finds each several times."""
    middles = np.sort((lines[:, 1] + lines[:, 3]) / 2)
    if not len(middles):
        return 0
    return 1 + int((np.diff(middles) > max(2 * thickest, 8)).sum())
