"""A source of any kind becomes pages: RGB as a viewer shows it, one at a time."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from inkdigits.errors import ImageError
from inkdigits.ink import load_ink
from inkdigits.pictures import open_pages, pages


def colours(height: int = 30, width: int = 50) -> np.ndarray:
    """A picture without any symmetry: each of red, green and blue grows another way."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows * 255 // height, columns * 255 // width, (rows + columns) % 256], axis=2).astype(np.uint8)


def encoded(image: Image.Image | np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(file, kind, **options)
    return file.getvalue()


def only(source: object) -> np.ndarray:
    (page,) = open_pages(source)  # type: ignore[arg-type]
    assert page.dtype == np.uint8
    assert page.ndim == 3
    assert page.shape[2] == 3
    assert page.flags.c_contiguous
    return page


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_files_come_bit_for_bit_from_every_kind_of_source(tmp_path, kind: str) -> None:
    path = tmp_path / f"page.{kind.lower()}"
    path.write_bytes(encoded(colours(), kind))
    with Image.open(path) as image:
        sources = [path, str(path), path.read_bytes(), image, Image.fromarray(colours()), colours()]
        for source in sources:
            assert np.array_equal(only(source), colours())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_lossy_files_come_close(kind: str) -> None:
    error = only(encoded(colours(), kind)).astype(int) - colours()
    assert np.abs(error).mean() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(30, 50), (700, 900)])  # one strip, and several
def test_exif_turns_the_page_as_pillow_does(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(colours(*size), exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(only(data), np.asarray(ImageOps.exif_transpose(image)))


GREY = colours()[..., 0]


@pytest.mark.parametrize(
    ("array", "expected"),
    [(GREY, GREY), (GREY > 99, (GREY > 99) * 255), (GREY.astype(np.uint16) * 16, GREY * (255 / GREY.max()))],
)
def test_grey_arrays_of_every_depth(array: np.ndarray, expected: np.ndarray) -> None:
    page = only(array)
    assert np.abs(page - np.rint(expected)[..., None]).max() == 0
    assert np.array_equal(page, only(encoded(array)))


def test_an_array_in_colour_is_not_copied_and_not_open_to_change() -> None:
    array = colours()
    page = only(array)
    assert np.shares_memory(page, array)
    assert not page.flags.writeable
    assert array.flags.writeable


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LA", "PA", "RGBX", "I", "F"])
def test_every_mode_of_pillow_shows_black_on_white(mode: str) -> None:
    bar = np.full((20, 30), 255, np.uint8)
    bar[5:15, 10:14] = 0
    image = Image.fromarray(bar)
    image = image.convert("RGB").convert(mode) if mode in ("HSV", "YCbCr", "PA") else image.convert(mode)
    assert np.array_equal(only(image), np.repeat(bar[..., None], 3, axis=2))


def test_lab_colours() -> None:
    red = Image.merge("LAB", [Image.new("L", (4, 4), value) for value in (138, 209, 198)])  # L 54.3, a 81, b 70
    assert np.abs(only(red).astype(int) - (255, 0, 0)).max() <= 6


def test_a_cmyk_jpeg_shows_its_colours() -> None:
    plain = np.full((40, 40, 3), (200, 30, 60), np.uint8)
    page = only(encoded(Image.fromarray(plain).convert("CMYK"), "JPEG", quality=95))
    assert np.abs(page.astype(int) - plain).max() <= 4


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 220, 0), (90, 90, 90)])
def test_strokes_on_a_transparent_canvas_become_dark_on_white(colour: tuple[int, int, int]) -> None:
    canvas = np.zeros((20, 30, 4), np.uint8)
    canvas[..., :3] = colour
    canvas[5:15, 10:14, 3] = 255
    canvas[4, 10:14, 3] = 100  # a soft edge
    paper = np.full((20, 30), 255, np.uint8)
    paper[5:15, 10:14] = 0
    paper[4, 10:14] = 155
    assert np.array_equal(only(canvas), np.repeat(paper[..., None], 3, axis=2))
    assert np.array_equal(only(encoded(canvas)), only(canvas))


def test_a_sheet_with_a_transparent_margin_lies_on_paper_of_its_own_colour() -> None:
    sheet = np.zeros((40, 40, 4), np.uint8)
    sheet[6:34, 6:34] = (250, 240, 200, 255)
    sheet[15:20, 10:30, :3] = (10, 20, 120)
    page = only(sheet)
    assert (page[0, 0].tolist(), page[17, 20].tolist()) == ([250, 240, 200], [10, 20, 120])


def test_an_empty_canvas_is_white_and_full_opacity_changes_nothing() -> None:
    assert only(np.zeros((8, 8, 4), np.uint8)).min() == 255
    opaque = np.dstack([colours(), np.full((30, 50), 255, np.uint8)])
    assert np.array_equal(only(opaque), colours())


def test_all_pages_of_a_tiff_in_their_order() -> None:
    pages = [colours(30, 50), colours(20, 10), 255 - colours(30, 50)]
    images = [Image.fromarray(pages[0]), Image.fromarray(pages[1]), Image.fromarray(pages[2]).convert("L")]
    for compression in (None, "tiff_lzw", "jpeg"):
        data = encoded(images[0], "TIFF", save_all=True, append_images=images[1:], compression=compression)
        found = [page.shape for page in open_pages(data)]
        assert found == [(30, 50, 3), (20, 10, 3), (30, 50, 3)]
    assert np.array_equal(only(encoded(images[2], "TIFF"))[..., 0], np.asarray(images[2]))


