"""Which ink counts: patches of a digit image are painted over, and the network is asked again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

SIDE = 28
PATCH = 5  # pixels, side; of 2 to 7 the deletion curves fell fastest by it
_LEAST = 1e-7  # of a probability: float32 tells no nearer to 0


def occlusion_map(joint: Callable[[np.ndarray], np.ndarray], digit_image: np.ndarray, label: int) -> np.ndarray:
    """How much the ink around each pixel speaks for class `label`: float32 (28, 28).

    A patch of 5 x 5 pixels slides over `digit_image`, uint8 (28, 28), and rubs it out (Zeiler and Fergus, 2014);
    a pixel's value is how much log probability (natural) the class loses by it, in the mean over the 25 patches that
    cover the pixel. Positive where ink speaks for the class, negative where against, 0 where none is near. `joint`
    gives the probabilities, float32 (N, classes), of uint8 (N, 28, 28).
    """
    patches = _patches()
    patches = patches[(patches & (digit_image > 0)).any(axis=(1, 2))]
    asked = np.concatenate([digit_image[np.newaxis], np.where(patches, np.uint8(0), digit_image)])
    whole, *without = np.log(np.maximum(joint(asked)[:, label], _LEAST))
    lost = whole - np.array(without, np.float32)
    return np.asarray(np.tensordot(lost, patches.astype(np.float32), 1) / PATCH**2)


@cache
def _patches() -> np.ndarray:
    """Where each patch lies that covers any pixel: bool (1024, 28, 28)."""
    axis = np.arange(SIDE)
    first = np.arange(1 - PATCH, SIDE)[:, np.newaxis]
    covered = (axis >= first) & (axis < first + PATCH)
    return (covered[:, np.newaxis, :, np.newaxis] & covered[np.newaxis, :, np.newaxis, :]).reshape(-1, SIDE, SIDE)
