"""`inkdigits read --cluster`: more images than one machine reads in good time, into a folder of parts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkdigits.cli.extras import needs_extra
from inkdigits.cli.reading.images import STANDARD_INPUT
from inkdigits.cli.reading.options import refuse_beside
from inkdigits.cli.reading.outputs import Format
from inkdigits.errors import InkdigitsError, RunError

if TYPE_CHECKING:
    from inkdigits.cluster.bulk_reading import Progress
    from inkdigits.cluster.reading_folder import Form
    from inkdigits.reading.constraint import Constraint


def read_on_cluster(
    address: str,
    images: list[str],
    format_: Format | None,
    *,
    output: str | None,
    resume: str | None,
    column: str | None,
    turn: int | None,
    constraint: Constraint | None,
    minimum: float | None,
    bundle: Path | None,
    workers: int | None,
) -> None:
    """Reads `images`, places of any kind, into the folder `output`, or goes on in `resume`; tells what came of it.

    Exits with 1 where images could not be read.
    """
    folder, form = _folder(output, resume), _form(format_)
    if STANDARD_INPUT in images:
        raise InkdigitsError("--cluster: what standard input holds is for this process alone; name a folder")
    import inkdigits
    from inkdigits.bundle import PRETRAINED, load_bundle

    with needs_extra("cluster"):
        from inkdigits.cluster.bulk_reading import begin, read_parts
        from inkdigits.cluster.places import place
        from inkdigits.cluster.reading_folder import ReadingPlan
        from inkdigits.cluster.session import connected, cores

    model = load_bundle(bundle or PRETRAINED)
    sources, where = [place(image) for image in images], place(folder)
    plan = ReadingPlan(
        [source.name for source in sources],
        column or "image",
        form,
        turn,
        None if constraint is None else constraint.digits,
        None if constraint is None else constraint.pattern,
        minimum,
        model.metadata["sha256"],
        inkdigits.__version__,
    )
    try:
        with connected(address):
            begun = begin(plan, sources, where, go_on=resume is not None)
            done = read_parts(begun, sources, where, model, workers or cores())
            total = _shown(done, begun.images)
    except KeyboardInterrupt:
        raise RunError(f"interrupted; go on with the same words and --resume {where.name}") from None
    _tell(total, where.name)
    if total.failed:
        raise typer.Exit(1)


def _folder(output: str | None, resume: str | None) -> str:
    if resume is not None:
        refuse_beside("--resume", output=output)
    folder = resume or output
    if not folder:
        raise InkdigitsError("--cluster writes a folder: add --output DIR, or --resume DIR to go on with one")
    return folder


def _form(format_: Format | None) -> Form:
    if format_ in (None, Format.PARQUET):
        return "parquet"
    if format_ is Format.JSONL:
        return "jsonl"
    raise InkdigitsError(f"--cluster writes Parquet or JSONL; leave --format {format_} out, or give jsonl")


def _shown(done: Iterable[Progress], images: int) -> Progress:
    """The sum of what is done, with a bar on stderr while it grows."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from inkdigits.cli.console import errors
    from inkdigits.cluster.bulk_reading import Progress

    total, console = Progress(0, 0, 0), errors()
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=images)
        for part in done:
            total = Progress(*(sum(pair) for pair in zip(total, part, strict=True)))
            bar.update(task, completed=total.images)
    return total


def _tell(total: Progress, folder: str) -> None:
    from inkdigits.cli.console import errors

    before = f", {total.images - total.read:,} of them before" if total.read < total.images else ""
    failed = f"; {total.failed:,} could not be read now, and their rows say why" if total.failed else ""
    errors().print(f"{total.images:,} images read{before}{failed}: {folder}")
