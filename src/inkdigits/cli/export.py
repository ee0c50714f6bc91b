"""`inkdigits export`: the model in other forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.console import errors
from inkdigits.cli.extras import needs_extra
from inkdigits.cli.quiet import quiet_start

export_app = typer.Typer(help="Write the model in other forms.", no_args_is_help=True, rich_markup_mode="rich")


@export_app.callback()
def export() -> None:
    """Write the model in other forms."""


@export_app.command()
def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
    bundle: Annotated[
        Path | None, typer.Option(metavar="BUNDLE", help="The bundle to use, in place of the one that ships.")
    ] = None,
) -> None:
    """Write a drawing page that runs the model in the browser, for any web server to host.

    It reads digits that don't touch, and sends nothing anywhere. npm fetches ONNX Runtime Web for it, once.

    [bold]Examples[/bold]

    inkdigits export site public

    inkdigits export site public && python -m http.server --directory public
    """
    from inkdigits.bundle import PRETRAINED, load_bundle
    from inkdigits.serving.static_site import write_site

    write_site(folder, load_bundle(bundle or PRETRAINED))
    typer.echo(folder / "index.html")


@export_app.command()
def int8(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the new bundle.", show_default=False)],
    bundle: Annotated[
        Path | None, typer.Option(metavar="BUNDLE", help="The bundle to use, in place of the one that ships.")
    ] = None,
) -> None:
    """Write a bundle whose model computes with 8-bit whole numbers: a third of the size or less, often faster.

    Evaluate it like any other; every verb takes it with --bundle.

    [bold]Examples[/bold]

    inkdigits export int8 small && inkdigits evaluate small --save

    inkdigits export int8 small --bundle runs/cnn-dropout/seed-0/bundle
    """
    from inkdigits.bundle import PRETRAINED, load_bundle

    with needs_extra("train"):
        from inkdigits.experiments.quantised_bundle import write_quantised

    with errors().status("Quantising"):  # which is silent where there is no terminal
        written = write_quantised(load_bundle(bundle or PRETRAINED), folder)
    size = written.model_path.stat().st_size
    typer.echo(f"{written.model_path}: {size:,} bytes")


@export_app.command()
def ensemble(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the new bundle.", show_default=False)],
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of finished runs.", show_default=False)],
) -> None:
    """Write one bundle of several runs: it answers with the mean of their probabilities.

    [bold]Examples[/bold]

    inkdigits train best --seeds 0..4 && inkdigits export ensemble five runs/best/seed-*

    inkdigits evaluate five
    """
    with needs_extra("train"), quiet_start():
        from inkdigits.experiments.ensemble_bundle import write_ensemble

    with errors().status(f"Putting {len(runs)} networks together"):
        written = write_ensemble(runs, folder)
    typer.echo(f"{written.model_path}: {len(runs)} networks, {written.model_path.stat().st_size:,} bytes")


@export_app.command()
def header(
    path: Annotated[Path, typer.Argument(metavar="FILE.h", help="The header to write.", show_default=False)],
    bundle: Annotated[
        Path, typer.Option(metavar="BUNDLE", help="A bundle that export int8 wrote.", show_default=False)
    ],
) -> None:
    """Write a small int8 model as one C header for microcontrollers: whole numbers alone, no library, no malloc.

    It takes images of 28x28 pixels that are centred already.

    [bold]Examples[/bold]

    inkdigits export int8 small --bundle runs/cnn-dropout/seed-0/bundle

    inkdigits export header digits.h --bundle small
    """
    from inkdigits.bundle import load_bundle

    with needs_extra("train"):
        from inkdigits.training.c_header.header import flash_bytes, ram_bytes, write_header

    network = write_header(load_bundle(bundle), path)
    typer.echo(f"{path}: {flash_bytes(network):,} bytes of constants, {ram_bytes(network):,} bytes of memory")
