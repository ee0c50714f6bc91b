"""Files that mean harm or are merely odd: each must get its answer or a one-line error, in bounded time and memory.

    python benchmarks/hostile.py

Each file is read by a process of its own; its seconds are those of the whole process, the start of Python included.
Writes benchmarks/hostile.json and the table hostile.md.
"""

from __future__ import annotations

import argparse
import io
import json
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from machine import machine
from pages import Page, make_pages
from reading_scores import score

HERE = Path(__file__).parent
MAX_SECONDS, MAX_MIB = 2.0, 500.0
MAX_LARGE_MIB = 250.0  # an honest photograph of 12 megapixels
GRADE_OF = {"page": "clean", "large": "huge"}


def main() -> None:
    """Makes the files, reads each, writes what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=HERE / "hostile.json")
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, wanted) in CASES.items():
            path = Path(folder, name)
            path.write_bytes(make())
            found[name] = {**read_apart(path, wanted), "bytes": path.stat().st_size}
            print(row(name, found[name]), flush=True)
    results = {"machine": machine(), "max_seconds": MAX_SECONDS, "max_mib": MAX_MIB, "files": found}
    options.output.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    header = f"| file | outcome | seconds (≤ {MAX_SECONDS:g}) | peak MiB (≤ {MAX_MIB:g}) | |"
    rules = "| --- | --- | ---: | ---: | --- |"
    rows = "\n".join(row(name, facts) for name, facts in found.items())
    options.output.with_suffix(".md").write_text(
        f"<!-- Written by benchmarks/hostile.py. -->\n\n{header}\n{rules}\n{rows}\n"
    )


def read_apart(path: Path, wanted: str) -> dict[str, Any]:
    """Reads the file in a new process: the outcome in words, whether it is right, seconds and peak memory."""
    job = json.dumps({"cores": 2, "rounds": 0, "pages": {path.name: str(path)}})
    command = [sys.executable, str(HERE / "reading_systems.py"), "inkdigits"]
    start = time.perf_counter()
    done = subprocess.run(command, input=job, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        return {"outcome": "the process died", "right": False, "seconds": seconds, "peak_mib": float("nan")}
    answer = json.loads(done.stdout.splitlines()[-1])
    outcome, right = judged(answer["pages"][path.name], wanted)
    bounded = seconds <= MAX_SECONDS and answer["peak_mib"] <= (MAX_LARGE_MIB if wanted == "large" else MAX_MIB)
    return {"outcome": outcome, "right": right and bounded, "seconds": seconds, "peak_mib": answer["peak_mib"]}


def judged(answer: dict[str, Any], wanted: str) -> tuple[str, bool]:
    """The outcome in words, and whether it is what was `wanted`: "error", "nothing", "page", "large" or "anything"."""
    if "failed" in answer:
        kind, _, text = answer["failed"].partition(": ")
        text = text[text.rfind("/") + 1 :]
        return text, wanted in ("error", "anything") and kind == "ImageError" and "\n" not in text
    truth = drawn(wanted).lines if wanted in GRADE_OF else ()
    one = score(truth, answer["orders"][0])
    if truth:
        return f"{one.errors} errors in {one.digits} digits", one.errors <= 1
    return f"{one.invented} digits read", wanted == "anything" or (wanted == "nothing" and one.invented == 0)


def row(name: str, facts: dict[str, Any]) -> str:
    """One file's row in the table."""
    verdict = "met" if facts["right"] else "missed"
    return f"| {name} | {facts['outcome']} | {facts['seconds']:.2f} | {facts['peak_mib']:.0f} | {verdict} |"


def bomb(side: int = 30_000) -> bytes:
    """A PNG of `side` x `side` black pixels, a thousandth of that in bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(image: Image.Image, format_: str) -> bytes:
    """The image as a file's bytes."""
    file = io.BytesIO()
    image.save(file, format_)
    return file.getvalue()


@cache
def drawn(wanted: str = "page") -> Page:
    """The page of digits that several of the files show, or the large one."""
    return next(iter(make_pages(GRADE_OF[wanted], 1, seed=1).values()))


def page(mode: str) -> Image.Image:
    """The drawn page in another Pillow mode."""
    image = Image.open(io.BytesIO(drawn().data))
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    return image.convert(mode)


def specks() -> bytes:
    """A white page of 12 megapixels with 50,000 specks of 1 to 13 pixels."""
    rng = np.random.default_rng(0)
    paper = np.full((4000, 3000), 240, np.uint8)
    for x, y, radius in zip(*rng.integers((0, 0, 0), (3000, 4000, 7), (50_000, 3)).T.tolist(), strict=True):
        cv2.circle(paper, (x, y), radius, 20, -1)
    return cv2.imencode(".png", paper)[1].tobytes()


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "plain.jpg": (lambda: drawn().data, "page"),
    "twelve-megapixels.jpg": (lambda: drawn("large").data, "large"),
    "cmyk.jpg": (lambda: saved(page("CMYK"), "JPEG"), "page"),
    "sixteen-bit.png": (lambda: saved(page("I;16"), "PNG"), "page"),
    "bomb.png": (bomb, "error"),
    "truncated.jpg": (lambda: drawn().data[: len(drawn().data) // 2], "error"),
    "text.png": (lambda: b"no picture, though the name says so\n" * 100, "error"),
    "empty.png": (lambda: b"", "error"),
    "black.png": (lambda: saved(Image.new("L", (3000, 2000)), "PNG"), "nothing"),
    "specks.png": (specks, "anything"),
    "noise.png": (
        lambda: cv2.imencode(".png", np.random.default_rng(0).integers(0, 256, (2000, 1500), np.uint8))[1].tobytes(),
        "anything",
    ),
}


if __name__ == "__main__":
    main()
