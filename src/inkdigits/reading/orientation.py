"""Which way up a page is: the quarter turn after which its marks look most like digits."""

from __future__ import annotations

import numpy as np

from inkdigits.reading.marks import Mark, for_recogniser
from inkdigits.recognizer import Recognizer

TURNS = (0, 90, 180, 270)
_FEW, _MANY = 14, 60  # marks looked at: the few are enough where they agree
_CLEAR = 12.0  # nats by which a turn must lead for the few to be enough
_PRIOR = 4.0  # nats by which another turn must be likelier than leaving the picture as it is
_FLOOR = 0.02  # no mark says more against a turn than one of this probability: it may be no digit at all


def find_turn(marks: list[Mark], recognizer: Recognizer) -> int:
    """The clockwise turn, in degrees, that sets the page upright; 0 unless another is clearly likelier."""
    telling = _telling(marks)
    evidence = np.array([_PRIOR, 0.0, 0.0, 0.0])
    for first, last in ((0, _FEW), (_FEW, _MANY)):
        if telling[first:last]:
            evidence += _evidence(telling[first:last], recognizer)
        second, best = np.sort(evidence)[-2:]
        if best - second > _CLEAR:
            break
    return TURNS[int(evidence.argmax())]


def _evidence(marks: list[Mark], recognizer: Recognizer) -> np.ndarray:
    """Nats for each turn, (4,): how likely the marks are digits after it."""
    crops = [for_recogniser(mark) for mark in marks]
    turned = [np.ascontiguousarray(np.rot90(crop, -turn // 90)) for turn in TURNS for crop in crops]
    seen = recognizer.recognise(turned)
    joint = seen.joint.max(axis=1).reshape(len(TURNS), len(crops))
    return np.log(np.maximum(joint, _FLOOR)).sum(axis=1)


def _telling(marks: list[Mark]) -> list[Mark]:
    """The marks of the page's usual size, each next one far from those before: any first few are spread over it."""
    if not marks:
        return []
    sizes = np.array([max(mark.width, mark.height) for mark in marks])
    usual = np.median(sizes[sizes >= np.median(sizes)])
    chosen = [mark for mark, size in zip(marks, sizes, strict=True) if 0.4 * usual <= size <= 2.5 * usual]
    # Multiples of the golden ratio fill an interval evenly at every length.
    places = np.arange(len(chosen)) * 0.618034 % 1
    order = np.argsort(np.argsort(places))
    return [chosen[i] for i in order]
