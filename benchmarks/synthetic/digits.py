"""Where the digits of a page come from: MNIST's test images, or fonts that look like handwriting."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from synthetic.pen import cut, trace

# Of Debian's packages fonts-comic-neue, fonts-bwht, fonts-dkg-handwriting, fonts-humor-sans and fonts-klee.
FONT_FILES = (
    *("ComicNeue-Regular.otf", "ComicNeue-Light.otf", "ComicNeue-Italic.otf", "BecauseWeBuild-Regular.otf"),
    *("BecauseWeLearn-Regular.otf", "BecauseWeOrganize-Regular.otf", "dkg.ttf", "dkgIt.ttf", "Humor-Sans.ttf"),
    "KleeOne-Regular.ttf",
)
INSTALL_FONTS = (
    "apt-get install fonts-comic-neue fonts-bwht fonts-dkg-handwriting fonts-humor-sans fonts-klee",
    "or name the folder that holds them by --fonts",
)


def fonts(folder: Path) -> list[Path]:
    """The handwriting fonts below `folder`, in a fixed order."""
    found = {path.name: path for path in sorted(folder.rglob("*.[ot]tf"))}
    return [found[name] for name in FONT_FILES if name in found]


def mnist_digit(value: int, height: float, pen: float | None, rng: np.random.Generator) -> np.ndarray:
    """An MNIST test digit of that value, written anew: coverage float32 (h, w)."""
    images = _mnist_test()[value]
    return trace(images[rng.integers(len(images))], height, pen)


def printed(text: str, font: Path | None, height: float) -> np.ndarray:
    """Text in a font, its capitals `height` pixels high: coverage float32 (h, w). None is the font within Pillow."""
    face = _face(font, 100)
    top, bottom = face.getbbox("H")[1::2]
    face = _face(font, max(4, round(100 * height / (bottom - top))))
    left, top, right, bottom = face.getbbox(text)
    canvas = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(canvas).text((4 - left, 4 - top), text, fill=255, font=face)
    return cut(np.asarray(canvas, np.float32) / 255)


@cache
def _face(font: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(font, size) if font else ImageFont.load_default(size)


@cache
def _mnist_test() -> list[np.ndarray]:
    from inkdigits.datasets import load

    test = load("mnist", "test")
    images = np.asarray(test.images)
    return [images[test.labels == value] for value in range(10)]
