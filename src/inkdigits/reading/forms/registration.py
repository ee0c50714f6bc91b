"""Lays a form over a picture of its filled-in page: a scan, or a photograph from an angle, whichever way it lies."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from inkdigits.errors import ImageError
from inkdigits.reading.forms.corner_marks import find_marks
from inkdigits.reading.forms.form import Form, runs_clockwise
from inkdigits.reading.forms.mark_layout import lay_out
from inkdigits.reading.forms.template_matching import Template, as_grey

_LEAST_AGREEMENT = 0.65  # of print and template; another form with the same marks stays below 0.5
_LEAST_SHARE = 0.04  # of the picture that the page must cover
_STEEPEST = 8.0  # ratio of the page's local scales, by area, between its nearest and its furthest corner


class RegistrationError(ImageError):
    """A picture on which the form cannot be found."""


class Registration:
    """Finds one form on pictures; looks at its template once."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._template = None if form.template is None else Template(form.template, form.width, form.height)

    def find(self, picture: np.ndarray, name: str) -> np.ndarray:
        """The homography float64 (3, 3) from the picture, uint8 (H, W, 3), to the form's page in the form's unit.

        Points are (x, y); a pixel's centre is at whole numbers, the page's upper left corner at (0, 0). Raises
        `RegistrationError`, one line that begins with `name`, when the form is not found.
        """
        grey = as_grey(picture)
        for ways in self._attempts(grey):
            plausible = [way for way in ways if _plausible(way, self._form, grey.shape)]
            best = self._best(grey, plausible)
            if best is not None:
                return np.linalg.inv(best)
        raise RegistrationError(f"{name}: {self._complaint()}")

    def _attempts(self, grey: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Homographies form -> picture that may be right: by the marks, then, should those fail, by the template."""
        marks = self._form.marks
        if marks is not None:
            yield lay_out(find_marks(grey), marks)
        if self._template is not None:
            matched = self._template.match(grey)
            yield [] if matched is None else [matched]

    def _best(self, grey: np.ndarray, ways: list[np.ndarray]) -> np.ndarray | None:
        """The way in which the print fits the template best, None when it fits in none."""
        if self._template is None or not ways:
            return ways[0] if ways else None
        agreements = [self._template.agreement(grey, way) for way in ways]
        return ways[int(np.argmax(agreements))] if max(agreements) >= _LEAST_AGREEMENT else None

    def _complaint(self) -> str:
        if self._form.marks is None:
            return "the form is not found on this page; show the whole page, sharp and well lit, or print corner marks"
        missing = "the form's four corner marks are not found"
        return f"{missing} on this page; show all four, sharp, with white paper around each"


def _plausible(way: np.ndarray, form: Form, shape: tuple[int, ...]) -> bool:
    """Whether a camera could see the page so: face up, whole, neither tiny nor steeper than anyone holds it."""
    corners = np.array([(0, 0), (form.width, 0), (form.width, form.height), (0, form.height)])
    depths = corners @ way[2, :2] + way[2, 2]
    if (depths * np.sign(depths[0]) <= 0).any():
        return False
    seen = cv2.perspectiveTransform(corners[None], way)[0]
    scales = np.abs(depths) ** -3.0  # the local scale by area goes with the cube of the distance
    return (
        runs_clockwise(seen)
        and cv2.contourArea(seen.astype(np.float32)) >= _LEAST_SHARE * shape[0] * shape[1]
        and scales.max() <= _STEEPEST * scales.min()
    )
