"""An explanation as pictures: its map laid over the digit, and a card with the nearest training images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from inkdigits.explanations.explainer import Explanation
from inkdigits.explanations.neighbours import Neighbour
from inkdigits.reading.output.drawing import AMBER, BLUE, CARD, FAINT, TEXT, font

_PALE = 0.45  # of the digit's grey under the map
_MARGIN, _HEAD, _LABEL, _GAP = 24, 64, 34, 20  # pixels
_LARGE, _SMALL = 224, 112  # pixels, the sides of digits: eight and four times their own


def map_picture(explanation: Explanation) -> np.ndarray:
    """The pale digit with the map over it, uint8 (28, 28, 3): orange speaks for the class, blue against.

    The strongest place has its full colour, so maps of two digits are not to be compared by theirs.
    """
    paper = 255 - _PALE * explanation.digit_image[..., np.newaxis].astype(float)
    strength = explanation.occlusion / max(float(np.abs(explanation.occlusion).max()), 1e-9)
    colour = np.where(strength[..., np.newaxis] > 0, AMBER, BLUE)
    cover = np.abs(strength)[..., np.newaxis]
    return np.rint(paper * (1 - cover) + colour * cover).astype(np.uint8)


def card(title: str, explanation: Explanation, classes: Sequence[str]) -> Image.Image:
    """The digit, the map over it and the neighbours side by side, below the `title`; `classes` are their names."""
    neighbours = explanation.neighbours
    name = classes[explanation.label]
    width = 2 * _MARGIN + 2 * _LARGE + _GAP + len(neighbours) * (_SMALL + _GAP)
    sheet = Image.new("RGB", (width, _HEAD + _LARGE + _LABEL + _MARGIN), CARD)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN, _HEAD / 2), title, TEXT, font(22), anchor="lm")
    panels = (255 - explanation.digit_image, map_picture(explanation))
    words = ("what the network saw", f"orange: for {name}, blue: against")
    for column, (panel, text) in enumerate(zip(panels, words, strict=True)):
        left = _MARGIN + column * (_LARGE + _GAP)
        sheet.paste(_enlarged(panel, _LARGE), (left, _HEAD))
        draw.text((left + _LARGE / 2, _HEAD + _LARGE + _LABEL / 2), text, FAINT, font(15), anchor="mm")
    _draw_neighbours(sheet, draw, neighbours, classes)
    return sheet


def _draw_neighbours(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, neighbours: Sequence[Neighbour], classes: Sequence[str]
) -> None:
    left, top = _MARGIN + 2 * (_LARGE + _GAP), _HEAD + 30
    if neighbours:
        draw.text((left, _HEAD), "nearest training images", FAINT, font(15), anchor="lt")
    for neighbour in neighbours:
        sheet.paste(_enlarged(255 - neighbour.digit_image, _SMALL), (left, top))
        middle = left + _SMALL / 2
        draw.text((middle, top + _SMALL + 22), classes[neighbour.label], TEXT, font(22), anchor="mm")
        draw.text((middle, top + _SMALL + 48), f"{neighbour.distance:.2f} away", FAINT, font(14), anchor="mm")
        left += _SMALL + _GAP


def _enlarged(picture: np.ndarray, side: int) -> Image.Image:
    return Image.fromarray(picture).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
