"""`inkdigits read` from end to end: pages of MNIST's test digits, the true reader, worker processes, signals, pipes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.cli.reading.batch import Answer, Work, answers, tasks_for, workers_for
from inkdigits.cli.reading.pictures import Pictures
from inkdigits.datasets.mnist import load_mnist
from inkdigits.errors import InkdigitsError
from inkdigits.reading.output.formats import to_dict

COMMAND = [sys.executable, "-m", "inkdigits", "read"]


@pytest.fixture(scope="session")
def page() -> Callable[..., Image.Image]:
    """Draws numbers line by line with plain digits of MNIST's test set, dark on light paper, 56 pixels high."""
    digits = load_mnist("test")
    # The image of each class nearest to the class' mean: nobody mistakes it.
    means = [digits.images[digits.labels == label].mean(axis=0) for label in range(10)]
    plain = []
    for label, mean in enumerate(means):
        own = digits.images[digits.labels == label]
        plain.append(own[np.square(own - mean).sum(axis=(1, 2)).argmin()])

    def draw(*lines: str) -> Image.Image:
        paper = np.full((120 * len(lines) + 40, 60 * max(map(len, lines)) + 80), 230, np.uint8)
        for row, line in enumerate(lines):
            for column, character in enumerate(line):
                if character != " ":
                    tile = Image.fromarray(plain[int(character)]).resize((56, 56), Image.Resampling.BICUBIC)
                    top, left = 40 + 120 * row, 40 + 60 * column
                    paper[top : top + 56, left : left + 56] -= (np.asarray(tile) * 0.75).astype(np.uint8)
        return Image.fromarray(paper)

    return draw


