"""The fifteen corruptions of MNIST-C, by name: what light, lenses, paper and pens do to a digit (Mu and Gilmer, 2019).

Definitions and severities are those of "MNIST-C: A Robustness Benchmark for Computer Vision", arXiv:1906.02337.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkdigits.evaluation.corruptions.affine import rotate, scale, shear, translate
from inkdigits.evaluation.corruptions.canny_edges import canny_edges
from inkdigits.evaluation.corruptions.fog import fog
from inkdigits.evaluation.corruptions.glass_blur import glass_blur
from inkdigits.evaluation.corruptions.levels import brightness, stripe
from inkdigits.evaluation.corruptions.lines import dotted_line, zigzag
from inkdigits.evaluation.corruptions.motion_blur import motion_blur
from inkdigits.evaluation.corruptions.noise import impulse_noise, shot_noise
from inkdigits.evaluation.corruptions.spatter import spatter

__all__ = ["CORRUPTIONS", "SIDE", "corrupt"]

SIDE = 28
CORRUPTIONS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "shot_noise": shot_noise,
    "impulse_noise": impulse_noise,
    "glass_blur": glass_blur,
    "motion_blur": motion_blur,
    "shear": shear,
    "scale": scale,
    "rotate": rotate,
    "brightness": brightness,
    "translate": translate,
    "stripe": stripe,
    "fog": fog,
    "spatter": spatter,
    "dotted_line": dotted_line,
    "zigzag": zigzag,
    "canny_edges": canny_edges,
}


def corrupt(images: np.ndarray, name: str, seed: int) -> np.ndarray:
    """`images`, uint8 (N, 28, 28), 255 = ink, under the corruption `name`; the same seed gives the same result.

    Raises `ValueError` for other images and `KeyError` for a name that is not in `CORRUPTIONS`.
    """
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"corruptions are of uint8 (N, {SIDE}, {SIDE}), not {images.dtype} {images.shape}")
    generator = np.random.default_rng([seed, list(CORRUPTIONS).index(name)])
    return CORRUPTIONS[name](images, generator)
