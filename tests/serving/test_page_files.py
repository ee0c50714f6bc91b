import gzip
import re

import pytest
from fastapi.testclient import TestClient

from inkdigits.serving.page_files import FOLDER

FIRST_PAINT = 100_000  # bytes


def sent(client: TestClient, path: str) -> int:
    """Bytes on the wire, not unpacked."""
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        return sum(len(part) for part in answer.iter_raw())


def test_the_first_paint_is_small(client: TestClient) -> None:
    modules = [f"/page/{file.name}" for file in FOLDER.iterdir() if file.suffix in (".js", ".css", ".svg")]
    small = [f"/page/samples/{file.name}" for file in FOLDER.glob("samples/*-small.jpg")]
    assert len(modules) > 8
    assert len(small) == 4
    assert sum(sent(client, path) for path in ("/", *modules, *small)) < FIRST_PAINT


@pytest.mark.parametrize("name", ["index.html", "model.html"])
def test_the_pages_ask_nobody_else_and_name_only_files_that_exist(client: TestClient, name: str) -> None:
    text = (FOLDER / name).read_text()
    assert "//" not in re.sub("<!--.*?-->", "", text)
    for path in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert client.get(path).status_code == 200


def test_scripts_load_only_each_other() -> None:
    names = {file.name for file in FOLDER.glob("*.js")}
    for file in FOLDER.glob("*.js"):
        for imported in re.findall(r'from "([^"]+)"', file.read_text()):
            assert imported.removeprefix("./") in names
        assert "http://" not in file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in file.read_text()


def test_files_come_packed_and_only_when_changed(client: TestClient) -> None:
    plain = client.get("/page/style.css", headers={"Accept-Encoding": "identity"})
    assert plain.text == (FOLDER / "style.css").read_text()
    with client.stream("GET", "/page/style.css", headers={"Accept-Encoding": "gzip"}) as packed:
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    again = client.get("/page/style.css", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/page/style.css", headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/page/style.css", headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        *(("gzip", True), ("br, gzip;q=0.5", True), ("GZIP ; q=1.0", True), ("gzip;q=0.001,br", True)),
        *(("gzip;q=0, identity", False), ("gzip; q=0.000", False), ("gzipped", False), ("br", False), ("", False)),
    ],
)
def test_files_come_packed_to_who_takes_them(client: TestClient, accepted: str, packed: bool) -> None:
    with client.stream("GET", "/page/style.css", headers={"Accept-Encoding": accepted}) as answer:
        assert (answer.headers.get("Content-Encoding") == "gzip") is packed


def test_nothing_else_on_the_disk_can_be_had(client: TestClient) -> None:
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/page//etc/passwd", "/page/samples", "/page/NOTICE"):
        assert client.get(path).status_code == 404
