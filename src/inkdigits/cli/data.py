"""`inkdigits data`: which sets there are, a picture of one, its images as files, and an audit."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.completion import DATA_HELP, data_begun
from inkdigits.cli.data_audit import AUDIT_HELP, audit
from inkdigits.errors import DatasetError

if TYPE_CHECKING:
    from inkdigits.datasets import DigitImages
    from inkdigits.datasets.catalog import CatalogEntry

data_app = typer.Typer(help="List, look at, export and audit data sets.", rich_markup_mode="rich")
data_app.command("audit", help=AUDIT_HELP)(audit)

_LIST_HELP = """List the data sets: where they are, their size, hash, licence and class counts.

Examples:

  inkdigits data
  inkdigits data show mnist --output mnist.png
  inkdigits data export mnist --to folder:digits --limit 1000
  inkdigits data audit mnist
"""
_SHOW_HELP = """Write a contact sheet, ten rows of images, as a PNG and print its path.

Examples:

  inkdigits data show mnist
  inkdigits data show folder:digits --output digits.png --skip-bad
"""
_EXPORT_HELP = """Write a set as class folders of PNG images, which folder:DIR reads back unchanged.

Examples:

  inkdigits data export mnist --to folder:digits
  inkdigits data export csv:train.csv --to folder:digits --limit 1000
"""


class Part(StrEnum):
    """The parts of a set as its authors cut it."""

    train = "train"
    test = "test"
    all = "all"


Spec = Annotated[str, typer.Argument(help=DATA_HELP, autocompletion=data_begun)]
PartOption = Annotated[Part, typer.Option(help="the part that the authors of the set call so")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="leave unreadable items out and count them")]


@data_app.callback(invoke_without_command=True, help=_LIST_HELP)
def list_sets(context: typer.Context) -> None:
    """Prints the table of sets, unless a subcommand follows."""
    if context.invoked_subcommand is not None:
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from inkdigits.datasets.catalog import catalog

    entries = catalog()
    # A pipe gets one whole line a set; a terminal is too narrow for that, so places go below the table.
    piped = not sys.stdout.isatty()
    console = Console(width=10_000) if piped else Console()
    table = Table(box=None if piped else box.SIMPLE_HEAD, padding=(0, 2, 0, 0) if piped else 0)
    for head in ("name", "images", "bytes", "sha256", "licence"):
        table.add_column(head, no_wrap=True)
    table.add_column("images of each class")
    if piped:
        table.add_column("where")
    for entry in entries:
        table.add_row(*_cells(entry), *[_where(entry)] * piped)
    console.print(table)
    if not piped:
        for entry in entries:
            console.print(f"{entry.name}: {_where(entry)}", highlight=False, markup=False, soft_wrap=True)
    console.print("Yours: folder:DIR (class folders 0 to 9), csv:FILE (label, 784 pixels), idx:DIR", highlight=False)


@data_app.command("show", help=_SHOW_HELP)
def show(
    spec: Spec,
    output: Annotated[Path | None, typer.Option(help="the PNG to write; NAME.png here by default")] = None,
    part: PartOption = Part.all,
    columns: Annotated[int, typer.Option(min=1, max=200, help="images a class")] = 20,
    skip_bad: SkipBad = False,
) -> None:
    """Writes the contact sheet and prints its path."""
    from inkdigits.datasets import write_contact_sheet

    digits = _load(spec, part, skip_bad)
    print(write_contact_sheet(digits, output or Path(_file_name(spec, part)), columns))


@data_app.command("export", help=_EXPORT_HELP)
def export(
    spec: Spec,
    to: Annotated[str, typer.Option(help="folder:DIR, a new or an empty folder")],
    part: PartOption = Part.all,
    limit: Annotated[int | None, typer.Option(min=1, help="only the first so many images")] = None,
    skip_bad: SkipBad = False,
) -> None:
    """Writes the class folders and prints where they are."""
    import numpy as np

    from inkdigits.datasets import export_folder
    from inkdigits.datasets.loading import parsed

    kind, _, directory = to.partition(":")
    if kind != "folder" or not directory:
        raise DatasetError(f"--to {to}: give folder:DIR")
    _, folder = parsed(to)
    digits = _load(spec, part, skip_bad)
    if limit is not None and limit < len(digits):
        digits = digits.take(np.arange(limit))
    print(export_folder(digits, folder))


def _load(spec: str, part: Part, skip_bad: bool) -> DigitImages:
    from inkdigits.datasets import load

    digits = load(spec, part.value, skip_bad=skip_bad)
    if skip_bad:
        print(f"{digits.name}: {digits.skipped:,} bad items left out, {len(digits):,} kept", file=sys.stderr)
    return digits


def _file_name(spec: str, part: Part) -> str:
    place = spec.partition(":")[2]
    name = (Path(place).stem or Path(place).absolute().name) if place else spec.rstrip(":")
    return f"{name}.png" if part is Part.all else f"{name}-{part.value}.png"


def _cells(entry: CatalogEntry) -> list[str]:
    if entry.digits is None:
        return [entry.name, "not here", "", "", entry.licence, ""]
    counts = " ".join(str(count) for count in entry.digits.class_counts())
    numbers = [f"{len(entry.digits):,}", f"{entry.bytes:,}", entry.digits.sha256[:12]]
    return [entry.name, *numbers, entry.licence, counts]


def _where(entry: CatalogEntry) -> str:
    return str(entry.folder) if entry.folder else entry.how_to_get
