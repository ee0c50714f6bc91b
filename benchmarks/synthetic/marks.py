"""Marks that are no digits: letters, words, signatures, scribbles, small pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from synthetic.digits import printed
from synthetic.pen import draw

# Letters that some hand writes like a digit are left out: nobody can tell them apart.
LETTERS = "AEFHKMNPRVWXaefhkmnprtvwx#@&+"
WORDS = (
    "Name",
    "Park",
    "karte",
    "Wert",
    "mean",
    "week",
    "near",
    "hemp",
    "Franka",
    "extra",
    "Marken",
    "Transfer",
    "wax",
)


def letter(height: float, pen: float, faces: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    """One letter or sign, about as high as a digit: coverage float32 (h, w)."""
    text, face = str(rng.choice(list(LETTERS))), _one_of(faces, rng)
    tall = printed(text, face, 100).shape[0] / 100
    return printed(text, face, height * rng.uniform(0.75, 1.1) / tall)


def word(height: float, pen: float, faces: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    """A word in one of the fonts: coverage float32 (h, w)."""
    return printed(str(rng.choice(WORDS)), _one_of(faces, rng), 0.9 * height)


def signature(height: float, pen: float, faces: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    """A running line of loops of changing height, sometimes underlined: coverage float32 (h, w)."""
    length = height * rng.uniform(3, 6)
    t = np.linspace(0, 1, 600)
    loops = rng.integers(5, 10)
    phase = 2 * np.pi * loops * (t + 0.02 * np.sin(2 * np.pi * rng.uniform(1, 3) * t))
    tall = 0.25 + 0.75 * np.exp(-(((t - rng.uniform(0, 0.3)) / 0.12) ** 2)) + 0.2 * rng.random() * np.sin(9 * t)
    x = length * t + 0.35 * height * np.sin(phase + rng.uniform(0.5, 1.5)) * tall
    y = -0.6 * height * tall * np.cos(phase) - 0.1 * height * np.sin(2 * np.pi * t)
    curves = [np.stack([x, y], axis=1)]
    if rng.random() < 0.5:
        tail = np.linspace(0, 1, 60)
        below = 0.8 * height + 0.1 * height * np.sin(3 * tail)
        curves.append(np.stack([length * (1 - tail), below], axis=1))
        curves[0] = np.concatenate([curves[0], curves[1][:1]])
    return draw(curves, pen)


def scribble(height: float, pen: float, faces: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    """A patch crossed out back and forth, or a tangle: coverage float32 (h, w)."""
    width, tall = height * rng.uniform(1, 3), height * rng.uniform(0.8, 1.3)
    if rng.random() < 0.5:
        strokes = rng.integers(7, 14)
        x = np.repeat(np.linspace(0, width, strokes), 2) + rng.normal(0, width / 30, 2 * strokes)
        y = np.tile([0, tall], strokes) + rng.normal(0, tall / 12, 2 * strokes)
        return draw([np.stack([x, y], axis=1)], pen)
    t = np.linspace(0, 2 * np.pi, 500)
    rates = rng.integers(2, 9, 4)
    turns = rng.uniform(0, 2 * np.pi, 4)
    x = width / 3 * (np.sin(rates[0] * t + turns[0]) + 0.6 * np.sin(rates[1] * t + turns[1]))
    y = tall / 3 * (np.sin(rates[2] * t + turns[2]) + 0.6 * np.sin((rates[3] + 3) * t + turns[3]))
    return draw([np.stack([x, y], axis=1)], pen)


def picture(height: float, pen: float, faces: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    """A small drawing: house, face, star, heart, flower, arrow or person: coverage float32 (h, w)."""
    side = height * rng.uniform(1.2, 1.9)
    curves = PICTURES[rng.integers(len(PICTURES))]()
    wobble = [curve + rng.normal(0, 0.006, curve.shape) for curve in curves]
    return draw([side * curve for curve in wobble], pen)


def _one_of(faces: Sequence[Path], rng: np.random.Generator) -> Path | None:
    return faces[int(rng.integers(len(faces)))] if faces else None


def _points(*corners: tuple[float, float]) -> np.ndarray:
    return np.array(corners, np.float64)


def _arc(x: float, y: float, radius: float, start: float = 0, end: float = 2 * np.pi) -> np.ndarray:
    t = np.linspace(start, end, 60)
    return np.stack([x + radius * np.cos(t), y + radius * np.sin(t)], axis=1)


def _house() -> list[np.ndarray]:
    walls = _points((0.1, 0.45), (0.1, 1), (0.9, 1), (0.9, 0.45), (0.1, 0.45), (0.5, 0), (0.9, 0.45))
    return [walls, _points((0.4, 1), (0.4, 0.65), (0.6, 0.65), (0.6, 1)), _points((0.7, 0.2), (0.7, 0.05), (0.8, 0.05))]


def _face() -> list[np.ndarray]:
    eyes = [_arc(x, 0.38, 0.05) for x in (0.35, 0.65)]
    return [_arc(0.5, 0.5, 0.5), *eyes, _arc(0.5, 0.5, 0.3, 0.3, np.pi - 0.3)]


def _star() -> list[np.ndarray]:
    t = np.arange(6) * 4 * np.pi / 5 - np.pi / 2
    return [np.stack([0.5 + 0.5 * np.cos(t), 0.5 + 0.5 * np.sin(t)], axis=1)]


def _heart() -> list[np.ndarray]:
    t = np.linspace(0, 2 * np.pi, 80)
    down = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    heart = np.stack([0.5 + np.sin(t) ** 3 / 2, 0.5 - down / 32], axis=1)
    return [
        heart,
        _points((0.05, 0.9), (0.95, 0.1)),
        _points((0.95, 0.1), (0.8, 0.12)),
        _points((0.95, 0.1), (0.92, 0.25)),
    ]


def _flower() -> list[np.ndarray]:
    petals = [_arc(0.5 + 0.2 * np.cos(a), 0.3 + 0.2 * np.sin(a), 0.14) for a in np.arange(6) * np.pi / 3]
    return [
        *petals,
        _arc(0.5, 0.3, 0.07),
        _points((0.5, 0.5), (0.52, 1)),
        _points((0.51, 0.8), (0.7, 0.65), (0.52, 0.85)),
    ]


def _person() -> list[np.ndarray]:
    limbs = [_points((0.2, 0.45), (0.5, 0.38), (0.8, 0.45)), _points((0.25, 1), (0.5, 0.65), (0.75, 1))]
    return [_arc(0.5, 0.15, 0.14), _points((0.5, 0.29), (0.5, 0.65)), *limbs]


def _tree() -> list[np.ndarray]:
    crown = [_points((0.5, y), (0.85, y + 0.3), (0.15, y + 0.3), (0.5, y)) for y in (0.0, 0.22, 0.44)]
    return [*crown, _points((0.45, 0.74), (0.45, 1), (0.55, 1), (0.55, 0.74))]


PICTURES: tuple[Callable[[], list[np.ndarray]], ...] = (_house, _face, _star, _heart, _flower, _person, _tree)
KINDS: dict[str, Callable[[float, float, Sequence[Path], np.random.Generator], np.ndarray]] = {
    "letter": letter,
    "word": word,
    "signature": signature,
    "scribble": scribble,
    "picture": picture,
}
