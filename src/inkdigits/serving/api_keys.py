"""API keys: random, kept as hashes in a file, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.errors import InkdigitsError
from inkdigits.whole_file import whole_file

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ENTRY = re.compile(rf"({_NAME.pattern})\s+([0-9a-f]{{64}})")


class ApiKeys:
    """The keys of a file; `allowed` tells whose key it is."""

    def __init__(self, hashes: dict[str, bytes]) -> None:
        self._hashes = hashes

    def owner(self, key: str) -> str | None:
        """The name that the key was made for, None when it is unknown; takes the same time for every key."""
        digest = _hash(key)
        found = None
        for name, known in self._hashes.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def load_api_keys(path: Path) -> ApiKeys:
    """Reads lines of `NAME SHA256`; empty lines and those that begin with # are skipped. Raises `InkdigitsError`."""
    hashes = _hashes(path, _text(path))
    if not hashes:
        raise InkdigitsError(f"{path}: holds no API key; make one with 'inkdigits serve --new-api-key NAME'")
    return ApiKeys(hashes)


def add_api_key(path: Path, name: str) -> str:
    """Makes a key of 256 random bits for `name`, adds its hash to the file and returns it: it is kept nowhere else.

    A link is followed. Raises `InkdigitsError`, and then the file is as it was.
    """
    if not _NAME.fullmatch(name):
        raise InkdigitsError(f"--new-api-key {name}: a name has 1 to 64 letters, digits, dots, dashes or underscores")
    file = Path(os.path.realpath(path))
    key = secrets.token_urlsafe(32)
    try:
        with _alone_in(file.parent):
            old = _text(path) if os.path.lexists(file) else ""
            if name in _hashes(path, old):
                raise InkdigitsError(f"{path}: there is a key for {name} already; remove its line to replace it")
            if old and not old.endswith("\n"):
                old += "\n"
            with whole_file(file, private=True) as written:
                written.write(f"{old}{name} {_hash(key).hex()}\n".encode())
    except OSError as error:
        raise InkdigitsError(
            f"{path}: no API key can be added ({error.strerror or error}); choose another --api-key-file"
        ) from error
    return key


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Waits until no other process adds a key in the folder, and keeps others waiting. Raises `OSError`."""
    if sys.platform == "win32":
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)  # not on the file itself, which is replaced
        yield
    finally:
        os.close(opened)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InkdigitsError(
            f"{path}: no API keys can be read ({reason}); make one with 'inkdigits serve --new-api-key NAME'"
        ) from error


def _hashes(path: Path, text: str) -> dict[str, bytes]:
    """The hash of each name's key in the text of the file."""
    hashes: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line.strip())
        if entry is None:
            raise InkdigitsError(
                f"{path}: line {number} is no 'NAME SHA256'; keys are kept as hashes, never as they are"
            )
        if entry[1] in hashes:
            raise InkdigitsError(f"{path}: line {number}: there is a key for {entry[1]} already; remove one of them")
        hashes[entry[1]] = bytes.fromhex(entry[2])
    return hashes


def _hash(key: str) -> bytes:
    """SHA-256; the keys are random, so nothing slower is needed against guessing."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
