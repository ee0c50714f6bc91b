"""Rows of what was read, as JSON Lines and as Parquet: a reading or an error for each image."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_BOX = pa.struct([(side, pa.int32()) for side in ("left", "top", "right", "bottom")])
_DIGIT = pa.struct(
    [
        ("value", pa.string()),
        ("confidence", pa.float64()),
        ("box", _BOX),
        ("alternatives", pa.map_(pa.string(), pa.float64())),
    ]
)
_LINE = pa.struct(
    [
        ("text", pa.string()),
        ("page", pa.int32()),
        ("changed", pa.bool_()),
        ("fits", pa.bool_()),
        ("box", _BOX),
        ("digits", pa.list_(_DIGIT)),
    ]
)
_PAGE = pa.struct([(name, pa.int32()) for name in ("width", "height", "turn", "left_out")])
SCHEMA = pa.schema(
    [
        ("image", pa.string()),
        ("error", pa.string()),
        ("text", pa.string()),
        ("pages", pa.list_(_PAGE)),
        ("lines", pa.list_(_LINE)),
    ]
)
"""As `inkdigits read --format json` gives it, and `error`, which is null where an image could be read."""

_ROWS = 256  # that stand in memory as Python's own objects at a time


def to_parquet(lines: Sequence[bytes]) -> bytes:
    """The rows of JSON Lines as a Parquet file, in the same order."""
    file = io.BytesIO()
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for begin in range(0, len(lines), _ROWS):
            rows = [_with_maps(json.loads(line)) for line in lines[begin : begin + _ROWS]]
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
    return file.getvalue()


def _with_maps(row: dict[str, Any]) -> dict[str, Any]:
    """pyarrow makes a map of pairs, not of a dict."""
    for line in row.get("lines", ()):
        for digit in line["digits"]:
            digit["alternatives"] = list(digit["alternatives"].items())
    return row
