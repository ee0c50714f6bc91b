"""PDF pages and HEIC photographs, through the packages of the `documents` extra."""

import io
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.pictures import open_pages

pytest.importorskip("pypdfium2")
pillow_heif = pytest.importorskip("pillow_heif")

INK = b"0 0 1 rg 72 648 144 72 re f"  # a blue box 2 x 1 inches, an inch from the left and the top of a Letter sheet


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf(*pages: tuple[bytes, bytes], box: bytes = b"0 0 612 792") -> bytes:
    """A PDF of pages, each given by its content stream and more entries of its dictionary."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages))]
    for number, (content, entries) in enumerate(pages):
        given = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R%s>>" % (box, 4 + 2 * number, entries)
        objects += [given, content if content.startswith(b"<<") else stream(content)]
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def error_of(source: bytes | Path) -> str:
    with pytest.raises(ImageError) as caught:
        list(open_pages(source))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pages_are_drawn_at_200_dots_an_inch_in_their_colours(tmp_path) -> None:
    path = tmp_path / "Bögen 1.pdf"
    path.write_bytes(pdf((INK, b""), (b"", b""), (INK, b"/Rotate 90")))
    for source in (path, str(path), path.read_bytes()):
        first, second, third = open_pages(source)
        assert first.shape == (2200, 1700, 3)
        expected = np.full((2200, 1700, 3), 255, np.uint8)
        expected[200:400, 200:600] = (0, 0, 255)
        assert np.array_equal(first, expected)
        assert second.min() == 255
        assert np.array_equal(third, np.rot90(expected, -1))


def test_a_large_sheet_is_drawn_at_fewer_dots() -> None:
    (page,) = open_pages(pdf((INK, b""), box=b"0 0 3600 3600"))  # 50 inches: 100 megapixels at 200 dots
    assert page.shape == (5000, 5000, 3)


@pytest.mark.parametrize("box", [b"0 0 14400 14400", b"0 0 1 100000000"])
def test_an_endless_sheet_is_refused(box: bytes) -> None:
    assert "page 1 measures" in error_of(pdf((INK, b""), box=box))


def test_protected_damaged_and_empty_files_are_told_apart(tmp_path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(io.BytesIO(pdf((INK, b""))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    assert error_of(tmp_path / "locked.pdf") == f"{tmp_path}/locked.pdf: protected by a password; save it without one"
    assert "a damaged PDF" in error_of(b"%PDF-1.7\nand nothing more")
    assert "a damaged PDF" in error_of(pdf((INK, b""))[:90])
    assert "a PDF without pages" in error_of(pdf())


def test_more_than_a_thousand_pages_are_refused() -> None:
    assert "more than 1,000 pages; split the file" in error_of(pdf(*[(b"", b"")] * 1001))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound a process's memory")
def test_a_stream_that_unpacks_to_gigabytes_is_refused_in_bounded_memory(tmp_path) -> None:
    packer = zlib.compressobj(wbits=-15)
    piece = packer.compress(bytes(10**6)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = zlib.compress(b"\x78\x9c" + piece * 3000, 9)  # 3 GB of zeros, packed twice
    path = tmp_path / "bomb.pdf"
    path.write_bytes(pdf((stream(packed, b"/Filter[/FlateDecode/FlateDecode]"), b"")))
    assert path.stat().st_size < 50_000
    code = (
        "import resource, sys\n"
        "from inkdigits.pictures import open_pages\n"
        "try:\n    next(open_pages(sys.argv[1]))\n"
        "except Exception as error:\n    print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    error, peak = done.stdout.splitlines()
    assert "too heavy to draw" in error
    assert int(peak) < 500_000


def test_a_reader_that_stops_early_leaves_no_process_behind(tmp_path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf(*[(INK, b"")] * 50))
    code = (
        "import sys, os\n"
        "from inkdigits.pictures import open_pages\n"
        "pages = open_pages(sys.argv[1]); next(pages); pages.close()\n"
        "try:\n    os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError:\n    print('none')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("none\n", "")


def is_pages_or_one_line(content: bytes) -> bool:
    try:
        return all(page.dtype == np.uint8 and page.shape[2] == 3 for page in open_pages(content))
    except ImageError as error:
        return "\n" not in str(error)


SEED = pdf((INK, b""), (b"BT ET 0 0 m 9 9 l S", b"/Rotate 180"), box=b"0 0 99 60")


@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 255)), max_size=8), st.floats(0, 1) | st.just(1.0))
@settings(max_examples=30, deadline=None)
def test_damaged_pdfs_give_pages_or_one_line(edits: list[tuple[int, int]], kept: float) -> None:
    content = bytearray(SEED[: max(9, round(len(SEED) * kept))])
    for position, value in edits:
        content[9 + position % (len(content) - 8) - 1] = value
    assert is_pages_or_one_line(bytes(content))


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_heic_photograph_stands_upright(tmp_path, orientation: int) -> None:
    picture = np.full((60, 100, 3), (240, 230, 210), np.uint8)
    picture[10:20, 20:80] = (20, 40, 160)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo.heic"
    pillow_heif.from_pillow(Image.fromarray(picture)).save(path, quality=90, exif=exif.tobytes())
    (page,) = open_pages(path)
    upright = np.rot90(picture, -1) if orientation == 6 else picture
    assert page.shape == upright.shape
    assert np.abs(page.astype(int) - upright).mean() < 4


def test_a_damaged_heic_photograph_gives_one_line(tmp_path) -> None:
    path = tmp_path / "photo.heic"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    pillow_heif.from_pillow(Image.fromarray(noise)).save(path)
    data = path.read_bytes()
    for length in (20, 300, len(data) // 2):
        error_of(data[:length])
