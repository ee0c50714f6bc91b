"""Lays a field's picture over the form's print to fractions of a line's width: paper bends, lenses distort."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

# In heights of the field.
_WINDOW, _STEP = 1.6, 0.8
_REACHES = (0.12, 0.06)  # of a window's search, about where the step before left it
_BLURS = (0.05, 0.025)  # so that lines meet which don't lie on each other yet

_SEEN = 0.38  # correlation of print and picture above which the print is there at all
_RUN = 0.5  # heights of the field; no stroke is straight for so long
_UNSURE = 1e-3
_BENDS = 2  # degree of the polynomial that shifts follow along the field


def aligned(picture: np.ndarray, print_: np.ndarray, height: float, reach: int) -> np.ndarray | None:
    """The picture, uint8 (h, w), dark on 255, bent so that its print lies on `print_`, uint8 (h, w), 255 = print.

    `height` is the field's, in pixels; `reach` how far the print is sought, in pixels. None when it is not seen.
    """
    darkness, sought = 255 - picture, print_
    if _straight(print_, height).max() > 127:
        darkness, sought = _straight(darkness, height), _straight(print_, height)
    whole = _shift(_blurred(darkness, _BLURS[0] * height), _blurred(sought, _BLURS[0] * height), reach)
    if whole.seen < _SEEN:
        return None
    shifts = np.polynomial.Polynomial([whole.right]), np.polynomial.Polynomial([whole.down])
    for blur, window_reach in zip(_BLURS, _REACHES, strict=True):
        bent = _blurred(_bent(darkness, shifts), blur * height)
        more = _bends(bent, _blurred(sought, blur * height), height, max(2, round(window_reach * height)))
        shifts = shifts[0] + more[0], shifts[1] + more[1]
    return _bent(picture, shifts)


Shifts = tuple[np.polynomial.Polynomial, np.polynomial.Polynomial]
"""By how many pixels the picture lies right of and below the print, along the field."""


def _bends(darkness: np.ndarray, sought: np.ndarray, height: float, reach: int) -> Shifts:
    """What is still amiss, from windows along the field."""
    width = darkness.shape[1]
    count = max(1, round(width / (_STEP * height)) - 1)
    middles = (np.arange(count) + 1) * width / (count + 1)
    edges = [(max(0, round(middle - _WINDOW / 2 * height)), round(middle + _WINDOW / 2 * height)) for middle in middles]
    found = [_shift(darkness[:, left:right], sought[:, left:right], reach) for left, right in edges]
    degree, domain = min(_BENDS, (count - 1) // 2), [0.0, float(width)]
    right = np.polynomial.Polynomial.fit(
        middles, [s.right for s in found], degree, domain=domain, w=[s.sure_of_right for s in found]
    )
    down = np.polynomial.Polynomial.fit(
        middles, [s.down for s in found], degree, domain=domain, w=[s.sure_of_down for s in found]
    )
    return right.convert(), down.convert()


class _Shift(NamedTuple):
    """How far right and down print is from its place, in pixels, how well it is seen there, and how sure each is.

    A line tells nothing of where along itself it lies: `sure_of_right` and `sure_of_down` are how much better the print
    is seen there than on average to both sides, or above and below.
    """

    right: float
    down: float
    seen: float
    sure_of_right: float = _UNSURE
    sure_of_down: float = _UNSURE


def _straight(darkness: np.ndarray, height: float) -> np.ndarray:
    """What is long and straight of it, level or upright: the lines of frames without the writing, uint8 (h, w)."""
    length = max(3, round(_RUN * height))
    soft = _blurred(darkness, 0.5)
    runs = (cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in ((1, length), (length, 1)))
    return np.maximum(*runs)


def _shift(darkness: np.ndarray, sought: np.ndarray, reach: int) -> _Shift:
    """Where the print, at most `reach` pixels away, lies on the darkness; both uint8 (h, w)."""
    inner = sought[reach:-reach, reach:-reach]
    if inner.size == 0 or inner.min() == inner.max():
        return _Shift(0, 0, 0)
    fit = np.nan_to_num(cv2.matchTemplate(darkness, inner, cv2.TM_CCOEFF_NORMED))
    row, column = (int(place) for place in np.unravel_index(int(fit.argmax()), fit.shape))
    seen = float(fit[row, column])
    sure_of_right, sure_of_down = seen - float(fit[row].mean()), seen - float(fit[:, column].mean())
    return _Shift(column - reach, row - reach, seen, max(sure_of_right, _UNSURE), max(sure_of_down, _UNSURE))


def _bent(picture: np.ndarray, shifts: Shifts) -> np.ndarray:
    rows, columns = picture.shape
    along = np.arange(columns, dtype=np.float64)
    x = np.tile((along + shifts[0](along)).astype(np.float32), (rows, 1))
    y = (np.arange(rows)[:, None] + shifts[1](along)).astype(np.float32)
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _blurred(picture: np.ndarray, deviation: float) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), max(deviation, 0.5))
