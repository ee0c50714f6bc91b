"""Elastic distortion: the identity outside training, SciPy's splines and interpolation inside it."""

import keras
import numpy as np
import pytest
from scipy.interpolate import BSpline
from scipy.ndimage import map_coordinates

from inkdigits.layers import RandomElastic
from inkdigits.layers.elastic import _bilinear, _splines

IMAGES = np.random.default_rng(0).random((8, 28, 28, 1), np.float32)


def test_is_the_identity_outside_training():
    assert (keras.ops.convert_to_numpy(RandomElastic(amount=3.0)(IMAGES)) == IMAGES).all()


def test_without_an_amount_nothing_moves():
    np.testing.assert_allclose(RandomElastic(amount=0.0)(IMAGES, training=True), IMAGES, atol=1e-6)


@pytest.mark.parametrize(("side", "points"), [(28, 5), (64, 4)])
def test_splines_are_those_of_scipy(side, points):
    places = np.linspace(0, points - 1, side)
    knots = np.arange(-3, points + 3)  # a cubic B-spline stretches over two knots to either side
    expected = BSpline.design_matrix(places, knots.astype(float), 3).toarray()
    np.testing.assert_allclose(_splines(side, points), expected[:, : points + 2], atol=1e-6)


def test_reads_between_pixels_as_scipy_does():
    rows, columns = np.random.default_rng(1).uniform(-4, 32, (2, 8, 28, 28)).astype(np.float32)
    read = keras.ops.convert_to_numpy(_bilinear(keras.ops.convert_to_tensor(IMAGES[..., 0]), rows, columns))
    for image, row, column, ours in zip(IMAGES[..., 0], rows, columns, read, strict=True):
        expected = map_coordinates(image, [row, column], order=1, mode="grid-constant")
        np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_moves_as_far_as_the_amount_says():
    ramp = np.broadcast_to(np.arange(100, 128, dtype=np.float32)[:, None, None], (400, 28, 28, 1))
    moved = keras.ops.convert_to_numpy(RandomElastic(amount=1.5)(ramp, training=True))[:, 14, 14, 0] - 114
    # In the middle lies a knot: weights 1/6, 2/3, 1/6 in each direction leave half of the deviation.
    assert moved.std() == pytest.approx(1.5 * (1 / 36 + 4 / 9 + 1 / 36), rel=0.15)
    assert abs(moved.mean()) < 0.15


def test_images_of_another_shape_in_a_graph_that_does_not_know_how_many():
    model = keras.Sequential([keras.layers.Input((20, 30, 1)), RandomElastic(amount=1.0)])
    assert model(np.ones((3, 20, 30, 1), np.float32), training=True).shape == (3, 20, 30, 1)


def test_survives_a_config_round_trip():
    again = RandomElastic.from_config(RandomElastic(amount=1.25, points=7).get_config())
    assert (again.amount, again.points) == (1.25, 7)
