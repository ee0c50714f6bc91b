"""The pixel contract against its own definition, against Pillow, and on real MNIST."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from inkdigits.datasets import load
from inkdigits.layers import CentreInk


def normalise(ink: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(CentreInk()(ink[None]))[0]


def seven(side: int, stroke: float, offset: tuple[int, int] = (0, 0), canvas: int | None = None) -> np.ndarray:
    """A drawn 7 whose box is about 0.7 x `side`, with round strokes, drawn 8 times larger and averaged."""
    canvas = canvas or side
    scale = 8 if canvas <= 200 else 2
    image = Image.new("L", (canvas * scale, canvas * scale))
    draw = ImageDraw.Draw(image)
    points = [(0.2, 0.2), (0.75, 0.2), (0.4, 0.85)]
    placed = [((x * side + offset[0]) * scale, (y * side + offset[1]) * scale) for x, y in points]
    width = stroke * side * scale
    draw.line(placed, fill=255, width=round(width), joint="curve")
    for x, y in placed:
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(image.resize((canvas, canvas), Image.Resampling.BOX))


def reference(ink: np.ndarray) -> np.ndarray:
    """The contract written out pixel by pixel in float64, as DESIGN states it."""
    dark = ink >= max(1, ink.max() / 16)
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    scale = max(rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1) / 20
    support = max(1.0, scale)
    padded = np.pad(ink.astype(float), 200)
    places = np.arange(padded.shape[0]) + 0.5, np.arange(padded.shape[1]) + 0.5
    centre = [(padded.sum(1 - axis) * places[axis]).sum() / padded.sum() for axis in (0, 1)]
    weights = []
    for axis in (0, 1):
        wanted = centre[axis] + (np.arange(28) + 0.5 - 14) * scale
        triangle = np.maximum(0, 1 - np.abs(wanted[:, None] - places[axis]) / support)
        weights.append(triangle / triangle.sum(1, keepdims=True))
    return weights[0] @ padded @ weights[1].T


@pytest.mark.parametrize(("side", "stroke"), [(12, 0.12), (28, 0.08), (28, 0.2), (61, 0.1), (112, 0.15)])
def test_agrees_with_the_definition(side, stroke):
    ink = seven(side, stroke)
    assert np.abs(normalise(ink) - reference(ink)).max() <= 1.0


def test_box_is_twenty_pixels_and_centre_of_mass_is_the_middle():
    digit = normalise(seven(300, 0.1)).astype(float)
    rows = np.flatnonzero(digit.max(1) > 127)
    assert rows[-1] - rows[0] + 1 == pytest.approx(20, abs=1)
    places = np.arange(28) + 0.5
    assert (digit.sum(1) * places).sum() / digit.sum() == pytest.approx(14, abs=0.1)
    assert (digit.sum(0) * places).sum() / digit.sum() == pytest.approx(14, abs=0.1)


@pytest.mark.parametrize("stroke", [0.06, 0.2])
def test_size_does_not_matter(stroke):
    at_112, at_1000 = normalise(seven(112, stroke)), normalise(seven(1000, stroke))
    at_28 = normalise(seven(28, stroke))
    assert np.abs(at_112.astype(int) - at_1000).mean() < 2.5
    assert np.abs(at_28.astype(int) - at_1000).mean() < 10  # a 28-pixel drawing is blurred already
    assert np.corrcoef(at_28.ravel(), at_1000.ravel())[0, 1] > 0.95


@given(offset=st.tuples(st.integers(-12, 180), st.integers(-12, 180)))
@settings(max_examples=25, deadline=None)
def test_place_does_not_matter(offset):
    still, moved = seven(112, 0.1, canvas=300), seven(112, 0.1, offset, canvas=300)
    assert np.abs(normalise(still).astype(int) - normalise(moved)).max() <= 8


def test_padding_with_paper_does_not_matter():
    ink = seven(60, 0.1)
    assert np.abs(normalise(np.pad(ink, ((0, 50), (0, 90)))).astype(int) - normalise(ink)).max() <= 1


def test_blank_ink_gives_a_blank_image():
    assert not normalise(np.zeros((17, 40), np.uint8)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 1000)])
def test_odd_shapes_give_finite_images(shape):
    digit = normalise(np.full(shape, 255, np.uint8))
    assert digit.shape == (28, 28)
    assert digit.max() > 0


def test_mnist_is_only_shifted_to_its_centre_of_mass():
    images = load("mnist", "test").images[:200]
    digits = keras.ops.convert_to_numpy(CentreInk()(images))
    for image, digit in zip(images, digits, strict=True):
        # MNIST is scaled to 20 pixels already; SciPy's linear shift is the independent witness.
        shift = 13.5 - np.array(ndimage.center_of_mass(image.astype(float)))
        expected = ndimage.shift(image.astype(float), shift, order=1, mode="grid-constant")
        assert np.abs(digit - expected).max() <= 1.0


def test_mixed_precision_does_not_touch_it():
    ink = seven(500, 0.1)
    expected = normalise(ink)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert (normalise(ink) == expected).all()
    finally:
        keras.config.set_dtype_policy("float32")
