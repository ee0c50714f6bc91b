"""Which images a command line names, and what they are called where they are told of or written to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from inkdigits.errors import ImageError, InkdigitsError

STANDARD_INPUT = "-"

# Line ends and terminal commands; they would break the promise of one line, or worse.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_STEM = 150  # bytes; leaves room for what is added, file systems allow 255


def images_named(arguments: Sequence[str]) -> list[str]:
    """The arguments, a folder replaced by the images in it, "page 2" before "page 10"; subfolders are left out.

    Raises `InkdigitsError` for a folder that cannot be listed or has no images, and for an argument that is empty.
    """
    from inkdigits.pictures.names import is_picture_name, natural

    images: list[str] = []
    for argument in arguments:
        if argument == STANDARD_INPUT or not _is_folder(argument):
            images.append(argument)
            continue
        try:
            found = [path for path in Path(argument).iterdir() if is_picture_name(path.name) and path.is_file()]
        except OSError as error:
            raise InkdigitsError(f"{argument}: cannot be listed ({error.strerror})") from error
        if not found:
            raise InkdigitsError(f"{argument}: no images in this folder; name a folder or files of PNG, JPEG, PDF, ...")
        images += [str(path) for path in sorted(found, key=lambda path: natural(path.name))]
    return images


def contents(image: str) -> Path | bytes:
    """What a reader takes for the image: its path, or all of the standard input for "-"."""
    if image != STANDARD_INPUT:
        return Path(image)
    from inkdigits.pictures.sources import MAX_BYTES

    if sys.stdin is None:
        raise ImageError("standard input: is closed; send an image to it")
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 1)  # one more than a file may have is told as too many
    except OSError as error:
        raise ImageError(f"standard input: cannot be read ({error.strerror or error})") from error


def label(image: str) -> str:
    """What errors call the image."""
    return "standard input" if image == STANDARD_INPUT else image


def as_unicode(text: str) -> str:
    """A file name need not be UTF-8; what is written is."""
    return text.encode(errors=sys.getfilesystemencodeerrors()).decode(errors="replace")


def on_one_line(text: str) -> str:
    """The text as Unicode, its control characters spelt out as in Python's strings."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), as_unicode(text))


def output_stems(images: Sequence[str]) -> list[str]:
    """For each image a name to build those of its output files from: its own, without suffix, and numbered when taken.

    No two are the same, nor differ by case alone.
    """
    taken: set[str] = set()
    stems = []
    for image in images:
        stem = own = "standard-input" if image == STANDARD_INPUT else _short(Path(image).stem)
        number = 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{own}-{number}"
        taken.add(stem.casefold())
        stems.append(stem)
    return stems


def _is_folder(argument: str) -> bool:
    if not argument:
        raise InkdigitsError("an image without a name was given; check for a variable that is empty")
    try:
        return Path(argument).is_dir()
    except OSError:
        return False  # a name too long, a folder closed to us: told of when it is opened as an image


def _short(stem: str) -> str:
    name = os.fsencode(stem)
    return stem if len(name) <= _LONGEST_STEM else name[:_LONGEST_STEM].decode(errors="ignore")
