"""Non-digits that are writing: letters, signs and words of printed faces, as unsteady hands would copy them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.datasets.non_digits.canvas import SIDE, bent, warped

# Letters that nobody could tell from a digit (I, l, O, o, S, s, Z, z, q, g, ...) are left out.
_SIGNS = "ABCDEFGHJKLMNPQRTUVWXYacdefhijkmnprtuvwxy&@#%?!+=*<>~$"
_FACES = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
_FOOT = 44  # pixels from the top to the line that letters stand on


def letter(generator: np.random.Generator, faces: Sequence[Path]) -> np.ndarray:
    """One letter or sign, at times two, by any pen, in OpenCV's faces or in `faces`, font files that Pillow opens."""
    count = 1 if generator.random() < 0.85 else 2
    height = generator.uniform(24, 34) / count**0.5
    ink = bent(generator, _written(generator, faces, _any_text(generator, count), height, SIDE))
    return warped(generator, ink, 0.25 if generator.random() < 0.6 else 0.5)


def word(generator: np.random.Generator, faces: Sequence[Path]) -> np.ndarray:
    """Two to six letters so close that they touch, at times joined by a line at their feet."""
    text = _any_text(generator, int(generator.integers(2, 7)))
    height = generator.uniform(14, 24)
    canvas = np.zeros((SIDE, 2 * SIDE), np.uint8)
    left = 0
    face = faces[int(generator.integers(len(faces)))] if faces else None
    for character in text:
        one = _written(generator, [face] if face else [], character, height, SIDE)
        columns = np.flatnonzero(one.max(axis=0))
        if not len(columns) or left + np.ptp(columns) > 2 * SIDE - 8:
            break
        ink = one[:, columns[0] : columns[-1] + 1]
        np.maximum(canvas[:, left : left + ink.shape[1]], ink, out=canvas[:, left : left + ink.shape[1]])
        left += max(3, ink.shape[1] - int(generator.integers(0, 5)))
    if generator.random() < 0.5:
        cv2.line(canvas, (2, _FOOT - 1), (left, _FOOT - 1), 255, int(generator.integers(1, 3)), cv2.LINE_AA)
    return warped(generator, bent(generator, canvas), 0.15)


def _any_text(generator: np.random.Generator, count: int) -> str:
    return "".join(_SIGNS[generator.integers(len(_SIGNS))] for _ in range(count))


def _written(generator: np.random.Generator, faces: Sequence[Path], text: str, height: float, width: int) -> np.ndarray:
    """Text with its feet on one line, capitals `height` pixels high: uint8 (SIDE, width); some as outlines alone."""
    if faces and generator.random() < 0.6:
        ink = _printed(text, faces[int(generator.integers(len(faces)))], round(1.4 * height), width)
        nib = np.ones((int(generator.integers(1, 4)),) * 2, np.uint8)
        ink = np.asarray(cv2.dilate(ink, nib)) if generator.random() < 0.5 else ink
    else:
        face = _FACES[generator.integers(len(_FACES))] | (cv2.FONT_ITALIC if generator.random() < 0.4 else 0)
        pen, scale = int(generator.integers(1, 7)), height / 21
        (wide, _), _ = cv2.getTextSize(text, face, scale, pen)
        ink = np.zeros((SIDE, width), np.uint8)
        cv2.putText(ink, text, ((width - wide) // 2, _FOOT), face, scale, 255, pen, cv2.LINE_AA)
    hollow = generator.random() < 0.06
    return cv2.morphologyEx(ink, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) if hollow else ink


def _printed(text: str, face: Path, size: int, width: int) -> np.ndarray:
    canvas = Image.new("L", (width, SIDE))
    ImageDraw.Draw(canvas).text((width / 2, _FOOT), text, fill=255, font=_face(face, size), anchor="ms")
    return np.array(canvas)


@lru_cache(maxsize=512)
def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