@pytest.fixture
def scans(page, tmp_path: Path) -> Path:
    """Twelve pages, 100.png to 111.png, each with its own name written on it twice."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(100, 112):
        page(f"{number}", f"{number}").save(folder / f"{number}.png")
    return folder


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False)


def test_a_page_is_read_and_its_pictures_are_written(page, tmp_path: Path):
    page("0123456789", "2718   2818").transpose(Image.Transpose.ROTATE_90).save(tmp_path / "page.png")
    done = run(tmp_path / "page.png", "--annotate", tmp_path / "seen", "--explain", tmp_path / "seen")
    assert done.stdout.decode() == "0123456789\n2718 2818\n"
    assert done.stderr == b""
    assert len(list((tmp_path / "seen").iterdir())) == 4


def test_a_page_from_standard_input(page, tmp_path: Path):
    page("504").save(tmp_path / "page.png")
    done = run("-", "--format", "json", stdin=(tmp_path / "page.png").read_bytes())
    (found,) = json.loads(done.stdout)
    assert (found["image"], found["text"]) == ("-", "504")


def test_digits_say_when_they_changed_the_reading(page, tmp_path: Path):
    page("504").save(tmp_path / "page.png")
    assert run(tmp_path / "page.png", "--digits", "3").stderr == b""
    done = run(tmp_path / "page.png", "--pattern", "1[0-9]*")
    assert done.stdout.startswith(b"1")
    assert done.stderr.decode().startswith(f"inkdigits: {tmp_path}/page.png: line 1, 1")


def test_several_workers_answer_as_one_does_and_in_order(scans: Path):
    (scans / "105.png").write_bytes(b"no image")
    found = [run(scans, "--format", "jsonl", "--workers", count) for count in ("1", "2")]
    alone, shared = ([json.loads(line) for line in done.stdout.splitlines()] for done in found)
    assert [reading["text"] for reading in shared] == [f"{n}\n{n}" for n in range(100, 112) if n != 105]
    # Batches of other sizes may round the last digits of a probability otherwise.
    assert [reading["text"] for reading in alone] == [reading["text"] for reading in shared]
    for done in found:
        assert done.returncode == 1
        assert done.stderr.decode().startswith(f"inkdigits: {scans}/105.png: not an image")
        assert done.stderr.count(b"\n") == 1


def test_workers_are_as_many_as_pay():
    assert workers_for(1) == 1
    assert 1 <= workers_for(10**6) <= (os.cpu_count() or 1)


def work_of(**changes) -> Work:
    chosen = {"bundle": None, "threads": 1, "turn": None, "constraint": None, "minimum": None}
    return Work(**{**chosen, **changes}, pictures=Pictures(None, None, None))


def test_few_answers_are_held_at_a_time(scans: Path):
    given = []

    def tasks():
        for task in tasks_for([str(path) for path in sorted(scans.iterdir())] * 10):
            given.append(task)
            yield task

    found = answers(work_of(), tasks(), workers=2)
    first = next(found)
    assert isinstance(first, Answer)
    assert first.task == given[0]
    assert len(given) <= 8
    found.close()


def test_a_worker_that_is_killed_is_one_line(scans: Path):
    if not Path("/proc/self/task").exists():
        pytest.skip("finds the workers through /proc")
    tasks = tasks_for([str(path) for path in sorted(scans.iterdir())] * 10)
    found = answers(work_of(), tasks, workers=2)
    next(found)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    workers = [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    with pytest.raises(InkdigitsError, match="a worker was ended from outside"):
        list(found)


def test_the_reading_survives_the_way_between_processes(scans: Path):
    tasks = tasks_for([str(path) for path in sorted(scans.iterdir())][:2])
    alone, shared = list(answers(work_of(), tasks, workers=1)), list(answers(work_of(), tasks, workers=2))
    assert [answer.task for answer in shared] == tasks
    for one, other in zip(alone, shared, strict=True):
        assert one.reading is not None
        assert other.reading is not None
        assert to_dict("", one.reading)["text"] == to_dict("", other.reading)["text"]
        assert other.reading.digits[0].image.shape == (28, 28)


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """The command, ready to be interrupted as from a terminal: by a signal to all of its processes."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupting_ends_tidily_and_resuming_completes(scans: Path, tmp_path: Path, workers: str):
    result = tmp_path / "r.jsonl"
    images = [str(path) for path in sorted(scans.iterdir())] * 20
    process = start(*images, "--resume", result, "--workers", workers)
    while not (result.exists() and result.read_bytes().count(b"\n") > 1):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    partly = result.read_bytes()
    assert partly.endswith(b"\n")
    assert partly.count(b"\n") < len(images)
    result.write_bytes(partly[:-10])  # and as if the power had failed
    done = run(*images[: partly.count(b"\n") + 3], "--resume", result)
    assert (done.returncode, done.stdout) == (0, b"")
    read = [json.loads(line) for line in result.read_bytes().splitlines()]
    assert [Path(reading["image"]).stem for reading in read] == [Path(i).stem for i in images[: len(read)]]
    assert len(read) == partly.count(b"\n") + 3


def test_a_reader_that_leaves_early_is_no_traceback(scans: Path):
    line = f'"$@" {scans}/*.png {scans}/*.png --workers 2 | head -1'
    done = subprocess.run(["bash", "-c", line, "_", *COMMAND], capture_output=True, timeout=120, check=False)
    assert done.stdout.decode() == f"{scans}/100.png:100\n"
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_bar_and_the_errors_are_shown_and_the_answers_go_where_they_should(scans: Path, tmp_path: Path):
    import pty

    ours, theirs = pty.openpty()
    with (tmp_path / "answers.txt").open("wb") as answered:
        process = subprocess.Popen(
            [*COMMAND, str(scans), "nowhere.png"], stdin=theirs, stdout=answered, stderr=theirs, cwd=tmp_path
        )
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how Linux tells that the other side is closed
            pass
        os.close(ours)
    assert process.wait() == 1
    text = (tmp_path / "answers.txt").read_text()
    assert text == "".join(f"{scans}/{n}.png:{n}\n" * 2 for n in range(100, 112))
    assert b"/13" in shown
    assert b"inkdigits: nowhere.png: no such file" in shown
    assert b"100.png:100" not in shown
