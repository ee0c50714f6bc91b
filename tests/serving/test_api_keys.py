import hashlib
import os
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from inkdigits import InkdigitsError
from inkdigits.serving import api_keys
from inkdigits.serving.api_keys import add_api_key, load_api_keys
from inkdigits.serving.app import create_app
from inkdigits.serving.options import Options


def test_the_file_holds_the_hash_and_not_the_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key = add_api_key(file, "alice")
    assert file.read_text() == f"alice {hashlib.sha256(key.encode()).hexdigest()}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(key) >= 43  # 256 bits in base 64


def test_keys_know_their_owners(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    alice, bob = add_api_key(file, "alice"), add_api_key(file, "bob")
    keys = load_api_keys(file)
    assert [keys.owner(key) for key in (alice, bob, "", alice[:-1], "ключ")] == ["alice", "bob", None, None, None]


def test_a_name_is_used_once(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    add_api_key(file, "alice")
    before = file.read_text()
    with pytest.raises(InkdigitsError, match="there is a key for alice already"):
        add_api_key(file, "alice")
    assert file.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("content", ["", "# nobody yet"])
def test_a_file_that_is_there_gets_its_first_key_and_stays_readable_to_the_same(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content)
    file.chmod(0o644)
    key = add_api_key(file, "alice")
    assert load_api_keys(file).owner(key) == "alice"
    assert file.read_text().startswith(content or "alice ")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="no folder can be locked there")
def test_keys_that_are_made_at_once_are_all_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, hashes = tmp_path / "keys", api_keys._hashes

    def slowly(path: Path, text: str) -> dict[str, bytes]:
        time.sleep(0.05)  # between reading and writing, so that the others would read the same
        return hashes(path, text)

    monkeypatch.setattr(api_keys, "_hashes", slowly)
    names = ["alice", "bob", "carol", "dave"]
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda name: add_api_key(file, name), names))
    assert [load_api_keys(file).owner(key) for key in keys] == names
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("content", [None, "# nobody yet\n"])
def test_a_link_is_followed(tmp_path: Path, content: str | None) -> None:
    real, link = tmp_path / "secrets" / "keys", tmp_path / "link"
    real.parent.mkdir()
    link.symlink_to(real)
    if content is not None:
        real.write_text(content)
    key = add_api_key(link, "alice")
    assert link.is_symlink()
    assert load_api_keys(real).owner(key) == "alice"


def test_a_key_is_on_disk_before_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_size))
    add_api_key(tmp_path / "keys", "alice")
    assert synced == [(tmp_path / "keys").stat().st_size]


@pytest.mark.parametrize("name", ["nowhere/keys", "folder", "loop"])
def test_where_no_key_can_be_added_the_given_path_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InkdigitsError, match=rf"^{tmp_path}/{name}: no API keys? can be [^/]*; .*$"):
        add_api_key(tmp_path / name, "alice")
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "loop"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no API keys can be read"),
        ("", "holds no API key"),
        ("# nobody\n\n", "holds no API key"),
        ("alice secret\n", "line 1 is no 'NAME SHA256'"),
        (f"a {'0' * 64}\na {'1' * 64}\n", "line 2: there is a key for a already"),
    ],
)
def test_unusable_files_are_told(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InkdigitsError, match=words):
        load_api_keys(file)


def test_only_the_owner_of_a_key_gets_answers(tmp_path: Path, seven: bytes) -> None:
    key = add_api_key(tmp_path / "keys", "alice")
    with TestClient(create_app(Options(api_keys=tmp_path / "keys"))) as client:
        while client.get("/v2/health/ready").status_code != 200:
            pass
        for header in (
            {},
            {"Authorization": "Bearer wrong"},
            {"X-API-Key": key[:-1]},
            {"Authorization": f"Basic {key}"},
        ):
            for method, path in (
                ("POST", "/v1/read"),
                ("POST", "/v1/classify"),
                ("POST", "/v2/models/inkdigits/infer"),
                ("GET", "/v1/model"),
                ("GET", "/v2/models/inkdigits"),
                ("GET", "/metrics"),
            ):
                answer = client.request(method, path, headers=header)
                assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        for header in ({"Authorization": f"Bearer {key}"}, {"X-API-Key": key}):
            assert client.post("/v1/read", content=seven, headers=header).json()["text"] == "7"
        for path in ("/", "/v2/health/live", "/v2/health/ready", "/page/style.css"):
            assert client.get(path).status_code == 200
