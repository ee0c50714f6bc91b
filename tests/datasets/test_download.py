"""Downloads against a server on this machine: whole, resumed, wrong, broken, absent."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from inkdigits.datasets.download import download
from inkdigits.errors import DatasetError

CONTENT = bytes(range(256)) * 2000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT; /plain ignores ranges, /broken stops half way, /gone is 404."""

    ranges: list[str | None]

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        if self.path == "/gone":
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.path != "/plain" else 0
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start:200_000] if self.path == "/broken" and not start else CONTENT[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.ranges = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def url(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file_is_fetched_once(server, tmp_path) -> None:
    target = tmp_path / "deep" / "set.gz"
    for _ in range(2):
        download(url(server, "/file"), target, md5=MD5)
    assert target.read_bytes() == CONTENT
    assert server.ranges == [None]
    assert files(target.parent) == ["set.gz"]


def test_a_broken_download_is_resumed(server, tmp_path) -> None:
    target = tmp_path / "set.gz"
    with pytest.raises(DatasetError, match="the connection broke; run it again to resume"):
        download(url(server, "/broken"), target, md5=MD5)
    assert files(tmp_path) == ["set.gz.part"]
    download(url(server, "/broken"), target, md5=MD5)
    assert target.read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=200000-"]
    assert files(tmp_path) == ["set.gz"]


def test_a_server_without_ranges_starts_over(server, tmp_path) -> None:
    (tmp_path / "set.gz.part").write_bytes(b"x" * 1000)
    download(url(server, "/plain"), tmp_path / "set.gz", md5=MD5)
    assert (tmp_path / "set.gz").read_bytes() == CONTENT


def test_a_complete_part_is_taken(server, tmp_path) -> None:
    (tmp_path / "set.gz.part").write_bytes(CONTENT)
    download(url(server, "/file"), tmp_path / "set.gz", md5=MD5)
    assert files(tmp_path) == ["set.gz"]


def test_wrong_bytes_are_thrown_away(server, tmp_path) -> None:
    with pytest.raises(DatasetError, match=f"not the published ones .MD5 {MD5}"):
        download(url(server, "/file"), tmp_path / "set.gz", md5="0" * 32)
    assert files(tmp_path) == []


def test_answers_of_failure_and_silence_are_one_line(server, tmp_path) -> None:
    with pytest.raises(DatasetError, match="the server answers 404"):
        download(url(server, "/gone"), tmp_path / "set.gz", md5=MD5)
    with pytest.raises(DatasetError, match="cannot be reached") as caught:
        download("http://127.0.0.1:9/file", tmp_path / "set.gz", md5=MD5)
    assert "\n" not in str(caught.value)
    assert files(tmp_path) == []


def test_an_unwritable_place_is_named(server, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetError, match="cannot be written"):
        download(url(server, "/file"), tmp_path / "file" / "set.gz", md5=MD5)
