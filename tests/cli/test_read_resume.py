import json
from pathlib import Path

import numpy as np
import pytest

from inkdigits.cli.reading.batch import Task, tasks_for
from inkdigits.cli.reading.pictures import OutputError
from inkdigits.cli.reading.resume import Readings
from inkdigits.errors import InkdigitsError
from inkdigits.reading.output.formats import to_jsonl
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

DIGIT = Digit("7", 0.9, Box(0, 0, 9, 9), (("1", 0.1),), np.zeros((28, 28), np.uint8))
READING = Reading((Line("7", (DIGIT,), DIGIT.box),), (Page(20, 20),))


def line(image: str) -> str:
    return to_jsonl(image, READING)


def left(path: Path, *images: str) -> list[str]:
    return [task.image for task in Readings(path).without_done(tasks_for(images))]


def add(path: Path, *images: str) -> None:
    Readings(path).append((task, READING) for task in tasks_for(images))


def images_in(path: Path) -> list[str]:
    return [json.loads(row)["image"] for row in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "r.jsonl"


def test_a_new_file_lacks_all_and_gets_a_line_for_each(path: Path) -> None:
    assert left(path, "a.png", "b.png") == ["a.png", "b.png"]
    assert not path.exists()
    add(path, "a.png", "b.png")
    assert path.read_text() == line("a.png") + line("b.png")


def test_what_is_there_is_left_out_and_the_rest_appended(path: Path) -> None:
    add(path, "b.png", "d.png")
    assert left(path, "a.png", "b.png", "c.png", "d.png") == ["a.png", "c.png"]
    add(path, "a.png", "c.png")
    assert images_in(path) == ["b.png", "d.png", "a.png", "c.png"]


def test_an_image_named_twice_has_to_be_there_twice(path: Path) -> None:
    add(path, "a.png")
    assert left(path, "a.png", "a.png") == ["a.png"]


def test_names_that_are_not_utf8_are_not_mixed_up_with_those_left(path: Path) -> None:
    first, second = (name.decode(errors="surrogateescape") for name in (b"\xe9.png", b"\xe8.png"))
    add(path, first)
    assert left(path, first, second) == [second]


def test_the_stems_of_outputs_are_the_same_as_in_the_first_run(path: Path) -> None:
    add(path, "a/x.png")
    assert Readings(path).without_done(tasks_for(["a/x.png", "b/x.png"])) == [Task("b/x.png", "x-2")]


@pytest.mark.parametrize("length", [1, 5, 9, 10, 30, -2, -1])
def test_a_line_torn_anywhere_is_done_again(path: Path, length: int) -> None:
    add(path, "a.png")
    whole = path.read_bytes()
    path.write_bytes(whole + line("ü.png").encode()[:length])
    assert left(path, "a.png", "ü.png") == ["ü.png"]
    add(path, "ü.png")
    assert path.read_bytes() == whole + line("ü.png").encode()


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"image,value\n", 1),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1),
        (b"no line end", 1),
        (b"[1]\n", 1),
        (b'{"image": 3}\n', 1),
        (b'{"image":"a.png","label":"7"}', 1),
        (b'{"image":"a.png","error":"damaged"}\n', 1),
        (b"\n", 1),
        (line("a.png").encode() + b"stray", 2),
        (b"[" * 100_000 + b"\n", 1),
    ],
)
def test_a_file_of_something_else_is_refused_and_left_alone(path: Path, content: bytes, number: int) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(
        InkdigitsError, match=rf"r\.jsonl: line {number} is no reading; name the file of an earlier run"
    ):
        Readings(path)
    assert path.read_bytes() == content


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InkdigitsError, match="is no regular file"):
        Readings(tmp_path)


def test_standard_input_cannot_be_found_again(path: Path) -> None:
    with pytest.raises(InkdigitsError, match="standard input"):
        left(path, "-")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/r\.jsonl: cannot be written \("):
        add(tmp_path / "file" / "r.jsonl", "a.png")


def test_what_was_read_before_an_error_is_kept(path: Path) -> None:
    def results():
        yield Task("a.png", "a"), READING
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Readings(path).append(results())
    assert images_in(path) == ["a.png"]


def test_two_at_once_lose_nothing_and_one_is_told(path: Path) -> None:
    second = Readings(path)

    def results():
        yield Task("a.png", "a"), READING
        with pytest.raises(OutputError, match=r"r\.jsonl: another run is writing here; wait for it$"):
            second.append([(Task("b.png", "b"), READING)])
        yield Task("c.png", "c"), READING

    Readings(path).append(results())
    with pytest.raises(OutputError, match=r"r\.jsonl: another run has written here meanwhile; start again$"):
        second.append([(Task("b.png", "b"), READING)])
    assert images_in(path) == ["a.png", "c.png"]
