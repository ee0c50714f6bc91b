"""The images of a part, loaded one after another: files a little ahead of need, rows of Parquet as they stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from inkdigits.cluster.parts import Slice
from inkdigits.cluster.places import Place, first_line
from inkdigits.errors import ImageError
from inkdigits.pictures.sources import MAX_BYTES

_AHEAD = 8  # files that are fetched at a time: a bucket takes its time to answer, however fast it sends
_ROWS = 16  # of a Parquet file, held at a time
_BYTES = 2**20  # of a Parquet file, fetched at a time where its pages are no larger

Loaded = tuple[str, bytes | ImageError]
"""An image's name and its file's content, or why it has none."""


def contents(places: Sequence[Place], part: Sequence[Slice], column: str) -> Iterator[Loaded]:
    """What is called how, in the order of the part. Raises `OSError` where a place cannot be reached."""
    pending: deque[Future[Loaded]] = deque()
    with ThreadPoolExecutor(_AHEAD) as threads:
        for piece in part:
            here = places[piece.source]
            if piece.rows is None:
                pending.append(threads.submit(_file, here, piece.path))
                if len(pending) >= _AHEAD:
                    yield pending.popleft().result()
                continue
            while pending:
                yield pending.popleft().result()
            yield from _rows(here, piece, column)
        while pending:
            yield pending.popleft().result()


def _file(here: Place, path: str) -> Loaded:
    name = here.called(path)
    info = here.files.get_file_info(here.inside(path))
    if info.type != fs.FileType.File:
        return name, ImageError(f"{name}: no such file; it was there when this reading began")
    if info.size > MAX_BYTES:
        mebibytes = f"{info.size / 2**20:,.0f} MiB is more than the {MAX_BYTES >> 20} MiB a file may have"
        return name, ImageError(f"{name}: {mebibytes}")
    try:
        return name, here.read(path)
    except PermissionError as error:
        return name, ImageError(f"{name}: cannot be opened ({error.strerror or error})")


def _rows(here: Place, piece: Slice, column: str) -> Iterator[Loaded]:
    """Rows of a Parquet file; their names end with the row's number in the file, from 0."""
    assert piece.rows is not None
    name, row, end = here.called(piece.path), piece.first, piece.first + piece.rows
    try:
        for value in _values(here, piece, column):
            yield _cell(f"{name}#{row}", value)
            row += 1
    except pa.ArrowException as error:
        for left in range(row, end):
            yield f"{name}#{left}", ImageError(f"{name}#{left}: the file is damaged here ({first_line(error)})")


def _values(here: Place, piece: Slice, column: str) -> Iterator[Any]:
    assert piece.rows is not None
    with (
        here.files.open_input_file(here.inside(piece.path)) as file,
        pq.ParquetFile(file, buffer_size=_BYTES, pre_buffer=False) as parquet,
    ):
        row, groups = _groups(parquet, piece)
        for batch in parquet.iter_batches(_ROWS, row_groups=groups, columns=[column], use_threads=False):
            for value in batch.column(0):
                if piece.first <= row < piece.first + piece.rows:
                    yield value.as_py()
                row += 1
            if row >= piece.first + piece.rows:
                return


def _groups(parquet: pq.ParquetFile, piece: Slice) -> tuple[int, list[int]]:
    """The row groups that hold a slice, and the number of their first row."""
    assert piece.rows is not None
    begin, first, groups = 0, 0, list[int]()
    for group in range(parquet.num_row_groups):
        end = begin + parquet.metadata.row_group(group).num_rows
        if end > piece.first and begin < piece.first + piece.rows:
            first = first if groups else begin
            groups.append(group)
        begin = end
    return first, groups


def _cell(name: str, value: Any) -> Loaded:
    content = value.get("bytes") if isinstance(value, dict) else value
    return name, ImageError(f"{name}: no image in this row") if content is None else content
