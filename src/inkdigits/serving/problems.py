"""What goes wrong with a request, as one line of JSON under a fitting status."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse

from inkdigits.errors import ImageError

RETRY_AFTER = "1"  # seconds; work takes less


class TooLarge(HTTPException):
    """413; the connection is closed, for the rest of the body is not wanted."""

    def __init__(self, message: str) -> None:
        super().__init__(413, message, {"Connection": "close"})


class TooSlow(HTTPException):
    """408: the client did not send its request in time."""

    def __init__(self, message: str) -> None:
        super().__init__(408, message, {"Connection": "close"})


class Unfit(HTTPException):
    """422: the request is understood, its content cannot be used."""

    def __init__(self, message: str) -> None:
        super().__init__(422, message)


class Busy(HTTPException):
    """503, or 429 where this client alone asks for too much: come back."""

    def __init__(self, message: str, status: int = 503) -> None:
        super().__init__(status, message, {"Retry-After": RETRY_AFTER})


def problem(request_id: str, status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """`{"error": message, "status": status, "request_id": ...}`; the protocol of /v2 asks for `error` as a string."""
    return JSONResponse({"error": message, "status": status, "request_id": request_id}, status, headers)


async def tell_http(request: Request, error: Exception) -> JSONResponse:
    """The answer to an `HTTPException`."""
    assert isinstance(error, StarletteHTTPException)
    headers = dict(error.headers) if error.headers else None
    return problem(request.state.request_id, error.status_code, str(error.detail), headers)


async def tell_image(request: Request, error: Exception) -> JSONResponse:
    """The answer to an image that cannot be read."""
    return problem(request.state.request_id, 422, str(error))


async def tell_validation(request: Request, error: Exception) -> JSONResponse:
    """The answer to parameters of the wrong form; names the first that is wrong, never repeats its value."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "request"
    return problem(request.state.request_id, 422, f"{place}: {first['msg']}")


HANDLERS = {
    StarletteHTTPException: tell_http,
    ImageError: tell_image,
    RequestValidationError: tell_validation,
}
