"""An image of any kind becomes ink: 255 where something is written, 0 where paper is."""

import contextlib
import io
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.ink import load_ink, save_ink


def stroke() -> np.ndarray:
    """A soft-edged bar on black, as MNIST draws: paper 0, edge 100, core 255."""
    ink = np.zeros((28, 28), np.uint8)
    ink[5:23, 11:17] = 100
    ink[6:22, 12:16] = 255
    return ink


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_white_ink_on_black_is_unchanged() -> None:
    assert np.array_equal(load_ink(stroke()), stroke())


def test_dark_ink_on_white_is_turned_over() -> None:
    assert np.array_equal(load_ink(255 - stroke()), stroke())


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_polarity_makes_no_difference(seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (9, 7), np.uint8)
    image[[0, -1]] = image[:, [0, -1]] = 40
    assert np.array_equal(load_ink(image), load_ink(255 - image))


def test_faint_pencil_on_grey_paper_is_stretched_to_the_full_range() -> None:
    image = np.full((20, 20), 200, np.uint8)
    image[5:15, 9:11] = 120  # full ink
    image[5:15, 8] = 160  # half way
    ink = load_ink(image)
    assert (ink[0, 0], ink[10, 9], ink[10, 8]) == (0, 255, 128)


@pytest.mark.parametrize("shade", [0, 7, 128, 255])
def test_a_blank_sheet_has_no_ink(shade: int) -> None:
    grain = np.random.default_rng(0).integers(-3, 4, (300, 300))
    assert not load_ink(np.clip(shade + grain, 0, 255).astype(np.uint8)).any()
    assert not load_ink(np.full((5, 5), shade, np.uint8)).any()


def test_paper_grain_leaves_no_ink_but_the_stroke() -> None:
    rng = np.random.default_rng(0)
    image = 190 + rng.normal(0, 3, (100, 100))
    image[30:70, 45:55] = 40
    ink = load_ink(image.round().astype(np.uint8))
    assert ink[30:70, 45:55].min() > 250
    ink[30:70, 45:55] = 0
    assert np.count_nonzero(ink) < 100 * 100 * 0.005


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 220, 0), (127, 127, 127)])
def test_strokes_on_a_transparent_canvas_are_ink_whatever_their_colour(colour: tuple[int, int, int]) -> None:
    pixels = np.zeros((28, 28, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = stroke()
    assert np.array_equal(load_ink(pixels), stroke())


def test_a_sheet_with_a_transparent_margin_keeps_its_own_writing() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[6:34, 6:34, :3] = (255 - stroke())[..., None]
    pixels[6:34, 6:34, 3] = 255
    assert np.array_equal(load_ink(pixels), np.pad(stroke(), 6))


def test_an_empty_transparent_canvas_is_blank() -> None:
    assert not load_ink(np.zeros((8, 8, 4), np.uint8)).any()


def test_a_palette_with_a_transparent_colour() -> None:
    image = Image.fromarray((stroke() == 255).astype(np.uint8))
    image.putpalette([10, 200, 30, 240, 240, 240])
    data = encoded(image, transparency=0)
    assert np.array_equal(load_ink(data), np.where(stroke() == 255, 255, 0))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "LA", "I", "F"])
def test_every_mode_of_pillow_gives_the_same_ink(mode: str) -> None:
    bar = np.where(stroke() == 255, 0, 255).astype(np.uint8)  # dark on light
    image = Image.fromarray(bar)
    image = image.convert("RGB").convert(mode) if mode in ("HSV", "YCbCr") else image
    if mode == "LAB":
        flat = Image.new("L", image.size, 128)
        image = Image.merge("LAB", (image, flat, flat))
    ink = load_ink(image if image.mode == mode else image.convert(mode))
    assert np.array_equal(ink, 255 - bar)


def test_a_cmyk_jpeg() -> None:
    bar = Image.fromarray(255 - stroke()).resize((112, 112)).convert("CMYK")
    ink = load_ink(encoded(bar, "JPEG", quality=95))
    assert ink[56, 56] > 245
    assert ink[2, 2] == 0


