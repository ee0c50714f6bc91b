"""Augmentation: nothing outside training, bounded moves inside it, and the geometry it promises."""

import keras
import numpy as np

from inkdigits.layers import RandomAffine


def spot(x: int, y: int) -> np.ndarray:
    image = np.zeros((64, 28, 28, 1), np.float32)
    image[:, y - 1 : y + 2, x - 1 : x + 2] = 1
    return image


def places(images) -> np.ndarray:
    """Centre of mass (x, y) of every image."""
    images = keras.ops.convert_to_numpy(images)[..., 0]
    grid = np.arange(28)
    mass = images.sum((1, 2))
    return np.stack([(images.sum(1) * grid).sum(1) / mass, (images.sum(2) * grid).sum(1) / mass], axis=1)


def test_is_the_identity_outside_training():
    layer = RandomAffine(rotation=30, shear=0.5, zoom=0.5, shift=5)
    assert (keras.ops.convert_to_numpy(layer(spot(9, 9))) == spot(9, 9)).all()


def test_shift_is_bounded_and_used():
    moves = places(RandomAffine(shift=2)(spot(14, 14), training=True)) - 14
    assert np.abs(moves).max() <= 2.01
    assert moves.std() > 0.8  # uniform on [-2, 2] has 1.15


def test_rotation_keeps_the_distance_from_the_centre():
    turned = places(RandomAffine(rotation=20)(spot(22, 14), training=True)) - 13.5
    radius, angle = np.hypot(*turned.T), np.degrees(np.arctan2(turned[:, 1], turned[:, 0]))
    np.testing.assert_allclose(radius, np.hypot(8.5, 0.5), atol=0.15)
    start = np.degrees(np.arctan2(0.5, 8.5))
    assert 15 < np.abs(angle - start).max() <= 20.5


def test_zoom_scales_from_the_centre():
    zoomed = places(RandomAffine(zoom=0.2)(spot(20, 20), training=True)) - 13.5
    assert zoomed.min() >= 0.78 * 6.5
    assert zoomed.max() <= 1.22 * 6.5


def test_every_image_is_drawn_apart():
    moves = places(RandomAffine(shift=3)(spot(14, 14), training=True))
    assert len(np.unique(moves.round(3), axis=0)) > 60


def test_survives_a_config_round_trip():
    layer = RandomAffine(rotation=3, shear=0.1, zoom=0.2, shift=1.5)
    again = RandomAffine.from_config(layer.get_config())
    assert (again.rotation, again.shear, again.zoom, again.shift) == (3, 0.1, 0.2, 1.5)
