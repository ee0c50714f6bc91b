"""The steps of reading one page, kept for those who want to see why it was read so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits.reading.result import Box


@dataclass(frozen=True, eq=False)
class Trace:
    """What the reader made of one page.

    `picture` uint8 (H, W, 3), the page as it came, RGB; `ink` uint8 (h, w), 255 = ink, set upright and cleaned of
    paper and rules; `candidates` the boxes, in `ink`, of every segment that was weighed; `chosen` those that were kept.
    """

    picture: np.ndarray
    ink: np.ndarray
    candidates: tuple[Box, ...]
    chosen: tuple[Box, ...]
