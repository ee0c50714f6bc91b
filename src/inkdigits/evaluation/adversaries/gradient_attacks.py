"""White-box attacks: uphill on the loss, within `epsilon` of each pixel and within [0, 1]."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.adversaries.victim import Victim


def fgsm(victim: Victim, images: np.ndarray, labels: np.ndarray, epsilon: float) -> np.ndarray:
    """One step as long as allowed, the fast gradient sign method (Goodfellow, Shlens and Szegedy, 2015).

    `images` float32 (N, 28, 28, 1) in [0, 1], `labels` int64 (N,); returns the changed images.
    """
    return np.clip(images + epsilon * np.sign(victim.gradient(images, labels)), 0, 1)


def pgd(
    victim: Victim,
    images: np.ndarray,
    labels: np.ndarray,
    epsilon: float,
    *,
    steps: int,
    step_size: float,
    generator: np.random.Generator,
) -> np.ndarray:
    """Projected gradient descent from a random start (Madry et al., 2018); the image after the last step counts.

    `images` float32 (N, 28, 28, 1) in [0, 1], `labels` int64 (N,); returns the changed images.
    """
    low, high = np.maximum(images - epsilon, 0), np.minimum(images + epsilon, 1)
    noise = generator.uniform(-epsilon, epsilon, images.shape).astype(np.float32)
    moved = np.clip(images + noise, low, high)
    for _ in range(steps):
        moved = np.clip(moved + step_size * np.sign(victim.gradient(moved, labels)), low, high)
    return moved
