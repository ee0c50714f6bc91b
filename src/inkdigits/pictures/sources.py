"""Where a picture comes from: its name in errors, and its file, refused when it would block, never end or is huge."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from inkdigits.errors import ImageError

Source = str | Path | bytes | Image.Image | np.ndarray

MAX_BYTES = 2**29
# JPEG, WebP, AVIF and HEIF files are held in memory, some twice, before they can be checked.
_MAX_BYTES_HELD = 2**27


def name_of(source: object) -> str:
    """What errors call a source that was given no name."""
    if isinstance(source, bytes):
        return f"image of {len(source):,} bytes"
    if isinstance(source, np.ndarray):
        return f"array of shape {source.shape}"
    if isinstance(source, Image.Image):
        return str(getattr(source, "filename", "") or "image")
    return str(source)


@contextmanager
def opened_file(source: str | Path | bytes, label: str) -> Iterator[BinaryIO]:
    """Opens a path, or bytes as if they were a file; raises `ImageError` unless it is a regular file of sane size."""
    with _opened(source, label) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(12)
        file.seek(0)
        if size == 0:
            raise ImageError(f"{label}: not an image: the file is empty; save or send it again")
        held = head.startswith((b"\xff\xd8", b"RIFF")) or head[4:8] == b"ftyp"
        limit = _MAX_BYTES_HELD if held else MAX_BYTES
        if size > limit:
            raise ImageError(f"{label}: {size / 2**20:,.0f} MiB is more than the {limit >> 20} MiB a file may have")
        yield file


def _opened(source: str | Path | bytes, label: str) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    path = Path(source)
    try:
        kind = path.stat().st_mode  # asked before opening: to open a pipe nobody writes to would wait for ever
        if stat.S_ISDIR(kind):
            raise ImageError(f"{label}: cannot be opened (a folder); name the image files in it")
        if not stat.S_ISREG(kind):
            raise ImageError(f"{label}: cannot be opened (a pipe or device); send its content to standard input, -")
        return path.open("rb")
    except FileNotFoundError as error:
        raise ImageError(f"{label}: no such file; check the path") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise ImageError(f"{label}: cannot be opened ({reason})") from error
