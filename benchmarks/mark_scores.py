"""How marks fared one by one: true digits kept and read right, marks that are none rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inkdigits.reading.result import Digit
from pages import Mark

SAME = 0.3  # of intersection over union: boxes that overlap so much show the same mark

Corners = tuple[int, int, int, int]


@dataclass(frozen=True)
class MarkScore:
    """Counts of marks.

    Of `digits`, those `kept` (neither rejected nor lost) and those `right`; of `others`, marks that are no digit, those
    `rejected` (no digit was read in them) and those `shown`, rejected and in their place.
    """

    digits: int = 0
    kept: int = 0
    right: int = 0
    others: int = 0
    rejected: int = 0
    shown: int = 0

    def __add__(self, other: MarkScore) -> MarkScore:
        return MarkScore(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def mark_score(truth: Sequence[Mark], found: Sequence[Digit]) -> MarkScore:
    """Scores the marks found on a page against the true ones, each digit with one at most."""
    accepted = [mark for mark in found if mark.value is not None]
    digits = [mark for mark in truth if mark.kind == "digit"]
    others = [mark for mark in truth if mark.kind != "digit"]
    pairs = matched([mark.box for mark in digits], [mark.box for mark in accepted])
    free = [mark for index, mark in enumerate(accepted) if index not in pairs.values()]
    declined = [mark for mark in found if mark.value is None]
    rejected = [mark for mark in others if not any(holds(mark.box, digit.box) for digit in free)]
    return MarkScore(
        digits=len(digits),
        kept=len(pairs),
        right=sum(digits[index].label == accepted[other].value for index, other in pairs.items()),
        others=len(others),
        rejected=len(rejected),
        shown=sum(any(holds(m.box, d.box) or holds(d.box, m.box) for d in declined) for m in rejected),
    )


def matched(truth: Sequence[Corners], found: Sequence[Corners]) -> dict[int, int]:
    """Pairs of boxes, index to index, the most alike first; each box is in one pair at most."""
    alike = [(overlap(a, b), i, j) for i, a in enumerate(truth) for j, b in enumerate(found)]
    pairs: dict[int, int] = {}
    for share, i, j in sorted(alike, key=lambda pair: -pair[0]):
        if share >= SAME and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def overlap(a: Corners, b: Corners) -> float:
    """Intersection over union of two boxes."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / (areas - width * height)


def holds(outer: Corners, inner: Corners) -> bool:
    """Whether the middle of `inner` lies in `outer`."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x < outer[2] and outer[1] <= y < outer[3]
