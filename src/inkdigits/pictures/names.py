"""Which files are pictures by their names, and the order in which people count them."""

from __future__ import annotations

import re
from pathlib import PurePath

# What a folder is searched for; a file that is named itself may be called anything.
_SUFFIXES = (
    *(".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".mpo"),
    *(".pbm", ".pcx", ".pdf", ".pgm", ".png", ".pnm", ".ppm", ".qoi", ".sgi", ".tga", ".tif", ".tiff", ".webp"),
)


def is_picture_name(name: str) -> bool:
    """Whether a file so called is one of the pictures of its folder; hidden ones are not."""
    return PurePath(name).suffix.lower() in _SUFFIXES and not name.startswith(".")


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key that sorts runs of digits by their value: "page 2" before "page 10"."""
    parts = re.findall("[0-9]+|[^0-9]+", name.casefold())
    return [(int(part), "") if "0" <= part[0] <= "9" else (-1, part) for part in parts], name
