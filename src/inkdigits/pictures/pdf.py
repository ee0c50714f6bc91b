"""The pages of a PDF as pictures, drawn by another process: see `pdf_renderer`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.pictures import pdf_renderer
from inkdigits.pictures.decoding import check_page_count, missing_package
from inkdigits.pictures.sources import opened_file


def is_pdf(source: str | Path | bytes, label: str) -> bool:
    """Whether a file is a PDF by its first bytes; raises `ImageError` when it cannot be opened."""
    with opened_file(source, label) as file:
        return file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n\f\0").startswith(b"%PDF-")


def rendered_pages(source: str | Path | bytes, label: str, most: int) -> Iterator[np.ndarray]:
    """Yields each page as uint8 (H, W, 3) RGB at 200 dots an inch, fewer where a page would exceed 25 megapixels.

    Raises `ImageError` when the PDF is damaged, empty or protected, has more than `most` pages or one too large or
    too slow to draw, and when pypdfium2 is not installed.
    """
    if find_spec("pypdfium2") is None:
        raise missing_package("pypdfium2", label, "a PDF")
    with _renderer(source, label) as process:
        count = _answer(process, label)["pages"]
        check_page_count(count, label, most)
        for _ in range(count):
            yield _page(process, label)


@contextmanager
def _renderer(source: str | Path | bytes, label: str) -> Iterator[subprocess.Popen[bytes]]:
    given = isinstance(source, bytes)
    command = [sys.executable, "-P", pdf_renderer.__file__, "-" if given else str(Path(str(source)).absolute())]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ImageError(f"{label}: a PDF is drawn by another Python, which does not start ({error})") from error
    with process:
        try:
            if process.stdin and isinstance(source, bytes):
                with suppress(BrokenPipeError), process.stdin as pipe:  # why it ended is told by its answer
                    pipe.write(source)
            yield process
        finally:
            process.kill()


def _answer(process: subprocess.Popen[bytes], label: str) -> dict[str, int]:
    line = _output(process).readline()
    if not line.endswith(b"\n"):
        raise _death(process, label)
    answer = json.loads(line)
    if "error" in answer:
        raise ImageError(f"{label}: {answer['error']}")
    return answer


def _page(process: subprocess.Popen[bytes], label: str) -> np.ndarray:
    size = _answer(process, label)
    pixels = np.empty((size["height"], size["width"], 3), np.uint8)
    if _output(process).readinto(pixels.data.cast("B")) < pixels.size:
        raise _death(process, label)
    return pixels


def _output(process: subprocess.Popen[bytes]) -> BufferedReader:
    assert isinstance(process.stdout, BufferedReader)
    return process.stdout


def _death(process: subprocess.Popen[bytes], label: str) -> ImageError:
    """The error for a renderer that ended before its work was done."""
    if process.wait() == pdf_renderer.TOO_SLOW:
        return ImageError(f"{label}: a page takes more than {pdf_renderer.SECONDS} s to draw; save it as an image")
    return ImageError(f"{label}: a damaged PDF, or one too heavy to draw; save its pages as images")
