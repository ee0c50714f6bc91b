"""What the pictures of a reading share: colours, type, and the turning and scaling of pages and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import median

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.reading.result import Box, Digit

Colour = tuple[int, int, int]

# Okabe and Ito's: told apart in every common colour blindness, these three by their lightness, too.
GREEN, AMBER, RED, BLUE = (0, 136, 98), (204, 121, 0), (196, 62, 0), (86, 160, 215)
PAPER, CARD, TEXT, FAINT = (247, 246, 242), (255, 255, 255), (38, 38, 46), (130, 128, 124)
INK = (24, 28, 60)

SURE = 0.9
"""The confidence from which a digit is drawn as sure."""

SHORTEST_SIDE = 480
"""Pixels that the longer side of a drawn page has at the least."""

_LONGEST_SIDE = 4000
_DIGIT_HEIGHT = 44  # pixels that a digit of middling height is drawn at, where the page allows it


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own type, which knows little more than ASCII."""
    return ImageFont.load_default(size)


def mark_colour(digit: Digit, sure: float) -> Colour:
    """Red for no digit, green for one of `sure` confidence or more, amber for one of less."""
    if digit.value is None:
        return RED
    return GREEN if digit.confidence >= sure else AMBER


def page_scale(longer: int, boxes: Sequence[Box]) -> float:
    """The scale that shows marks at such boxes well, for a page of `longer` pixels on its longer side."""
    wanted = _DIGIT_HEIGHT / max(1, median(box.bottom - box.top for box in boxes)) if boxes else 1.0
    return min(max(wanted, SHORTEST_SIDE / longer), _LONGEST_SIDE / longer)


def turned(picture: np.ndarray, turn: int) -> np.ndarray:
    """The picture (H, W, ...) turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.rot90(picture, -turn // 90)


def scaled_box(box: Box, scale: float) -> Box:
    """The box in a picture scaled by `scale`, to the nearest pixel."""
    return Box(*(round(side * scale) for side in box))


def scaled(picture: Image.Image, scale: float) -> Image.Image:
    """The picture at that scale, of one pixel at the least."""
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


def draw_frame(draw: ImageDraw.ImageDraw, box: Box, colour: Colour, width: int, *, dashed: bool = False) -> None:
    """Draws the outline of a box just outside of it, so that what is in it stays to be seen."""
    left, top, right, bottom = box.left - width, box.top - width, box.right + width - 1, box.bottom + width - 1
    if not dashed:
        draw.rectangle((left, top, right, bottom), outline=colour, width=width)
        return
    dash = 3 * width
    for x in range(left, right + 1, 2 * dash):
        end = min(x + dash - 1, right)
        draw.rectangle((x, top, end, top + width - 1), fill=colour)
        draw.rectangle((x, bottom - width + 1, end, bottom), fill=colour)
    for y in range(top, bottom + 1, 2 * dash):
        end = min(y + dash - 1, bottom)
        draw.rectangle((left, y, left + width - 1, end), fill=colour)
        draw.rectangle((right - width + 1, y, right, end), fill=colour)
