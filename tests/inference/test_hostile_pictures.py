"""Files made or broken to do harm get their right answer or one line, in bounded time and memory."""

import contextlib
import io
import json
import os
import re
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.pictures import open_pages
from inkdigits.pictures.sources import MAX_BYTES

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, pixels: bytes, depth: int = 8) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(megabytes: int) -> bytes:
    """So many million zeros, compressed as one piece that is repeated."""
    packer = zlib.compressobj(wbits=-15)
    piece = packer.compress(bytes(10**6)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 10**6 % 65521) << 16 | 1  # Adler-32 of zeros
    return b"\x78\x9c" + piece * megabytes + b"\x03\x00" + struct.pack(">I", checksum)


def test_the_bomb_is_an_honest_one() -> None:
    assert zlib.decompress(zeros(3)) == bytes(3 * 10**6)


def scans(count: int) -> bytes:
    """A progressive JPEG whose last scan, a few bytes that cost a pass over 25 million pixels, is there many times."""
    data = encoded(Image.new("L", (5000, 5000), 128), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]


def frames(kind: str, count: int) -> bytes:
    first, *others = [Image.new("L", (8, 8), shade % 255) for shade in range(count)]
    return encoded(first, kind, save_all=True, append_images=others)


MADE = {
    "bomb.png": (lambda: png(30_000, 30_000, zeros(901)), "more than 100 megapixels"),
    "tall.png": (lambda: png(1, 40_000_000, zeros(80)), "1 x 40000000 is longer than 65,535 pixels"),
    "lying.png": (lambda: png(30_000, 30_000, zlib.compress(b"\0\0")), "more than 100 megapixels"),
    "short.png": (lambda: png(9_900, 9_900, zlib.compress(b"\0\0")), "damaged or cut short"),
    "bomb.gif": (lambda: b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\0;", "100 megapixels"),
    "bomb.webp": (lambda: b"RIFF\x12\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff", "not an image|100 mega"),
    "large.webp": (lambda: encoded(Image.new("L", (16383, 1832)), "WEBP", method=0), "more than 30 megapixels"),
    "scans.jpg": (lambda: scans(3000), "more than 50 scans"),
    "cut.jpg": (lambda: encoded(NOISE, "JPEG")[:900], "damaged or cut short"),
    "text.png": (lambda: b"these are not the pixels you are looking for\n", "not an image"),
    "empty.png": (lambda: b"", "the file is empty"),
    "zero.png": (lambda: png(0, 9, zlib.compress(b"")), "not an image|holds no pixels"),
    "zero.bmp": (
        lambda: b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 0, 9, 1, 24, 0, 0, 0, 0, 0, 0),
        "pixels|not",
    ),
    "cmyk.jpg": (lambda: encoded(NOISE.convert("CMYK"), "JPEG"), r"1 x \(64, 64, 3\)"),
    "deep.png": (lambda: png(4, 4, zlib.compress((b"\0" + b"\x12\x34" * 4) * 4), depth=16), r"1 x \(4, 4, 3\)"),
    "frames.gif": (lambda: frames("GIF", 5000), r"1 x \(8, 8, 3\)"),
    "frames.tif": (lambda: frames("TIFF", 1001), "more than 1,000 pages"),
}
FOUND = {
    "folder": "cannot be opened .a folder",
    "pipe": "cannot be opened .a pipe or device",
    "/dev/zero": "cannot be opened .a pipe or device",
    "locked.png": "cannot be opened .Permission denied",
    "sparse.tif": r"513 MiB is more than the 512 MiB a file may have",
    "missing.png": "no such file",
}
READ_ALL = """
import json, os, sys, time
from PIL import Image
from inkdigits.errors import ImageError
from inkdigits.pictures import open_pages

Image.init()
answers = {}
for name in sys.argv[1:]:
    if name == "locked.png" and os.geteuid() == 0:
        os.seteuid(65534)
    began = time.process_time()
    try:
        pages = [page.shape for page in open_pages(name)]
        answer = f"{len(pages)} x {pages[0]}"
    except ImageError as error:
        answer = str(error)
    answers[name] = answer, time.process_time() - began
    if name == "locked.png" and os.getuid() == 0:
        os.seteuid(0)
# Not resource.getrusage: its peak starts at that of the process which started this one.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([answers, peak]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, tuple[str, float]]:
    """What each file gives, with the processor seconds it took; all are read by one process of bounded memory."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process's memory is read from /proc")
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in MADE.items():
        (folder / name).write_bytes(make())
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "locked.png").write_bytes(encoded(NOISE, "PNG"))
    (folder / "locked.png").chmod(0)
    with (folder / "sparse.tif").open("wb") as file:
        file.truncate(MAX_BYTES + 2**20)
    command = [sys.executable, "-c", READ_ALL, *MADE, *FOUND]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    found, peak = json.loads(done.stdout)
    assert peak < 500_000, f"{peak} KB"
    return found


@pytest.mark.parametrize(
    ("name", "expected"), [(name, reason) for name, (_, reason) in MADE.items()] + [*FOUND.items()]
)
def test_each_gets_its_answer_or_one_line_within_two_seconds(answers, name: str, expected: str) -> None:
    answer, seconds = answers[name]
    assert re.search(expected, answer)
    assert "\n" not in answer
    assert answer.startswith((f"{name}: ", "1 x "))
    assert seconds < 2


def is_pages_or_one_line(content: bytes) -> bool:
    try:
        pages = list(open_pages(content))
    except ImageError as error:
        return "\n" not in str(error)
    return all(page.dtype == np.uint8 and page.ndim == 3 and page.shape[2] == 3 and page.size for page in pages)


SEEDS = [
    encoded(NOISE, "PNG"),
    encoded(NOISE.convert("RGBA"), "PNG"),
    encoded(NOISE.convert("RGB"), "JPEG"),
    encoded(NOISE.convert("RGB"), "JPEG", progressive=True),
    encoded(NOISE, "GIF", save_all=True, append_images=[NOISE.rotate(90)]),
    encoded(NOISE.convert("RGBA"), "WEBP"),
    *(encoded(NOISE, "TIFF", save_all=True, append_images=[NOISE], compression=c) for c in (None, "tiff_lzw", "jpeg")),
]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    st.floats(0, 1) | st.just(1.0),
)
@settings(max_examples=400, deadline=None)
def test_damaged_files_give_pages_or_one_line(seed: bytes, edits: list[tuple[int, int]], kept: float) -> None:
    content = bytearray(seed[: round(len(seed) * kept)])
    for position, value in edits:
        if content:
            content[position % len(content)] = value
    # A damaged header may ask for 100 megapixels: legal, and too slow for a test.
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        if np.prod(Image.open(io.BytesIO(content)).size) > 1_000_000:
            return
    assert is_pages_or_one_line(bytes(content))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_random_bytes_give_one_line(content: bytes) -> None:
    assert is_pages_or_one_line(content)


def test_a_pdf_or_heif_file_tells_what_to_install(monkeypatch) -> None:
    for package, content in (("pypdfium2", b"%PDF-1.7\n"), ("pillow_heif", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(ImageError, match=rf"{package} is not installed.: pip install 'inkdigits\[documents\]'$"):
            next(open_pages(content))
