"""Rooms in layers, arrows between them and ways through them, as SVG that is legible on light and on dark screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import permutations
from textwrap import wrap
from typing import NamedTuple

Layers = Sequence[tuple[str, ...]]
"""The rooms of each layer, the highest first."""

Arrows = Mapping[tuple[str, str], int]
"""(importing room, imported room) -> in how many places."""


class Stop(NamedTuple):
    """The rooms that a way comes through at once, and what goes on from there."""

    rooms: tuple[str, ...]
    gives: str


class Way(NamedTuple):
    """A way through the house; `kind`, "image" or "run", is its style."""

    kind: str
    title: str
    stops: tuple[Stop, ...]


class Box(NamedTuple):
    """A rectangle in SVG's pixels."""

    left: float
    top: float
    width: float
    height: float


WIDTH, MARGIN, GAP = 860, 24, 38  # of the sheet; between two layers, where arrows are
BETWEEN = {"rooms": 14, "stops": 18}
WAY = 132  # the height of a way with what parts it from the next
LINE, LETTER = 15, 6.3  # the height of a line of text, and the width of a letter on average
LEGEND = (
    "A room imports only from rooms below it. An arrow counts the imports from the next layer; those that reach deeper "
    "are not drawn. Numbers are the stops of the two ways at the foot."
)
STYLE = """
svg { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px }
.sheet { fill: #ffffff } .room { fill: #f3f5f8; stroke: #aab4c2 } text { fill: #39424e }
.title, .name, .stop { font-weight: 600; fill: #10161d }
.title { font-size: 22px } .name { font-size: 15px } .stop { font-size: 13.5px }
.arrow { stroke: #66717f; stroke-width: 1.5 } .head { fill: #66717f }
.image { fill: #0b62a8; stroke: #0b62a8 } .run { fill: #a3480a; stroke: #a3480a }
.number { fill: #ffffff; font-weight: 600 } .way { fill-opacity: 0.07 }
@media (prefers-color-scheme: dark) {
.sheet { fill: #12161c } .room { fill: #1d232c; stroke: #4d5866 } text { fill: #c6cfda }
.title, .name, .stop { fill: #f2f5f9 } .arrow { stroke: #93a0b0 } .head { fill: #93a0b0 }
.image { fill: #6cb8f5; stroke: #6cb8f5 } .run { fill: #f5a25d; stroke: #f5a25d }
.number { fill: #10161d } .way { fill-opacity: 0.14 } }
"""
HEAD = (
    '<defs><marker id="head" markerWidth="8" markerHeight="8" refX="5" refY="4" orient="auto">'
    '<path d="M0 0L8 4L0 8z" class="head"/></marker></defs>'
)


def drawn(title: str, layers: Layers, purposes: Mapping[str, str], arrows: Arrows, ways: Sequence[Way]) -> str:
    """The picture, the same on every machine."""
    boxes = _boxes(layers, purposes, arrows, 92)
    foot = max(box.top + box.height for box in boxes.values()) + 44
    height = foot + WAY * len(ways) + MARGIN - 30
    size = f'width="{WIDTH}" height="{height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" {size} role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>{HEAD}",
        f'<rect {size} rx="10" class="sheet"/>',
        _text(MARGIN, 40, title, "title"),
        *_lines(MARGIN, 62, LEGEND, WIDTH - 2 * MARGIN - 100),
    ]
    for room, box in boxes.items():
        parts += _room(room, purposes[room], box, ways)
    parts += [_arrow(*pair, count, boxes) for pair, count in arrows.items()]
    for index, way in enumerate(ways):
        parts += _way(way, foot + WAY * index)
    return "\n".join([*parts, "</svg>\n"])


def _boxes(layers: Layers, purposes: Mapping[str, str], arrows: Arrows, top: float) -> dict[str, Box]:
    """A place for each room; the order within a layer is the one whose arrows lead straight down."""
    boxes: dict[str, Box] = {}
    for layer in layers:
        width = (WIDTH - 2 * MARGIN - BETWEEN["rooms"] * (len(layer) - 1)) / len(layer)
        height = 34 + LINE * max(len(_wrapped(purposes[room], width - 28)) for room in layer)
        row = [Box(MARGIN + i * (width + BETWEEN["rooms"]), top, width, height) for i in range(len(layer))]
        orders = [boxes | dict(zip(order, row, strict=True)) for order in permutations(layer)]
        boxes = min(orders, key=lambda order: sum(_aside(*pair, order) for pair in arrows))
        top += height + GAP
    return boxes


