"""The `inkdigits` command: thin verbs, one file each."""

from __future__ import annotations

import sys

from inkdigits.cli.app import app
from inkdigits.errors import InkdigitsError


def main() -> None:
    """Runs the command line; an error a user can cause is one line on stderr and exit code 2."""
    try:
        app()
    except InkdigitsError as error:
        print(f"inkdigits: {error}", file=sys.stderr)
        raise SystemExit(2) from error
