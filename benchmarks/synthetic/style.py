"""What a page of numbers looks like, and the graded sets: a clean page, and that page with one difficulty each."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Style:
    """How pages are drawn. Lengths are pixels of a page 720 wide and 960 high, which is drawn `scale` times larger.

    Pairs are ranges, both ends included. `gap` lies between the ink boxes of neighbouring digits; `pen` is the width of
    the strokes, None for that of MNIST's writers. `error_goal` is the largest error rate that the project allows itself
    on such pages, if any.
    """

    error_goal: float | None = None
    source: str = "mnist"  # or "fonts"
    height: tuple[float, float] = (28, 40)
    pen: tuple[float, float] | None = None
    gap: tuple[int, int] = (5, 10)
    lines: tuple[int, int] = (5, 10)
    digits: tuple[int, int] = (3, 8)
    columns: bool = False
    marks: bool = False
    dirt: bool = False
    rules: str = "none"  # or "ruled", "squared", "boxes"
    paper: str = "white"  # or "coloured", "rough", "board"
    contrast: tuple[float, float] = (0.75, 1.0)
    light: float = 0.12  # how much darker the far side is
    shadow: bool = False
    skew: float = 0.0  # degrees, either way
    perspective: float = 0.0  # of the page's sides
    desk: bool = False
    blur: float = 0.6
    noise: float = 2.0  # levels of 255
    quality: int = 90  # of the JPEG
    turned: bool = False
    scale: float = 1.0


CLEAN = Style(error_goal=0.01)
_OTHER = replace(CLEAN, error_goal=None)

GRADES: dict[str, Style] = {
    "clean": CLEAN,
    "touching-0": replace(CLEAN, error_goal=0.03, gap=(0, 0)),
    "touching-2": replace(CLEAN, error_goal=0.08, gap=(-2, -2)),
    "touching-4": replace(_OTHER, gap=(-4, -4)),
    "columns": replace(_OTHER, columns=True, digits=(3, 6)),
    "shadow": replace(_OTHER, shadow=True, light=0.3),
    "rough-paper": replace(_OTHER, paper="rough"),
    "coloured-paper": replace(_OTHER, paper="coloured"),
    "board": replace(_OTHER, paper="board"),
    "ruled": replace(_OTHER, rules="ruled"),
    "squared": replace(_OTHER, rules="squared"),
    "boxes": replace(_OTHER, rules="boxes"),
    "skew": replace(_OTHER, skew=6.0),
    "perspective": replace(_OTHER, perspective=0.06),
    "desk": replace(_OTHER, desk=True, skew=2.0, perspective=0.02),
    "turned": replace(_OTHER, turned=True),
    "faint": replace(_OTHER, contrast=(0.22, 0.4)),
    "noise": replace(_OTHER, noise=9.0),
    "jpeg": replace(_OTHER, quality=20),
    "blur": replace(_OTHER, blur=1.8),
    "dirt": replace(_OTHER, dirt=True),
    "thin-pen": replace(_OTHER, pen=(1, 1.6)),
    "thick-pen": replace(_OTHER, pen=(6, 8)),
    "tiny": replace(_OTHER, height=(12, 16), pen=(1, 1.8), gap=(3, 5)),
    "crowded": replace(_OTHER, height=(13, 16), gap=(3, 5), lines=(25, 25), digits=(10, 10), columns=True),
    "lone": replace(_OTHER, height=(400, 600), pen=(10, 25), lines=(1, 1), digits=(1, 1), scale=1.6),
    "huge": replace(_OTHER, scale=25 / 6, blur=1.5),  # 3000 x 4000 pixels
    "fonts": replace(_OTHER, source="fonts"),
    "marks": replace(_OTHER, marks=True, lines=(5, 7)),
    "everything": Style(
        gap=(0, 10),
        rules="ruled",
        paper="coloured",
        dirt=True,
        shadow=True,
        light=0.25,
        skew=3.0,
        perspective=0.03,
        desk=True,
        blur=0.9,
        noise=4.0,
        quality=70,
        turned=True,
    ),
}
