"""Grain: what a sensor adds that counts few photons, and pixels that are dead or stuck."""

from __future__ import annotations

import numpy as np

from inkdigits.evaluation.corruptions.shares import as_grey, as_shares

PHOTONS = 3  # counted, on average, at full ink
STUCK = 0.17  # of the pixels


def shot_noise(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Every pixel as the share of 3 photons that a Poisson count finds; uint8 (N, 28, 28) both ways."""
    return as_grey(generator.poisson(as_shares(images) * PHOTONS) / PHOTONS)


def impulse_noise(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """17 % of the pixels become full ink or paper, either as likely; uint8 (N, 28, 28) both ways."""
    stuck = generator.random(images.shape) < STUCK
    salt = generator.random(images.shape) < 0.5
    return np.where(stuck, np.where(salt, 255, 0), images).astype(np.uint8)
