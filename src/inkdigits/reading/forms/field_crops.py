"""A field of a registered form -> its picture, square on, without the print of the form itself."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from inkdigits.reading.forms.corner_marks import relative_brightness
from inkdigits.reading.forms.form import Field, FieldBox, Form
from inkdigits.reading.forms.print_alignment import aligned
from inkdigits.reading.forms.template_matching import TO_EDGES, as_grey

# All in heights of the field.
_MARGIN = 0.15  # shown around the box: writing runs over
_ASTRAY = 0.3  # how far print may be from where the form says: paper bends
_WIDEST_STROKE = 0.4
_SOFT = 0.03  # how far print reaches beyond its outline

_PRINTED = 0.6  # brightness, relative to the paper, below which a template holds print

_FAINTEST = 0.15  # darkness that still counts as paper: grain, and what is left of print
_FLOOR = np.rint(255 - np.clip((1 - np.arange(256) / 255 - _FAINTEST) / (1 - _FAINTEST), 0, 1) * 255).astype(np.uint8)


class FieldCrop(NamedTuple):
    """`picture` uint8 (h, w), dark on 255, evenly lit; `box`, the field's place in it, in pixels."""

    picture: np.ndarray
    box: FieldBox


def field_crop(picture: np.ndarray, to_form: np.ndarray, form: Form, field: Field) -> FieldCrop:
    """Cuts one field out of a picture, uint8 (H, W, 3), at the picture's own resolution.

    `to_form` is the homography from `Registration.find`. Print is taken off where the form tells of it: that of its
    template, or without one, a frame along the field's box and between its cells.
    """
    box = field.box
    border = (_MARGIN + _ASTRAY) * box.height
    scale = _pixels_a_unit(to_form, box)
    astray = round(_ASTRAY * box.height * scale)
    # At least one pixel stays of the smallest field once what lies astray is taken off both ends.
    width, height = (max(2 * astray + 1, round((side + 2 * border) * scale)) for side in (box.width, box.height))
    size = (width, height)
    left, top = (box.left - border) * scale + 0.5, (box.top - border) * scale + 0.5
    to_crop = np.array([[scale, 0, -left], [0, scale, -top], [0, 0, 1]])
    crop = _warped(picture, to_crop @ to_form, size)
    evenly_lit = relative_brightness(crop, round(_WIDEST_STROKE * box.height * scale)).min(axis=2)
    print_ = _frame(field, border, scale, size) if form.template is None else _print_of_template(form, to_crop, size)
    bare = _without(print_, evenly_lit, box.height * scale, max(1, astray))
    margin = border * scale - astray
    return FieldCrop(
        _FLOOR[bare[astray : -astray or None, astray : -astray or None]],
        FieldBox(margin, margin, box.width * scale, box.height * scale),
    )


def _warped(picture: np.ndarray, homography: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.warpPerspective(picture, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _pixels_a_unit(to_form: np.ndarray, box: FieldBox) -> float:
    """How many pixels of the picture the form's unit is long at the field's middle."""
    middle = np.array([[[box.left + box.width / 2, box.top + box.height / 2]]])
    to_picture = np.linalg.inv(to_form)
    around = middle + np.array([[0, 0], [box.height / 4, 0], [0, box.height / 4]])
    here, right, below = cv2.perspectiveTransform(around, to_picture)[0]
    area = abs(np.linalg.det(np.array([right - here, below - here])))
    return float(np.sqrt(area) / (box.height / 4))


def _print_of_template(form: Form, to_crop: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Where the blank form has print, uint8 (h, w), 255 = print."""
    assert form.template is not None
    rows, columns = form.template.shape[:2]
    from_template = to_crop @ np.diag([form.width / columns, form.height / rows, 1.0]) @ TO_EDGES
    blank = _warped(as_grey(form.template), from_template, size)
    dark = relative_brightness(blank, round(_WIDEST_STROKE * size[1])) < _PRINTED * 255
    return np.where(dark, 255, 0).astype(np.uint8)


def _frame(field: Field, border: float, scale: float, size: tuple[int, int]) -> np.ndarray:
    """The lines along the box and between the cells, uint8 (h, w), 255 = line."""
    canvas = np.zeros(size[::-1], np.uint8)
    pitch = field.box.width / field.cells
    for cell in range(field.cells):
        corners = [(border + cell * pitch, border), (border + (cell + 1) * pitch, border + field.box.height)]
        first, last = ((round(x * scale - 0.5), round(y * scale - 0.5)) for x, y in corners)
        cv2.rectangle(canvas, first, last, 255, max(1, round(_SOFT * field.box.height * scale)))
    return canvas


def _without(print_: np.ndarray, picture: np.ndarray, height: float, reach: int) -> np.ndarray:
    """The picture, uint8 (h, w), with the print filled in from around, once it is found to be there."""
    bent = aligned(picture, print_, height, reach)
    if bent is None:
        return picture
    soft = 2 * round(1 + _SOFT * height) + 1
    return cv2.inpaint(bent, cv2.dilate(print_, np.ones((soft, soft), np.uint8)), 3, cv2.INPAINT_TELEA)
