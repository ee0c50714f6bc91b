"""Another pen and another stretch: nothing outside training, and inside it what they promise."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.layers import CentreInk, RandomPen, RandomStretch


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """256 of MNIST's training images through the pixel contract, float32 (N, 28, 28, 1) in [0, 1]."""
    ink = load("mnist", "train").images[:256]
    return keras.ops.convert_to_numpy(CentreInk()(ink))[..., None].astype(np.float32) / 255


def drawn(layer: keras.Layer, images: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(layer(images, training=True))


LAYERS = [RandomPen(), RandomPen(strength=0.4), RandomStretch(amount=0.5), RandomStretch(amount=2.0)]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{type(layer).__name__}-{layer.get_config()}"[:40])
def test_images_stay_images(layer, digits):
    assert (keras.ops.convert_to_numpy(layer(digits)) == digits).all()
    assert (keras.ops.convert_to_numpy(layer(digits, training=False)) == digits).all()
    found = drawn(layer, digits)
    assert (found.shape, found.dtype) == (digits.shape, np.float32)
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-6
    assert (np.abs(found - digits).max(axis=(1, 2, 3)) > 0.02).mean() > 0.9
    assert (found.sum(axis=(1, 2, 3)) > 0.25 * digits.sum(axis=(1, 2, 3))).mean() > 0.98
    blank = np.zeros((8, 28, 28, 1), np.float32)
    assert drawn(layer, blank).max() == 0
    assert layer.compute_output_shape((None, 28, 28, 1)) == (None, 28, 28, 1)


def test_strokes_grow_and_shrink(digits):
    change = drawn(RandomPen(), digits).sum(axis=(1, 2, 3)) / digits.sum(axis=(1, 2, 3))
    assert np.quantile(change, 0.9) > 1.3
    assert np.quantile(change, 0.1) < 0.9


def test_a_bar_grows_by_up_to_two_pixels_a_side_and_is_thinned_by_up_to_six_tenths():
    bar = np.zeros((400, 28, 28, 1), np.float32)
    bar[:, 4:24, 12:16] = 1
    found = keras.ops.convert_to_numpy(RandomPen()._thickness(bar, np.ones((400, 1, 1, 1), np.float32)))
    width = found[:, 14, :, 0].sum(axis=1)
    assert width.max() == pytest.approx(8, abs=0.15)  # four pixels wide, and two on each side
    assert width.min() == pytest.approx(2.8, abs=0.1)
    assert 0.3 < (np.abs(width - 4) < 1).mean() < 0.6  # many stay much as they were


def test_faint_ink_and_soft_edges_come_up(digits):
    found = drawn(RandomPen(), digits)
    peak, hard = found.max(axis=(1, 2, 3)), ((found > 0.05) & (found < 0.95)).sum(axis=(1, 2, 3))
    was_hard = ((digits > 0.05) & (digits < 0.95)).sum(axis=(1, 2, 3))
    assert 0.03 < (peak < 0.85).mean() < 0.6
    assert (hard > 1.2 * was_hard).mean() > 0.05
    assert (hard < 0.8 * was_hard).mean() > 0.05


def test_paper_stays_paper(digits):
    found = drawn(RandomPen(), digits)[..., 0]
    corners = found[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners.max(axis=1) == 0).mean() > 0.99


def test_no_strength_takes_the_faintest_ink_away_and_no_more(digits):
    np.testing.assert_allclose(drawn(RandomPen(strength=0.0), digits), np.where(digits < 0.03, 0, digits), atol=1e-6)


def profile(image: np.ndarray) -> np.ndarray:
    """Where the middle of the ink lies, top to bottom, of each image."""
    rows = image[..., 0].sum(axis=2)
    return (rows * np.arange(28)).sum(axis=1) / rows.sum(axis=1)


def test_a_stretch_moves_the_middle_both_ways_and_leaves_the_ends():
    line = np.zeros((400, 28, 28, 1), np.float32)
    line[:, 13:15] = 1  # a level line through the middle, from rim to rim
    moved = profile(drawn(RandomStretch(amount=0.5), line)) + 0.5
    # A half read at t ** g: seen at 0.5 ** (1 / g), g between 2 / 3 and 3 / 2, from the top or from the bottom.
    assert moved.max() == pytest.approx(28 * 0.5 ** (2 / 3), abs=0.8)
    assert moved.min() == pytest.approx(28 * (1 - 0.5 ** (2 / 3)), abs=0.8)
    assert abs(moved.mean() - 14) < 1


def test_a_stretch_across_is_a_third_as_strong():
    line = np.zeros((400, 28, 28, 1), np.float32)
    line[:, :, 13:15] = 1
    moved = profile(np.swapaxes(drawn(RandomStretch(amount=0.5), line), 1, 2)) + 0.5
    assert moved.max() == pytest.approx(28 * 0.5 ** (1.5 ** (-1 / 3)), abs=0.5)
    assert np.ptp(moved) > 1.5


def test_every_image_is_drawn_apart(digits):
    one = np.repeat(digits[:1], 64, axis=0)
    for layer in (RandomPen(), RandomStretch(amount=0.5)):
        assert len(np.unique(drawn(layer, one).reshape(64, -1).round(3), axis=0)) > 55


def test_they_survive_a_config_round_trip():
    assert RandomPen.from_config(RandomPen(strength=0.3).get_config()).strength == 0.3
    assert RandomStretch.from_config(RandomStretch(amount=0.7).get_config()).amount == 0.7


def test_they_work_on_jax():
    pytest.importorskip("jax")
    code = (
        "import numpy as np, keras\n"
        "from inkdigits.layers import RandomPen, RandomStretch\n"
        "image = np.zeros((4, 28, 28, 1), 'float32'); image[:, 4:24, 12:16] = 1\n"
        "both = keras.Sequential([RandomStretch(amount=0.5), RandomPen()])\n"
        "found = keras.ops.convert_to_numpy(both(image, training=True))\n"
        "assert (keras.ops.convert_to_numpy(both(image)) == image).all()\n"
        "print(keras.backend.backend(), found.shape, found.dtype, 0 <= found.min() < found.max() <= 1)\n"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "jax (4, 28, 28, 1) float32 True\n"
