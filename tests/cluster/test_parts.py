"""Parts, and the index that tells which images each of them has."""

from pathlib import Path

import pytest

from inkdigits.cluster import parts as parts_module
from inkdigits.cluster.parts import LARGEST, Slice, into_parts, part_size, read_part, write_index
from inkdigits.cluster.places import place


def images(count: int) -> list[Slice]:
    return [Slice(0, f"{number}.png") for number in range(count)]


def test_parts_grow_from_64_images_to_2048() -> None:
    assert [part_size(number) for number in (0, 255, 256, 512, 1024, 1279, 1280, 10**6)] == [
        64, 64, 128, 256, 1024, 1024, 2048, 2048,
    ]  # fmt: skip


def test_a_billion_images_are_half_a_million_parts() -> None:
    before = sum(part_size(number) for number in range(1280))
    assert 1280 + (10**9 - before) / LARGEST == pytest.approx(489_300, abs=100)


def test_parts_hold_all_images_in_their_order() -> None:
    cut = list(into_parts(images(150)))
    assert [len(part) for part in cut] == [64, 64, 22]
    assert [piece for part in cut for piece in part] == images(150)
    assert list(into_parts([])) == []


def test_rows_of_a_file_are_cut_where_a_part_is_full() -> None:
    cut = list(into_parts([Slice(0, "a.png"), Slice(1, "b.parquet", 0, 130), Slice(0, "c.png")]))
    assert cut == [
        [Slice(0, "a.png"), Slice(1, "b.parquet", 0, 63)],
        [Slice(1, "b.parquet", 63, 64)],
        [Slice(1, "b.parquet", 127, 3), Slice(0, "c.png")],
    ]


def test_the_index_gives_back_each_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "_PARTS_PER_FILE", 2)
    folder = place(str(tmp_path))
    written = [[Slice(0, "ü#1.png")], [Slice(1, "b.parquet", 5, 7), Slice(0, "c.png")], [Slice(0, "d.png")]]
    assert write_index(folder, iter(written)) == (3, 10)
    assert [read_part(folder, number) for number in range(3)] == written
    assert len(list(tmp_path.iterdir())) == 2


def test_an_index_of_nothing_is_no_file(tmp_path: Path) -> None:
    assert write_index(place(str(tmp_path)), []) == (0, 0)
    assert list(tmp_path.iterdir()) == []
