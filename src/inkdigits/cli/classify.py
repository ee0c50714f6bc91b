"""`inkdigits classify`: which digit is on each image."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.reading.images import STANDARD_INPUT, as_unicode, contents, label
from inkdigits.errors import ImageError

if TYPE_CHECKING:
    import numpy as np
    from rich.console import Console

    from inkdigits.recognizer import Recognizer


class Format(StrEnum):
    """How the answers are written to standard output."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class Answer:
    """The classes of one image with their probabilities, the likeliest first; before them None where it is no digit.

    `one_of` are those that are to hold the right one as often as was asked, in the bundle's order; empty if not asked.
    """

    image: str
    classes: tuple[tuple[str | None, float], ...]
    one_of: tuple[str, ...] = ()


def classify(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE...", help="Images of one digit each; - is the standard input.", show_default=False
        ),
    ],
    bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The bundle to use, in place of the one that ships.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write the answers.")] = Format.TEXT,
    top: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="How many digits to name, the likeliest first."),
    ] = 3,
    coverage: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Also name a set of digits that holds the right one so often, as in 0.999."),
    ] = None,
) -> None:
    """Tell which digit is on each image, how sure that is, and what else it may be; or that it is none.

    An image that cannot be read is told in one line; the others go on, and the exit code is 1.

    [bold]Examples[/bold]

    inkdigits classify five.png

    inkdigits classify scans/*.png --format csv > digits.csv

    inkdigits classify five.png --bundle runs/cnn-dropout/seed-0/bundle --top 1

    inkdigits classify five.png --bundle my_bundle --coverage 0.999

    inkdigits classify - --format json < five.png
    """
    from inkdigits.cli.console import errors as error_console
    from inkdigits.cli.image_bar import with_bar
    from inkdigits.prediction_sets import bundle_quantile
    from inkdigits.recognizer import Recognizer

    recognizer = Recognizer(bundle)
    quantile = None if coverage is None else bundle_quantile(recognizer.bundle, coverage)
    top = min(top, len(recognizer.classes))
    errors = error_console()
    failures: list[str] = []
    shown = with_bar(images, len(images), "Classifying", errors, answers_show=format_ is not Format.JSON)
    answers = _answers(shown, recognizer, top, errors, failures, quantile)
    _WRITERS[format_](answers, top, quantile is not None)
    if failures:
        raise typer.Exit(1)


def _answers(
    images: Iterable[str],
    recognizer: Recognizer,
    top: int,
    errors: Console,
    failures: list[str],
    quantile: float | None,
) -> Iterator[Answer]:
    """Yields the answers; an image that cannot be read is told on `errors` and put in `failures`."""
    for image in images:
        name = as_unicode(image)
        try:
            ink = _load(image)
        except ImageError as error:
            errors.print(as_unicode(f"inkdigits: {error}"))
            failures.append(name)
            continue
        if not ink.any():
            errors.print(as_unicode(f"inkdigits: {image}: there is no ink on this image; nothing to recognise"))
            failures.append(name)
            continue
        seen = recognizer.recognise(ink)
        probabilities = seen.joint[0]
        likeliest = (-probabilities).argsort(kind="stable")[:top]
        classes: list[tuple[str | None, float]] = [(recognizer.classes[i], float(probabilities[i])) for i in likeliest]
        if not seen.accepted[0]:
            classes = [(None, 1 - float(seen.digit_probability[0])), *classes][:top]
        yield Answer(name, tuple(classes), _one_of(recognizer, seen.probabilities, quantile))


def _one_of(recognizer: Recognizer, probabilities: np.ndarray, quantile: float | None) -> tuple[str, ...]:
    """The set of classes at `quantile` for the one image of `probabilities`, float32 (1, classes)."""
    from inkdigits.prediction_sets import prediction_sets

    if quantile is None:
        return ()
    held = prediction_sets(probabilities, quantile)[0]
    return tuple(name for name, kept in zip(recognizer.classes, held, strict=True) if kept)


def _load(image: str) -> np.ndarray:
    """The image as ink, uint8 (H, W)."""
    from inkdigits.ink import load_ink

    return load_ink(contents(image), name=label(image) if image == STANDARD_INPUT else None)


def _write_text(answers: Iterator[Answer], top: int, sets: bool) -> None:
    for answer in answers:
        (digit, confidence), *others = answer.classes
        line = f"{answer.image}: {digit or 'no digit'}  {confidence:.1%}"
        if others:
            line += f"  (then {', '.join(f'{other} {share:.1%}' for other, share in others)})"
        if sets:
            line += f"  one of {', '.join(answer.one_of)}"
        print(line)


def _write_json(answers: Iterator[Answer], top: int, sets: bool) -> None:
    rows = []
    for answer in answers:
        named = [{"digit": digit, "confidence": confidence} for digit, confidence in answer.classes]
        row = {"image": answer.image, **named[0], "alternatives": named[1:]}
        rows.append(row | {"one_of": list(answer.one_of)} if sets else row)
    print(json.dumps(rows, indent=2, ensure_ascii=False))


def _write_csv(answers: Iterator[Answer], top: int, sets: bool) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    ranks = ["", *(f"_{rank}" for rank in range(2, top + 1))]
    columns = [f"{column}{rank}" for rank in ranks for column in ("digit", "confidence")]
    writer.writerow(["image", *columns, *["one_of"] * sets])
    for answer in answers:
        cells = [cell for digit, share in answer.classes for cell in (digit, f"{share:.6f}")]
        writer.writerow([answer.image, *cells, *[" ".join(answer.one_of)] * sets])


_WRITERS = {Format.TEXT: _write_text, Format.JSON: _write_json, Format.CSV: _write_csv}
