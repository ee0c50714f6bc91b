"""A picture of a set at a glance: one row a class, its images spread evenly over the set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.errors import DatasetError
from inkdigits.whole_file import whole_file

_CELL, _GAP, _MARGIN = 56, 6, 28  # pixels
_HEAD = 64
_PAPER, _CARD, _TEXT, _FAINT = (247, 246, 242), (255, 255, 255), (38, 38, 46), (130, 128, 124)
_INK = (24, 28, 60)


def contact_sheet(digits: DigitImages, columns: int = 20) -> Image.Image:
    """Draws up to `columns` images of every class, dark ink on white, its name and count beside."""
    title = ImageFont.load_default(20)
    text = ImageFont.load_default(15)
    left = _MARGIN + 16 + max(int(text.getlength(name)) for name in digits.class_names)
    counts = digits.class_counts()
    right = _MARGIN + 12 + int(text.getlength(f"{counts.max():,}"))
    step = _CELL + _GAP
    size = (left + columns * step + right, _HEAD + len(counts) * step + _MARGIN)
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN, _HEAD / 2), digits.name, _TEXT, title, anchor="lm")
    summary = f"{len(digits):,} images, sha256 {digits.sha256[:12]}"
    draw.text((size[0] - _MARGIN, _HEAD / 2), summary, _FAINT, text, anchor="rm")
    for label, (name, count) in enumerate(zip(digits.class_names, counts.tolist(), strict=True)):
        top = _HEAD + label * step
        draw.text((left - 16, top + _CELL / 2), name, _TEXT, text, anchor="rm")
        draw.text((size[0] - _MARGIN, top + _CELL / 2), f"{count:,}", _FAINT, text, anchor="rm")
        for column, index in enumerate(_spread(np.flatnonzero(digits.labels == label), columns)):
            sheet.paste(_card(digits.images[index]), (left + column * step, top))
    return sheet


def write_contact_sheet(digits: DigitImages, path: Path, columns: int = 20) -> Path:
    """Writes the sheet as a PNG, whole or not at all; returns `path`. Raises `DatasetError` when it can't."""
    sheet = contact_sheet(digits, columns)
    try:
        with whole_file(path) as file:
            sheet.save(file, format="PNG")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path


def _spread(indices: np.ndarray, count: int) -> np.ndarray:
    """Up to `count` of the indices, evenly spaced from the first to the last."""
    if len(indices) <= count:
        return indices
    return indices[np.linspace(0, len(indices) - 1, count).round().astype(int)]


def _card(ink: np.ndarray) -> Image.Image:
    """One image, fitted into a cell, as coloured ink on white."""
    mask = Image.fromarray(ink)
    scale = _CELL / max(mask.size)
    mask = mask.resize(
        (max(1, round(mask.width * scale)), max(1, round(mask.height * scale))), Image.Resampling.BILINEAR
    )
    card = Image.new("RGB", (_CELL, _CELL), _CARD)
    card.paste(_INK, ((_CELL - mask.width) // 2, (_CELL - mask.height) // 2), mask)
    return card
