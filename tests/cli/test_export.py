import subprocess
import sys
from pathlib import Path

import pytest

from inkdigits.bundle import PRETRAINED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["site", "."], "is not empty; choose a new or an empty folder for the site"),
        (["site", "new", "--bundle", "nowhere"], "nowhere: no such folder"),
        (["int8", "."], "holds something that is no bundle; choose an empty or a new folder"),
        (["int8", "new", "--bundle", "nowhere"], "nowhere: no such folder"),
        (["ensemble", "new", "nowhere"], "an ensemble is made of two runs or more"),
        (["ensemble", "new", "nowhere", "elsewhere"], "nowhere: no run here"),
        (["header", "new.h", "--bundle", "nowhere"], "nowhere: no such folder"),
        (["header", "new.h", "--bundle", str(PRETRAINED)], "is not quantised; run inkdigits export int8 first"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    (tmp_path / "mine").write_text("mine")
    command = [sys.executable, "-m", "inkdigits", "export", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert words in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
