"""Where images lie and readings go: a folder that all nodes see, or a bucket, through pyarrow's file systems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow as pa
from pyarrow import fs

from inkdigits.errors import InkdigitsError, home_known
from inkdigits.whole_file import whole_file

BUCKETS = ("s3", "gs")


@dataclass(frozen=True)
class Place:
    """A folder or a file. `name` is what results and errors call it; it holds no keys."""

    name: str
    files: fs.FileSystem
    path: str

    def called(self, relative: str) -> str:
        """What a file below this place is called."""
        if "://" not in self.name:
            return str(PurePath(self.name, relative))
        return f"{self.name}/{relative}" if relative else self.name

    def inside(self, relative: str) -> str:
        """The path of a file below this place, for `files`."""
        return f"{self.path}/{relative}" if relative else self.path

    def below(self, relative: str) -> Place:
        """A folder below this place."""
        return Place(self.called(relative), self.files, self.inside(relative))

    def has_file(self, relative: str) -> bool:
        """Whether a file lies there; raises `OSError`."""
        return self.kind(relative) == fs.FileType.File

    def kind(self, relative: str = "") -> fs.FileType:
        """Whether a file, a folder or nothing lies there."""
        return self.files.get_file_info(self.inside(relative)).type

    def read(self, relative: str) -> bytes:
        """A small file's content; raises `OSError`."""
        with self.files.open_input_stream(self.inside(relative)) as file:
            return bytes(file.read())

    def write(self, relative: str, content: bytes) -> None:
        """Puts a file there, whole or not at all; raises `OSError`."""
        path = self.inside(relative)
        if isinstance(self.files, fs.LocalFileSystem):
            with whole_file(Path(path)) as file:
                file.write(content)
            return
        with self.files.open_output_stream(path) as stream:  # a bucket shows an object once it is complete
            stream.write(content)


def place(address: str) -> Place:
    """A path of this machine, s3://BUCKET/KEY or gs://BUCKET/KEY; after a ?, pyarrow's options of how to reach it.

    Raises `InkdigitsError` for another address, and for a bucket that cannot be found.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        with home_known(address):
            path = str(Path(address).expanduser().resolve())
        return Place(str(PurePath(address)), fs.LocalFileSystem(), path)
    if scheme not in BUCKETS:
        raise InkdigitsError(f"{address}: must be a folder, s3://BUCKET/FOLDER or gs://BUCKET/FOLDER")
    where, _, options = rest.partition("?")
    bucket, _, key = where.strip("/").partition("/")
    try:
        # The key is kept apart: pyarrow wants it spelt as in a URL, but in a bucket it is any text.
        files, path = fs.FileSystem.from_uri(f"{scheme}://{bucket}" + (f"?{options}" if options else ""))
    except (pa.ArrowException, OSError) as error:
        keys, at, _ = bucket.rpartition("@")
        told = f"{scheme}://{where}: {first_line(error)}"
        raise InkdigitsError(told.replace(keys + at, "")) from error
    ending = f"/{key}" if key else ""
    return Place(f"{scheme}://{path}{ending}", files, path + ending)


def first_line(error: BaseException) -> str:
    """What an error says first."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
