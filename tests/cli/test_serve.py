import hashlib
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inkdigits", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0: would let other computers in without a key; give --api-key-file FILE"),
        (["--new-api-key", "alice"], "--new-api-key adds a key to a file: give --api-key-file FILE with it"),
        (["--api-key-file", "nowhere"], "nowhere: no API keys can be read (No such file or directory)"),
        (["--bundle", "nowhere"], "nowhere: no such folder"),
    ],
)
def test_what_is_wrong_is_one_line(options: list[str], words: str) -> None:
    done = serve("--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"inkdigits: {words}")


@pytest.mark.parametrize("seconds", ["inf", "nan", "86401"])
def test_seconds_without_an_end_are_refused(seconds: str) -> None:
    done = serve("--port", "0", "--max-seconds", seconds)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '--max-seconds'" in done.stderr
    assert "86400" in done.stderr


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "Address already in use" in line


def test_a_new_key_is_printed_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    done = serve("--api-key-file", str(tmp_path / "keys"), "--new-api-key", "alice")
    assert (done.returncode, done.stderr) == (0, "")
    key = done.stdout.strip()
    assert (tmp_path / "keys").read_text() == f"alice {hashlib.sha256(key.encode()).hexdigest()}\n"
