"""The command in a process of its own, and file systems that are full or cannot be written to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIVE = ROOT / "docs" / "pictures" / "five.png"
# A mount name space of its own: what is mounted there is gone with the process, and nobody else ever sees it.
APART = ("unshare", "--user", "--map-root-user", "--mount")

Done = subprocess.CompletedProcess[str]
Shell = Callable[..., Done]


def run_command(*arguments: object, **environment: str) -> Done:
    """Runs `inkdigits` with `arguments`."""
    return subprocess.run(
        [sys.executable, "-m", "inkdigits", *map(os.fspath, map(as_argument, arguments))],
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=120,
        check=False,
    )


def as_argument(argument: object) -> str | bytes | Path:
    return argument if isinstance(argument, str | bytes | Path) else str(argument)


def is_one_line(done: Done) -> bool:
    """Whether it failed as it should: one line of its own on standard error, exit code 1 or 2."""
    (line,) = done.stderr.removesuffix("\n").split("\n")
    return done.returncode in (1, 2) and line.startswith("inkdigits: ")


@pytest.fixture(scope="session")
def shell_apart() -> Shell:
    """Runs a shell line that may mount; in it $INKDIGITS is the command, $PYTHON this Python, $FIVE a picture."""
    if shutil.which("unshare") is None or subprocess.run([*APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount in a name space of their own")

    def run(line: str, folder: Path) -> Done:
        variables = {"PYTHON": sys.executable, "INKDIGITS": f"{sys.executable} -m inkdigits", "FIVE": str(FIVE)}
        return subprocess.run(
            [*APART, "bash", "-c", line],
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1", **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def some_digits(mnist_folder) -> str:
    """MNIST's first 480 training and 60 test images, as "idx:DIR"."""
    return mnist_folder(480)


@pytest.fixture(scope="session")
def five() -> Path:
    """A five, drawn with a mouse."""
    return FIVE


@pytest.fixture(scope="session")
def command() -> Callable[..., Done]:
    """Runs `inkdigits` with the arguments, in an environment changed by the keywords."""
    return run_command


@pytest.fixture(scope="session")
def one_line() -> Callable[[Done], bool]:
    """Whether a command failed as it should: one line of its own on standard error, exit code 1 or 2."""
    return is_one_line
