"""Whether gradients are masked: they then mislead white-box attacks, and the accuracy under these means nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.stats import binomtest

LEVEL = 0.01  # of the sign test: how rarely chance alone may raise a sign
RESIDUE = 0.05  # of the images may withstand an attack without bounds: it ends on some hills that are not the highest


def masking_signs(
    outcomes: Mapping[str, Mapping[float, np.ndarray]], white_box: Sequence[str], unbounded: np.ndarray
) -> list[dict[str, Any]]:
    """The signs of masked gradients (Athalye, Carlini and Wagner, 2018), ready for JSON; none speaks for the figures.

    `outcomes`, bool (N,) by attack and epsilon, tell which images are still right, `unbounded`, bool (N,), which are
    under an attack without bounds. `white_box` names the attacks that use gradients, the single step first, the
    strongest last. A sign is "larger epsilon weaker" than the next smaller one, "single step stronger" than the
    strongest, "no gradient stronger", another attack than the white-box ones that beats the strongest, and "unbounded
    withstood". All but the last take a sign test of the images on which two attacks differ.
    """
    single, strongest = outcomes[white_box[0]], outcomes[white_box[-1]]
    epsilons = list(strongest)
    others = [name for name in outcomes if name not in white_box]
    compared = [
        *(
            ("larger epsilon weaker", name, larger, outcomes[name][smaller], outcomes[name][larger])
            for name in white_box
            for smaller, larger in pairwise(epsilons)
        ),
        *(("single step stronger", white_box[0], e, single[e], strongest[e]) for e in epsilons),
        *(("no gradient stronger", name, e, outcomes[name][e], strongest[e]) for name in others for e in epsilons),
    ]
    signs = [
        {"sign": sign, "attack": name, "epsilon": epsilon}
        for sign, name, epsilon, suspect, reference in compared
        if _stronger(suspect, reference)
    ]
    if unbounded.mean() > RESIDUE:
        signs.append({"sign": "unbounded withstood", "attack": white_box[-1], "epsilon": 1.0})
    return signs


def _stronger(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the attack that left `one` right fools more images than that of `other`, beyond chance."""
    only_one, only_other = int((other & ~one).sum()), int((one & ~other).sum())
    differ = only_one + only_other
    return differ > 0 and binomtest(only_one, differ, alternative="greater").pvalue < LEVEL
