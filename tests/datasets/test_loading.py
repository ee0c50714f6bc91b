"""What a wrong name of a data set is answered with."""

from pathlib import Path

import pytest

from inkdigits.datasets import load
from inkdigits.datasets.loading import FORMS, resolved
from inkdigits.errors import DatasetError


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a folder of images, one of IDX files and a CSV file."""
    (tmp_path / "digits" / "0").mkdir(parents=True)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "train-images-idx3-ubyte").write_bytes(b"")
    (tmp_path / "train.csv").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("minst", f"minst: no such data set; did you mean mnist? Else choose {FORMS}"),
        ("MNIST", f"MNIST: no such data set; did you mean mnist? Else choose {FORMS}"),
        ("fashion_mnist", f"fashion_mnist: no such data set; did you mean fashion-mnist? Else choose {FORMS}"),
        ("digits", "digits: no such data set; for the folder of that name write folder:digits"),
        ("raw", "raw: no such data set; for the folder of that name write idx:raw"),
        ("train.csv", "train.csv: no such data set; for the file of that name write csv:train.csv"),
        ("usps", f"usps: no such data set; choose {FORMS}"),
        ("folder:", f"folder:: no such data set; choose {FORMS}"),
        ("folder:nowhere", "nowhere: no such folder; check the path"),
        ("folder:train.csv", "train.csv: is not a folder"),
        ("csv:~nobody-here/x", "csv:~nobody-here/x: whose home directory is not known; write the path in full"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(spec: str, message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        load(spec)
    assert str(caught.value) == message


def test_a_resolved_name_is_the_same_in_every_folder(place: Path) -> None:
    assert [resolved(spec) for spec in ("mnist", "folder:digits")] == ["mnist", f"folder:{place / 'digits'}"]


@pytest.mark.parametrize("kind", ["", "csv:", "folder:", "idx:"])
def test_a_name_too_long_is_one_line(kind: str) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        load(kind + "a" * 300)
