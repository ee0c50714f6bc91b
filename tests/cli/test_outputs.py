"""What the command does when its outputs are closed, full, or know few characters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "five.png"


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a shell line in which $INKDIGITS is the command."""
    variables = {**os.environ, "INKDIGITS": f"{sys.executable} -m inkdigits", "PICTURE": str(PICTURE), **environment}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_reader_that_leaves_early_is_no_traceback():
    done = shell("$INKDIGITS classify $(yes $PICTURE | head -300) --format csv | head -1")
    assert done.stdout.startswith("image,digit,confidence")
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line():
    done = shell("$INKDIGITS classify $PICTURE > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "inkdigits: output: No space left on device\n"


def test_closed_outputs_are_borne():
    done = shell("$INKDIGITS classify $PICTURE >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_terminal_of_few_characters_sees_question_marks():
    done = shell(
        "cp $PICTURE $TMPDIR/zw\u00f6lf.png; $INKDIGITS classify $TMPDIR/zw\u00f6lf.png", PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 0
    assert "zw?lf.png: 5" in done.stdout


def test_without_an_error_output_recipes_are_listed_all_the_same():
    done = shell("$INKDIGITS recipes 2>&-")
    assert done.returncode == 0
    assert "cnn-dropout" in done.stdout


def test_a_comparison_says_nothing_of_its_framework():
    done = shell("$INKDIGITS compare " + str(Path(__file__).parents[2] / "results"), TF_CPP_MIN_LOG_LEVEL="")
    assert "cnn-dropout" in done.stdout
    assert done.stderr == ""


def test_an_input_that_cannot_be_read_is_one_line(tmp_path):
    done = shell(f"$INKDIGITS classify - $PICTURE 0> {tmp_path}/out")
    assert "five.png: 5  " in done.stdout
    assert done.stderr == "inkdigits: standard input: cannot be read (Bad file descriptor)\n"
