"""Strokes written anew: their width, their holes, their skeleton."""

import numpy as np
import pytest
from scipy import ndimage

from synthetic.pen import cut, draw, thinned, trace


def ring() -> np.ndarray:
    """An MNIST-like nought: 20 pixels high and wide, its stroke 3 pixels wide."""
    y, x = np.mgrid[0:28, 0:28] - 13.5
    return np.clip(255 * (2 - np.abs(np.hypot(x, y) - 8.5)), 0, 255).astype(np.uint8)


def pieces(mask: np.ndarray) -> int:
    return ndimage.label(mask, np.ones((3, 3)))[1]


@pytest.mark.parametrize(
    ("height", "pen"),
    [
        (14, None),
        (14, 1.0),
        (14, 2.0),
        (34, None),
        (34, 1.0),
        (34, 2.5),
        (34, 6.0),
        (120, None),
        (120, 3.0),
        (800, 20.0),
    ],
)
def test_a_ring_stays_a_ring(height, pen):
    ink = np.pad(trace(ring(), height, pen) >= 0.3, 1)
    assert pieces(ink) == 1
    assert ndimage.label(~ink)[1] == 2  # the paper outside and the hole


@pytest.mark.parametrize(("pen", "width"), [(None, 4.0), (2.0, 2.0), (5.0, 5.0)])
def test_strokes_get_the_width_of_the_pen(pen, width):
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:15] = 255
    ink = trace(bar, 40, pen)  # twice its size
    assert abs(ink[10:-10].sum(axis=1).mean() - width) < 0.8
    # The tip of a thinner pen ends within the old stroke.
    assert 36 <= ink.shape[0] <= 44


def test_the_longer_side_gets_the_height():
    assert trace(ring(), 60).shape == pytest.approx((60, 60), abs=1)


def test_a_far_speck_is_no_ink():
    digit = ring()
    digit[1, 1] = 200
    assert trace(digit, 40).shape == trace(ring(), 40).shape


def test_a_faint_part_of_a_stroke_is_kept():
    digit = ring()
    digit[:, 14:] = digit[:, 14:] // 3
    ink = trace(digit, 40) >= 0.5
    assert ink[:, ink.shape[1] // 2 :].any(axis=1).mean() > 0.9


def test_thinning_keeps_pieces_and_leaves_single_pixels():
    mask = np.zeros((20, 30), np.uint8)
    mask[3:8, 2:25] = 1
    mask[12:17, 5:10] = 1
    skeleton = thinned(mask)
    assert pieces(skeleton) == 2
    assert (skeleton <= mask).all()
    assert not ndimage.minimum_filter(skeleton, (2, 2)).any()  # nowhere two by two


def test_drawing_a_square():
    corners = np.array([(0, 0), (30, 0), (30, 30), (0, 30), (0, 0)], float)
    ink = draw([corners], 3.0)
    assert abs(ink.shape[0] - 33) <= 1
    assert ink.shape[0] == ink.shape[1]
    assert ink[8:-8, 8:-8].max() == 0


def test_cutting_paper_leaves_nothing():
    assert cut(np.zeros((5, 5), np.float32)).size == 0
