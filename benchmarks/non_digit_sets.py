"""Ink that is no digit, of kinds that no recogniser here was trained on, save the fragments: images by kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from inkdigits.datasets import DigitImages
from inkdigits.datasets.fashion_mnist import find_fashion_mnist, load_fashion_mnist
from inkdigits.datasets.non_digits import non_digits
from synthetic.digits import INSTALL_FONTS, fonts, printed
from synthetic.marks import picture, scribble

# Letters that many hands write like a digit: 0, 0, 1, 1, 5, 5, 2, 2, 8, 6, 9, 9.
LOOKALIKES = "OoIlSsZzBbqg"
LETTERS = "".join(letter for letter in map(chr, [*range(65, 91), *range(97, 123)]) if letter not in LOOKALIKES)
HEIGHT = 40  # pixels of capitals, and of what is drawn
_PAPER = 10  # pixels around it


def fashion() -> np.ndarray:
    """Fashion-MNIST's test images, uint8 (10000, 28, 28); raises `LookupError` where they are not on this machine."""
    if find_fashion_mnist() is None:
        raise LookupError("Fashion-MNIST is not on this machine; apt-get install dataset-fashion-mnist")
    return np.asarray(load_fashion_mnist("test").images)


def letters(folder: Path, alphabet: str) -> dict[str, list[np.ndarray]]:
    """Each letter in every handwriting font below `folder`, uint8 (H, W); raises `LookupError` without any font."""
    faces = fonts(folder)
    if not faces:
        raise LookupError(f"{folder}: holds none of the handwriting fonts; {' '.join(INSTALL_FONTS)}")
    return {letter: [_on_paper(printed(letter, face, HEIGHT)) for face in faces] for letter in alphabet}


def scribbles(count: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Patches crossed out, and tangles: uint8 (H, W)."""
    return _drawn(scribble, count, generator)


def pictures(count: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Houses, faces, stars, hearts, flowers, persons and trees: uint8 (H, W)."""
    return _drawn(picture, count, generator)


def fragments(digits: DigitImages, count: int, seed: int) -> list[np.ndarray]:
    """Digits without the part beyond a straight cut, nothing slim: uint8 (28, 28). The cuts are those of training."""
    return non_digits(digits, count, seed, kinds=("fragment",))


def pairs(digits: DigitImages, count: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Two digits side by side, their boxes from 4 pixels of 20 over each other to 2 apart: uint8 (28, W)."""
    made = []
    while len(made) < count:
        left, right = (_narrow(digits.images[index]) for index in generator.integers(len(digits), size=2))
        start = max(1, left.shape[1] + int(generator.integers(-4, 3)))
        canvas = np.zeros((28, max(left.shape[1], start + right.shape[1])), np.uint8)
        canvas[:, : left.shape[1]] = left
        canvas[:, start : start + right.shape[1]] = np.maximum(canvas[:, start : start + right.shape[1]], right)
        made.append(canvas)
    return made


def noise(count: int, generator: np.random.Generator) -> np.ndarray:
    """Uniform grey, salt and pepper of 5 to 50 %, and Gaussian grain about a mean grey: uint8 (count, 28, 28)."""
    shape = (count // 3 + 1, 28, 28)
    uniform = generator.integers(0, 256, shape)
    pepper = 255 * (generator.random(shape) < generator.uniform(0.05, 0.5, (len(uniform), 1, 1)))
    grain = generator.normal(generator.uniform(0, 200, (len(uniform), 1, 1)), 40, shape)
    return np.clip(np.concatenate([uniform, pepper, grain])[:count], 0, 255).astype(np.uint8)


def blanks(count: int, generator: np.random.Generator) -> np.ndarray:
    """Even sheets of any grey, paper and full ink among them: uint8 (count, 28, 28)."""
    greys = np.linspace(0, 255, count).round().astype(np.uint8)
    return np.broadcast_to(greys[:, np.newaxis, np.newaxis], (count, 28, 28)).copy()


def _drawn(
    draw: Callable[[float, float, Sequence[Path], np.random.Generator], np.ndarray],
    count: int,
    generator: np.random.Generator,
) -> list[np.ndarray]:
    return [_on_paper(draw(HEIGHT, generator.uniform(2, 6), (), generator)) for _ in range(count)]


def _on_paper(coverage: np.ndarray) -> np.ndarray:
    """Coverage float32 (h, w) as ink uint8 with paper around it."""
    return np.pad(np.rint(255 * coverage).astype(np.uint8), _PAPER)


def _narrow(image: np.ndarray) -> np.ndarray:
    """The columns of a digit that hold ink, uint8 (28, w)."""
    columns = np.flatnonzero(image.max(axis=0) > 60)
    return image[:, columns[0] : columns[-1] + 1] if len(columns) else image
