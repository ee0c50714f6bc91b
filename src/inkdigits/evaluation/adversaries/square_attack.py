"""A black-box attack, which asks for answers alone: squares at random places, kept where they help."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.adversaries.victim import Victim

SHARE = 0.8  # of the pixels in the first squares; the authors' choice for adversarially trained networks on MNIST
HALVED = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)  # of 10,000 queries; after each, squares have half the area


def square_attack(
    victim: Victim,
    images: np.ndarray,
    labels: np.ndarray,
    epsilon: float,
    *,
    queries: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """The Square attack for L-infinity (Andriushchenko et al., 2020), of at most `queries` queries an image.

    `images` float32 (N, S, S, 1) in [0, 1], `labels` int64 (N,); returns the changed images. The first query has
    vertical stripes; an image that is taken for another class is left alone from then on.
    """
    columns = (len(images), 1, images.shape[2], 1)
    best = np.clip(images + epsilon * _signs(generator, columns), 0, 1)
    margins = _margins(victim.logits(best), labels)
    for query in range(1, queries):
        left = np.flatnonzero(margins >= 0)
        if not len(left):
            break
        side = _side((query - 1) / queries, images.shape[1])
        moved = _with_square(images[left], best[left], epsilon, side, generator)
        found = _margins(victim.logits(moved), labels[left])
        better = found < margins[left]
        best[left[better]], margins[left[better]] = moved[better], found[better]
    return best


def _with_square(
    images: np.ndarray, best: np.ndarray, epsilon: float, side: int, generator: np.random.Generator
) -> np.ndarray:
    """`best` with a square of its own in each image, there `epsilon` above or below `images`."""
    count, length = images.shape[:2]
    first = generator.integers(0, length - side + 1, (2, count, 1))
    rows, columns = (np.arange(length) >= first) & (np.arange(length) < first + side)
    square = (rows[:, :, np.newaxis] & columns[:, np.newaxis, :])[..., np.newaxis]
    sign = _signs(generator, (count, 1, 1, 1))
    # A square that is there already would waste a query: then the other sign.
    same = (~square | (np.clip(images + epsilon * sign, 0, 1) == best)).all(axis=(1, 2, 3), keepdims=True)
    return np.where(square, np.clip(images + epsilon * np.where(same, -sign, sign), 0, 1), best)


def _side(spent: float, length: int) -> int:
    """Pixels of a square's side when that part of the queries is spent, in images `length` pixels wide."""
    area = SHARE / 2 ** np.searchsorted(HALVED, spent * 10_000) * length**2
    return max(1, round(float(np.sqrt(area))))


def _margins(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """By how much the right class leads the likeliest other one: (N,)."""
    rows = np.arange(len(labels))
    others = logits.copy()
    others[rows, labels] = -np.inf
    return logits[rows, labels] - others.max(axis=1)


def _signs(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """-1 and 1 at random: float32."""
    return generator.choice(np.array([-1, 1], np.float32), shape)
