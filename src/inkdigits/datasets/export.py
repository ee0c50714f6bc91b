"""Writes a set as class folders of PNG images, which "folder:DIR" reads back unchanged."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.progress import track
from inkdigits.errors import DatasetError
from inkdigits.ink import save_ink


def export_folder(digits: DigitImages, directory: Path) -> Path:
    """Writes `directory`/<class index>/<position>.png; all of it or nothing. Returns `directory`.

    Raises `DatasetError` when the directory holds something already, is the working folder or cannot be written.
    """
    target = Path(os.path.realpath(directory))  # a link stays one
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DatasetError(f"{directory}: is in use; name a new or an empty folder")
    if target == Path.cwd():
        raise DatasetError(f"{directory}: is the working folder; name one in it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as temporary:
            content = Path(temporary) / target.name
            _write(digits, content)
            if target.exists():
                target.rmdir()
            content.rename(target)
    except OSError as error:
        raise DatasetError(f"{directory}: cannot be written ({error.strerror or error})") from error
    return directory


def _write(digits: DigitImages, folder: Path) -> None:
    folder.mkdir()
    for label in sorted(set(digits.labels.tolist())):
        (folder / str(label)).mkdir()
    width = len(str(len(digits) - 1))
    numbered = enumerate(zip(digits.images, digits.labels.tolist(), strict=True))
    for position, (ink, label) in track(numbered, f"Writing {folder.name}", len(digits)):
        save_ink(ink, folder / str(label) / f"{position:0{width}}.png")
