"""`inkdigits data audit`: what is wrong with a set of labelled images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from inkdigits.cli.completion import DATA_HELP, data_begun
from inkdigits.cli.extras import needs_extra

AUDIT_HELP = """Look for labels that are probably wrong, images that are nearly the same, and rare classes.

Writes a page with pictures, audit.html, and all findings, audit.json. MNIST takes a minute.

Examples:

  inkdigits data audit mnist
  inkdigits data audit folder:digits --output audit
"""


def audit(
    spec: Annotated[str, typer.Argument(help=DATA_HELP, autocompletion=data_begun)],
    output: Annotated[Path, typer.Option(help="the folder to write into")] = Path("audit"),
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="how to print the findings")] = "text",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="leave unreadable items out")] = False,
) -> None:
    """Examines the set, prints what was found and where the page is."""
    from rich.console import Console
    from rich.markup import escape

    with needs_extra("train"):
        from inkdigits.experiments.data_audit import audit as examine
        from inkdigits.reports.audit.wording import findings

        with Console(stderr=True).status(escape(f"Examining {spec}")):
            found = examine(spec, output, skip_bad=skip_bad)
    if form == "json":
        print(json.dumps(found, indent=1))
        return
    for finding in findings(found):
        print(finding)
    print(output / "audit.html")
