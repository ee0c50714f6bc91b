"""The folder of a large reading: what it reads and how, the index of its parts, and the parts that are done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pyarrow import fs

from inkdigits.cluster.places import Place, first_line
from inkdigits.errors import RunError

INDEX = "_inkdigits"  # tools that read a folder of Parquet leave out what begins so
_PLAN_FILE = f"{INDEX}/reading.json"
_SUFFIXES = {"parquet": ".parquet", "jsonl": ".jsonl"}

Form = Literal["parquet", "jsonl"]


@dataclass(frozen=True)
class ReadingPlan:
    """What is read and how; a reading goes on only as it began.

    `images` are the names of the places, `column` that of Parquet's column of images. `digits` (the least and the
    most), `pattern`, `turn` and `minimum` are None where nothing is asked. `model` is the SHA-256 of the model.
    """

    images: Sequence[str]
    column: str
    format: Form
    turn: int | None
    digits: Sequence[int] | None
    pattern: str | None
    minimum: float | None
    model: str
    version: str

    @property
    def options(self) -> dict[str, Any]:
        """What a reader must know."""
        return {name: getattr(self, name) for name in ("turn", "digits", "pattern", "minimum")}


@dataclass(frozen=True)
class Begun:
    """A reading that has begun: its plan, and how many parts and images there are."""

    plan: ReadingPlan
    parts: int
    images: int


def part_file(number: int, form: Form) -> str:
    """The name of a part's file; in the order of these names the rows are in that of the images."""
    return f"part-{number:07d}{_SUFFIXES[form]}"


def read_begun(folder: Place) -> Begun | None:
    """What the folder holds, None where no reading has begun; raises `RunError`."""
    try:
        if not folder.has_file(_PLAN_FILE):
            return None
        content = json.loads(folder.read(_PLAN_FILE))
        return Begun(ReadingPlan(**content.pop("plan")), **content)
    except OSError as error:
        raise RunError(f"{folder.name}: cannot be read ({first_line(error)})") from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise RunError(f"{folder.called(_PLAN_FILE)}: damaged ({error}); name another folder") from error


def write_begun(folder: Place, begun: Begun) -> None:
    """From now on the reading has begun; raises `OSError`."""
    folder.write(_PLAN_FILE, json.dumps(asdict(begun), indent=1, ensure_ascii=False).encode() + b"\n")


def check_same(begun: ReadingPlan, asked: ReadingPlan, folder: Place) -> None:
    """Raises `RunError` that names the first option in which a reading that has begun differs from what is asked."""
    found, wanted = (json.loads(json.dumps(asdict(plan))) for plan in (begun, asked))
    for name, value in found.items():
        if wanted[name] != value:
            raise RunError(f"{folder.name}: was begun with {name} {value}, not {wanted[name]}; name another folder")


def check_free(folder: Place, images: Sequence[Place]) -> None:
    """Raises `RunError` unless a new reading of `images` can be written to `folder`."""
    for source in images:
        if type(source.files) is type(folder.files) and _holds(source.path, folder.path):
            raise RunError(f"{folder.name}: lies within {source.name}, which is read; name a folder elsewhere")
    try:
        found = folder.files.get_file_info(fs.FileSelector(folder.path, allow_not_found=True))
    except OSError as error:
        raise RunError(f"{folder.name}: cannot be read ({first_line(error)})") from error
    if any(entry.base_name.startswith("part-") for entry in found):
        raise RunError(f"{folder.name}: holds parts of something else; name an empty folder")


def _holds(outer: str, inner: str) -> bool:
    return f"{inner}/".startswith(outer.rstrip("/") + "/")
