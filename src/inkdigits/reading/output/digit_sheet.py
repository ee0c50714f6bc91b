"""Every mark of a page as the network saw it, on cards that tell what it was read as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from inkdigits.reading.output.drawing import (
    AMBER,
    CARD,
    FAINT,
    INK,
    PAPER,
    RED,
    TEXT,
    draw_frame,
    font,
    mark_colour,
)
from inkdigits.reading.output.formats import numbers
from inkdigits.reading.result import Box, Digit, Line

_MARGIN, _HEAD, _GAP = 28, 64, 10  # pixels
_IMAGE, _CARD_WIDTH, _CARD_HEIGHT = 84, 96, 150
_NUMBER_GAP, _LINE_GAP = 26, 30
_COLUMNS = 16
_LEAST = 0.0005  # of an alternative's probability; less would be shown as 0.0 %
_MOST = 1000  # marks on one sheet; more would make a picture that few viewers open

Placed = tuple[int, int, Digit]
"""Left and top of a card, in pixels, and its mark."""


def digit_sheet(lines: Sequence[Line], *, sure: float) -> Image.Image:
    """Draws the first thousand marks, in reading order; each line begins a new row, each number stands apart."""
    cards = list(_placed(lines))
    marks = sum(len(line.digits) for line in lines)
    width = max([520, *(left + _CARD_WIDTH + _MARGIN for left, _, _ in cards)])
    height = max([_HEAD + _MARGIN, *(top + _CARD_HEIGHT + _MARGIN for _, top, _ in cards)])
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN, _HEAD / 2), "What the network saw", TEXT, font(20), anchor="lm")
    count = f"{marks:,} mark{'s' if marks != 1 else ''}"
    if marks > len(cards):
        count = f"the first {len(cards):,} of {count}"
    draw.text((width - _MARGIN, _HEAD / 2), count, FAINT, font(16), anchor="rm")
    for left, top, digit in cards:
        sheet.paste(_card(digit, sure), (left, top))
    return sheet


def _placed(lines: Sequence[Line]) -> Iterator[Placed]:
    """Lays the cards out from left to right; a number that does not fit on what is left of a row begins the next."""
    step, widest = _CARD_WIDTH + _GAP, _MARGIN + _COLUMNS * (_CARD_WIDTH + _GAP)
    top, count = _HEAD, 0
    for line in lines:
        left = _MARGIN
        for _, digits in numbers(line):
            if left > _MARGIN and left + len(digits) * step > widest:
                left, top = _MARGIN, top + _CARD_HEIGHT + _GAP
            for digit in digits:
                if count == _MOST:
                    return
                if left + step > widest:
                    left, top = _MARGIN, top + _CARD_HEIGHT + _GAP
                yield left, top, digit
                left, count = left + step, count + 1
            left += _NUMBER_GAP
        top += _CARD_HEIGHT + _LINE_GAP


def _card(digit: Digit, sure: float) -> Image.Image:
    card = Image.new("RGB", (_CARD_WIDTH, _CARD_HEIGHT), CARD)
    draw = ImageDraw.Draw(card)
    colour = mark_colour(digit, sure)
    edge = (_CARD_WIDTH - _IMAGE) // 2
    mask = Image.fromarray(digit.image).resize((_IMAGE, _IMAGE), Image.Resampling.NEAREST)
    card.paste(INK, (edge, edge), mask)
    draw_frame(draw, Box(2, 2, _CARD_WIDTH - 2, _CARD_HEIGHT - 2), colour, 2, dashed=colour == AMBER)
    name = (edge + 6, edge + _IMAGE + 17)
    if digit.value is None:
        x, y, arm = round(name[0]) + 6, round(name[1]), 7
        draw.line((x - arm, y - arm, x + arm, y + arm), RED, 3)
        draw.line((x - arm, y + arm, x + arm, y - arm), RED, 3)
    else:
        draw.text(name, digit.value, colour, font(28), anchor="lm", stroke_width=1)
    draw.text((_CARD_WIDTH - edge - 4, name[1]), f"{digit.confidence:.1%}", TEXT, font(15), anchor="rm")
    if digit.alternatives and digit.alternatives[0][1] >= _LEAST:
        value, probability = digit.alternatives[0]
        other = (_CARD_WIDTH - edge - 4, name[1] + 24)
        draw.text(other, f"or {value}: {probability:.1%}", FAINT, font(14), anchor="rm")
    return card
