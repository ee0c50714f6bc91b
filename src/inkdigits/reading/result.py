"""What reading a picture gives, as plain frozen data: Reading > Line > Digit, with places and probabilities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

REJECTED = "\N{WHITE SQUARE}"
"""Stands in a line's text for a mark that is no digit."""


class Box(NamedTuple):
    """A place in the picture as a viewer shows it: pixels from its upper left corner, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Digit:
    """One mark on the page, read as a digit or rejected.

    `value` is "0" to "9", or None for a mark that is no digit. `confidence` is the calibrated probability that
    `value` is right; for a rejected mark, that it is no digit. `alternatives` holds (value, probability) of all the
    other digits, likeliest first. `image` is what the network saw: uint8 (28, 28), 255 = ink.
    """

    value: str | None
    confidence: float
    box: Box
    alternatives: tuple[tuple[str, float], ...]
    image: np.ndarray = field(compare=False, repr=False)

    @property
    def character(self) -> str:
        """What stands for the mark in text."""
        return self.value or REJECTED


@dataclass(frozen=True)
class Line:
    """A line of writing. `text` has one character per digit, in order, and a space between numbers that stand apart.

    `page` counts from 0. `changed` tells that a constraint asked for another reading than the likeliest, `fits` is
    false where some number has no reading that meets it, and the likeliest stands.
    """

    text: str
    digits: tuple[Digit, ...]
    box: Box
    page: int = 0
    changed: bool = False
    fits: bool = True


@dataclass(frozen=True)
class Page:
    """A page's size in pixels, and the clockwise turn in degrees (0, 90, 180, 270) that sets its writing upright.

    `left_out` is the number of marks, the smallest, that were not looked at, for it has more than 2,500.
    """

    width: int
    height: int
    turn: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class Reading:
    """The numbers on a picture, its lines from top to bottom as a person reads them, page after page."""

    lines: tuple[Line, ...]
    pages: tuple[Page, ...]

    @property
    def text(self) -> str:
        """The lines, one below the other; "" when nothing is written."""
        return "\n".join(line.text for line in self.lines)

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All marks of all lines, rejected ones included."""
        return tuple(digit for line in self.lines for digit in line.digits)
