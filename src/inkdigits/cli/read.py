"""`inkdigits read`: the numbers that people wrote on pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.reading.cluster import read_on_cluster
from inkdigits.cli.reading.images import images_named
from inkdigits.cli.reading.options import chosen_format, constraint_of, refuse_beside
from inkdigits.cli.reading.outputs import SUFFIXES, Format, write_files, write_stream
from inkdigits.cli.reading.pictures import Pictures, open_folder
from inkdigits.cli.reading.report import Report
from inkdigits.cli.reading.resume import Readings
from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.cli.reading.outputs import Results

    Writer = Callable[[Results], None]


_MOST_WORKERS = 1024  # without a cluster


class Turn(StrEnum):
    """Clockwise turns that set a page upright, in degrees."""

    NONE = "0"
    RIGHT = "90"
    HALF = "180"
    LEFT = "270"


def read(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...",
            help="Photographs, scans, drawings or PDF files; a folder is all the images in it, - the standard input; "
            "with --cluster also s3:// and gs:// folders, and Parquet files.",
            show_default=False,
        ),
    ],
    format_: Annotated[
        Format | None, typer.Option("--format", help="How to write the answers.", show_default="text")
    ] = None,
    output: Annotated[
        str | None, typer.Option(metavar="DIR", help="Write a file for each image there, not to standard output.")
    ] = None,
    annotate: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each page there with its digits framed and named.")
    ] = None,
    explain: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the steps there as pictures: the ink, the cuts, each digit."),
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(min=0, max=1, metavar="P", help="Show ? for a digit less sure than this.")
    ] = None,
    digits: Annotated[
        str | None, typer.Option(metavar="N|N..M", help="How many digits every number has, such as 5 or 5..8.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(metavar="REGEX", help="What every number looks like, such as '(19|20)[0-9]{2}'.")
    ] = None,
    turn: Annotated[
        Turn | None,
        typer.Option(help="The clockwise turn that sets the pages upright.", show_default="found for each page"),
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The bundle to use, in place of the one that ships.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Add to this JSONL file, with --cluster to this folder, the images that it does not have yet.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, metavar="N", help="Images read at a time.", show_default="one per core"),
    ] = None,
    form: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the fields of this form (TOML); one CSV row a page.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS|local", help="Read on this Ray cluster, into a folder of Parquet or JSONL."),
    ] = None,
    image_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Parquet's column of images.", show_default="image")
    ] = None,
) -> None:
    """Read the numbers on photographs, scans and drawings, line by line.

    A mark that is no digit is shown as □. An image that cannot be read is told in one line; the others go on, and the
    exit code is 1.

    [bold]Examples[/bold]

    inkdigits read photo.jpg

    inkdigits read photo.jpg --annotate seen --explain seen

    inkdigits read scans/*.png --format csv > digits.csv

    inkdigits read scans --resume readings.jsonl

    inkdigits read meters --digits 5..8 --min-confidence 0.95

    inkdigits read --form form.toml scan.png > rows.csv

    inkdigits read - --format json < photo.jpg

    inkdigits read s3://bucket/scans --cluster auto --resume s3://bucket/readings
    """
    from inkdigits.cli.reading.batch import Work, answers, tasks_for, workers_for

    if cluster is not None:
        refuse_beside("--cluster", form=form, annotate=annotate, explain=explain)
        read_on_cluster(
            cluster,
            images,
            format_,
            output=output,
            resume=resume,
            column=image_column,
            turn=None if turn is None else int(turn),
            constraint=constraint_of(digits, pattern),
            minimum=min_confidence,
            bundle=bundle,
            workers=workers,
        )
        return
    if image_column is not None:
        raise InkdigitsError("--image-column is Parquet's, which is read on a cluster: add --cluster local")
    if workers is not None and workers > _MOST_WORKERS:
        raise InkdigitsError(f"--workers {workers}: {_MOST_WORKERS} are the most of one machine; more want --cluster")
    names = images_named(images)
    if form is not None:
        refuse_beside("--form", format=format_, output=output, annotate=annotate, explain=explain, resume=resume)
        refuse_beside("--form", digits=digits, pattern=pattern, turn=turn, min_confidence=min_confidence)
        refuse_beside("--form", workers=workers)
        _read_forms(form, names, bundle)
        return
    written = chosen_format(format_, images=len(names), resume=resume, output=output)
    tasks = tasks_for(names)
    readings = None if resume is None else Readings(Path(resume))
    if readings is not None:
        tasks = readings.without_done(tasks)
    count = min(workers, max(1, len(tasks))) if workers else workers_for(len(tasks))
    work = Work(
        bundle,
        threads=1 if count > 1 else None,
        turn=None if turn is None else int(turn),
        constraint=constraint_of(digits, pattern),
        minimum=min_confidence,
        pictures=Pictures(annotate, explain, min_confidence),
    )
    _ = work.reader  # what is wrong with the bundle is told once, and before anything is written
    work.pictures.open_folders(names)
    folder = None if output is None else Path(output)
    if folder is not None:
        open_folder("--output", folder, re.escape(SUFFIXES[written]), names)
    write = _writer(written, folder, readings, named=len(names) > 1 or names != images)
    report = Report(written, to_files=folder is not None or resume is not None)
    with closing(report.results(answers(work, tasks, count), len(tasks))) as results:
        write(results)
    if report.failed:
        raise typer.Exit(1)


def _writer(format_: Format, folder: Path | None, readings: Readings | None, *, named: bool) -> Writer:
    if readings is not None:
        return readings.append
    if folder is not None:
        return partial(write_files, format_=format_, folder=folder)
    return partial(write_stream, format_=format_, named=named)


def _read_forms(form: Path, images: list[str], bundle: Path | None) -> None:
    from inkdigits.cli.reading.form import read_forms
    from inkdigits.reading.reader import Reader

    read_forms(form, images, Reader(bundle))
