"""Memory that runs out is told in one line, wherever it happens: pictures, page, model."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound a process's memory")

# Reads or classifies one picture again and again, each time with more room than this process already takes.
LIMITED = """
import contextlib, os, resource, sys
from inkdigits import cli

verb, picture, *rooms = sys.argv[1:]
sys.argv = ["inkdigits", verb, "docs/pictures/five.png"]
with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.suppress(SystemExit):
    cli.main()  # all is loaded before memory gets short
sys.argv = ["inkdigits", verb, picture]
for room in rooms:
    print("room", room, file=sys.stderr)
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + int(room) * 2**20, resource.RLIM_INFINITY))
    try:
        cli.main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("code", code, file=sys.stderr)
"""
ROOMS = (1, 30, 80, 140, 220, 340, 2000)  # MiB


@pytest.fixture(scope="module")
def picture(tmp_path_factory) -> Path:
    """A one on 24 megapixels."""
    path = tmp_path_factory.mktemp("large") / "large.png"
    grey = np.full((4000, 6000), 240, np.uint8)
    grey[1000:3000, 2000:2300] = 20
    Image.fromarray(grey).save(path)
    return path


@pytest.mark.parametrize("verb", ["read", "classify"])
def test_what_does_not_fit_is_one_line_and_the_next_goes_on(verb: str, picture: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, verb, str(picture), *map(str, ROOMS)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "INKDIGITS_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tries = done.stderr.split("room ")[1:]
    assert len(tries) == len(ROOMS)
    codes = [int(text.rpartition("code ")[2]) for text in tries]
    assert set(codes[:2]) <= {1, 2}
    assert codes[-1] == 0
    for text, code in zip(tries, codes, strict=True):
        told = text.splitlines()[1:-1]
        assert len(told) == bool(code), text
        assert all(line.startswith("inkdigits: ") and "not enough memory" in line for line in told), text
