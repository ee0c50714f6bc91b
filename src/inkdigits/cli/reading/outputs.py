"""Where the answers go: standard output, as they come, or a file for each image."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.reading.images import as_unicode, on_one_line
from inkdigits.cli.reading.pictures import write_whole

if TYPE_CHECKING:
    from inkdigits.cli.reading.batch import Task
    from inkdigits.reading.result import Reading

    Results = Iterable[tuple[Task, Reading]]
    """Tasks with what was read, in the order of the images; those that failed are left out."""


class Format(StrEnum):
    """How the answers are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    ALTO = "alto"
    PARQUET = "parquet"


SUFFIXES = {
    Format.TEXT: ".txt",
    Format.JSON: ".json",
    Format.JSONL: ".jsonl",
    Format.CSV: ".csv",
    Format.ALTO: ".xml",
}


def write_stream(results: Results, format_: Format, *, named: bool) -> None:
    """Writes all answers to standard output, each as soon as it is there; `named` puts the image before its lines."""
    if format_ is Format.JSON:
        _write_json_list(results)
        return
    for index, (task, reading) in enumerate(results):
        _put(_written(task, reading, format_, named=named, header=index == 0))


def write_files(results: Results, format_: Format, folder: Path) -> None:
    """Writes a file for each image; raises `OutputError`."""
    for task, reading in results:
        text = _written(task, reading, format_, named=False, header=True)
        write_whole(folder / f"{task.stem}{SUFFIXES[format_]}", text.encode())


def _written(task: Task, reading: Reading, format_: Format, *, named: bool, header: bool) -> str:
    from inkdigits.reading.output import formats

    image = as_unicode(task.image)
    if format_ is Format.ALTO:
        from inkdigits.reading.output.alto import to_alto

        return to_alto(image, reading)
    writers: dict[Format, Callable[[], str]] = {
        Format.TEXT: lambda: formats.to_text(on_one_line(task.image), reading, named=named),
        Format.JSON: lambda: formats.to_json(image, reading) + "\n",
        Format.JSONL: lambda: formats.to_jsonl(image, reading),
        Format.CSV: lambda: formats.to_csv(image, reading, header=header),
    }
    return writers[format_]()


def _write_json_list(results: Results) -> None:
    """One list of all answers, closed also when the command is interrupted."""
    from inkdigits.reading.output.formats import to_json

    opened = False
    try:
        for task, reading in results:
            entry = to_json(as_unicode(task.image), reading).replace("\n", "\n  ")
            _put(f"{',' if opened else '['}\n  {entry}")
            opened = True
    finally:
        _put("\n]\n" if opened else "[]\n")


def _put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
