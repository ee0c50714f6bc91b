"""The parts that a large reading is cut into, and the index that tells which images each of them has.

Parts are small at first, so that few images occupy many workers, and larger the more there are, so that many images
don't become as many files. Whoever reads a part needs only its own entry of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import pyarrow as pa

from inkdigits.cluster.places import Place

SMALLEST, LARGEST = 64, 2048  # images
_PARTS_OF_A_SIZE = 256
_PARTS_PER_FILE = 1000
_SCHEMA = pa.schema(
    [("source", pa.int32()), ("path", pa.string()), ("first", pa.int64()), ("rows", pa.int64())],
)


@dataclass(frozen=True)
class Slice:
    """Images of one file: itself where `rows` is None, else `rows` rows of a Parquet file from `first` on.

    `source` is the place, of those that were named, below which `path` lies.
    """

    source: int
    path: str
    first: int = 0
    rows: int | None = None

    @property
    def images(self) -> int:
        """How many images there are."""
        return 1 if self.rows is None else self.rows


def part_size(number: int) -> int:
    """How many images the part of this number may have."""
    return min(LARGEST, SMALLEST << (number // _PARTS_OF_A_SIZE))


def into_parts(slices: Iterable[Slice]) -> Iterator[list[Slice]]:
    """The slices in their order, as parts that are full but for the last."""
    number, part, room = 0, list[Slice](), part_size(0)
    for piece in slices:
        rest: Slice | None = piece
        while rest is not None:
            taken, rest = _cut(rest, room)
            part.append(taken)
            room -= taken.images
            if room == 0:
                yield part
                number, part = number + 1, []
                room = part_size(number)
    if part:
        yield part


def write_index(folder: Place, parts: Iterable[list[Slice]]) -> tuple[int, int]:
    """Writes the index into `folder`, file by file, and returns the number of parts and that of images."""
    left = iter(parts)
    count = images = 0
    while few := list(islice(left, 1)):
        written, held = _write_file(folder, count, chain(few, islice(left, _PARTS_PER_FILE - 1)))
        count, images = count + written, images + held
    return count, images


def read_part(folder: Place, number: int) -> list[Slice]:
    """One part of the index in `folder`; raises `OSError`."""
    with folder.files.open_input_file(folder.inside(_file(number))) as file:
        batch = pa.ipc.open_file(file).get_batch(number % _PARTS_PER_FILE)
    return [Slice(**row) for row in batch.to_pylist()]


def _write_file(folder: Place, number: int, parts: Iterable[list[Slice]]) -> tuple[int, int]:
    count = images = 0
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with (
        folder.files.open_output_stream(folder.inside(_file(number))) as file,
        pa.ipc.new_file(file, _SCHEMA, options=options) as writer,
    ):
        for part in parts:
            writer.write_batch(pa.RecordBatch.from_pylist([vars(piece) for piece in part], _SCHEMA))
            count, images = count + 1, images + sum(piece.images for piece in part)
    return count, images


def _cut(piece: Slice, room: int) -> tuple[Slice, Slice | None]:
    """The first images of a slice, as many as there is room for, and what is left of it."""
    if piece.rows is None or piece.rows <= room:
        return piece, None
    left = piece.rows - room
    return Slice(piece.source, piece.path, piece.first, room), Slice(piece.source, piece.path, piece.first + room, left)


def _file(number: int) -> str:
    return f"index-{number // _PARTS_PER_FILE:05d}.arrow"
