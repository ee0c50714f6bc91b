"""The outermost layer: every request gets an id, a line in the log, its place in the figures, and safe headers."""

from __future__ import annotations

import logging
import random
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.serving.problems import problem
from inkdigits.serving.service import Service

_log = logging.getLogger("inkdigits.serving")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Front:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or hands it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        start, status, method = time.perf_counter(), 0, scope["method"]
        if method == "HEAD":  # is answered as GET, without the body
            scope = {**scope, "method": "GET"}

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer["X-Request-ID"] = request_id
                for name, value in SAFE_HEADERS.items():
                    answer[name] = value
                answer.setdefault("Cache-Control", "no-store")
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            if self._knows(headers.get("host", "")):
                await self._app(scope, receive, send_safely)
            else:
                await problem(request_id, 421, "this service does not go by that name")(scope, receive, send_safely)
        except Exception:
            _log.exception("request failed", extra={"fields": {"request_id": request_id}})
            if status:
                raise
            await problem(request_id, 500, "something went wrong here; the log tells more")(scope, receive, send_safely)
        finally:
            self._note({**scope, "method": method}, request_id, status, time.perf_counter() - start)

    def _knows(self, host: str) -> bool:
        """Whether the request is meant for this service; a stranger's page may lead a browser here by its own name."""
        names = self._service.options.hosts
        name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
        return names is None or name.strip("[]").lower() in names

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
        self._service.metrics.answered(route, method, status, seconds)
        fields = {
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(1000 * seconds, 1),
            **scope["state"].get("log_fields", {}),
        }
        _log.info("request", extra={"fields": fields})


def _request_id(headers: Headers) -> str:
    """The client's own id if it is harmless, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
