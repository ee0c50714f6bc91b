"""Fetches one file over HTTP: resumed where it stopped, checked by MD5, in place only when whole."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path

from inkdigits.datasets.progress import byte_progress
from inkdigits.errors import DatasetError

_TIMEOUT = 30  # seconds without a byte
_CHUNK = 1 << 16


def download(url: str, target: Path, *, md5: str) -> None:
    """Fetches `url` to `target`, unless it is there. What came before a break stays in `target`.part for
    next time.

    Raises `DatasetError` when the server fails, the bytes are not those `md5` names, or the disk refuses
    them.
    """
    if target.is_file():
        return
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, part)
        found = hashlib.md5(part.read_bytes(), usedforsecurity=False).hexdigest()
        if found != md5:
            part.unlink()
            raise DatasetError(f"{url}: the bytes received are not the published ones (MD5 {found}); try again later")
        part.replace(target)
    except urllib.error.HTTPError as error:
        error.close()
        raise DatasetError(f"{url}: the server answers {error.code} {error.reason}; try again later") from error
    except urllib.error.URLError as error:
        raise DatasetError(f"{url}: cannot be reached ({error.reason}); check the network and try again") from error
    except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise DatasetError(f"{url}: the connection broke; run it again to resume where it stopped") from error
    except OSError as error:
        raise DatasetError(f"{target}: cannot be written ({error.strerror or error})") from error


def _fetch(url: str, part: Path) -> None:
    start = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not start:
            raise
        # The part already has every byte, or too many; the checksum decides, and removes it when wrong.
        error.close()
        return
    with answer:
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        _write(answer, part, start if resumed else 0)


def _write(answer: http.client.HTTPResponse, part: Path, start: int) -> None:
    length = answer.headers.get("Content-Length")
    total = start + int(length) if length and length.isdigit() else None
    received = start
    with byte_progress() as progress, part.open("ab" if start else "wb") as file:
        task = progress.add_task(part.name.removesuffix(".part"), total=total, completed=start)
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            received += len(chunk)
            progress.update(task, completed=received)
    if total is not None and received < total:
        raise http.client.IncompleteRead(b"", total - received)
