"""The actor that reads parts: the model is loaded once, each part becomes one file, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.bundle import METADATA_FILE, MODEL_FILE, Bundle
from inkdigits.cluster.bounded_reader import BoundedReader, Row, failed_row
from inkdigits.cluster.contents import contents
from inkdigits.cluster.parts import read_part
from inkdigits.cluster.places import Place
from inkdigits.cluster.reading_folder import INDEX, ReadingPlan, part_file
from inkdigits.cluster.rows import to_parquet
from inkdigits.errors import ImageError


@dataclass(frozen=True)
class Orders:
    """What every actor is told: where images and readings are, how to read them, and with which model."""

    images: Sequence[Place]
    output: Place
    plan: ReadingPlan
    parts: int
    model: Mapping[str, bytes]


def model_files(bundle: Bundle) -> dict[str, bytes]:
    """A bundle as it travels to other machines."""
    return {name: (bundle.path / name).read_bytes() for name in (MODEL_FILE, METADATA_FILE)}


class PartReader:
    """To be called by Ray Data with parts; a part that is there already is not read again.

    So a part that Ray gives out anew, because a node died with it, costs no more than what that node had not finished.
    """

    def __init__(self, orders: Orders) -> None:
        self._plan, self._parts = orders.plan, orders.parts
        self._images, self._output = orders.images, orders.output
        self._reader = BoundedReader(orders.model, orders.plan.options)

    def __call__(self, batch: dict[str, np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
        """For the numbers "first", "first" + "step", ...: how many images they have, were read, and failed."""
        for first, step in zip(batch["first"].tolist(), batch["step"].tolist(), strict=True):
            counts = np.zeros(3, np.int64)
            for number in range(first, self._parts, step):
                counts += self._count(number)
            yield {name: counts[[i]] for i, name in enumerate(("images", "read", "failed"))}

    def _count(self, number: int) -> tuple[int, int, int]:
        """Sees to it that a part is there."""
        part = read_part(self._output.below(INDEX), number)
        images = sum(piece.images for piece in part)
        name = part_file(number, self._plan.format)
        if self._output.has_file(name):
            return images, 0, 0
        rows = [self._row(*loaded) for loaded in contents(self._images, part, self._plan.column)]
        lines = [row.line for row in rows]
        self._output.write(name, b"".join(lines) if self._plan.format == "jsonl" else to_parquet(lines))
        return images, images, sum(row.failed for row in rows)

    def _row(self, name: str, content: bytes | ImageError) -> Row:
        return failed_row(name, str(content)) if isinstance(content, ImageError) else self._reader.row(name, content)
