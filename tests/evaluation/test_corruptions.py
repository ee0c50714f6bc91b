"""Each corruption does what its definition says, by values worked out apart."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.evaluation.corruptions import CORRUPTIONS, corrupt
from inkdigits.evaluation.corruptions.fog import plasma_fractal
from inkdigits.evaluation.corruptions.lines import stroke
from inkdigits.evaluation.corruptions.motion_blur import trail


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return np.asarray(load("mnist", "test").images[:200])


def square(value: int = 255, top: int = 9, left: int = 9, side: int = 10) -> np.ndarray:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, top : top + side, left : left + side] = value
    return image


def centre(image: np.ndarray) -> np.ndarray:
    """The centre of mass as (row, column)."""
    mass = image.astype(float)
    return np.array([(grid * mass).sum() / mass.sum() for grid in np.mgrid[:28, :28]])


def covariance(image: np.ndarray) -> np.ndarray:
    """Of the ink's columns and rows: float (2, 2), in the order x, y."""
    rows, columns = np.mgrid[:28, :28]
    return np.cov(np.stack([columns.ravel(), rows.ravel()]), aweights=image.ravel().astype(float))


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_is_a_function_of_images_and_seed(digits, name):
    before = digits.copy()
    first = corrupt(digits, name, 1)
    assert (first.dtype, first.shape) == (np.uint8, digits.shape)
    assert (first == corrupt(digits, name, 1)).all()
    assert (digits == before).all()
    certain = ("scale", "brightness", "stripe", "canny_edges")
    assert (first == corrupt(digits, name, 2)).all() == (name in certain)


def test_other_images_are_refused():
    with pytest.raises(ValueError, match=r"uint8 \(N, 28, 28\)"):
        corrupt(np.zeros((1, 32, 32), np.uint8), "fog", 0)


def test_shot_noise_counts_three_photons_at_full_ink():
    """A Poisson of mean 3 is 0 in e^-3 of the cases; clipped at 3, its mean is 3 - sum of its excess."""
    noisy = corrupt(np.full((200, 28, 28), 255, np.uint8), "shot_noise", 0)
    assert set(np.unique(noisy)) == {0, 85, 170, 255}
    assert (noisy == 0).mean() == pytest.approx(np.exp(-3), abs=0.003)
    kept = (1 * 3 + 2 * 4.5) * np.exp(-3) + 3 * (1 - 8.5 * np.exp(-3))
    assert noisy.mean() / 255 == pytest.approx(kept / 3, abs=0.003)
    faint = corrupt(np.full((200, 28, 28), 51, np.uint8), "shot_noise", 0)
    assert (faint == 0).mean() == pytest.approx(np.exp(-0.6), abs=0.005)


def test_impulse_noise_sticks_17_percent():
    noisy = corrupt(np.full((200, 28, 28), 100, np.uint8), "impulse_noise", 0)
    assert (noisy == 255).mean() == pytest.approx(0.085, abs=0.003)
    assert (noisy == 0).mean() == pytest.approx(0.085, abs=0.003)
    assert (noisy == 100).mean() == pytest.approx(0.83, abs=0.004)


def test_glass_blur_scatters_within_reach_and_keeps_the_ink():
    image = np.zeros((500, 28, 28), np.uint8)
    image[:, 14, 14] = 255
    blurred = corrupt(image, "glass_blur", 0).astype(float)
    # Two Gaussians of 0.7 alone leave a peak of 1 / (4 pi 0.49); scattered, it is lower.
    assert blurred.mean(axis=0).max() < 255 / (4 * np.pi * 0.49)
    assert blurred.sum(axis=(1, 2)).mean() == pytest.approx(255, rel=0.15)
    rows, columns = np.nonzero(blurred.max(axis=0))
    # Pixels are pushed up and left; the two blurs alone reach 3 pixels each to the other sides.
    assert 14 < max(rows.max(), columns.max()) <= 14 + 3 + 3
    assert min(rows.min(), columns.min()) < 14 - 3 - 3
    assert (corrupt(square(200, 0, 0, 28), "glass_blur", 0) == 200).all()


def test_motion_blur_trails_off_as_half_a_gaussian():
    weights = trail(0.0)
    assert weights.sum() == pytest.approx(1)
    assert np.flatnonzero(weights.any(axis=1)).tolist() == [20]
    assert weights[20, 20:23] / weights[20, 20] == pytest.approx(np.exp([0, -1 / 18, -4 / 18]))
    assert not weights[20, :20].any()
    slanted = trail(45.0)
    steps = np.ceil(np.arange(21) * np.sqrt(0.5) - 0.5).astype(int)
    assert (np.argwhere(slanted) == 20 + np.unique(steps)[:, np.newaxis]).all()


def test_shear_leans_by_its_angle():
    """The lookup (x - sin a y, cos a y) is undone by (x + tan a y, y / cos a); so go second moments."""
    image = square()
    spread = covariance(image[0])[0, 0]
    angle = 0.4
    forward = np.array([[1, np.tan(angle)], [0, 1 / np.cos(angle)]])
    wanted = spread * forward @ forward.T
    found = covariance(corrupt(image, "shear", 0)[0])
    assert np.abs(found) == pytest.approx(wanted, rel=0.06)


def test_scale_shrinks_to_70_percent(digits):
    shrunk = corrupt(square(), "scale", 0)[0]
    assert shrunk.sum() / square().sum() == pytest.approx(0.49, rel=0.03)
    assert centre(shrunk) == pytest.approx([13.5, 13.5], abs=0.05)


def test_rotate_turns_by_0_4_radians_either_way():
    bar = np.zeros((40, 28, 28), np.uint8)
    bar[:, 12:16, 4:24] = 255
    turned = corrupt(bar, "rotate", 0)
    angles = []
    for image in turned:
        spread = covariance(image)
        angles.append(0.5 * np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1]))
    assert np.abs(angles) == pytest.approx(0.4, abs=0.01)
    assert len(set(np.sign(angles))) == 2


