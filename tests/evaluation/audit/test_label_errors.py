"""Confident learning, by hand and on planted label errors."""

import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.evaluation.audit.label_errors import out_of_sample_probabilities, probable_label_errors
from inkdigits.evaluation.audit.reduced_pixels import reduced_pixels, soft_pixels


def test_by_hand():
    """Means of the given labels: (0.9 + 0.8 + 0.1) / 3 = 0.6 of class 0, (0.7 + 0.3) / 2 = 0.5 of class 1.

    Only the third image reaches the mean of another class: 0.9 of class 1. The last reaches 0.7 of class 0, too.
    """
    first = np.array([0.9, 0.8, 0.1, 0.3, 0.7])
    suspects, likelier = probable_label_errors(np.stack([first, 1 - first], axis=1), np.array([0, 0, 0, 1, 1]))
    assert suspects.tolist() == [2, 4]
    assert likelier.tolist() == [1, 0]


def test_no_class_reached_is_no_error():
    suspects, _ = probable_label_errors(np.array([[0.9, 0.1], [0.45, 0.55], [0.1, 0.9]]), np.array([0, 0, 1]))
    assert suspects.tolist() == []


def test_planted_errors_are_found_first():
    digits = load("mnist", "test").take(np.arange(4000, 6000))
    generator = np.random.default_rng(0)
    planted = generator.choice(2000, 40, replace=False)
    labels = digits.labels.copy()
    labels[planted] = (labels[planted] + generator.integers(1, 10, 40)) % 10
    probabilities = out_of_sample_probabilities(reduced_pixels(soft_pixels(digits.images)), labels)
    assert probabilities.shape == (2000, 10)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    suspects, likelier = probable_label_errors(probabilities, labels)
    found = np.isin(planted, suspects)
    assert found.mean() > 0.7
    assert np.isin(suspects[:20], planted).mean() > 0.8
    right = dict(zip(suspects.tolist(), likelier.tolist(), strict=True))
    assert np.mean([right[index] == digits.labels[index] for index in planted[found]]) > 0.9


def test_blank_images_tell_nothing():
    probabilities = out_of_sample_probabilities(np.zeros((20, 8), np.float32), np.repeat([0, 1], 10))
    assert probabilities == pytest.approx(0.5, abs=0.2)
