"""An image file, bytes, Pillow image or array becomes ink: uint8 (H, W), 255 = full ink, 0 = paper.

Polarity and contrast are settled here and nowhere else; `inkdigits.pictures` decodes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from inkdigits.pictures.decoding import decoding, opened_picture
from inkdigits.pictures.pixels import converted, deep, is_deep, opacity, shade
from inkdigits.pictures.sources import name_of
from inkdigits.pictures.transparency import border, on_own_paper, stroke_cover

# Written by `save_ink`, so that a shirt that fills its frame is not taken for dark writing on light paper.
_MARK = ("inkdigits", "255 is ink")

_FAINTEST = 16  # levels of 255 between paper and ink; less is a blank sheet
_LARGEST_NOISE = 12  # levels; a border that varies more than this is shaded, not noisy


def load_ink(source: str | Path | bytes | Image.Image | np.ndarray, *, name: str | None = None) -> np.ndarray:
    """Reads one image as ink.

    `source` is a path, the bytes of an image file, a Pillow image, or an array: uint8, uint16 or bool (H,
    W), or uint8 (H, W, 3 or 4). An array is an image like any other: its polarity is found, not assumed.
    `name` is what errors call the image when it has no path. Returns uint8 (H, W), 255 = full ink, 0 =
    paper; a blank image is all 0. Raises `ImageError` in one line when the image is missing, damaged,
    unknown, or above 100 megapixels or 65,535 pixels a side.
    """
    label = name or name_of(source)
    with opened_picture(source, label) as image, decoding(label):
        if image.mode == "L" and getattr(image, "text", {}).get(_MARK[0]) == _MARK[1]:
            return np.array(image)
        grey = _grey(image)
    return _stretch(grey)


def save_ink(ink: np.ndarray, path: Path) -> None:
    """Writes ink, uint8 (H, W), as a grey PNG that `load_ink` gives back bit for bit; raises OSError."""
    marks = PngImagePlugin.PngInfo()
    marks.add_text(*_MARK)
    Image.fromarray(ink).save(path, format="PNG", pnginfo=marks)


def _grey(image: Image.Image) -> np.ndarray:
    """Luminance, (H, W), as uint8, or as uint16 for more than 8 bits; of strokes on a transparent canvas their ink."""
    image.load()  # some formats tell their true mode only now
    if is_deep(image):
        return deep(image, 65535)
    if image.has_transparency_data:
        grey, alpha = converted(image, shade), converted(image, opacity)
        cover = stroke_cover(grey, alpha)
        return on_own_paper(grey, alpha) if cover is None else cover
    return converted(image, shade)


def _stretch(grey: np.ndarray) -> np.ndarray:
    """Paper, the border's shade, becomes 0 and the shade furthest from it 255; gives uint8."""
    top = int(np.iinfo(grey.dtype).max)
    level = top / 255
    edge = border(grey).astype(np.float64)
    paper = float(np.median(edge))
    noise = min(1.4826 * float(np.median(np.abs(edge - paper))), _LARGEST_NOISE * level)
    counts = np.bincount(grey.ravel(), minlength=top + 1)
    stray = grey.size // 1000  # so many extreme pixels are taken for dust and glare
    darkest = int(np.searchsorted(np.cumsum(counts), stray, side="right"))
    lightest = top - int(np.searchsorted(np.cumsum(counts[::-1]), stray, side="right"))
    ink = float(lightest if lightest - paper >= paper - darkest else darkest)
    contrast = abs(ink - paper)
    if contrast < max(_FAINTEST * level, 4 * noise):
        return np.zeros(grey.shape, np.uint8)
    # Grain of the paper, three deviations of it, counts as paper; a clean border leaves every shade in place.
    paper += np.sign(ink - paper) * min(3 * noise, contrast / 2)
    shades = (np.arange(top + 1) - paper) / (ink - paper) * 255
    return np.rint(np.clip(shades, 0, 255)).astype(np.uint8)[grey]
