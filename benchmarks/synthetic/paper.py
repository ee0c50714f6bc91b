"""The sheet itself: paper, what is printed on it, and the pen's ink laid over it."""

from __future__ import annotations

import cv2
import numpy as np

from synthetic.layout import SIZE, Sheet
from synthetic.style import Style

_PENS = ((28, 46, 140), (22, 30, 92), (24, 24, 28), (40, 40, 46), (150, 28, 36), (20, 92, 60))  # RGB
_COLOURED = ((242, 226, 120), (250, 240, 170), (190, 218, 240), (244, 196, 206), (200, 230, 190), (228, 208, 178))
_WHITE = ((246, 246, 244), (238, 236, 230), (232, 236, 242), (250, 247, 236))
_BOARDS = ((34, 38, 36), (28, 62, 48), (20, 24, 40))
_CHALK = ((238, 240, 236), (244, 232, 160), (228, 238, 246))
_LINE_BLUE = np.array((150, 178, 214), np.float32)


def painted(sheet: Sheet, style: Style, rng: np.random.Generator) -> np.ndarray:
    """The sheet as it lies there, evenly lit: float32 (H, W, 3), RGB levels 0 to 255."""
    height, width = (round(side * style.scale) for side in SIZE)
    paper = _paper(height, width, style, rng)
    _print(paper, sheet, style, rng)
    coverage = np.zeros((height, width), np.float32)
    for placed in sheet.ink:
        if placed.kind == "box":
            continue
        rows, columns = placed.coverage.shape
        top, left = max(0, placed.top), max(0, placed.left)
        spot = coverage[top : placed.top + rows, left : placed.left + columns]
        seen = placed.coverage[top - placed.top :, left - placed.left :][: spot.shape[0], : spot.shape[1]]
        np.maximum(spot, seen, out=spot)
    # Ink runs dry and rich along the way.
    coverage *= 0.92 + 0.08 * clouds(height, width, 12 * style.scale, rng)
    pens = _CHALK if style.paper == "board" else _PENS
    colour = np.array(pens[rng.integers(len(pens))], np.float32) + rng.normal(0, 4, 3).astype(np.float32)
    coverage *= rng.uniform(*style.contrast)
    return paper + coverage[..., None] * (colour - paper)


def clouds(height: int, width: int, size: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth random variation over about `size` pixels, float32 (H, W), mostly within -1 to 1."""
    rows, columns = max(2, round(height / size) + 1), max(2, round(width / size) + 1)
    coarse = rng.normal(0, 0.6, (rows, columns)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def _paper(height: int, width: int, style: Style, rng: np.random.Generator) -> np.ndarray:
    colours = {"coloured": _COLOURED, "board": _BOARDS}.get(style.paper, _WHITE)
    colour = np.array(colours[rng.integers(len(colours))], np.float32) + rng.normal(0, 2, 3).astype(np.float32)
    depth = 3.5 if style.paper == "rough" else 0.8
    fibres = sum(depth * clouds(height, width, size * style.scale, rng) for size in (1.5, 4, 30))
    if style.paper == "rough":
        fibres += _folds(height, width, style, rng)
        fibres -= 30 * (rng.random((height, width)) < 0.0008 / style.scale**2)
    return colour + np.asarray(fibres, np.float32)[..., None]


def _folds(height: int, width: int, style: Style, rng: np.random.Generator) -> np.ndarray:
    """Creases of paper that was crumpled: facets that take the light differently, and edges that catch it."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / style.scale
    shade = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(4, 9)):
        angle = rng.uniform(0, np.pi)
        through = rng.uniform(0, 960), rng.uniform(0, 720)
        away = (y - through[0]) * np.cos(angle) + (x - through[1]) * np.sin(angle)
        away += 4 * clouds(height, width, 120 * style.scale, rng)
        fading = 0.5 + 0.5 * clouds(height, width, 250 * style.scale, rng)
        shade += fading * rng.uniform(-7, 7) * np.tanh(away / 3) * np.exp(-np.abs(away) / 60)
        shade += fading * rng.uniform(-9, 6) * np.exp(-((away / 1.2) ** 2))
    return shade


def _print(paper: np.ndarray, sheet: Sheet, style: Style, rng: np.random.Generator) -> None:
    """Draws the page's rules, squares or boxes into the paper."""
    if style.rules == "none":
        return
    height, width = paper.shape[:2]
    lines = np.zeros((height, width), np.uint8)
    thick = max(1, round(style.scale))
    if style.rules == "ruled":
        pitch = (sheet.feet[1] - sheet.feet[0]) / max(1, round((sheet.feet[1] - sheet.feet[0]) / (70 * style.scale)))
        for y in np.arange(sheet.feet[0] % pitch, height, pitch):
            cv2.line(lines, (0, round(y) + thick), (width, round(y) + thick), 255, thick)
    elif style.rules == "squared":
        pitch = 26 * style.scale
        for y in np.arange(rng.uniform(0, pitch), height, pitch):
            cv2.line(lines, (0, round(y)), (width, round(y)), 255, thick)
        for x in np.arange(rng.uniform(0, pitch), width, pitch):
            cv2.line(lines, (round(x), 0), (round(x), height), 255, thick)
    else:
        for box in (placed for placed in sheet.ink if placed.kind == "box"):
            corner = (box.left + box.coverage.shape[1], box.top + box.coverage.shape[0])
            cv2.rectangle(lines, (box.left, box.top), corner, 255, thick)
    colour = np.array((90, 90, 96), np.float32) if style.rules == "boxes" else _LINE_BLUE
    strength = rng.uniform(0.6, 0.95) / 255 * lines.astype(np.float32)[..., None]
    paper += strength * (colour - paper)
