"""FGSM and PGD on linear networks, whose gradients and worst cases are known."""

import numpy as np
import pytest
from scipy.special import softmax

from inkdigits.evaluation.adversaries.gradient_attacks import fgsm, pgd


def test_gradients_are_those_of_the_softmax(linear, images):
    """Of W'x, the cross-entropy's gradient is W (p - y)."""
    victim, weights = linear
    labels = np.arange(37) % 3
    logits = images.reshape(37, -1) @ weights
    np.testing.assert_allclose(victim.logits(images), logits, atol=1e-4)
    wanted = (softmax(logits, axis=1) - np.eye(3)[labels]) @ weights.T
    np.testing.assert_allclose(victim.gradient(images, labels).reshape(37, -1), wanted, atol=1e-4)


def test_fgsm_steps_along_the_sign(linear, images):
    victim, weights = linear
    labels = np.arange(37) % 3
    slope = (softmax(images.reshape(37, -1) @ weights, axis=1) - np.eye(3)[labels]) @ weights.T
    wanted = np.clip(images + 0.2 * np.sign(slope).reshape(images.shape), 0, 1)
    np.testing.assert_allclose(fgsm(victim, images, labels, 0.2), wanted, atol=1e-6)


@pytest.mark.parametrize("epsilon", [0.1, 0.3, 1.0])
def test_pgd_reaches_the_exact_worst_case(two_classes, images, epsilon):
    """Of two classes, the worst that can happen to a pixel is a full step against its weight, as far as [0, 1] goes."""
    victim, weights = two_classes
    labels = np.arange(37) % 2
    against = np.where(labels == 1, -1, 1)[:, np.newaxis] * np.sign(weights)
    wanted = np.clip(images + epsilon * against.reshape(images.shape), 0, 1)
    generator = np.random.default_rng(0)
    found = pgd(victim, images, labels, epsilon, steps=40, step_size=epsilon / 10, generator=generator)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_pgd_starts_at_random_and_stays_within_bounds(linear, images):
    victim, _ = linear
    labels = np.arange(37) % 3
    first, again, other = (
        pgd(victim, images, labels, 0.25, steps=1, step_size=0.01, generator=np.random.default_rng(seed))
        for seed in (0, 0, 1)
    )
    assert (first == again).all()
    assert (first != other).any()
    assert first.dtype == np.float32
    assert np.abs(first - images).max() <= 0.25 + 1e-6
    assert first.min() >= 0
    assert first.max() <= 1
    assert np.abs(first - images).std() > 0.05  # one small step from anywhere in the ball, not from the image


def test_batches_of_any_size_are_answered_alike(linear):
    victim, weights = linear
    images = np.random.default_rng(3).random((1100, 8, 8, 1), np.float32)
    np.testing.assert_allclose(victim.logits(images), images.reshape(1100, -1) @ weights, atol=1e-4)
    assert victim.predict(images[:1]).shape == (1,)
