"""Where everything written on a sheet stands: numbers in lines, other marks between them, dirt anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthetic.digits import mnist_digit, printed
from synthetic.marks import KINDS
from synthetic.style import Style

SIZE = (960, 720)  # height and width of a sheet, before it is scaled
_MARGIN = 56


@dataclass(frozen=True, eq=False)
class Placed:
    """Ink on the sheet: its coverage, float32 (h, w), and where its upper left corner lies.

    `kind` is "digit", "dirt", "box" (printed, no ink of the pen) or one of the other marks'; `label` is the digit.
    """

    coverage: np.ndarray
    left: int
    top: int
    kind: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Sheet:
    """All ink of a page, its lines as a person reads them, and the y of the lines' feet."""

    ink: tuple[Placed, ...]
    lines: tuple[str, ...]
    feet: tuple[int, ...]


class Writer:
    """One hand: a height, a pen and a source of digits, for one page."""

    def __init__(self, style: Style, faces: Sequence[Path], rng: np.random.Generator) -> None:
        self.style, self.faces, self.rng = style, faces, rng
        self.height = rng.uniform(*style.height) * style.scale
        self.pen = rng.uniform(*style.pen) * style.scale if style.pen else None
        self.font = faces[int(rng.integers(len(faces)))] if faces else None

    def sheet(self) -> Sheet:
        """Writes a whole sheet."""
        style, rng = self.style, self.rng
        height, width = (round(side * style.scale) for side in SIZE)
        margin = round(_MARGIN * style.scale)
        count = int(rng.integers(style.lines[0], style.lines[1] + 1))
        pitch = (height - 2 * margin) / count
        feet = [round(margin + (row + 0.75) * pitch) for row in range(count)]
        lines = [self._line(foot, margin, width - margin) for foot in feet]
        ink = [placed for line, _ in lines for placed in line]
        if style.dirt:
            ink += self._dirt(height, width)
        return Sheet(tuple(ink), tuple(text for _, text in lines if text), tuple(feet))

    def _line(self, foot: int, left: int, right: int) -> tuple[list[Placed], str]:
        """One line's ink, between the two margins, and its text."""
        plan = self._plan()
        items = [self._number(foot) if kind == "number" else self._mark(kind, foot) for kind in plan]
        apart = [self.height * self.rng.uniform(1.6, 2.6) for _ in items]
        while sum(_width(item) for item, _ in items) + sum(apart[1:]) > right - left and len(items) > 1:
            items, apart = items[:-1], apart[:-1]
        free = right - left - sum(_width(item) for item, _ in items) - sum(apart[1:])
        x = left + self.rng.uniform(0, max(0.0, free) * (0.3 if self.style.columns else 1))
        if self.style.columns and len(items) == 2:
            apart[1] += self.rng.uniform(0, max(0.0, free) * 0.6)
        line: list[Placed] = []
        for index, (item, _) in enumerate(items):
            x += apart[index] if index else 0
            line += [replace(placed, left=placed.left + round(x)) for placed in item]
            x += _width(item)
        return line, " ".join(text for _, text in items if text)

    def _plan(self) -> list[str]:
        """What stands on a line, from left to right."""
        if self.style.columns:
            return ["number", "number"]
        if not self.style.marks:
            return ["number"]
        some = [str(kind) for kind in self.rng.choice(list(KINDS), 2)]
        return [["number", *some], [some[0], "number", some[1]], [*some, "number"], some][self.rng.integers(4)]

    def _number(self, foot: int) -> tuple[list[Placed], str]:
        """A number whose ink starts at x = 0, and its text."""
        fewest, most = self.style.digits
        text = "".join(self.rng.choice(list("0123456789"), self.rng.integers(fewest, most + 1)))
        placed, x = [], 0
        for character in text:
            shape = self._digit(character)
            top = foot - shape.shape[0] + round(self.rng.normal(0, 0.03) * self.height)
            if self.style.rules == "boxes":
                box = np.zeros((round(1.6 * self.height), round(1.3 * self.height)), np.float32)
                placed.append(Placed(box, x, foot - round(1.3 * self.height), "box"))
                placed.append(Placed(shape, x + (box.shape[1] - shape.shape[1]) // 2, top, "digit", character))
                x += box.shape[1]
            else:
                placed.append(Placed(shape, x, top, "digit", character))
                low, high = self.style.gap
                x += shape.shape[1] + round(self.rng.integers(low, high + 1) * self.style.scale)
        return placed, text

    def _digit(self, character: str) -> np.ndarray:
        height = self.height * self.rng.uniform(0.94, 1.06)
        if self.style.source == "fonts":
            return printed(character, self.font, height)
        return mnist_digit(int(character), height, self.pen, self.rng)

    def _mark(self, kind: str, foot: int) -> tuple[list[Placed], str]:
        coverage = KINDS[kind](self.height, self.pen or 0.1 * self.height, self.faces, self.rng)
        hang = 0.25 * self.height * self.rng.random() if kind in ("signature", "scribble") else 0
        return [Placed(coverage, 0, round(foot - coverage.shape[0] + hang), kind)], ""

    def _dirt(self, height: int, width: int) -> list[Placed]:
        """Specks and short hairs, all far smaller than a digit."""
        specks = []
        for _ in range(self.rng.integers(15, 40)):
            size = max(1, round(self.rng.uniform(0.8, 3) * self.style.scale))
            shape = np.ones((size, size if self.rng.random() < 0.8 else 3 * size), np.float32)
            x, y = self.rng.integers(0, width - 10 * size), self.rng.integers(0, height - 10 * size)
            specks.append(Placed(shape, int(x), int(y), "dirt"))
        return specks


def _width(item: list[Placed]) -> int:
    """The width of a number or mark that starts at x = 0."""
    return max(placed.left + placed.coverage.shape[1] for placed in item)
