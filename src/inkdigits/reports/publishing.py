"""Writes the files of a report: all of them, or on failure none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from inkdigits.errors import RunError


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes `files`, whose keys are paths below `folder`, and makes folders as needed.

    Everything is first written to a hidden folder beside the targets and then renamed into place, in the
    order of `files`, so that no file is ever seen in part. Raises `RunError` when the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".report-", dir=folder) as staging:
            for name, data in files.items():
                staged = Path(staging, name)
                staged.parent.mkdir(parents=True, exist_ok=True)
                staged.write_bytes(data)
            for name in files:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                Path(staging, name).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"{folder}: cannot write the report: {reason}; free space or choose another folder") from error
