"""The images of a part as they are loaded: files ahead of need, rows of Parquet from where they begin."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inkdigits.cluster import contents as contents_module
from inkdigits.cluster.contents import contents
from inkdigits.cluster.parts import Slice
from inkdigits.cluster.places import place
from inkdigits.errors import ImageError


def loaded(folder: Path, *part: Slice, column: str = "image") -> list[tuple[str, bytes | str]]:
    found = contents([place(str(folder))], part, column)
    return [(name[len(str(folder)) + 1 :], str(got) if isinstance(got, ImageError) else got) for name, got in found]


def test_files_come_in_their_order(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}").write_bytes(b"%d" % number)
    part = [Slice(0, str(number)) for number in range(30)]
    assert loaded(tmp_path, *part) == [(str(number), b"%d" % number) for number in range(30)]


@pytest.mark.parametrize(("first", "rows"), [(0, 50), (0, 1), (9, 2), (17, 20), (20, 10), (49, 1)])
def test_rows_come_from_any_place_of_a_file(tmp_path: Path, first: int, rows: int) -> None:
    values = [b"%d" % number for number in range(50)]
    pq.write_table(pa.table({"other": values, "image": values}), tmp_path / "a.parquet", row_group_size=10)
    expected = [(f"a.parquet#{number}", b"%d" % number) for number in range(first, first + rows)]
    assert loaded(tmp_path, Slice(0, "a.parquet", first, rows)) == expected


def test_files_and_rows_follow_one_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"file")
    column = pa.array([{"bytes": b"row", "path": None}, {"bytes": None, "path": "x"}, None])
    pq.write_table(pa.table({"scan": column}), tmp_path / "b.pq")
    assert loaded(tmp_path, Slice(0, "a"), Slice(0, "b.pq", 0, 3), Slice(0, "a"), column="scan") == [
        ("a", b"file"),
        ("b.pq#0", b"row"),
        ("b.pq#1", f"{tmp_path}/b.pq#1: no image in this row"),
        ("b.pq#2", f"{tmp_path}/b.pq#2: no image in this row"),
        ("a", b"file"),
    ]


def test_a_file_that_is_gone_or_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_module, "MAX_BYTES", 2**20)
    (tmp_path / "large").write_bytes(bytes(2**20 + 1))
    assert loaded(tmp_path, Slice(0, "gone"), Slice(0, "large")) == [
        ("gone", f"{tmp_path}/gone: no such file; it was there when this reading began"),
        ("large", f"{tmp_path}/large: 1 MiB is more than the 1 MiB a file may have"),
    ]


def test_a_place_that_cannot_be_reached_is_no_image_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="parquet"):
        loaded(tmp_path, Slice(0, "gone.parquet", 0, 1))
