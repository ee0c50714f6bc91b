"""No request's body is larger, or slower to arrive, than the limits allow."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.serving.options import Limits
from inkdigits.serving.problems import TooLarge, TooSlow


class BodyLimits:
    """ASGI middleware: whoever receives a body past a limit gets `TooLarge` or `TooSlow` raised."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _Bounded(receive, self._limits, _declared(scope)), send)


class _Bounded:
    """A `receive` that counts bytes and seconds."""

    def __init__(self, receive: Receive, limits: Limits, declared: int) -> None:
        self._receive = receive
        self._limits = limits
        self._size = declared
        self._arrived = 0
        self._deadline: float | None = None
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:  # only a disconnection can follow, whenever it comes
            return await self._receive()
        if self._size > self._limits.body_bytes:
            raise self._too_large()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._limits.body_seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlow(f"the request did not arrive within {self._limits.body_seconds:g} seconds") from error
        if message["type"] == "http.request":
            self._arrived += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._arrived > self._limits.body_bytes:
            raise self._too_large()
        return message

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the request is larger than the {self._limits.body_bytes / 2**20:g} MiB allowed")


def _declared(scope: Scope) -> int:
    """The length that the request claims to have, 0 for none."""
    value: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(value) if value.isdigit() and len(value) < 19 else 0