def test_a_smaller_copy_in_a_tiff_is_no_page() -> None:
    copy = Image.fromarray(colours(15, 25))
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    data = encoded(colours(), "TIFF", save_all=True, append_images=[copy])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 2
    assert only(data).shape == (30, 50, 3)


def test_pages_come_one_at_a_time_up_to_the_damaged_one(tmp_path) -> None:
    path = tmp_path / "scan.tif"
    images = [Image.fromarray(np.full((9, 9), shade, np.uint8)) for shade in (10, 20, 30)]
    images[0].save(path, save_all=True, append_images=images[1:], compression="tiff_adobe_deflate")
    data = path.read_bytes()
    with Image.open(path) as image:
        image.seek(2)
        (offset,) = image.tag_v2[273]
    path.write_bytes(data[:offset] + b"\0\0\0\0" + data[offset + 4 :])
    pages = open_pages(path)
    assert [next(pages)[0, 0, 0], next(pages)[0, 0, 0]] == [10, 20]
    with pytest.raises(ImageError, match=r"scan\.tif: damaged"):
        next(pages)


def test_one_page_is_in_memory_at_a_time() -> None:
    page = Image.fromarray(np.zeros((2000, 2000, 3), np.uint8))
    data = encoded(page, "TIFF", save_all=True, append_images=[page] * 5, compression="tiff_lzw")
    tracemalloc.start()
    try:
        pages = open_pages(data)
        while (page := next(pages, None)) is not None:
            del page
        assert tracemalloc.get_traced_memory()[1] < 1.5 * 12_000_000
    finally:
        tracemalloc.stop()


def tiff_of(count: int) -> bytes:
    """A TIFF of `count` white pages of one pixel, all of which show the same byte."""
    tags = [(256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 1)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    length = 2 + len(entries) + 4
    pages = []
    for number in range(count):
        following = 12 + (number + 1) * length if number + 1 < count else 0
        pages.append(struct.pack("<H", len(tags)) + entries + struct.pack("<I", following))
    return b"II*\0" + struct.pack("<I", 12) + b"\xff\0\0\0" + b"".join(pages)


def test_a_thousand_pages_are_read_and_no_more() -> None:
    assert sum(page.shape == (1, 1, 3) for page in open_pages(tiff_of(1000))) == 1000
    with pytest.raises(ImageError, match=r"^image of .* bytes: more than 1,000 pages; split the file$"):
        next(open_pages(tiff_of(1001)))


def test_a_user_image_is_neither_changed_nor_closed() -> None:
    image = Image.open(io.BytesIO(encoded(colours())))
    assert np.array_equal(only(image), only(image))
    assert np.array_equal(np.asarray(image), colours())


def test_a_user_image_that_fails_when_it_is_decoded() -> None:
    data = encoded(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8))
    with (
        Image.open(io.BytesIO(data[: len(data) // 2])) as image,
        pytest.raises(ImageError, match="image: damaged or cut short"),
    ):
        next(open_pages(image))


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.zeros((2, 2, 2), np.uint8), np.zeros((0, 3, 3), np.uint8)])
def test_arrays_of_another_form_are_refused(array: np.ndarray) -> None:
    with pytest.raises(ImageError, match="array of shape"):
        next(open_pages(array))


def test_a_name_stands_in_errors_for_what_has_no_path() -> None:
    with pytest.raises(ImageError, match=r"^standard input: not an image"):
        next(open_pages(b"hello", name="standard input"))


@pytest.mark.parametrize("transparent", [0, 65535])
def test_a_shade_of_16_bits_that_is_transparent_changes_nothing(transparent: int) -> None:
    grey = (colours()[..., 0].astype(np.uint16) * 257)[:, :30]
    plain = encoded(Image.fromarray(grey))
    chunk = b"tRNS" + transparent.to_bytes(2, "big")
    place = plain.index(b"IDAT") - 4
    marked = plain[:place] + struct.pack(">I", 2) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[place:]
    with Image.open(io.BytesIO(marked)) as image:
        assert image.info["transparency"] == transparent
    assert (only(marked) == only(plain)).all()
    assert (load_ink(marked) == load_ink(plain)).all()


def test_a_tiff_of_pages_and_thumbnails_loses_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGES", 10)
    monkeypatch.setattr(pages, "_MAX_FRAMES", 40)

    def tiff(count: int) -> bytes:
        frames = [Image.new("L", (9, 9), 25 * number) for number in range(count) for _ in range(3)]
        for place, frame in enumerate(frames):
            frame.encoderinfo = {"tiffinfo": {254: int(place % 3 > 0)}}
        return encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])

    assert [int(page[0, 0, 0]) for page in open_pages(tiff(9))] == [25 * number for number in range(9)]
    with pytest.raises(ImageError, match="more than 10 pages; split the file"):
        list(open_pages(tiff(11), most=10))
    with pytest.raises(ImageError, match="more than 40 pictures and copies of pictures; split the file"):
        list(open_pages(encoded(Image.new("L", (9, 9)), "TIFF", save_all=True, append_images=_copies(41))))


def _copies(count: int) -> list[Image.Image]:
    copies = [Image.new("L", (4, 4)) for _ in range(count)]
    for copy in copies:
        copy.encoderinfo = {"tiffinfo": {254: 1}}
    return copies
