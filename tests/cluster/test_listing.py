"""Which images are found where, in which order, and what is refused."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inkdigits.cli.reading.images import images_named
from inkdigits.cluster.listing import slices
from inkdigits.cluster.parts import Slice
from inkdigits.cluster.places import place
from inkdigits.errors import InkdigitsError


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def table(path: Path, column: str, values: list[Any], kind: pa.DataType) -> str:
    pq.write_table(pa.table({"id": list(range(len(values))), column: pa.array(values, kind)}), path)
    return str(path)


def found(*addresses: object, column: str = "image") -> list[str]:
    places = [place(str(address)) for address in addresses]
    return [places[piece.source].called(piece.path) for piece in slices(places, column)]


def test_a_folder_is_listed_as_the_command_lists_it_without_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(
        tmp_path / "scans", "page 10.png", "page 2.PNG", "Page 3.jpeg", "notes.txt", ".hidden.png", "ü.tif", "a#b?.png"
    )
    monkeypatch.chdir(tmp_path)
    for name in ("scans", "./scans/", str(tmp_path / "scans")):
        assert found(name) == images_named([name])
    monkeypatch.chdir("scans")
    assert found(".") == images_named(["."])


def test_subfolders_come_after_the_files_but_for_hidden_ones(tmp_path: Path) -> None:
    files(tmp_path, "b/2.png", "b/1.png", "a/deeper/4.png", "9.png", ".git/x.png", "_inkdigits/x.png")
    assert found(tmp_path) == [str(tmp_path / name) for name in ("9.png", "a/deeper/4.png", "b/1.png", "b/2.png")]


def test_places_follow_one_another_and_a_file_may_be_called_anything(tmp_path: Path) -> None:
    files(tmp_path, "x/1.png", "scan.dat")
    assert found(tmp_path / "scan.dat", tmp_path / "x") == [str(tmp_path / "scan.dat"), str(tmp_path / "x/1.png")]


def test_rows_of_parquet_are_images_as_bytes_or_as_hugging_face_has_them(tmp_path: Path) -> None:
    struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table(tmp_path / "a.parquet", "image", [b"1", None], pa.binary())
    table(tmp_path / "b.parquet", "image", [{"bytes": b"1", "path": "x"}] * 3, struct)
    table(tmp_path / "c.parquet", "image", [], pa.large_binary())
    files(tmp_path, "d.png")
    assert list(slices([place(str(tmp_path))], "image")) == [
        Slice(0, "a.parquet", 0, 2),
        Slice(0, "b.parquet", 0, 3),
        Slice(0, "d.png"),
    ]
    (one,) = slices([place(str(tmp_path / "a.parquet"))], "image")
    assert (one.path, one.rows) == ("", 2)


def refused(address: object, column: str = "image") -> str:
    with pytest.raises(InkdigitsError) as caught:
        found(address, column=column)
    told = str(caught.value)
    assert "\n" not in told
    return told


def test_what_is_no_parquet_of_images_is_named(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", "scan", [b"1"], pa.binary())
    assert refused(path) == f"{path}: has no column image; name one of its own: --image-column id"
    assert found(path, column="scan") == [path]
    assert refused(path, "id") == f"{path}: column id holds int64, no images; it must hold the bytes of image files"
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no more")
    assert refused(tmp_path / "b.parquet").startswith(
        f"{tmp_path / 'b.parquet'}: is no Parquet file that can be read ("
    )


def test_places_without_images_are_named(tmp_path: Path) -> None:
    files(tmp_path, "notes.txt")
    assert refused(tmp_path).startswith(f"{tmp_path}: no images here; name a folder of PNG, JPEG, PDF, ...")
    assert refused(tmp_path / "no").startswith(f"{tmp_path / 'no'}: no such file or folder")
    (tmp_path / "\udce9.png").touch()
    assert refused(tmp_path) == f"{tmp_path}: a name in it is not UTF-8; rename that file"
