"""An image file, bytes, Pillow image or array becomes ink: uint8 (H, W), 255 = full ink, 0 = paper.

Turning by EXIF, transparency, polarity, bit depth and size limits are settled here and nowhere else.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from inkdigits.errors import ImageError

MAX_PIXELS = 100_000_000

# A closed list: Pillow's EPS reader, for one, would start Ghostscript on a stranger's file.
_FORMATS = (
    *("PNG", "JPEG", "MPO", "GIF", "BMP", "DIB", "TIFF", "WEBP", "PPM", "AVIF", "JPEG2000", "TGA", "PCX"),
    *("SGI", "QOI"),
)
# What Pillow's decoders are known to raise on damaged files; they promise no common base class.
_DECODER_ERRORS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(EOFError, MemoryError, RuntimeError, struct.error, zlib.error, Image.DecompressionBombError),
)
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
    unknown or above 100 megapixels.
    """
    label = name or _name_of(source)
    if isinstance(source, np.ndarray):
        source = _image_from_array(source, label)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large or odd files; what matters is raised below
        if isinstance(source, Image.Image):
            return _ink_of(source, label)
        data = source if isinstance(source, bytes) else _read(source, label)
        try:
            image = Image.open(io.BytesIO(data), formats=_formats())
        except Image.DecompressionBombError as error:
            raise ImageError(f"{label}: more than 100 megapixels; scale the image down first") from error
        except _DECODER_ERRORS as error:
            raise ImageError(f"{label}: not an image that can be read (PNG, JPEG, TIFF, WebP, ...)") from error
        with image:
            return _ink_of(image, label)


def save_ink(ink: np.ndarray, path: Path) -> None:
    """Writes ink, uint8 (H, W), as a grey PNG that `load_ink` gives back bit for bit; raises OSError."""
    marks = PngImagePlugin.PngInfo()
    marks.add_text(*_MARK)
    Image.fromarray(ink).save(path, format="PNG", pnginfo=marks)


def _name_of(source: object) -> str:
    if isinstance(source, bytes):
        return f"image of {len(source):,} bytes"
    if isinstance(source, np.ndarray):
        return f"array of shape {source.shape}"
    if isinstance(source, Image.Image):
        return str(getattr(source, "filename", "") or "image")
    return str(source)


def _read(path: str | Path, label: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise ImageError(f"{label}: no such file; check the path") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise ImageError(f"{label}: cannot be opened ({reason})") from error


@cache
def _formats() -> list[str]:
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _image_from_array(array: np.ndarray, label: str) -> Image.Image:
    grey = array.ndim == 2 and array.dtype in (np.uint8, np.uint16, np.bool_)
    colour = array.ndim == 3 and array.shape[2] in (3, 4) and array.dtype == np.uint8
    if not grey and not colour:
        raise ImageError(f"{label}, {array.dtype}: not an image; give uint8 of shape (H, W) or (H, W, 3)")
    if array.size == 0:
        raise ImageError(f"{label}: holds no pixels")
    return Image.fromarray(np.ascontiguousarray(array))


def _ink_of(image: Image.Image, label: str) -> np.ndarray:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(f"{label}: {width} x {height} is more than 100 megapixels; scale the image down first")
    if width * height == 0:
        raise ImageError(f"{label}: holds no pixels")
    try:
        if image.mode == "L" and getattr(image, "text", {}).get(_MARK[0]) == _MARK[1]:
            return np.array(image)
        image = ImageOps.exif_transpose(image)
        if image.has_transparency_data:
            grey = _grey_of_transparent(np.asarray(image.convert("RGBA").convert("LA")))
        else:
            grey = _grey(image)
    except _DECODER_ERRORS as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ImageError(f"{label}: damaged or cut short ({reason}); save or send it again") from error
    return _stretch(grey)


def _grey(image: Image.Image) -> np.ndarray:
    """Luminance as uint8, or as uint16 for images of more than 8 bits; (H, W)."""
    if image.mode.startswith("I") or image.mode == "F":
        return _full_range(np.asarray(image))
    if image.mode == "LAB":
        return np.asarray(image.getchannel("L"))
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    return np.asarray(image.convert("RGB").convert("L"))


def _full_range(values: np.ndarray) -> np.ndarray:
    """Deep pixels scaled so that the brightest is 65535: 12-bit scans come in 16-bit files."""
    values = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    values -= min(values.min(), 0.0)
    return np.rint(values / (values.max() or 1.0) * 65535).astype(np.uint16)


def _grey_of_transparent(grey_alpha: np.ndarray) -> np.ndarray:
    """Strokes on a transparent canvas are ink whatever their colour; all else is laid on its own paper."""
    grey, alpha = grey_alpha[..., 0], grey_alpha[..., 1]
    drawn = alpha >= 128 if alpha.max() >= 128 else alpha > 0
    if not drawn.any():
        return np.zeros_like(grey)
    if np.median(_border(alpha)) < 128 and _looks_like_strokes(grey, drawn):
        return alpha
    paper = float(np.median(grey[drawn]))
    opacity = alpha / np.float32(255)
    return np.rint(grey * opacity + paper * (1 - opacity)).astype(np.uint8)


def _looks_like_strokes(grey: np.ndarray, drawn: np.ndarray) -> bool:
    """Whether the drawn pixels are of one shade, or leave much of their bounding box open."""
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    darkest, lightest = np.percentile(grey[drawn], (5, 95))
    return bool(lightest - darkest < 64 or drawn.sum() < 0.6 * box)


def _border(pixels: np.ndarray) -> np.ndarray:
    """The outermost pixels, a thirty-second of the shorter side deep."""
    depth = max(1, min(pixels.shape) // 32)
    sides = (pixels[:depth], pixels[-depth:], pixels[:, :depth], pixels[:, -depth:])
    return np.concatenate([side.ravel() for side in sides])


def _stretch(grey: np.ndarray) -> np.ndarray:
    """Paper, the border's shade, becomes 0 and the shade furthest from it 255; gives uint8."""
    top = int(np.iinfo(grey.dtype).max)
    level = top / 255
    border = _border(grey).astype(np.float64)
    paper = float(np.median(border))
    noise = min(1.4826 * float(np.median(np.abs(border - paper))), _LARGEST_NOISE * level)
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
