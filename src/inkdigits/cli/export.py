"""`inkdigits export`: the model in other forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
