from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkdigits.reading.forms.form import Form, load_form
from inkdigits.reading.forms.registration import Registration, RegistrationError

FORM = load_form(Path(__file__).parents[3] / "docs" / "forms" / "form.toml")
BLANK = FORM.template
DOTS = BLANK.shape[1] / FORM.width  # a millimetre
HOLE = np.s_[58:85, 58:85]  # the paper within the hollow mark

BY_MARKS = replace(FORM, template=None)
BY_TEMPLATE = replace(FORM, marks=None)
BY_SOLID_MARKS = replace(FORM, marks=replace(FORM.marks, hollow=None))


def photograph(page: np.ndarray, seed: int, *, tilt: float = 0.08, size: tuple[int, int] = (1300, 1000)):
    """The page on a desk, turned anyhow, seen at an angle, half in shadow; and the homography page -> picture."""
    rng = np.random.default_rng(seed)
    rows, columns = page.shape[:2]
    angle = np.deg2rad(90 * (seed % 4) + rng.uniform(-20, 20))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # At 20 degrees a page of 3:2 is 0.95 times as high as it is long, so it stays within the picture's shorter side.
    scale = 0.8 * min(size) / columns
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)]) - 0.5
    seen = (corners - [columns / 2, rows / 2]) * scale @ turned.T + np.array(size) / 2
    seen += rng.uniform(-tilt, tilt, seen.shape) * rows * scale
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    on_page = cv2.warpPerspective(np.ones((rows, columns)), homography, size)[..., None]
    picture = cv2.warpPerspective(page, homography, size, flags=cv2.INTER_AREA) * on_page * 0.9
    picture = picture + (1 - on_page) * rng.integers(40, 160, 3)
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    across = rng.normal(size=2)
    side = (x - size[0] / 2) * across[0] + (y - size[1] / 2) * across[1]
    picture = picture * (0.45 + 0.55 / (1 + np.exp(-side / 20)))[..., None] + rng.normal(0, 3, picture.shape)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8), 0, 255).astype(np.uint8), homography


def error(found: np.ndarray, homography: np.ndarray) -> float:
    """How far, in pixels of the blank page, points all over it are from where they belong."""
    places = np.stack(np.meshgrid(np.linspace(0, 1164, 7), np.linspace(0, 826, 5)), -1).reshape(1, -1, 2)
    back = cv2.perspectiveTransform(cv2.perspectiveTransform(places, homography), found)[0]
    return float(np.abs(back * DOTS - (places[0] + 0.5)).max())


def solid_marks() -> np.ndarray:
    page = BLANK.copy()
    page[HOLE] = 0
    return page


def other_form() -> np.ndarray:
    """A page with the same corner marks but other print."""
    page = Image.fromarray(BLANK).convert("RGB")
    draw = ImageDraw.Draw(page)
    draw.rectangle((100, 20, 1060, 800), fill="white")
    for line in range(12):
        draw.text((120, 110 + 50 * line), "Another form, with much to read", font=ImageFont.load_default(40), fill=0)
    return np.array(page)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("form", "page", "tolerance"),
    [
        pytest.param(BY_MARKS, BLANK, 1.0, id="marks"),
        pytest.param(BY_TEMPLATE, BLANK, 2.0, id="template"),
        pytest.param(BY_SOLID_MARKS, solid_marks(), 1.0, id="solid marks and template"),
    ],
)
def test_the_known_homography_is_found_again(form: Form, page: np.ndarray, tolerance: float, seed: int) -> None:
    picture, homography = photograph(page, seed)
    assert error(Registration(form).find(picture, "page"), homography) < tolerance


@pytest.mark.parametrize("quarter", range(4))
def test_a_scan_turned_by_quarters_is_found_to_half_a_pixel(quarter: int) -> None:
    """The rounding of the marks' corners to whole dots is up to half a dot itself."""
    rows, columns = BLANK.shape[:2]
    forward = [
        np.eye(3),
        np.array([[0, 1, 0], [-1, 0, columns - 1], [0, 0, 1]]),
        np.array([[-1, 0, columns - 1], [0, -1, rows - 1], [0, 0, 1]]),
        np.array([[0, -1, rows - 1], [1, 0, 0], [0, 0, 1]]),
    ][quarter]
    picture = np.ascontiguousarray(np.rot90(BLANK, quarter))
    assert error(Registration(BY_MARKS).find(picture, "page"), forward.astype(float)) < 0.6


def test_a_large_scan_is_found_as_well_as_a_small_one() -> None:
    large = cv2.resize(BLANK, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    to_large = np.array([[4, 0, 1.5], [0, 4, 1.5], [0, 0, 1]])
    assert error(Registration(BY_MARKS).find(large, "page"), to_large) < 0.6
    assert error(Registration(BY_TEMPLATE).find(large, "page"), to_large) < 1.0


def test_squares_beside_the_marks_do_not_mislead() -> None:
    rng = np.random.default_rng(1)
    page = BLANK.copy()
    for _ in range(8):
        top, left, side = rng.integers(560, 680), rng.integers(600, 1000), rng.integers(12, 30)
        page[top : top + side, left : left + side] = 0
    picture, homography = photograph(page, 3)
    assert error(Registration(BY_MARKS).find(picture, "page"), homography) < 1.0


def test_a_covered_mark_is_made_up_for_by_the_template() -> None:
    page = BLANK.copy()
    page[700:, :150] = (200, 150, 130)  # a thumb
    picture, homography = photograph(page, 2)
    assert error(Registration(FORM).find(picture, "page"), homography) < 2.0
    with pytest.raises(
        RegistrationError, match=r"^page: the form's four corner marks are not found on this page; show"
    ):
        Registration(BY_MARKS).find(picture, "page")


@pytest.mark.parametrize("form", [FORM, BY_TEMPLATE, BY_SOLID_MARKS])
def test_another_form_is_refused_even_with_the_same_marks(form: Form) -> None:
    picture, _ = photograph(other_form(), 1)
    with pytest.raises(RegistrationError):
        Registration(form).find(picture, "page")


@pytest.mark.parametrize("form", [FORM, BY_MARKS, BY_TEMPLATE])
@pytest.mark.parametrize("kind", ["blank", "noise", "mirrored", "one pixel", "cut off"])
def test_a_page_without_the_form_is_an_error_of_one_line(form: Form, kind: str) -> None:
    picture = {
        "blank": np.full((600, 800, 3), 240, np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8),
        "mirrored": np.ascontiguousarray(BLANK[:, ::-1]),
        "one pixel": np.zeros((1, 1, 3), np.uint8),
        "cut off": np.ascontiguousarray(BLANK[:180, :330]),
    }[kind]
    with pytest.raises(RegistrationError, match=r"^scan 7\.png: the form.* (not found) .*$") as raised:
        Registration(form).find(picture, "scan 7.png")
    assert "\n" not in str(raised.value)


def test_the_same_picture_gives_the_same_homography() -> None:
    picture, _ = photograph(BLANK, 5)
    found = [Registration(BY_TEMPLATE).find(picture, "page") for _ in range(2)]
    assert np.array_equal(*found)
