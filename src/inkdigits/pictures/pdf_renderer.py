"""Draws the pages of a PDF in a process of its own, so that one made to exhaust time or memory ends here.

Run as `python pdf_renderer.py PATH`, or `-` for standard input. Writes a line of JSON, {"pages": n}, and for each page
a line {"width": w, "height": h} and its pixels, RGB in 3 bytes; or {"error": why} as the last line. Imports nothing
of inkdigits, to start quickly.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

TOO_SLOW = 3  # exit status
SECONDS = 10  # to open a file, and to draw a page
_MEMORY = 512 * 2**20
_DPI = 200
_LOWEST_DPI = 50
_PAGE_PIXELS = 25_000_000  # larger sheets are drawn at fewer dots an inch, A1 at 180


def main() -> None:
    """Writes the pages of the PDF that the command line names to standard output."""
    import pypdfium2

    _bound_memory()
    source: Any = sys.stdin.buffer.read() if sys.argv[1] == "-" else sys.argv[1]
    try:
        with _in_time():
            document = pypdfium2.PdfDocument(source)
        _say(pages=len(document))
        for index in range(len(document)):
            with _in_time():
                page = document[index]
                scale = _scale(page.get_width(), page.get_height(), index)
                bitmap = page.render(scale=scale, rev_byteorder=True)
                page.close()
            _say(width=bitmap.width, height=bitmap.height)
            sys.stdout.buffer.write(bitmap.buffer)
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        _say(error=_explained(error))


def _scale(width: float, height: float, index: int) -> float:
    """Pixels per point, of which an inch has 72."""
    dpi = min(_DPI, 72 * math.sqrt(_PAGE_PIXELS / max(width * height, 1)))
    if dpi < _LOWEST_DPI:
        raise ValueError(
            f"page {index + 1} measures {width / 72:.0f} x {height / 72:.0f} inches; print it to a smaller one"
        )
    return dpi / 72


def _explained(error: Exception) -> str:
    import pypdfium2.raw

    if isinstance(error, ValueError):
        return str(error)
    if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
        return "protected by a password; save it without one"
    if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_SUCCESS:
        return "a PDF without pages"
    return "a damaged PDF; save or send it again"


def _say(**message: int | str) -> None:
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    """Ends the process when what is done within takes too long."""
    watch = threading.Timer(SECONDS, os._exit, [TOO_SLOW])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # not every system can
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
