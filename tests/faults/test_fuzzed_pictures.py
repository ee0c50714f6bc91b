"""Ten thousand small pictures of every format, damaged in every way: through `read`, and through the service."""

import asyncio
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import InkdigitsError
from inkdigits.pictures.decoding import opened_picture
from inkdigits.reading import Reader, Reading

COUNT = 10_000
# A damaged header may ask for a large picture: legal, and too slow for so many.
MOST_PIXELS = 4096


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def seeds() -> list[bytes]:
    """A seven of 24 x 24 pixels as every format has it that can be written here."""
    grey = np.full((24, 24), 230, np.uint8)
    grey[4:7, 6:18] = 20
    for row in range(7, 21):
        grey[row, 17 - row // 2 : 20 - row // 2] = 20
    plain = Image.fromarray(grey)
    clear = Image.merge("RGBA", [plain] * 3 + [Image.fromarray(255 - grey)])
    rgb, turned = plain.convert("RGB"), Image.Exif()
    turned[0x0112] = 6
    made = [
        *(encoded(image, "PNG") for image in (plain, clear, plain.convert("1"), rgb.quantize(4))),
        encoded(Image.fromarray(grey.astype(np.uint16) * 257), "PNG"),
        *(encoded(rgb, "JPEG", progressive=progressive, exif=turned) for progressive in (False, True)),
        encoded(rgb.convert("CMYK"), "JPEG"),
        encoded(plain, "GIF", save_all=True, append_images=[plain.rotate(90)]),
        *(encoded(clear, "WEBP", lossless=lossless) for lossless in (False, True)),
        *(encoded(rgb, "TIFF", compression=c) for c in (None, "tiff_lzw", "tiff_deflate", "packbits", "jpeg")),
        encoded(plain.convert("1"), "TIFF", compression="group4"),
        encoded(plain, "TIFF", save_all=True, append_images=[plain]),
        *(encoded(rgb, kind) for kind in ("BMP", "DIB", "PPM", "TGA", "PCX", "SGI", "MPO")),
        encoded(rgb, "TGA", compression="tga_rle"),
        encoded(plain.convert("F"), "TIFF"),
    ]
    for kind in ("AVIF", "JPEG2000", "QOI"):
        try:
            made.append(encoded(rgb, kind))
        except (KeyError, OSError):  # this Pillow was built without it
            continue
    return made


def damaged(rng: np.random.Generator, kinds: list[bytes]) -> bytes:
    """One of the files with bytes changed, cut, repeated, moved, or taken from another."""
    content = bytearray(kinds[rng.integers(len(kinds))])
    for _ in range(rng.integers(1, 5)):
        start, end = sorted(rng.integers(0, len(content) + 1, 2).tolist())
        change = rng.integers(8)
        if change < 3 and content:  # the header is where most depends on a byte
            place = int(rng.integers(len(content) if change else min(64, len(content))))
            content[place] = int(rng.choice([0, 1, 127, 128, 255, rng.integers(256)]))
        elif change == 3:
            del content[start : min(end, start + 8)]
        elif change == 4:
            content[start:start] = content[start : start + 32]
        elif change == 5:
            content[start:end] = rng.bytes(end - start)
        elif change == 6 and rng.random() < 0.5:
            del content[start:]
        else:
            other = kinds[rng.integers(len(kinds))]
            content[start : start + 16] = other[start : start + 16]
    return bytes(content)


def is_small(content: bytes) -> bool:
    try:
        with opened_picture(content, "image") as picture:
            return picture.width * picture.height <= MOST_PIXELS
    except InkdigitsError:
        return True


def pictures(seed: int) -> Iterator[bytes]:
    rng, kinds = np.random.default_rng(seed), seeds()
    while True:
        if is_small(content := damaged(rng, kinds)):
            yield content


def open_files() -> int:
    """How many this process has, where the system tells."""
    told = Path("/proc/self/fd")
    return len(list(told.iterdir())) if told.is_dir() else 0


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


def test_the_undamaged_files_are_read(reader: Reader) -> None:
    assert len(seeds()) > 25
    texts = [reader.read(content).text for content in seeds()]
    assert texts.count("7") > len(texts) - 6, texts  # a few turn it by EXIF, or have two pages of it


def test_each_gives_a_reading_or_one_line(reader: Reader, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = open_files()
    refusals: list[tuple[str, str]] = []
    readings = 0
    for content in islice(pictures(0), COUNT):
        try:
            reading = reader.read(content, turn=0)
        except InkdigitsError as error:
            refusals.append((str(error), f"image of {len(content):,} bytes: "))
        else:
            assert isinstance(reading, Reading)
            assert re.fullmatch(r"[0-9□ \n]*", reading.text)
            assert all(0 <= digit.confidence <= 1 for line in reading.lines for digit in line.digits)
            readings += 1
    assert all(told.startswith(named) and len(told.splitlines()) == 1 for told, named in refusals)
    assert min(readings, len(refusals)) > COUNT / 10  # both ways were gone often
    assert list(tmp_path.iterdir()) == []
    assert open_files() == files


async def asked(app: Any, path: str, content: bytes) -> tuple[int, dict[str, Any]]:
    """The service's answer, without a server between: its status and its JSON."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/octet-stream")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"turn=0", "root_path": "", "headers": headers}
    scope |= {"client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in told)
    return told[0]["status"], json.loads(body)


def test_the_service_answers_or_refuses_each(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fastapi")
    from inkdigits.serving.app import create_app
    from inkdigits.serving.options import Limits, Options

    monkeypatch.chdir(tmp_path)
    outcomes: Counter[tuple[str, int]] = Counter()

    async def play() -> None:
        app = create_app(Options(limits=Limits(threads=1)))
        async with app.router.lifespan_context(app):
            for number, content in enumerate(islice(pictures(1), COUNT)):
                path = ("/v1/read", "/v1/classify")[number % 2]
                status, answer = await asked(app, path, content)
                outcomes[path, status] += 1
                if status == 200:
                    assert ("text" in answer) == (path == "/v1/read")
                else:
                    assert (answer["status"], set(answer)) == (status, {"error", "status", "request_id"})
                    assert len(answer["error"].splitlines()) == 1
            assert app.state.service.pool.pending == 0

    asyncio.run(play())
    assert {status for _, status in outcomes} == {200, 422}, outcomes
    assert min(outcomes.values()) > COUNT / 20, outcomes
    assert list(tmp_path.iterdir()) == []
