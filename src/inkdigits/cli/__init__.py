"""The `inkdigits` command: thin verbs, one file each."""

from __future__ import annotations

import gc
import io
import os
import sys

from inkdigits.cli.app import app
from inkdigits.cli.reading.images import on_one_line
from inkdigits.errors import InkdigitsError, lacks_memory


def main() -> None:
    """Runs the command line; an error a user can cause is one line on stderr and exit code 2."""
    _open_outputs()
    try:
        try:
            app(prog_name="inkdigits")  # also as python -m inkdigits, which no shell could complete
        finally:
            sys.stdout.flush()
            gc.freeze()  # or Python looks through all that is left for garbage: a sixth of a short verb's time
    except InkdigitsError as error:
        _fail(str(error), error)
    except BrokenPipeError as error:
        # The reader has seen enough; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from error
    except OSError as error:
        _fail(f"{error.filename or 'output'}: {error.strerror or error}", error)
    except Exception as error:
        if not lacks_memory(error):
            raise
        _fail("not enough memory; give it more, or smaller images", error)


def _open_outputs() -> None:
    """Gives closed outputs a place to go, and lets a terminal of few characters show a ? for the others."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.StringIO())
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fail(message: str, error: Exception) -> None:
    print(on_one_line(f"inkdigits: {message}"), file=sys.stderr)
    raise SystemExit(2) from error
