"""The steps from a page to its digits, as pictures: the ink, the cuts that were weighed, what the network saw."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from inkdigits.reading.output.digit_sheet import digit_sheet
from inkdigits.reading.output.drawing import (
    BLUE,
    CARD,
    GREEN,
    SHORTEST_SIDE,
    SURE,
    TEXT,
    draw_frame,
    font,
    page_scale,
    scaled,
    scaled_box,
)
from inkdigits.reading.result import Line
from inkdigits.reading.trace import Trace

_HEAD = 48  # pixels


def explain(trace: Trace, lines: Sequence[Line], *, sure: float = SURE) -> dict[str, Image.Image]:
    """The pictures of one page by name, in the order of the steps; `lines` are those of that page.

    `ink`: the page set upright and cleaned. `cuts`: every piece of ink that was weighed as a mark, and in green those
    that were chosen. `digits`: each mark as the network saw it, what it was read as and what else it may be.
    """
    scale = page_scale(max(trace.ink.shape), trace.chosen)
    ink = scaled(Image.fromarray(255 - trace.ink).convert("RGB"), scale)
    return {
        "ink": _titled("Ink, set upright and cleaned", ink),
        "cuts": _titled(
            f"{len(trace.candidates):,} pieces weighed (thin), {len(trace.chosen):,} chosen (thick)",
            _cuts(trace, ink, scale),
        ),
        "digits": digit_sheet(lines, sure=sure),
    }


def _cuts(trace: Trace, ink: Image.Image, scale: float) -> Image.Image:
    picture = Image.blend(ink, Image.new("RGB", ink.size, CARD), 0.4)
    draw = ImageDraw.Draw(picture)
    for box in trace.candidates:
        draw_frame(draw, scaled_box(box, scale), BLUE, 1)
    for box in trace.chosen:
        draw_frame(draw, scaled_box(box, scale), GREEN, 2)
    return picture


def _titled(title: str, picture: Image.Image) -> Image.Image:
    """The picture, framed by a hair line, with its title above."""
    width = max(picture.width, SHORTEST_SIDE)
    canvas = Image.new("RGB", (width, _HEAD + picture.height), CARD)
    draw = ImageDraw.Draw(canvas)
    draw.text((16, _HEAD / 2), title, TEXT, font(18), anchor="lm")
    draw.line((0, _HEAD - 1, width, _HEAD - 1), (225, 223, 218))
    canvas.paste(picture, ((width - picture.width) // 2, _HEAD))
    return canvas