@pytest.mark.parametrize("brightest", [4095, 65535])
def test_sixteen_bits_also_when_only_twelve_are_used(brightest: int) -> None:
    deep = np.rint((255 - stroke()) / 255 * brightest).astype(np.uint16)
    data = encoded(Image.fromarray(deep))
    assert np.abs(load_ink(data).astype(int) - stroke()).max() <= 1


def test_exif_turns_the_image_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn by 90 degrees clockwise to see it upright
    bar = np.zeros((40, 60), np.uint8)
    bar[4:8, 10:50] = 255
    ink = load_ink(encoded(Image.fromarray(bar), exif=exif))
    assert np.array_equal(ink, np.rot90(bar, -1))


def test_saved_ink_comes_back_bit_for_bit_even_when_it_fills_the_frame(tmp_path) -> None:
    shirt = np.full((28, 28), 180, np.uint8)
    shirt[10:12, 10:12] = 30
    save_ink(shirt, tmp_path / "shirt.png")
    assert np.array_equal(load_ink(tmp_path / "shirt.png"), shirt)
    assert np.array_equal(load_ink((tmp_path / "shirt.png").read_bytes()), shirt)


def test_a_user_image_is_not_changed() -> None:
    image = Image.fromarray(255 - stroke())
    load_ink(image)
    assert np.array_equal(np.asarray(image), 255 - stroke())


def test_more_than_100_megapixels_are_refused_by_the_header(tmp_path) -> None:
    path = tmp_path / "wall.pbm"
    path.write_bytes(b"P4 10001 10000\n")  # no pixel follows: decoding would fail otherwise
    with pytest.raises(ImageError, match=r"wall\.pbm: 10001 x 10000 is more than 100 megapixels"):
        load_ink(path)
    path.write_bytes(b"P4 900000 900000\n")
    with pytest.raises(ImageError, match=r"wall\.pbm: more than 100 megapixels"):
        load_ink(path)


def test_a_large_image_leaks_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError, match="cut short"):
            load_ink(b"P4 9500 10000\n", name="large.pbm")  # Pillow would warn above 89 megapixels


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "PPM", "GIF"])
def test_a_file_cut_short_is_named(tmp_path, kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    path = tmp_path / f"seven.{kind.lower()}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageError, match=rf"^{path}: ") as caught:
        load_ink(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "not an image"), (b"hello", "not an image"), (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not an image")],
)
def test_what_is_no_image_is_named(tmp_path, content: bytes, reason: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=f"^{path}: {reason}"):
        load_ink(str(path))


def test_missing_files_and_folders_are_named(tmp_path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png: no such file"):
        load_ink(tmp_path / "gone.png")
    with pytest.raises(ImageError, match="cannot be opened"):
        load_ink(tmp_path)
    with pytest.raises(ImageError, match="not a usable path"):
        load_ink("a\0b")


@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 2)), np.zeros((2, 2, 2), np.uint8), np.zeros(4, np.uint8), np.zeros((0, 3), np.uint8)],
)
def test_arrays_of_another_form_are_refused(array: np.ndarray) -> None:
    with pytest.raises(ImageError, match="array of shape"):
        load_ink(array)


def is_ink_or_one_line(content: bytes) -> bool:
    try:
        ink = load_ink(content)
    except ImageError as error:
        return "\n" not in str(error)
    return ink.dtype == np.uint8 and ink.ndim == 2


SEEDS = [
    encoded(Image.fromarray(stroke()).convert(mode), kind)
    for mode, kind in [
        ("L", "PNG"),
        ("P", "GIF"),
        ("RGB", "BMP"),
        ("L", "JPEG"),
        ("RGB", "TIFF"),
        ("RGBA", "WEBP"),
    ]
]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_ink_or_an_image_error(seed: bytes, edits: list[tuple[int, int]], data: st.DataObject) -> None:
    content = bytearray(seed)
    for position, value in edits:
        content[position % len(content)] = value
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    # A damaged header may ask for 100 megapixels: legal, and too slow for a test.
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        if np.prod(Image.open(io.BytesIO(content)).size) > 1_000_000:
            return
    assert is_ink_or_one_line(bytes(content))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_no_image(content: bytes) -> None:
    assert is_ink_or_one_line(content)
