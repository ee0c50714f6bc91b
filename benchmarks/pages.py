"""Draws photographs of handwritten numbers with their truth: MNIST test digits, or fonts, on paper of many kinds.

    python benchmarks/pages.py pages --grade touching-2 --pages 20 --seed 0

Writes images, truth.json (the lines), turns.json (the clockwise turn that sets a page upright) and marks.json (the box,
kind and label of each mark) into the folder, as reading.py reads them. One seed and the same fonts draw the same pages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from synthetic.camera import jpeg, photographed, view
from synthetic.digits import INSTALL_FONTS, fonts
from synthetic.layout import Placed, Writer
from synthetic.paper import painted
from synthetic.style import GRADES, Style

FONTS = Path("/usr/share/fonts")


@dataclass(frozen=True)
class Mark:
    """A mark's place in the picture (left, top, right, bottom; exclusive), its kind, and its digit if it is one."""

    box: tuple[int, int, int, int]
    kind: str
    label: str = ""


@dataclass(frozen=True)
class Page:
    """A photograph, as a JPEG file's bytes and its size, with its truth.

    `turn` is the clockwise turn in degrees that sets it upright; dirt is no mark.
    """

    data: bytes
    width: int
    height: int
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    turn: int


def make_page(style: Style, rng: np.random.Generator, faces: Sequence[Path] = ()) -> Page:
    """Draws one page; `faces` are the fonts for letters, and for digits where the style asks for that."""
    if style.source == "fonts" and not faces:
        raise ValueError("; ".join(("a page of digits from fonts needs fonts", *INSTALL_FONTS)))
    sheet = Writer(style, faces, rng).sheet()
    paint = painted(sheet, style, rng)
    height, width = paint.shape[:2]
    matrix = view(height, width, style, rng)
    picture = photographed(paint, matrix, style, rng)
    quarters = int(rng.integers(4)) if style.turned else 0  # to the left, so that `turn` to the right undoes them
    for _ in range(quarters):
        matrix = np.array([(0, 1, 0), (-1, 0, width), (0, 0, 1)], np.float64) @ matrix
        width, height = height, width
    written = [placed for placed in sheet.ink if placed.kind not in ("dirt", "box")]
    marks = tuple(Mark(_box(placed, matrix), placed.kind, placed.label) for placed in written)
    picture = np.ascontiguousarray(np.rot90(picture, quarters))
    return Page(jpeg(picture, style.quality), width, height, sheet.lines, marks, 90 * quarters)


def make_pages(grade: str, count: int, seed: int, folder: Path = FONTS) -> dict[str, Page]:
    """The first pages of a graded set by file name; `folder` is where fonts are looked for."""
    faces = fonts(folder)
    random = (np.random.default_rng([seed, number]) for number in range(count))
    return {f"{grade}-{number:03}.jpg": make_page(GRADES[grade], rng, faces) for number, rng in enumerate(random)}


def write_pages(pages: dict[str, Page], folder: Path) -> None:
    """Writes pages by their file names, and their truth, into a folder, beside the pages that it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_bytes(page.data)
    facts: dict[str, dict[str, Any]] = {
        "truth.json": {name: page.lines for name, page in pages.items()},
        "turns.json": {name: page.turn for name, page in pages.items()},
        "marks.json": {name: [vars(mark) for mark in page.marks] for name, page in pages.items()},
    }
    for file, entries in facts.items():
        path = folder / file
        others = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**others, **entries}, indent=1) + "\n")


def _box(placed: Placed, matrix: np.ndarray) -> tuple[int, int, int, int]:
    """The box around the mark's ink in the picture, whole pixels."""
    rows, columns = np.nonzero(placed.coverage >= 0.5)
    # The four corners of every pixel, not its upper left alone.
    points = np.concatenate([np.stack([columns + x, rows + y], axis=1) for x in (0, 1) for y in (0, 1)])
    points = np.add(points, (placed.left, placed.top), dtype=np.float64)
    seen = cv2.perspectiveTransform(points[:, None], matrix)[:, 0]
    (left, top), (right, bottom) = np.floor(seen.min(axis=0) + 1e-3), np.ceil(seen.max(axis=0) - 1e-3)
    return int(left), int(top), int(right), int(bottom)


def main() -> None:
    """Reads the options and writes the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grade", nargs="+", choices=GRADES, default=["clean"], metavar="NAME", help=", ".join(GRADES))
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fonts", type=Path, default=FONTS)
    options = parser.parse_args()
    for grade in options.grade:
        try:
            pages = make_pages(grade, options.pages, options.seed, options.fonts)
        except ValueError as error:
            sys.exit(f"pages.py: {error}")
        write_pages(pages, options.folder)


if __name__ == "__main__":
    main()