def _aside(upper: str, lower: str, boxes: Mapping[str, Box]) -> float:
    """How far an arrow leads sideways; 0 where one of its ends has no place yet."""
    if not {upper, lower} <= boxes.keys():
        return 0
    start, end = _ends(boxes[upper], boxes[lower])
    return abs(end - start)


def _ends(upper: Box, lower: Box) -> tuple[float, float]:
    """Where an arrow leaves and where it arrives, from the left of the sheet."""
    left, right = max(upper.left, lower.left), min(upper.left + upper.width, lower.left + lower.width)
    if right - left > 40:
        return (left + right) / 2, (left + right) / 2
    return upper.left + upper.width / 2, lower.left + lower.width / 2


def _room(room: str, purpose: str, box: Box, ways: Sequence[Way]) -> list[str]:
    """Its box, its line, and the numbers of the ways that come through it."""
    parts = [_rect(box, "room"), _text(box.left + 14, box.top + 22, room, "name")]
    parts += _lines(box.left + 14, box.top + 40, purpose, box.width - 28)
    numbers = [(way.kind, number) for way in ways for number, stop in enumerate(way.stops, 1) if room in stop.rooms]
    for index, (kind, number) in enumerate(reversed(numbers)):
        parts.append(_badge(kind, number, box.left + box.width - 18 - 26 * index, box.top + 17))
    return parts


def _arrow(upper: str, lower: str, count: int, boxes: Mapping[str, Box]) -> str:
    start, end = _ends(boxes[upper], boxes[lower])
    top, bottom = boxes[upper].top + boxes[upper].height + 3, boxes[lower].top - 4
    line = f'<path d="M{start:g} {top:g}L{end:g} {bottom:g}" class="arrow" marker-end="url(#head)"/>'
    number = _text((start + end) / 2 + 8, (top + bottom) / 2 + 3, str(count))
    return f"<g><title>{upper} imports {lower}: {count}</title>{line}{number}</g>"


def _way(way: Way, top: float) -> list[str]:
    """A row of its stops."""
    parts = [_text(MARGIN, top, way.title, "name")]
    step = (WIDTH - 2 * MARGIN + BETWEEN["stops"]) / len(way.stops)
    width = step - BETWEEN["stops"]
    for number, stop in enumerate(way.stops, 1):
        left = MARGIN + (number - 1) * step
        parts += [
            _rect(Box(left, top + 22, width, 80), f"way {way.kind}"),
            _badge(way.kind, number, left + 18, top + 22),
        ]
        parts += [_text(left + 8, top + 50, stop.rooms[0], "stop"), *_lines(left + 8, top + 67, stop.gives, width - 14)]
        if number > 1:
            parts.append(f'<path d="M{left - 16:g} {top + 62:g}h11" class="arrow" marker-end="url(#head)"/>')
    return parts


def _badge(kind: str, number: int, x: float, y: float) -> str:
    """A stop's number: in a disc for an image, in a square for a run."""
    square = f'<rect x="{x - 9.5:g}" y="{y - 9.5:g}" width="19" height="19" rx="2" class="{kind}"/>'
    disc = f'<circle cx="{x:g}" cy="{y:g}" r="10" class="{kind}"/>'
    return (disc if kind == "image" else square) + _text(x, y + 4.2, str(number), "number", "middle")


def _rect(box: Box, style: str) -> str:
    left, top, width, height = box
    return f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="7" class="{style}"/>'


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{style}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'


def _lines(x: float, y: float, text: str, width: float) -> list[str]:
    return [_text(x, y + LINE * index, line) for index, line in enumerate(_wrapped(text, width))]


def _wrapped(text: str, width: float) -> list[str]:
    """As few lines as go into `width`, of even length."""
    letters = int(width / LETTER)
    fewest = len(wrap(text, letters, break_on_hyphens=False))
    while len(wrap(text, letters - 1, break_on_hyphens=False)) == fewest:
        letters -= 1
    return wrap(text, letters, break_on_hyphens=False)
