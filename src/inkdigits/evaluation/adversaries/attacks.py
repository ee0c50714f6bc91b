"""Every attack on one network, and how many images it still takes for what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from inkdigits.evaluation.adversaries.gradient_attacks import fgsm, pgd
from inkdigits.evaluation.adversaries.masking import masking_signs
from inkdigits.evaluation.adversaries.square_attack import square_attack
from inkdigits.evaluation.adversaries.victim import Victim
from inkdigits.evaluation.metrics import wilson_interval

SEED = 0
EPSILONS = (0.1, 0.2, 0.3)
UNBOUNDED = 1.0  # any image can become any other
WHITE_BOX = ("FGSM", "PGD-40", "PGD-100")
SQUARE, TRANSFER, TOGETHER = "Square", "transfer", "all together"

Outcomes = dict[str, dict[float, np.ndarray]]
"""By attack and epsilon: which images are still taken for what they are, bool (N,)."""


def attacks(with_transfer: bool) -> list[tuple[str, float]]:
    """The attacks and epsilons in the order of `attacked_images`."""
    names = (*WHITE_BOX, SQUARE, *((TRANSFER,) if with_transfer else ()))
    return [*((name, epsilon) for epsilon in EPSILONS for name in names), ("PGD-100", UNBOUNDED)]


def attacked_images(
    victim: Victim, images: np.ndarray, labels: np.ndarray, *, queries: int, other: Victim | None = None
) -> Iterator[tuple[str, float, np.ndarray]]:
    """Yields an attack's name, its epsilon and what it makes of `images`, float32 (N, 28, 28, 1) in [0, 1].

    `labels` int64 (N,); `queries` are those of Square, `other` is the network that a transfer attack deceives with
    PGD-40. Steps are as in Madry et al. (2018): PGD-40 takes 40 of 0.01, PGD-100 takes 100 of 2.5 epsilon / 100. Every
    run draws alike.
    """
    for place, (name, epsilon) in enumerate(attacks(with_transfer=True)):
        generator = np.random.default_rng([SEED, place])
        if name == "FGSM":
            yield name, epsilon, fgsm(victim, images, labels, epsilon)
        elif name == SQUARE:
            moved = square_attack(victim, images, labels, epsilon, queries=queries, generator=generator)
            yield name, epsilon, moved
        elif name != TRANSFER or other is not None:
            source = other if other is not None and name == TRANSFER else victim
            steps, step_size = (100, 2.5 * epsilon / 100) if name == "PGD-100" else (40, 0.01)
            moved = pgd(source, images, labels, epsilon, steps=steps, step_size=step_size, generator=generator)
            yield name, epsilon, moved


def resistance(clean: np.ndarray, outcomes: Mapping[str, Mapping[float, np.ndarray]]) -> dict[str, Any]:
    """Accuracy of a network under each attack and under all together, and signs of masked gradients; ready for JSON.

    `clean` bool (N,) tells which images are right as they are; `outcomes` are those of every attack of `attacks`.
    Together, and without bounds, an attack of a smaller epsilon counts, too.
    """
    bounded = {name: {epsilon: right[epsilon] for epsilon in EPSILONS} for name, right in outcomes.items()}
    together = {
        epsilon: np.logical_and.reduce(
            [clean, *(r for right in bounded.values() for e, r in right.items() if e <= epsilon)]
        )
        for epsilon in EPSILONS
    }
    unbounded = outcomes["PGD-100"][UNBOUNDED] & together[EPSILONS[-1]]
    return {
        "seed": SEED,
        "clean": _share(clean),
        "epsilons": list(EPSILONS),
        "attacks": {
            name: [_share(right[epsilon]) for epsilon in EPSILONS]
            for name, right in {**bounded, TOGETHER: together}.items()
        },
        "unbounded": _share(unbounded),
        "masking": masking_signs(bounded, WHITE_BOX, unbounded),
    }


def _share(right: np.ndarray) -> dict[str, Any]:
    found = int(right.sum())
    return {"accuracy": found / len(right), "interval": list(wilson_interval(found, len(right)))}
