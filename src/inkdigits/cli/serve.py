"""`inkdigits serve`: the HTTP service and its web page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.extras import needs_extra
from inkdigits.errors import InkdigitsError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the requests.")] = 1,
    bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The bundle to use, in place of the one that ships.")
    ] = None,
    api_key_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask for an API key whose hash is in this file.")
    ] = None,
    new_api_key: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Make a key for NAME, add its hash to --api-key-file, print it, and end."),
    ] = None,
    allow_unauthenticated: Annotated[
        bool, typer.Option("--allow-unauthenticated", help="Serve other computers without API keys.")
    ] = False,
    threads: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Pictures worked on at a time, in all.", show_default="one per core"),
    ] = None,
    queue: Annotated[int, typer.Option(min=0, help="Requests that may wait, for each process.")] = 64,
    max_megabytes: Annotated[int, typer.Option(min=1, max=512, help="Most that a request may hold.")] = 20,
    max_seconds: Annotated[float, typer.Option(min=0.1, max=86400, help="Most that a request may take.")] = 30.0,
) -> None:
    """Serve an HTTP interface, and a web page to draw on or to drop a photograph on.

    [bold]Examples[/bold]

    inkdigits serve

    inkdigits serve --api-key-file keys --new-api-key alice

    inkdigits serve --host 0.0.0.0 --api-key-file keys --workers 4
    """
    with needs_extra("serve"):
        from inkdigits.serving.api_keys import add_api_key, load_api_keys
        from inkdigits.serving.options import Limits, Options
        from inkdigits.serving.server import listening
        from inkdigits.serving.server import serve as run

    if new_api_key is not None:
        if api_key_file is None:
            raise InkdigitsError("--new-api-key adds a key to a file: give --api-key-file FILE with it")
        print(add_api_key(api_key_file, new_api_key))
        return
    from inkdigits.bundle import PRETRAINED, load_bundle
    from inkdigits.recognizer import usable_cores
    from inkdigits.settings import settings

    _check_exposure(host, api_key_file, allow_unauthenticated)
    load_bundle(bundle or PRETRAINED)
    if api_key_file is not None:
        load_api_keys(api_key_file)
    each = max(1, (threads or usable_cores()) // workers)
    limits = Limits(body_bytes=max_megabytes * 2**20, work_seconds=max_seconds, threads=each, queue=queue)
    listener = listening(host, port)
    place = f"[{host}]" if ":" in host else host
    typer.echo(f"http://{place}:{listener.getsockname()[1]}/  (Ctrl+C ends it)", err=True)
    # On the own computer only its own names are answered, so that no web page can lead a browser here by another.
    hosts = _LOOPBACK if host in _LOOPBACK else None
    found = settings()
    level = found.log_level if "log_level" in found.model_fields_set else "INFO"
    run(Options(bundle, api_key_file, hosts, limits), listener, workers, level)


def _check_exposure(host: str, api_key_file: Path | None, allowed: bool) -> None:
    """Raises `InkdigitsError` unless other computers are kept out, need a key, or are let in on purpose."""
    if host in _LOOPBACK or api_key_file is not None:
        return
    if not allowed:
        raise InkdigitsError(
            f"--host {host}: would let other computers in without a key; give --api-key-file FILE, "
            "or --allow-unauthenticated if that is meant"
        )
    typer.echo(f"inkdigits: warning: everyone who reaches {host} can use this service; nobody needs a key", err=True)
