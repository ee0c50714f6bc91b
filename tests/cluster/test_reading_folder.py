"""A large reading's folder: what it says of itself, and who may write there."""

from dataclasses import replace
from pathlib import Path

import pytest

from inkdigits.cluster.places import Place, place
from inkdigits.cluster.reading_folder import Begun, ReadingPlan, check_free, check_same, read_begun, write_begun
from inkdigits.errors import RunError

PLAN = ReadingPlan(["scans"], "image", "parquet", None, (5, 8), "[0-9]+", 0.5, "abc", "0.1.0")


@pytest.fixture
def folder(tmp_path: Path) -> Place:
    return place(str(tmp_path / "readings"))


def test_what_has_begun_is_found_again(folder: Place) -> None:
    assert read_begun(folder) is None
    write_begun(folder, Begun(PLAN, 3, 150))
    begun = read_begun(folder)
    assert begun is not None
    assert (begun.parts, begun.images) == (3, 150)
    check_same(begun.plan, PLAN, folder)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(PLAN, format="jsonl"), "was begun with format parquet, not jsonl"),
        (replace(PLAN, digits=None), "was begun with digits [5, 8], not None"),
        (replace(PLAN, images=["scans", "more"]), "was begun with images ['scans'], not ['scans', 'more']"),
        (replace(PLAN, model="def"), "was begun with model abc, not def"),
    ],
)
def test_another_plan_is_refused(folder: Place, other: ReadingPlan, told: str) -> None:
    with pytest.raises(RunError) as caught:
        check_same(PLAN, other, folder)
    assert str(caught.value) == f"{folder.name}: {told}; name another folder"


@pytest.mark.parametrize("content", ["{}", "nonsense", '{"plan": 3}', '{"plan": {"images": []}}', "[]"])
def test_a_damaged_plan_is_named(folder: Place, content: str) -> None:
    folder.write("_inkdigits/reading.json", content.encode())
    with pytest.raises(RunError, match=r"reading\.json: damaged \(.*\); name another folder"):
        read_begun(folder)


def test_only_a_free_folder_elsewhere_is_written_to(folder: Place, tmp_path: Path) -> None:
    scans = place(str(tmp_path / "scans"))
    check_free(folder, [scans])
    for inside in ("scans", "scans/readings"):
        with pytest.raises(RunError, match=r"lies within .*scans, which is read; name a folder elsewhere"):
            check_free(place(str(tmp_path / inside)), [scans])
    check_free(place(str(tmp_path / "scans-read")), [scans])
    folder.write("notes.txt", b"")
    check_free(folder, [scans])
    folder.write("part-0000003.parquet", b"")
    with pytest.raises(RunError, match="holds parts of something else; name an empty folder"):
        check_free(folder, [scans])
