"""Reads an image page by page and writes the pictures of it that were asked for."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.errors import InkdigitsError
from inkdigits.whole_file import whole_file

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from inkdigits.pictures.sources import Source
    from inkdigits.reading.constraint import Constraint
    from inkdigits.reading.reader import Reader
    from inkdigits.reading.result import Line, Page, Reading
    from inkdigits.reading.trace import Trace

_STEPS = {"ink": "1-ink", "cuts": "2-cuts", "digits": "3-digits"}
_DRAWN = r"\.(annotated|1-ink|2-cuts|3-digits)(-[0-9]+)?\.png"


class OutputError(InkdigitsError):
    """A file of answers or pictures cannot be written; reading on would be in vain."""


@dataclass(frozen=True)
class Pictures:
    """The folders that pictures go to, if any; digits of less confidence than `minimum` are drawn as unsure."""

    annotate: Path | None
    explain: Path | None
    minimum: float | None

    def open_folders(self, images: Sequence[str]) -> None:
        """Makes ready the folders for pictures of these images; raises `OutputError`."""
        for option, folder in (("--annotate", self.annotate), ("--explain", self.explain)):
            if folder is not None:
                open_folder(option, folder, _DRAWN, images)

    def read(
        self, reader: Reader, stem: str, source: Source, *, name: str, turn: int | None, constraint: Constraint | None
    ) -> Reading:
        """As `Reader.read`; where pictures are wanted, those of a page are written before the next page is opened.

        Raises `ImageError` when the image cannot be read, `OutputError` when a picture cannot be written.
        """
        if self.annotate is None and self.explain is None:
            return reader.read(source, turn=turn, constraint=constraint, name=name)
        from inkdigits.pictures import open_pages
        from inkdigits.reading.result import Reading

        lines: list[Line] = []
        pages: list[Page] = []
        for index, picture in enumerate(open_pages(source, name=name)):
            reading, (trace,) = reader.explain(picture, turn=turn, constraint=constraint, name=name)
            ending = f"-{index + 1}.png" if index else ".png"
            for path, drawn in self._drawn(picture, reading, trace, stem):
                _save(drawn, path.with_name(path.name + ending))
            lines += [replace(line, page=index) for line in reading.lines]
            pages += reading.pages
        return Reading(tuple(lines), tuple(pages))

    def _drawn(
        self, picture: np.ndarray, reading: Reading, trace: Trace, stem: str
    ) -> Iterator[tuple[Path, Image.Image]]:
        """The pictures of one page, each with its path but for the ending."""
        from inkdigits.reading.output.annotate import annotate
        from inkdigits.reading.output.drawing import SURE
        from inkdigits.reading.output.explain import explain

        sure = SURE if self.minimum is None else self.minimum
        if self.annotate is not None:
            drawn = annotate(picture, reading.lines, turn=reading.pages[0].turn, sure=sure)
            yield self.annotate / f"{stem}.annotated", drawn
        if self.explain is not None:
            for step, drawn in explain(trace, reading.lines, sure=sure).items():
                yield self.explain / f"{stem}.{_STEPS[step]}", drawn


def open_folder(option: str, folder: Path, ending: str, images: Sequence[str]) -> None:
    """Makes the folder where there is none and tries whether files can be written there.

    Raises `OutputError` when they can't, and when an image lies there whose name ends as those of the files do (a
    regular expression): it could be written over.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{option} {folder}: cannot be written to ({error.strerror}); name another folder") from error
    place = Path(os.path.realpath(folder))
    for image in images:
        path = Path(image)
        if re.search(f"{ending}$", path.name) and Path(os.path.realpath(path)).parent == place:
            raise OutputError(f"{image}: is named as what {option} writes; name another folder for that")


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file of answers, whole or not at all; raises `OutputError`."""
    try:
        with whole_file(path) as file:
            file.write(data)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _save(picture: Image.Image, path: Path) -> None:
    file = io.BytesIO()
    picture.save(file, format="PNG", compress_level=3)
    write_whole(path, file.getvalue())
