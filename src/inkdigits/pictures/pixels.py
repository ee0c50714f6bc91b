"""A Pillow image as an array, upright by EXIF, made strip by strip: no second whole copy of the picture on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from PIL import ExifTags, Image, ImageCms

_STRIP_PIXELS = 2**18  # few enough for the processor's cache
# What EXIF's orientations ask for, and those that lay the picture on its side.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = (5, 6, 7, 8)

Conversion = Callable[[Image.Image], Image.Image]


def converted(image: Image.Image, conversion: Conversion) -> np.ndarray:
    """The image after a conversion that acts on each pixel alone: uint8 (H, W) or (H, W, channels)."""
    image.load()
    bands = conversion(image.crop((0, 0, 1, 1))).getbands()
    upright = np.empty(_upright_shape(image) + (len(bands),) * (len(bands) > 1), np.uint8)
    for place, strip in _strips(image):
        upright[place] = np.asarray(conversion(strip))
    return upright


def is_deep(image: Image.Image) -> bool:
    """Whether the image has one channel of more than 8 bits."""
    return image.mode.startswith("I") or image.mode == "F"


def deep(image: Image.Image, brightest: int) -> np.ndarray:
    """Deep pixels scaled so that the brightest of them is `brightest`: 12-bit scans come in 16-bit files.

    Gives uint16 (H, W), or uint8 for a `brightest` of 255.
    """
    image.load()
    lowest, highest = 0.0, -np.inf
    for _, strip in _strips(image):
        values = _finite(strip)
        lowest, highest = min(lowest, values.min()), max(highest, values.max())
    upright = np.empty(_upright_shape(image), np.min_scalar_type(brightest))
    for place, strip in _strips(image):
        upright[place] = np.rint((_finite(strip) - lowest) / (highest - lowest or 1.0) * brightest)
    return upright


def coloured(image: Image.Image) -> Image.Image:
    """RGB as a viewer shows it, without its transparency, from every mode that is not deep."""
    if image.mode == "LAB":
        return ImageCms.applyTransform(image, _lab_to_rgb()) or image
    return image.convert("RGBA").convert("RGB") if image.has_transparency_data else image.convert("RGB")


def shade(image: Image.Image) -> Image.Image:
    """Luminance without regard to transparency, from every mode that is not deep."""
    if image.mode == "LAB":
        return image.getchannel("L")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return coloured(image).convert("L")


def opacity(image: Image.Image) -> Image.Image:
    """The alpha channel of an image with transparency, of whatever kind."""
    return image.convert("RGBA").getchannel("A")


@cache
def _lab_to_rgb() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


def _finite(strip: Image.Image) -> np.ndarray:
    """float64 (H, W), 0 for what is no number."""
    return np.nan_to_num(np.asarray(strip).astype(np.float64), posinf=0.0, neginf=0.0)


def _strips(image: Image.Image) -> Iterator[tuple[tuple[slice, ...], Image.Image]]:
    """The picture in upright strips, each with its place in the upright picture."""
    width, height = image.size
    orientation = _orientation(image)
    turn = _TURNS.get(orientation)
    count = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, count):
        bottom = min(top + count, height)
        strip = image.crop((0, top, width, bottom))
        place = slice(height - bottom, height - top) if orientation in (3, 4, 6, 7) else slice(top, bottom)
        across = (slice(None), place) if orientation in _LYING else (place,)
        yield across, strip if turn is None else strip.transpose(turn)


def _upright_shape(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    return (width, height) if _orientation(image) in _LYING else (height, width)


def _orientation(image: Image.Image) -> int:
    return image.getexif().get(ExifTags.Base.Orientation, 1)
