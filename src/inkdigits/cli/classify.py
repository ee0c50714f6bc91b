"""`inkdigits classify`: which digit is on each image."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.classify_explanations import ExplainedPictures
from inkdigits.cli.classify_formats import Answer, Format, write
from inkdigits.cli.reading.images import STANDARD_INPUT, as_unicode, contents, label, on_one_line
from inkdigits.errors import ImageError, InkdigitsError

if TYPE_CHECKING:
    import numpy as np
    from rich.console import Console

    from inkdigits.recognizer import Recognizer


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
    format_: Annotated[
        Format,
        typer.Option("--format", help="How to write the answers; labels is the JSON of Hugging Face's pipelines."),
    ] = Format.TEXT,
    top: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="How many digits to name, the likeliest first."),
    ] = 3,
    coverage: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Also name a set of digits that holds the right one so often, as in 0.999."),
    ] = None,
    explain: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also write a picture for each image: the ink that counted, and the nearest training images.",
        ),
    ] = None,
) -> None:
    """Tell which digit is on each image, how sure that is, and what else it may be; or that it is none.

    An image that cannot be read is told in one line; the others go on, and the exit code is 1.

    [bold]Examples[/bold]

    inkdigits classify five.png

    inkdigits classify scans/*.png --format csv > digits.csv

    inkdigits classify five.png --bundle runs/cnn-dropout/seed-0/bundle --top 1

    inkdigits classify five.png --bundle my_bundle --coverage 0.999

    inkdigits classify five.png --explain why

    inkdigits classify - --format json < five.png
    """
    if coverage is not None and format_ is Format.LABELS:
        raise InkdigitsError("--format labels has no place for sets of digits: leave out --coverage, or take json")
    from inkdigits.cli.console import errors as error_console
    from inkdigits.cli.image_bar import with_bar
    from inkdigits.prediction_sets import bundle_quantile
    from inkdigits.recognizer import Recognizer

    recognizer = Recognizer(bundle)
    quantile = None if coverage is None else bundle_quantile(recognizer.bundle, coverage)
    top = min(top, len(recognizer.classes))
    errors = error_console()
    failures: list[str] = []
    others: list[str] = []
    as_they_come = format_ in (Format.TEXT, Format.CSV)
    shown = with_bar(images, len(images), "Classifying", lambda: errors, answers_show=as_they_come)
    pictures = None if explain is None else ExplainedPictures(explain, images, recognizer, errors)
    answers = _answers(shown, recognizer, top, errors, failures, quantile, pictures)
    write(_noting_others(answers, others), format_, top, sets=quantile is not None)
    if others:
        errors.print(on_one_line(f"inkdigits: {_about_others(others)}"))
    if failures:
        raise typer.Exit(1)


def _answers(
    images: Iterable[str],
    recognizer: Recognizer,
    top: int,
    errors: Console,
    failures: list[str],
    quantile: float | None,
    pictures: ExplainedPictures | None,
) -> Iterator[Answer]:
    """Yields the answers; an image that cannot be read is told on `errors` and put in `failures`, its answer empty."""
    for image in images:
        name = as_unicode(image)
        try:
            ink = _load(image)
        except ImageError as error:
            errors.print(on_one_line(f"inkdigits: {error}"))
            failures.append(name)
            yield Answer(name)
            continue
        if not ink.any():
            errors.print(on_one_line(f"inkdigits: {image}: there is no ink on this image; nothing to recognise"))
            failures.append(name)
            yield Answer(name)
            continue
        seen = recognizer.recognise(ink)
        if pictures is not None:
            pictures.write(image, seen)
        yield Answer(name, seen.ranked(recognizer.classes, top)[0], _one_of(recognizer, seen.probabilities, quantile))


def _noting_others(answers: Iterator[Answer], others: list[str]) -> Iterator[Answer]:
    """The answers; the images among them that hold no digit, or several, are put in `others`."""
    for answer in answers:
        if answer.classes and answer.classes[0][0] is None:
            others.append(answer.image)
        yield answer


def _about_others(others: list[str]) -> str:
    if len(others) > 1:
        return f"{len(others)} images hold no single digit; 'inkdigits read' finds several in one image"
    (image,) = others
    return f"{image}: holds no single digit; if there are several: inkdigits read {shlex.quote(image)}"


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
