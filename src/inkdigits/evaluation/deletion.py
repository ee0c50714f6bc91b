"""How well an order of importance fits a recogniser: the probability that is left while the first are deleted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEPS = 20


def deletion_area(
    joint: Callable[[np.ndarray], np.ndarray], digit_image: np.ndarray, label: int, importance: np.ndarray
) -> float:
    """Area under the deletion curve (Petsiuk, Das and Saenko, 2018), 0 to 1; the smaller, the truer the importance.

    The inked pixels of `digit_image`, uint8 (28, 28), become paper, those of greatest `importance`, (28, 28), first,
    in 20 steps of equally many; the curve is the probability of class `label` that is left. Paper takes no part, for it
    has nothing to delete. `joint` gives the probabilities, float32 (N, classes), of uint8 (N, 28, 28).
    """
    order = np.argsort(-importance.ravel(), kind="stable")
    order = order[digit_image.ravel()[order] > 0]
    left = np.repeat(digit_image.reshape(1, -1), STEPS + 1, axis=0)
    for step, row in enumerate(left):
        row[order[: round(len(order) * step / STEPS)]] = 0
    return float(np.trapezoid(joint(left.reshape(-1, *digit_image.shape))[:, label], dx=1 / STEPS))
