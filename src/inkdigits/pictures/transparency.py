"""What a transparent picture shows: strokes on an open canvas, or a sheet that lies on its own paper."""

from __future__ import annotations

import numpy as np

_BLOCK_PIXELS = 2**18


def stroke_cover(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray | None:
    """How much ink covers each pixel, uint8 (H, W), where strokes on a transparent canvas are all there is.

    Their colour makes no difference. None for any other picture; `grey` and `alpha` are uint8 (H, W).
    """
    drawn = _drawn(alpha)
    if not drawn.any() or (np.median(border(alpha)) < 128 and _looks_like_strokes(grey, drawn)):
        return alpha
    return None


def on_own_paper(channel: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """One channel, uint8 (H, W), laid on the paper that most of its drawn pixels show."""
    paper = float(np.median(channel[_drawn(alpha)]))
    laid = np.empty_like(channel)
    count = max(1, _BLOCK_PIXELS // channel.shape[1])
    for top in range(0, len(channel), count):
        rows = slice(top, top + count)
        opacity = alpha[rows] / np.float32(255)
        laid[rows] = np.rint(channel[rows] * opacity + paper * (1 - opacity))
    return laid


def border(pixels: np.ndarray) -> np.ndarray:
    """The outermost pixels, a thirty-second of the shorter side deep."""
    depth = max(1, min(pixels.shape) // 32)
    sides = (pixels[:depth], pixels[-depth:], pixels[:, :depth], pixels[:, -depth:])
    return np.concatenate([side.ravel() for side in sides])


def _drawn(alpha: np.ndarray) -> np.ndarray:
    return alpha >= 128 if alpha.max() >= 128 else alpha > 0


def _looks_like_strokes(grey: np.ndarray, drawn: np.ndarray) -> bool:
    """Whether the drawn pixels are of one shade, or leave much of their bounding box open."""
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    darkest, lightest = np.percentile(grey[drawn], (5, 95))
    return bool(lightest - darkest < 64 or drawn.sum() < 0.6 * box)
