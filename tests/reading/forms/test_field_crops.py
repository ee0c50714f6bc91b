from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.forms.cells import cell_pictures
from inkdigits.reading.forms.field_crops import field_crop
from inkdigits.reading.forms.form import Field, FieldBox, Form, load_form

FORM = load_form(Path(__file__).parents[3] / "docs" / "forms" / "form.toml")
BLANK = FORM.template
DOTS = BLANK.shape[1] / FORM.width  # a millimetre
TO_FORM = np.diag([1 / DOTS, 1 / DOTS, 1]) @ [[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]]  # of a scan that is the page itself
FRAMES_ONLY = replace(FORM, template=None)
CUSTOMER = FORM.fields[0]


def written(*strokes: tuple[float, float, float, float]) -> np.ndarray:
    """The blank page with dark strokes (left, top, right, bottom), in millimetres."""
    page = BLANK.copy()
    for stroke in strokes:
        left, top, right, bottom = (round(edge * DOTS) for edge in stroke)
        page[top:bottom, left:right] = (40, 40, 90)
    return page


def dark_boxes(picture: np.ndarray) -> list[list[int]]:
    """left, top, width, height of each piece of ink, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    return sorted(stats[1:, :4].tolist())


@pytest.mark.parametrize("form", [FORM, FRAMES_ONLY])
@pytest.mark.parametrize("field", FORM.fields, ids=lambda field: field.name)
def test_nothing_is_left_of_the_print_in_an_empty_field(form: Form, field) -> None:
    crop = field_crop(BLANK, TO_FORM, form, field)
    left, top, width, height = (round(edge) for edge in crop.box)
    assert crop.picture[top - 4 : top + height + 4, left - 4 : left + width + 4].min() == 255


def test_a_template_takes_labels_off_too() -> None:
    assert field_crop(BLANK, TO_FORM, FORM, CUSTOMER).picture.min() == 255


@pytest.mark.parametrize("form", [FORM, FRAMES_ONLY])
def test_writing_stays_where_it_is_and_the_box_tells_where_that_is(form: Form) -> None:
    """A stroke 1 mm wide and 5 mm high, 3 mm right of and 2 mm below the corner of the field's box."""
    crop = field_crop(written((49, 26, 50, 31)), TO_FORM, form, CUSTOMER)
    ((left, top, width, height),) = dark_boxes(crop.picture)
    assert left == pytest.approx(crop.box.left + 3 * DOTS, abs=1)
    assert top == pytest.approx(crop.box.top + 2 * DOTS, abs=1)
    assert (width, height) == (pytest.approx(DOTS, abs=1), pytest.approx(5 * DOTS, abs=1))


@pytest.mark.parametrize("form", [FORM, FRAMES_ONLY])
def test_a_stroke_across_a_line_stays_one_piece(form: Form) -> None:
    """The line between the second and the third cell is at 60 mm."""
    crop = field_crop(written((58, 28, 62, 29)), TO_FORM, form, CUSTOMER)
    ((_, _, width, _),) = dark_boxes(crop.picture)
    assert width == pytest.approx(4 * DOTS, abs=2)


@pytest.mark.parametrize("form", [FORM, FRAMES_ONLY])
@pytest.mark.parametrize(("right", "down"), [(1.2, 0.0), (-0.8, 1.5), (2.0, -2.0)])
def test_print_is_found_where_bent_paper_has_moved_it(form: Form, right: float, down: float) -> None:
    """The whole field lies up to 2 mm from its place; its writing is moved back with it."""
    move = np.array([[1, 0, right * DOTS], [0, 1, down * DOTS]])
    page = cv2.warpAffine(written((49, 26, 50, 31)), move, BLANK.shape[1::-1], borderValue=(255, 255, 255))
    ((left, top, _, _),) = dark_boxes(field_crop(page, TO_FORM, form, CUSTOMER).picture)
    crop = field_crop(BLANK, TO_FORM, form, CUSTOMER)
    assert left == pytest.approx(crop.box.left + 3 * DOTS, abs=2)
    assert top == pytest.approx(crop.box.top + 2 * DOTS, abs=2)


@pytest.mark.parametrize("form", [FORM, FRAMES_ONLY])
def test_print_that_is_bent_along_the_field_goes_too(form: Form) -> None:
    """The field sags by 1 mm from its ends to its middle."""
    x, y = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in BLANK.shape[1::-1]))
    sag = DOTS * (1 - ((x / DOTS - 74) / 28) ** 2)
    page = cv2.remap(BLANK, x, (y + sag).astype(np.float32), cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    crop = field_crop(page, TO_FORM, form, CUSTOMER)
    left, top, width, height = (round(edge) for edge in crop.box)
    inside = crop.picture[top - 4 : top + height + 4, left : left + width]
    assert (inside < 200).mean() < 0.002


def test_a_frame_that_is_not_printed_takes_no_writing_away() -> None:
    """A form without frames: a 1 of 8 mm stands right where a line between cells would be."""
    page = np.full_like(BLANK, 255)
    page[round(24.5 * DOTS) : round(32.5 * DOTS), round(59.8 * DOTS) : round(60.6 * DOTS)] = 30
    crop = field_crop(page, TO_FORM, FRAMES_ONLY, CUSTOMER)
    ((_, _, _, height),) = dark_boxes(crop.picture)
    assert height == pytest.approx(8 * DOTS, abs=1)


def test_a_shadow_leaves_no_trace() -> None:
    light = np.ones(BLANK.shape)
    light[:, round(70 * DOTS) :] = 0.5
    page = written((49, 26, 50, 31)) * cv2.GaussianBlur(light, (0, 0), 6)
    crop = field_crop(page.astype(np.uint8), TO_FORM, FORM, CUSTOMER)
    assert len(dark_boxes(crop.picture)) == 1


def test_the_crop_has_the_resolution_of_the_picture() -> None:
    large = cv2.resize(BLANK, None, fx=3, fy=3)
    to_form = TO_FORM @ [[1 / 3, 0, -1 / 3], [0, 1 / 3, -1 / 3], [0, 0, 1]]
    crop = field_crop(large, to_form, FORM, CUSTOMER)
    assert crop.box.height == pytest.approx(9 * DOTS * 3, rel=1e-3)
    assert crop.box.width == pytest.approx(56 * DOTS * 3, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(
    places=st.tuples(*[st.floats(0, 1)] * 4),
    cells=st.integers(1, 100),
    form=st.sampled_from([FORM, FRAMES_ONLY]),
    scale=st.sampled_from([0.1, 1.0]),
)
def test_a_field_of_any_size_anywhere_can_be_cut_out(
    places: tuple[float, float, float, float], cells: int, form: Form, scale: float
) -> None:
    left, top = places[0] * 147.9, places[1] * 104.9
    box = FieldBox(left, top, 0.05 + places[2] * (147.9 - left), 0.05 + places[3] * (104.9 - top))
    picture = cv2.resize(BLANK, None, fx=scale, fy=scale)
    crop = field_crop(picture, TO_FORM @ np.diag([1 / scale, 1 / scale, 1]), form, Field("any", box, cells))
    assert crop.picture.dtype == np.uint8
    assert min(crop.picture.shape) >= 1
    assert len(cell_pictures(crop, cells)) == cells
