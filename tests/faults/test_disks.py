"""A disk that is full and folders that cannot be written to, as real file systems that are mounted for the test."""

from pathlib import Path

import pytest

from inkdigits.bundle import PRETRAINED

# A disk of 256 KiB of which a few KiB are free; what stands there before is told after a line of dashes, and after.
FULL = """
mkdir disk && mount -t tmpfs -o size=256k tmpfs disk
{before}
head -c 10M /dev/zero > disk/filler 2> filling; truncate -s -8K disk/filler
find disk -type f | sort
echo ---
{line}
code=$?
echo ---
find disk -type f | sort
exit $code
"""
READ_ONLY = """
mkdir disk && mount -t tmpfs tmpfs disk
{before}
mount -o remount,ro disk
find disk | sort
echo ---
{line}
code=$?
echo ---
find disk | sort
exit $code
"""
SAVE = """$PYTHON -c '
from inkdigits.bundle import load_bundle, write_bundle
from inkdigits.errors import BundleError
try:
    write_bundle("disk/bundle", {model}, {{"classes": ["0"], "told": {told}}})
except BundleError as error:
    print("inkdigits:", error, file=__import__("sys").stderr)
    raise SystemExit(load_bundle("disk/bundle").metadata["told"])
'"""
FIRST = SAVE.format(model='b"a model"', told=2)
WRITERS = {
    "read --output": ("", "$INKDIGITS read $FIVE --output disk/out --format alto --annotate disk/out"),
    "read --annotate": ("", "$INKDIGITS read $FIVE --annotate disk/seen"),
    "data export": ("", "$INKDIGITS data export mnist --part test --to folder:disk/digits"),
    "data show": ("", "$INKDIGITS data show mnist --output disk/sheet.png"),
    "a new bundle": (FIRST, SAVE.format(model="bytes(10**6)", told=3)),
    "new scores": (FIRST, SAVE.format(model='b"a model"', told='"x" * 10**6')),
}


def refused(shell_apart, folder: Path, disk: str, name: str) -> tuple[str, str, str]:
    """The one line that the writer ends with on such a disk, and what lay there before and after."""
    before, line = WRITERS[name]
    done = shell_apart(disk.format(before=before, line=line), folder)
    assert done.returncode == 2, done.stderr
    (told,) = done.stderr.splitlines()
    assert told.startswith("inkdigits: ")
    there, _, left = done.stdout.partition("---\n")
    return told, there, left.rpartition("---\n")[2]


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_one_line_and_nothing_is_half_written(name: str, shell_apart, tmp_path: Path) -> None:
    told, there, left = refused(shell_apart, tmp_path, FULL, name)
    assert "No space left on device" in told
    assert "disk/filler" in there
    assert left == there


def test_readings_on_a_full_disk_are_gone_on_with(shell_apart, tmp_path: Path) -> None:
    line = "$INKDIGITS read $(yes $FIVE | head -60) --workers 1 --resume disk/r.jsonl"
    again = f"rm disk/filler; {line} && grep -c '^{{.*}}$' disk/r.jsonl"
    done = shell_apart(FULL.format(before="", line=f"{line}; echo code $?; {again}"), tmp_path)
    assert done.returncode == 0, done.stderr
    (told,) = done.stderr.splitlines()
    assert "disk/r.jsonl: cannot be written (No space left on device)" in told
    assert "code 2\n60\n" in done.stdout


def test_a_run_asks_for_room_before_it_begins(shell_apart, tmp_path: Path) -> None:
    line = """$PYTHON -c '
from pathlib import Path
from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import RunFolder
try:
    with RunFolder(Path("disk/runs/mine")).claimed():
        print("begun")
except RunError as error:
    print(error)
'"""
    done = shell_apart(FULL.format(before="", line=line), tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("---\n")[1:] == [
        "disk/runs/mine: less than 64 MiB free; make room or choose --output\n",
        "disk/filler\n",
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_cannot_be_written_to_is_one_line(name: str, shell_apart, tmp_path: Path) -> None:
    told, there, left = refused(shell_apart, tmp_path, READ_ONLY, name)
    assert "Read-only file system" in told
    assert left == there


def test_a_bundle_that_cannot_be_written_to_is_read(shell_apart, tmp_path: Path) -> None:
    before = f"cp -r {PRETRAINED} disk/bundle; cp $FIVE disk"
    line = "cd disk; $INKDIGITS read five.png --bundle bundle; code=$?; cd ..; (exit $code)"
    done = shell_apart(READ_ONLY.format(before=before, line=line), tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("---\n")[1] == "5\n"
