"""Digits in a CSV file: the label, then 784 pixels; the form of Kaggle's digit competition."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.progress import track
from inkdigits.errors import DatasetError

_SIDE = 28
_COLUMNS = 1 + _SIDE * _SIDE
_LINES_AT_ONCE = 4096
_LONGEST_LINE = 64 * 1024  # characters; 785 fields take far fewer


def load_csv(path: Path, *, skip_bad: bool = False) -> DigitImages:
    """Reads 28x28 images, 255 = ink, with or without a header line; uint8 (N, 28, 28).

    Raises `DatasetError` naming file and line; `skip_bad` leaves bad lines out and counts them.
    """
    rows: list[np.ndarray] = []
    skipped = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            estimate = 1 + os.fstat(file.fileno()).st_size // (_LINES_AT_ONCE * 1800)
            for first_line, lines in track(_blocks(path, file), f"Reading {path.name}", estimate):
                block, bad = _parse(path, first_line, lines, skip_bad)
                rows.append(block)
                skipped += bad
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not a text file; a CSV of labels and pixels is needed") from error
    table = np.concatenate(rows) if rows else np.empty((0, _COLUMNS), np.uint8)
    if not len(table):
        raise DatasetError(f"{path}: holds no line of a label and 784 pixels")
    images = table[:, 1:].reshape(-1, _SIDE, _SIDE)
    return DigitImages.of(f"csv:{path}", np.ascontiguousarray(images), table[:, 0], skipped=skipped)


def _blocks(path: Path, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines with the number of their first line, the header left out."""
    every, number = _lines(path, file), 1
    lines = list(islice(every, 1))
    if lines and _is_header(lines[0]):
        number, lines = 2, []
    while lines := lines + list(islice(every, _LINES_AT_ONCE)):
        yield number, lines
        number, lines = number + len(lines), []


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """The file's lines; raises `DatasetError` for one too long, for a file without line ends may be without end."""
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), 1):
        if len(line) == _LONGEST_LINE:
            raise DatasetError(f"{path}, line {number}: is longer than {_LONGEST_LINE:,} characters; no CSV of images")
        yield line


def _is_header(line: str) -> bool:
    """Whether the line names the columns; pandas names them 0, 1, 2, ... where nobody else does."""
    label, *pixels = (field.strip().strip('"') for field in line.split(",")[:4])
    counted = pixels in (["0", "1", "2"], ["1", "2", "3"])
    return not _is_number(label) and (counted or not any(map(_is_number, pixels[:1])))


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _parse(path: Path, first_line: int, lines: list[str], skip_bad: bool) -> tuple[np.ndarray, int]:
    """The good rows, uint8 (rows, 785), and how many bad ones were left out."""
    table = _numbers(lines)
    if table is not None and table.shape[1] == _COLUMNS and not _faulty(table).any():
        return table.astype(np.uint8), 0
    good: list[np.ndarray] = []
    skipped = 0
    for number, line in enumerate(lines, first_line):
        if not line.strip():
            continue
        row = _numbers([line])
        if row is not None and row.shape == (1, _COLUMNS) and not _faulty(row).any():
            good.append(row.astype(np.uint8))
        elif skip_bad:
            skipped += 1
        else:
            raise DatasetError(f"{path}, line {number}: {_fault(line, row)} (--skip-bad leaves it out)")
    return np.concatenate(good) if good else np.empty((0, _COLUMNS), np.uint8), skipped


def _numbers(lines: list[str]) -> np.ndarray | None:
    """int64 (rows, columns), or None when some field is no whole number or the rows are uneven."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # numpy only warns of empty lines and of fractions cut to integers
        try:
            return np.loadtxt(lines, np.int64, comments=None, delimiter=",", quotechar='"', ndmin=2)
        except (ValueError, OverflowError, UserWarning, DeprecationWarning):
            return None


def _faulty(table: np.ndarray) -> np.ndarray:
    """Which rows have a label outside 0 to 9 or a pixel outside 0 to 255: bool (rows,)."""
    return ((table < 0) | (table > 255)).any(axis=1) | (table[:, 0] > 9)


def _fault(line: str, row: np.ndarray | None) -> str:
    columns = line.count(",") + 1
    if columns == _COLUMNS - 1:
        return f"{columns} columns, so no label; the label comes first, then 784 pixels"
    if columns != _COLUMNS:
        return f"{columns} columns; a label and 784 pixels make {_COLUMNS}"
    if row is None:
        return "a field is not a whole number"
    if not 0 <= row[0, 0] <= 9:
        return f"label {row[0, 0]} is not 0 to 9"
    return f"a pixel is not 0 to 255 ({row[0, 1:].min()} to {row[0, 1:].max()})"