def test_brightness_adds_half(digits):
    wanted = np.minimum(digits.astype(float) + 127.5, 255)
    assert np.abs(corrupt(digits, "brightness", 0) - wanted).max() <= 0.5


def test_translate_moves_the_centre_of_mass_by_three():
    moved = corrupt(np.repeat(square(), 60, axis=0), "translate", 0)
    offsets = {tuple(np.round(centre(image) - 13.5, 6)) for image in moved}
    assert offsets == set(product((-3.0, 3.0), repeat=2))
    assert {image.sum() for image in moved} == {square().sum()}


def test_stripe_inverts_its_columns_and_no_others(digits):
    striped = corrupt(digits, "stripe", 0)
    for column in range(28):
        inverted = column <= 6 or column >= 21
        assert (striped[:, :, column] == (255 - digits[:, :, column] if inverted else digits[:, :, column])).all()


def test_fog_is_a_plasma_fractal_over_the_ink():
    """Black ink 1 and fog 3 f, at f from 0 to 1, give (1 + 3 f) / 4 of full ink, and paper 3 f / 4."""
    half = square(255, 0, 0, 28)
    half[:, :, 14:] = 0
    foggy = corrupt(np.repeat(half, 81, axis=0), "fog", 0).astype(float) / 255
    assert foggy[:, :, :14].min() >= 0.25 - 0.002
    assert foggy[:, :, 14:].max() <= 0.75 + 0.002
    assert (foggy[:, :, 13] - foggy[:, :, 14]).mean() == pytest.approx(0.25, abs=0.02)
    assert not corrupt(np.zeros((1, 28, 28), np.uint8), "fog", 0).any()


def test_a_plasma_fractal_halves_its_reach_by_the_decay():
    """Each level adds heights of a range divided by 1.96; so the finest steps are small beside the whole."""
    land = plasma_fractal(np.random.default_rng(0), 64)
    assert (land.min(), land.max()) == (0, 1)
    rough = plasma_fractal(np.random.default_rng(0), 64, decay=1.0)
    assert np.abs(np.diff(land, axis=0)).mean() < 0.3 * np.abs(np.diff(rough, axis=0)).mean()
    assert np.abs(land[0] - land[-1]).mean() < 3 * np.abs(land[0] - land[1]).mean()  # the edges meet


def test_spatter_is_mud_that_covers(digits):
    """Where cover is complete, ink and paper alike become 63; elsewhere nothing changes."""
    muddy = corrupt(np.zeros((100, 28, 28), np.uint8), "spatter", 0)
    covered = muddy > 0
    assert muddy.max() <= 63
    assert muddy[covered].min() >= np.floor(0.8 * 63)
    assert 0.05 < covered.mean() < 0.4
    same_mud = corrupt(np.full((100, 28, 28), 255, np.uint8), "spatter", 0)
    assert ((same_mud < 255) == covered).all()
    assert same_mud[covered].max() <= np.ceil(255 - 0.8 * (255 - 63))


def test_dotted_line_has_gaps_of_two_pixels(digits):
    dotted = corrupt(np.zeros((50, 28, 28), np.uint8), "dotted_line", 0)
    inked = dotted.any(axis=1)
    wanted = [column // 2 % 2 == 1 and column < 27 for column in range(28)]
    assert (inked == wanted).all()
    assert (corrupt(digits, "dotted_line", 0) >= digits).all()


def test_a_stroke_fades_as_its_logarithm():
    shade = stroke((2.0, 10.0), (20.0, 10.0), 28)
    assert shade[10, 2:20] == pytest.approx(1)
    assert shade[11, 5] == pytest.approx(1 + np.log(1 - 1 / 2.3))
    assert shade[12, 5] == 0  # 1 + ln(1 - 2 / 2.3) is negative
    assert not shade[:, :2].any()
    assert not shade[:, 20:].any()


def test_zigzag_joins_columns_2_and_25_with_teeth(digits):
    zigzags = corrupt(np.zeros((60, 28, 28), np.uint8), "zigzag", 0)
    columns = zigzags.any(axis=1)
    assert not columns[:, 0].any()
    assert not columns[:, 27].any()
    level = [image for image in zigzags if np.ptp(np.flatnonzero(image.max(axis=1) > 200)) <= 4]
    assert level
    peaks = level[0].argmax(axis=0)[3:25]
    turns = np.flatnonzero(np.diff(np.sign(np.diff(np.convolve(peaks, [0.5, 0.5], "valid")))))
    assert len(turns) >= 4
    assert (corrupt(digits, "zigzag", 0) >= digits).all()


def test_canny_edges_are_thin_outlines():
    """A filled square leaves its closed outline, one pixel wide, and nothing within; a faint one leaves nothing."""
    edges = corrupt(square(), "canny_edges", 0)[0]
    assert set(np.unique(edges)) == {0, 255}
    rows, columns = np.nonzero(edges)
    assert {rows.min(), columns.min()} <= {8, 9}
    assert {rows.max(), columns.max()} <= {18, 19}
    assert not edges[11:17, 11:17].any()
    assert ((edges[11:17] > 0).sum(axis=1) == 2).all()
    assert ((edges[:, 11:17] > 0).sum(axis=0) == 2).all()
    # A step of s blurred by 1 pixel rises by 2 (Phi(1) - Phi(0)) s = 0.68 s over two pixels, and Sobel counts it four
    # times: more than 0.2 of full ink from 18.7 of 255 on.
    assert not corrupt(square(value=17), "canny_edges", 0).any()
    assert corrupt(square(value=21), "canny_edges", 0).any()
