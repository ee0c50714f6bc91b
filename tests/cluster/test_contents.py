"""The images of a part as they are loaded: files ahead of need, rows of Parquet from where they begin."""

import io
import struct
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from inkdigits.cluster import contents as contents_module
from inkdigits.cluster.contents import contents
from inkdigits.cluster.parts import Slice
from inkdigits.cluster.places import Place, place
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


class Counted(io.FileIO):
    """A file that knows the most bytes it was asked for at a time."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(-1 if size is None else size)
        Counted.most = max(Counted.most, len(content))
        return content


class CountedFiles(fs.FileSystemHandler):
    """Opens files to be counted; nothing else is asked of it."""

    def open_input_file(self, path: str) -> pa.PythonFile:
        return pa.PythonFile(Counted(path), mode="r")

    def _none(self, *given: object) -> None:
        raise NotImplementedError

    get_type_name = normalize_path = get_file_info = get_file_info_selector = _none
    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = delete_file = _none
    move = copy_file = open_input_stream = open_output_stream = open_append_stream = _none


def test_a_row_group_is_not_fetched_whole(tmp_path: Path) -> None:
    values = [bytes([number % 256]) * 4096 for number in range(2000)]
    table = pa.table({"image": values})
    pq.write_table(table, tmp_path / "a", compression="none", use_dictionary=False, write_batch_size=16)
    files = fs.PyFileSystem(CountedFiles())
    found = contents([Place("a", files, str(tmp_path / "a"))], [Slice(0, "", 1000, 20)], "image")
    assert [content for _, content in found] == values[1000:1020]
    assert 2**17 < Counted.most <= 2**20


def test_from_a_damaged_page_on_each_row_says_so(tmp_path: Path) -> None:
    values = [b"image %04d" % number * 10 for number in range(100)]
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"image": values}), file, compression="none", use_dictionary=False, row_group_size=50)
    whole = file.read_bytes()
    row = whole.index(values[70])
    length = struct.pack("<I", len(values[70]))
    assert whole[row - 4 : row] == length
    file.write_bytes(whole[: row - 4] + b"\xff" * 4 + whole[row:])
    found = loaded(tmp_path, Slice(0, "a.parquet", 40, 55))
    names = [f"a.parquet#{number}" for number in range(40, 95)]
    assert [name for name, _ in found] == names
    good = [content for _, content in found if isinstance(content, bytes)]
    assert good == values[40 : 40 + len(good)]
    assert 10 <= len(good) <= 30
    told = "the file is damaged here (Invalid or truncated PLAIN-encoded BYTE_ARRAY data)"
    assert [error for _, error in found[len(good) :]] == [f"{tmp_path}/{name}: {told}" for name in names[len(good) :]]
    assert loaded(tmp_path, Slice(0, "a.parquet", 0, 50)) == [
        (f"a.parquet#{number}", values[number]) for number in range(50)
    ]


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
