"""The actor itself, without a cluster: Parquet in, Parquet out, the model loaded once, what is there left alone."""

from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.cluster.bounded_reader import BoundedReader
from inkdigits.cluster.listing import slices
from inkdigits.cluster.part_reader import Orders, PartReader, model_files
from inkdigits.cluster.parts import into_parts, write_index
from inkdigits.cluster.places import place
from inkdigits.cluster.reading_folder import ReadingPlan
from inkdigits.datasets import load
from inkdigits.reading import Constraint, Reader
from inkdigits.reading.output.formats import to_dict, with_doubts

MINIMUM = 0.9999


def digits(count: int) -> list[bytes | None]:
    images = load("mnist", "test").images[:count]
    padded = [np.pad(255 - image, 8, constant_values=255) for image in images]
    return [cv2.imencode(".png", image)[1].tobytes() for image in padded]


@pytest.fixture
def scans(tmp_path: Path) -> list[bytes | None]:
    """A Parquet file of 70 rows: two parts."""
    rows = digits(70)
    rows[1], rows[66] = b"no image", None
    (tmp_path / "scans").mkdir()
    pq.write_table(pa.table({"scan": pa.array(rows, pa.binary())}), tmp_path / "scans" / "a.parquet")
    return rows


def test_rows_are_what_a_reader_gives(scans: list[bytes | None], tmp_path: Path) -> None:
    model = load_bundle(PRETRAINED)
    images, output = [place(str(tmp_path / "scans"))], place(str(tmp_path / "readings"))
    (tmp_path / "readings" / "_inkdigits").mkdir(parents=True)
    index = output.below("_inkdigits")
    parts, count = write_index(index, into_parts(slices(images, "scan")))
    assert (parts, count) == (2, 70)
    plan = ReadingPlan([images[0].name], "scan", "parquet", 0, (1, 1), None, MINIMUM, "", "")
    actor = PartReader(Orders(images, output, plan, parts, model_files(model)))
    try:
        (first,) = actor({"first": np.array([1]), "step": np.array([2])})
        assert {name: values.tolist() for name, values in first.items()} == {"images": [6], "read": [6], "failed": [1]}
        written = (tmp_path / "readings" / "part-0000001.parquet").stat().st_mtime_ns
        (both,) = actor({"first": np.array([0]), "step": np.array([1])})
        assert {name: values.tolist() for name, values in both.items()} == {"images": [70], "read": [64], "failed": [1]}
    finally:
        actor._reader.close()
    assert (tmp_path / "readings" / "part-0000001.parquet").stat().st_mtime_ns == written

    found = pq.read_table(tmp_path / "readings").to_pylist(maps_as_pydicts="strict")
    names = [f"{tmp_path}/scans/a.parquet#{number}" for number in range(70)]
    assert [row["image"] for row in found] == names
    assert [row["error"] for row in found if row["error"]] == [
        f"{names[1]}: not an image that can be read (PNG, JPEG, TIFF, WebP, ...)",
        f"{names[66]}: no image in this row",
    ]
    reader, constraint = Reader(model, threads=1), Constraint((1, 1))
    for number in (0, 2, 63, 64, 69):
        content = scans[number]
        assert content is not None
        reading = with_doubts(reader.read(content, turn=0, constraint=constraint), MINIMUM)
        assert found[number] == {**to_dict(names[number], reading), "error": None}
    assert any("?" in (row["text"] or "") for row in found)


def test_a_reader_that_cannot_begin_is_no_image_that_cannot_be_read() -> None:
    options = {"turn": None, "digits": None, "pattern": None, "minimum": None}
    with pytest.raises(RuntimeError, match="the process that is to read images ended with code 1 before it began"):
        BoundedReader({}, options)
