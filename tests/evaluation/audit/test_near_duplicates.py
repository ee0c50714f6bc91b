"""Planted copies are found, whatever was done to them, and nothing else."""

import cv2
import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.evaluation.audit.near_duplicates import near_duplicates
from inkdigits.evaluation.audit.reduced_pixels import reduced_pixels, soft_pixels


def found_in(images: np.ndarray, labels: np.ndarray) -> tuple[list[tuple[int, int]], np.ndarray]:
    pixels = soft_pixels(images)
    pairs, shares = near_duplicates(pixels, reduced_pixels(pixels), labels)
    return [tuple(pair) for pair in pairs.tolist()], shares


def test_planted_copies_are_found_and_nothing_else():
    digits = load("mnist", "test").take(np.flatnonzero(load("mnist", "test").labels != 1)[:2000])
    generator = np.random.default_rng(0)
    sources = generator.choice(2000, 40, replace=False)
    copies = digits.images[sources].astype(float)
    copies[10:20] *= 0.7  # fainter
    copies[20:30] = np.clip(copies[20:30] + generator.normal(0, 6, (10, 28, 28)), 0, 255)
    for place in range(30, 40):
        copies[place] = cv2.imdecode(cv2.imencode(".jpg", copies[place], [cv2.IMWRITE_JPEG_QUALITY, 70])[1], 0)
    images = np.concatenate([digits.images, copies.astype(np.uint8)])
    labels = np.concatenate([digits.labels, digits.labels[sources]])
    pairs, shares = found_in(images, labels)
    assert set(pairs) == set(zip(sources.tolist(), range(2000, 2040), strict=True))
    assert shares[:10] == pytest.approx(0, abs=1e-6)
    assert (np.diff(shares) >= 0).all()


def test_a_copy_with_another_label_is_found():
    digits = load("mnist", "test").take(np.arange(300))
    images = np.concatenate([digits.images, digits.images[[7]]])
    labels = np.append(digits.labels, (digits.labels[7] + 5) % 10)
    assert found_in(images, labels)[0] == [(7, 300)]


def test_three_copies_are_three_pairs():
    images = np.asarray(load("mnist", "test").images[:100])
    images = np.concatenate([images, images[[3, 3]]])
    labels = np.concatenate([load("mnist", "test").labels[:100], load("mnist", "test").labels[[3, 3]]])
    assert sorted(found_in(images, labels)[0]) == [(3, 100), (3, 101), (100, 101)]
