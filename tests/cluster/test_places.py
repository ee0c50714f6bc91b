"""Addresses of folders and buckets; what is written is there whole or not at all."""

from pathlib import Path

import pytest
from pyarrow import fs

from inkdigits.cluster.places import Place, place
from inkdigits.errors import InkdigitsError


def test_a_folder_keeps_the_name_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = place("scans/")
    assert (here.name, here.path) == ("scans", str(tmp_path / "scans"))
    assert (here.called("a.png"), here.inside("a.png")) == ("scans/a.png", str(tmp_path / "scans" / "a.png"))
    assert here.below("x").called("a.png") == "scans/x/a.png"


@pytest.mark.parametrize(
    ("address", "name", "path", "kind"),
    [
        ("s3://bucket/my scans?region=eu-central-1", "s3://bucket/my scans", "bucket/my scans", fs.S3FileSystem),
        ("s3://key:secret@bucket?region=eu-central-1", "s3://bucket", "bucket", fs.S3FileSystem),
        ("gs://bucket/x#1/", "gs://bucket/x#1", "bucket/x#1", fs.GcsFileSystem),
    ],
)
def test_a_bucket_is_called_by_its_address_without_keys_and_options(
    address: str, name: str, path: str, kind: type
) -> None:
    there = place(address)
    assert (there.name, there.path) == (name, path)
    assert isinstance(there.files, kind)
    assert there.called("deeper/ü.png") == f"{name}/deeper/ü.png"


@pytest.mark.parametrize("address", ["http://host/x", "ftp://x", "hdfs://x/y"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InkdigitsError, match=r"must be a folder, s3://BUCKET/FOLDER or gs://BUCKET/FOLDER"):
        place(address)


def test_a_home_directory_of_nobody_is_told() -> None:
    with pytest.raises(InkdigitsError, match=r"^~nobody-here/x: whose home directory is not known; write the path"):
        place("~nobody-here/x")


def test_a_wrong_option_of_a_bucket_is_told_in_one_line() -> None:
    with pytest.raises(InkdigitsError, match=r"^s3://bucket/x: .*colour") as caught:
        place("s3://key:secret@bucket/x?colour=red")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_are_written_whole(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    object_store = Place("s3://bucket", fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem()), "bucket")
    for there in (place(str(tmp_path / "folder")), object_store):
        there.write("a", b"1")
        there.write("a", b"22")
        assert there.read("a") == b"22"
        assert there.has_file("a")
        assert not there.has_file("b")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["a"]
