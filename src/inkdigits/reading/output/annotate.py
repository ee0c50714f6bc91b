"""The page with every mark framed and named, in colours and shapes that tell how sure the reading is."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np
from PIL import Image, ImageDraw

from inkdigits.reading.output.drawing import (
    AMBER,
    CARD,
    FAINT,
    GREEN,
    RED,
    SHORTEST_SIDE,
    SURE,
    TEXT,
    Colour,
    draw_frame,
    font,
    mark_colour,
    page_scale,
    scaled,
    scaled_box,
    turned,
)
from inkdigits.reading.page import turned_box
from inkdigits.reading.result import Box, Digit, Line

_VEIL = 0.25  # share of white laid over the page, so that the colours stand out
_MARGIN = 10


def annotate(picture: np.ndarray, lines: Sequence[Line], *, turn: int = 0, sure: float = SURE) -> Image.Image:
    """Draws a page and its lines, set upright, scaled so that the digits are well seen, with a legend below.

    `picture` uint8 (H, W, 3) RGB as a viewer shows it; `lines` those of this page; `turn` the clockwise turn that
    sets it upright. A digit of `sure` confidence or more has a green frame, one of less an amber dashed one, and a
    mark that is no digit a red one, crossed out.
    """
    height, width = picture.shape[:2]
    digits = [digit for line in lines for digit in line.digits]
    boxes = [turned_box(digit.box, turn, width, height) for digit in digits]
    scale = page_scale(max(width, height), boxes)
    page = scaled(Image.fromarray(np.ascontiguousarray(turned(picture, turn))), scale)
    page = Image.blend(page, Image.new("RGB", page.size, CARD), _VEIL)
    boxes = [scaled_box(box, scale) for box in boxes]
    size = _type_size(boxes)
    legend = _legend(digits, sure, max(page.width, SHORTEST_SIDE))
    head = max([0, *(size + _MARGIN - box.top for box in boxes)])  # room for names above the page's upper edge
    canvas = Image.new("RGB", (legend.width, head + page.height + legend.height), CARD)
    left = (canvas.width - page.width) // 2
    canvas.paste(page, (left, head))
    canvas.paste(legend, (0, head + page.height))
    draw = ImageDraw.Draw(canvas)
    for digit, box in zip(digits, boxes, strict=True):
        _draw_mark(draw, digit, Box(box.left + left, box.top + head, box.right + left, box.bottom + head), sure, size)
    return canvas


def _type_size(boxes: list[Box]) -> int:
    middling = median([box.bottom - box.top for box in boxes]) if boxes else 0
    return round(min(max(0.55 * middling, 12), 48))


def _draw_mark(draw: ImageDraw.ImageDraw, digit: Digit, box: Box, sure: float, size: int) -> None:
    colour = mark_colour(digit, sure)
    width = max(1, round(size / 12))
    _draw_frame(draw, box, colour, width)
    if digit.value is None:
        return
    halo, bold = max(2, size // 7), round(size / 30)
    half = font(size).getlength(digit.value) / 2 + halo
    middle = min(max((box.left + box.right) / 2, half), draw.im.size[0] - half)  # within the picture
    place = (middle, box.top - 2 * width)
    draw.text(place, digit.value, CARD, font(size), anchor="mb", stroke_width=halo)
    draw.text(place, digit.value, colour, font(size), anchor="mb", stroke_width=bold)


def _draw_frame(draw: ImageDraw.ImageDraw, box: Box, colour: Colour, width: int) -> None:
    """Shapes differ as well as colours: an amber frame is dashed, a red one crossed out."""
    draw_frame(draw, box, colour, width, dashed=colour == AMBER)
    if colour == RED:
        draw.line((box.left, box.top, box.right - 1, box.bottom - 1), colour, width)
        draw.line((box.left, box.bottom - 1, box.right - 1, box.top), colour, width)


def _legend(digits: Sequence[Digit], sure: float, width: int) -> Image.Image:
    """What the frames mean and how many there are of each, on as many rows as it takes."""
    colours = [mark_colour(digit, sure) for digit in digits]
    entries = [
        (GREEN, f"{colours.count(GREEN)} sure"),
        (AMBER, f"{colours.count(AMBER)} unsure (less than {sure:.0%})"),
        (RED, f"{colours.count(RED)} no digit"),
    ]
    type_size = max(16, width // 70)
    letters, symbol, row, gap = font(type_size), type_size - 2, 2 * type_size, type_size // 2
    places, x, y = [], 2 * _MARGIN, 0
    for colour, text in entries:
        wide = symbol + gap + round(letters.getlength(text))
        if x > 2 * _MARGIN and x + wide > width - 2 * _MARGIN:
            x, y = 2 * _MARGIN, y + row
        places.append((x, y + row // 2 + gap, colour, text))
        x += wide + 3 * gap
    legend = Image.new("RGB", (width, y + row + 2 * gap), CARD)
    draw = ImageDraw.Draw(legend)
    for x, y, colour, text in places:
        _draw_frame(draw, Box(x, y - symbol // 2, x + symbol, y + symbol // 2), colour, max(2, type_size // 10))
        draw.text((x + symbol + gap, y), text, FAINT if text.startswith("0 ") else TEXT, letters, anchor="lm")
    return legend
