"""Where a choice lies between the least and the greatest that was tried, on its own scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


class ChoiceScale:
    """`kind` is "log", "linear" or the list of a category's values; `values` are those that were tried."""

    def __init__(self, kind: str | list[Any], values: Sequence[Any]) -> None:
        self.kind = kind
        self.low = 0 if isinstance(kind, list) else min(values)
        self.high = len(kind) - 1 if isinstance(kind, list) else max(values)

    def place(self, value: Any) -> float:
        """Between 0 and 1, in the middle where there is only one value."""
        if isinstance(self.kind, list):
            return self.kind.index(value) / self.high if self.high else 0.5
        if self.low == self.high:
            return 0.5
        if self.kind == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def marks(self) -> dict[float, str]:
        """What is written where: every category, else the ends."""
        values = self.kind if isinstance(self.kind, list) else [self.low, self.high]
        return {self.place(value): written(value) for value in values}


def written(value: Any) -> str:
    """A choice as text: 0.0031415 as "0.00314"."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
