"""The Square attack: its queries, its squares, and how far it comes on a network whose worst case is known."""

import numpy as np
import pytest

from inkdigits.evaluation.adversaries import square_attack as module
from inkdigits.evaluation.adversaries.square_attack import square_attack


class Watched:
    """A victim that keeps what it was asked about."""

    def __init__(self, victim):
        self.victim, self.asked = victim, []

    def logits(self, images):
        self.asked.append(images)
        return self.victim.logits(images)


class Stubborn:
    """Sure of class 0, whatever it sees."""

    def __init__(self):
        self.asked = []

    def logits(self, images):
        self.asked.append(images)
        return np.tile([1.0, 0.0], (len(images), 1))


def attack(victim, images, labels, epsilon, queries):
    return square_attack(victim, images, labels, epsilon, queries=queries, generator=np.random.default_rng(0))


@pytest.mark.parametrize("epsilon", [0.05, 0.3, 1.0])
def test_every_query_stays_within_bounds_and_their_number_is_kept(images, epsilon):
    victim = Stubborn()
    found = attack(victim, images, np.zeros(37, int), epsilon, 60)
    assert len(victim.asked) == 60
    for asked in (*victim.asked, found):
        assert asked.shape == images.shape
        assert np.abs(asked - images).max() <= epsilon + 1e-6
        assert asked.min() >= 0
        assert asked.max() <= 1


def test_a_query_changes_one_square(images):
    victim = Stubborn()
    grey = np.full_like(images, 0.5)
    attack(victim, grey, np.zeros(37, int), 0.25, 2)
    stripes, squares = victim.asked
    assert (stripes == stripes[:, :1]).all()
    assert set(np.unique(stripes)) == {0.25, 0.75}
    for before, after in zip(stripes, squares, strict=True):
        rows, columns, _ = np.nonzero(before != after)
        assert len(rows)
        assert len(np.unique(after[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])) == 1


def test_deceived_images_are_left_alone(two_classes, images):
    victim, _ = two_classes
    labels = victim.predict(images)
    watched = Watched(victim)
    found = attack(watched, images, labels, 0.3, 400)
    asked = [len(queried) for queried in watched.asked]
    assert asked[0] == 37
    assert asked == sorted(asked, reverse=True)
    assert asked[-1] < 37
    assert (victim.predict(found) != labels).sum() >= 37 - asked[-1]


def test_it_comes_near_the_worst_case(two_classes, images):
    """The worst margin of a linear network is known; random search by squares must bridge most of the way to it."""
    _, weights = two_classes
    labels = np.ones(37, int)
    far = np.concatenate([weights, [100.0]]).astype(np.float32)  # the same slopes, a class never left

    class Sure:
        def logits(self, asked):
            margin = asked.reshape(len(asked), -1) @ far[:-1] + far[-1]
            return np.stack([np.zeros_like(margin), margin], axis=1)

    found = attack(Sure(), images, labels, 0.2, 2000)
    worst = np.clip(images - 0.2 * np.sign(weights).reshape(1, 8, 8, 1), 0, 1)
    gained = ((images - found).reshape(37, -1) @ weights).mean()
    most = ((images - worst).reshape(37, -1) @ weights).mean()
    assert 0.9 * most < gained <= most * (1 + 1e-5)


def test_squares_shrink_as_published():
    """The area halves after 0.1, 0.5, 2, 5, 10, 20, 40, 60 and 80 % of the queries, from 80 % of the image."""
    areas = [
        module._side(share, 1000) ** 2 / 1000**2 for share in (0, 0.004, 0.019, 0.04, 0.09, 0.19, 0.39, 0.59, 0.79)
    ]
    assert areas == pytest.approx([0.8 / 2**n for n in range(9)], rel=0.02)
    assert module._side(1.0, 28) == 1
