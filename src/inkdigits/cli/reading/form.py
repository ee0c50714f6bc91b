"""`inkdigits read --form`: the fields of a form, one CSV row a page."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkdigits.cli.reading.images import as_unicode, contents, label, on_one_line

if TYPE_CHECKING:
    from rich.console import Console

    from inkdigits.reading.forms.form import Form
    from inkdigits.reading.forms.form_reading import CropReader, FieldValue, FormReader


def read_forms(form_path: Path, images: Sequence[str], reader: CropReader) -> None:
    """Writes a CSV row for every page of the images to standard output, as they are read.

    Columns: `image`, `page` (from 0), the fields, the probability that each is right, and `remarks` on those to look
    at. Pages that cannot be read are told in one line each, the others go on; then raises `typer.Exit` with code 1.
    Raises `FormError` when the form is at fault.
    """
    from inkdigits.cli.console import errors as error_console
    from inkdigits.cli.image_bar import with_bar
    from inkdigits.reading.forms.form import load_form
    from inkdigits.reading.forms.form_reading import FormReader
    from inkdigits.reading.output.formats import csv_field

    form = load_form(form_path)
    columns = _columns(form_path, form)
    errors = error_console()
    failures: list[str] = []
    print(",".join(map(csv_field, columns)))
    form_reader = FormReader(form, reader)
    for image in with_bar(images, len(images), "Reading", lambda: errors, answers_show=True):
        for page, values in _pages(form_reader, image, errors, failures):
            confidences = [f"{value.confidence:.6f}" if value.text else "" for value in values.values()]
            texts = [value.text for value in values.values()]
            row = [as_unicode(image), str(page), *texts, *confidences, _remarks(values)]
            print(",".join(map(csv_field, row)))
        sys.stdout.flush()
    if failures:
        raise typer.Exit(1)


def _columns(form_path: Path, form: Form) -> list[str]:
    from inkdigits.reading.forms.form_table import FormError

    names = [field.name for field in form.fields]
    columns = ["image", "page", *names, *(f"{name}_confidence" for name in names), "remarks"]
    for name in names:
        if columns.count(name) > 1:
            raise FormError(f"{form_path}: [fields.{name}] has the name of another column; rename the field")
    return columns


def _pages(
    form_reader: FormReader, image: str, errors: Console, failures: list[str]
) -> Iterator[tuple[int, dict[str, FieldValue]]]:
    """The pages that can be read, each with its number; what is wrong with the others is told and put in `failures`."""
    from inkdigits.pictures import open_pages
    from inkdigits.reading.forms.registration import RegistrationError
    from inkdigits.reading.problem import problem

    name = label(image)
    try:
        for page, picture in enumerate(open_pages(contents(image), name=name)):
            try:
                yield page, form_reader.read(picture, name=f"{name}: page {page}" if page else name)
            except RegistrationError as error:
                _tell(str(error), errors, failures)
    except Exception as error:  # a defect that one image shows must not stop the others
        _tell(problem(error, name), errors, failures)


def _tell(problem: str, errors: Console, failures: list[str]) -> None:
    errors.print(on_one_line(f"inkdigits: {problem}"))
    failures.append(problem)


def _remarks(values: dict[str, FieldValue]) -> str:
    """What to look at in a row: the fields that don't fit what the form asks, and those changed so that they do."""
    told = {
        name: "does not fit" if not value.fits else "changed to fit" * value.changed for name, value in values.items()
    }
    return "; ".join(f"{name} {remark}" for name, remark in told.items() if remark)
