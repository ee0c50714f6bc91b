"""Which images there are: every picture and every row of every Parquet file below the places that were named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from inkdigits.cluster.parts import Slice
from inkdigits.cluster.places import Place, first_line
from inkdigits.errors import InkdigitsError
from inkdigits.pictures.names import is_picture_name, natural

PARQUET = (".parquet", ".pq")


def slices(places: Sequence[Place], column: str) -> Iterator[Slice]:
    """The images of all places: of a folder its files first, in natural order, then those of its subfolders.

    Holds the names of one folder at a time. Raises `InkdigitsError` for a place with no images, a folder that cannot
    be listed, and a Parquet file without images in `column`.
    """
    for source, here in enumerate(places):
        found = False
        for path in _files(here):
            if here.called(path).lower().endswith(PARQUET):
                rows = _rows(here, path, column)
                if rows:
                    yield Slice(source, path, 0, rows)
                found = found or rows > 0
            else:
                yield Slice(source, path)
                found = True
        if not found:
            raise InkdigitsError(f"{here.name}: no images here; name a folder of PNG, JPEG, PDF, ... or Parquet files")


def _files(here: Place) -> Iterator[str]:
    """The paths below a place of all pictures and Parquet files; "" for a place that is a file itself."""
    try:
        kind = here.kind()
        if kind == fs.FileType.File:
            yield ""
        elif kind == fs.FileType.Directory:
            yield from _folder(here, "")
        else:
            raise InkdigitsError(f"{here.name}: no such file or folder on this node of the cluster; check the path")
    except UnicodeDecodeError as error:
        raise InkdigitsError(f"{here.name}: a name in it is not UTF-8; rename that file") from error
    except (OSError, pa.ArrowException) as error:
        raise InkdigitsError(f"{here.name}: cannot be listed ({first_line(error)})") from error


def _folder(here: Place, folder: str) -> Iterator[str]:
    found = here.files.get_file_info(fs.FileSelector(here.inside(folder)))
    found.sort(key=lambda entry: natural(entry.base_name))
    below = f"{folder}/" if folder else ""
    for entry in found:
        name = entry.base_name
        wanted = is_picture_name(name) or (name.lower().endswith(PARQUET) and not name.startswith((".", "_")))
        if entry.type == fs.FileType.File and wanted:
            yield below + name
    subfolders = [entry.base_name for entry in found if entry.type == fs.FileType.Directory]
    del found
    for name in subfolders:
        if not name.startswith((".", "_")):
            yield from _folder(here, below + name)


def _rows(here: Place, path: str, column: str) -> int:
    """How many rows a Parquet file has; raises `InkdigitsError` unless `column` holds the bytes of images."""
    name = here.called(path)
    try:
        with here.files.open_input_file(here.inside(path)) as file, pq.ParquetFile(file) as parquet:
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise InkdigitsError(f"{name}: is no Parquet file that can be read ({first_line(error)})") from error
    if column not in schema.names:
        raise InkdigitsError(f"{name}: has no column {column}; name one of its own: --image-column {schema.names[0]}")
    kind = schema.field(column).type
    if not (_is_binary(kind) or (pa.types.is_struct(kind) and _is_binary(_bytes_field(kind)))):
        raise InkdigitsError(f"{name}: column {column} holds {kind}, no images; it must hold the bytes of image files")
    return int(rows)


def _bytes_field(kind: pa.StructType) -> pa.DataType:
    """The type of a struct's field "bytes", as data sets of Hugging Face have it."""
    return kind.field("bytes").type if kind.get_field_index("bytes") >= 0 else pa.null()


def _is_binary(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)
