"""Opens pictures of a closed list of formats within limits; what decoders raise becomes `ImageError` in one line."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import BinaryIO

import numpy as np
from PIL import Image

from inkdigits.errors import ImageError, lacks_memory
from inkdigits.pictures.jpeg_scans import MAX_SCANS, has_too_many_scans
from inkdigits.pictures.sources import Source, opened_file

MAX_PIXELS = 100_000_000
MAX_SIDE = 65_535  # as JPEG's; OpenCV's search for connected ink takes half a kilobyte a row
# Decoders that take more memory a pixel than others; so bounded, they stay below 500 MB.
_MAX_PIXELS_OF = {"AVIF": 50_000_000, "HEIF": 50_000_000, "WEBP": 30_000_000, "JPEG2000": 25_000_000}

# A closed list: Pillow's EPS reader, for one, would start Ghostscript on a stranger's file.
_FORMATS = (
    *("PNG", "JPEG", "MPO", "GIF", "BMP", "DIB", "TIFF", "WEBP", "PPM", "AVIF", "JPEG2000", "TGA", "PCX"),
    *("SGI", "QOI"),
)
# What Pillow's decoders are known to raise on damaged files; they promise no common base class.
_DECODER_ERRORS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError),
    *(BufferError, EOFError, MemoryError, RuntimeError, struct.error, zlib.error, Image.DecompressionBombError),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@contextmanager
def opened_picture(source: Source, label: str) -> Iterator[Image.Image]:
    """Gives the Pillow image of a source, its pixels not yet decoded; raises `ImageError` in one line.

    A Pillow image is given as it is. Decode within `decoding`.
    """
    if isinstance(source, Image.Image):
        check_size(*source.size, label)
        yield source
    elif isinstance(source, np.ndarray):
        yield _image_of_array(source, label)
    else:
        with opened_file(source, label) as file, _open(file, label) as image:
            check_size(*image.size, label, _MAX_PIXELS_OF.get(image.format or "", MAX_PIXELS))
            yield image


@contextmanager
def decoding(label: str) -> Iterator[None]:
    """Turns what decoders raise within it into `ImageError`; must not be held across a generator's `yield`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large or odd files; what matters is raised
        try:
            yield
        except _DECODER_ERRORS as error:
            if lacks_memory(error):
                raise ImageError(f"{label}: not enough memory to decode it; scale the image down") from error
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise ImageError(f"{label}: damaged or cut short ({reason}); save or send it again") from error


def check_size(width: int, height: int, label: str, most: int = MAX_PIXELS) -> None:
    """Raises `ImageError` for a picture without pixels, of more than `most`, or longer than `MAX_SIDE`."""
    if width * height > most:
        raise ImageError(
            f"{label}: {width} x {height} is more than {most // 10**6} megapixels; scale the image down first"
        )
    if max(width, height) > MAX_SIDE:
        raise ImageError(f"{label}: {width} x {height} is longer than {MAX_SIDE:,} pixels; scale the image down first")
    if width * height == 0:
        raise ImageError(f"{label}: holds no pixels")


def check_page_count(count: int, label: str, most: int) -> None:
    """Raises `ImageError` for a document of more than `most` pages."""
    if count > most:
        raise ImageError(f"{label}: more than {most:,} pages; split the file")


def check_array(array: np.ndarray, label: str) -> None:
    """Raises `ImageError` unless the array is uint8, uint16 or bool (H, W), or uint8 (H, W, 3 or 4), with pixels."""
    grey = array.ndim == 2 and array.dtype in (np.uint8, np.uint16, np.bool_)
    colour = array.ndim == 3 and array.shape[2] in (3, 4) and array.dtype == np.uint8
    if not grey and not colour:
        raise ImageError(f"{label}, {array.dtype}: not an image; give uint8 of shape (H, W) or (H, W, 3)")
    check_size(array.shape[1], array.shape[0], label)


def missing_package(package: str, label: str, kind: str) -> ImageError:
    """The error for a file that only an optional package can read."""
    return ImageError(
        f"{label}: {kind} needs the 'documents' extra ({package} is not installed): pip install 'inkdigits[documents]'"
    )


def _open(file: BinaryIO, label: str) -> Image.Image:
    head = file.read(64)
    file.seek(0)
    if head.startswith(b"\xff\xd8"):
        if has_too_many_scans(file.read()):
            raise ImageError(f"{label}: a JPEG of more than {MAX_SCANS} scans; save it again as a plain one")
        file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS and b"avif" not in head:
                return _open_heif(file, label)
            return Image.open(file, formats=_formats())
        except Image.DecompressionBombError as error:
            raise ImageError(f"{label}: more than 100 megapixels; scale the image down first") from error
        except _DECODER_ERRORS as error:
            raise ImageError(f"{label}: not an image that can be read (PNG, JPEG, TIFF, WebP, ...)") from error


def _open_heif(file: BinaryIO, label: str) -> Image.Image:
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise missing_package("pillow_heif", label, "a HEIF picture") from error
    return HeifImageFile(file)


@cache
def _formats() -> list[str]:
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _image_of_array(array: np.ndarray, label: str) -> Image.Image:
    check_array(array, label)
    return Image.fromarray(np.ascontiguousarray(array))
