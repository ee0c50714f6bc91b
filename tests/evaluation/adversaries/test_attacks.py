"""All attacks in their order, and what is told of them."""

import numpy as np
import pytest

from inkdigits.evaluation.adversaries.attacks import EPSILONS, attacked_images, attacks, resistance


def test_every_attack_comes_once_and_within_its_bounds(linear, two_classes, images):
    victim, _ = linear
    labels = victim.predict(images)
    for other in (None, two_classes[0]):
        names = []
        for name, epsilon, moved in attacked_images(victim, images, labels % 2, queries=5, other=other):
            names.append((name, epsilon))
            assert moved.dtype == np.float32
            assert np.abs(moved - images).max() <= epsilon + 1e-6
            assert moved.min() >= 0
            assert moved.max() <= 1
        assert names == attacks(other is not None)
        assert len(names) == 3 * (5 if other else 4) + 1


def test_a_transfer_attack_deceives_the_other_network(linear, two_classes, images):
    """It knows the gradients of the other one alone, and reaches that one's exact worst case."""
    victim, other = linear[0], two_classes[0]
    labels = np.arange(37) % 2
    against = np.where(labels == 1, -1, 1)[:, np.newaxis] * np.sign(two_classes[1])
    for name, epsilon, moved in attacked_images(victim, images, labels, queries=2, other=other):
        if name == "transfer" and epsilon == 0.1:
            np.testing.assert_allclose(moved, np.clip(images + 0.1 * against.reshape(images.shape), 0, 1), atol=1e-6)


def outcomes_of(rows: dict[str, list[str]]) -> dict[str, dict[float, np.ndarray]]:
    found = {
        name: dict(zip(EPSILONS, (np.array(list(row)) == "1" for row in row_texts), strict=True))
        for name, row_texts in rows.items()
    }
    found["PGD-100"][1.0] = np.array([True, True, False, False])
    return found


def test_together_counts_what_any_attack_up_to_there_deceived():
    rows = {
        "FGSM": ["1110", "1110", "1110"],
        "PGD-40": ["1110", "1100", "1110"],
        "PGD-100": ["1110", "1110", "1110"],
        "Square": ["1110", "0110", "1110"],
    }
    found = resistance(np.array([True, True, True, False]), outcomes_of(rows))
    assert found["clean"]["accuracy"] == 0.75
    assert [score["accuracy"] for score in found["attacks"]["all together"]] == [0.75, 0.25, 0.25]
    assert [score["accuracy"] for score in found["attacks"]["PGD-40"]] == [0.75, 0.5, 0.75]
    assert found["attacks"]["PGD-40"][1]["interval"] == pytest.approx([0.1500, 0.8500], abs=1e-4)  # Wilson's, 2 of 4
    assert found["unbounded"]["accuracy"] == 0.25  # of two that are left, the first was deceived within bounds
    assert found["masking"] == [{"sign": "unbounded withstood", "attack": "PGD-100", "epsilon": 1.0}]
