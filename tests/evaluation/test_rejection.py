"""AUROC, against the count of all pairs."""

import numpy as np

from inkdigits.evaluation.rejection import auroc


def test_is_the_share_of_pairs_in_order_ties_half():
    generator = np.random.default_rng(0)
    digits, others = generator.integers(3, 10, 40) / 10, generator.integers(0, 8, 30) / 10
    above = (digits[:, np.newaxis] > others).mean()
    level = (digits[:, np.newaxis] == others).mean()
    assert np.isclose(auroc(digits, others), above + level / 2)


def test_ends():
    assert auroc(np.array([0.9, 1.0]), np.array([0.1])) == 1.0
    assert auroc(np.ones(5), np.ones(3)) == 0.5
