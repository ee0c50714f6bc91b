"""The web page's files: a closed list, held in memory, sent small and only when changed."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

FOLDER = Path(__file__).with_name("page")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
_NAMES = {"index.html": "/", "model.html": "/model"}
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE)  # and not by q=0
_PACKED = (".html", ".css", ".js", ".svg")


@dataclass(frozen=True)
class _File:
    content: bytes
    packed: bytes | None
    kind: str
    tag: str


def page_router() -> APIRouter:
    """A route for each file below `FOLDER`: /, /model, and the others under /page/."""
    router = APIRouter()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            name = path.relative_to(FOLDER).as_posix()
            address = _NAMES.get(name, f"/page/{name}")
            router.add_api_route(address, _sender(_load(path)), methods=["GET"], include_in_schema=False)
    return router


def _load(path: Path) -> _File:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in _PACKED else None
    return _File(content, packed, _TYPES[path.suffix], f'W/"{hashlib.sha256(content).hexdigest()[:20]}"')


def _sender(file: _File) -> Callable[[Request], Response]:
    async def send(request: Request) -> Response:
        headers = {"ETag": file.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        known = request.headers.get("if-none-match", "")
        if file.tag.removeprefix("W/") in known or known.strip() == "*":
            return Response(status_code=304, headers=headers)
        content = file.content
        if file.packed is not None and _GZIP.search(request.headers.get("accept-encoding", "")):
            content = file.packed
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=file.kind, headers=headers)

    return send  # type: ignore[return-value]
