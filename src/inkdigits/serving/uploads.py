"""The pictures of a request: its raw body, or the files of a form."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from inkdigits.serving.problems import Unfit

_NAME_LENGTH = 200
_RAW = ("image/", "application/pdf", "application/octet-stream")


class Upload(NamedTuple):
    """A picture's file: what its sender calls it, and its bytes."""

    name: str
    content: bytes


def upload_body(many: bool) -> dict[str, Any]:
    """What OpenAPI should say of the body: a form with the field `image`, or the file itself."""
    file = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, TIFF, PDF, HEIC, ..."}
    field: dict[str, Any] = {"type": "array", "items": file, "minItems": 1} if many else file
    form = {"type": "object", "required": ["image"], "properties": {"image": field}}
    raw: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    content |= dict.fromkeys(("image/png", "image/jpeg", "application/pdf", "application/octet-stream"), raw)
    return {"requestBody": {"required": True, "content": content}}


async def uploads(request: Request, most: int) -> list[Upload]:
    """One to `most` pictures; raises `Unfit` for none, 400 for too many, 415 for a body of another type."""
    kind = request.headers.get("content-type", "application/octet-stream").lower()
    try:
        if kind.startswith("multipart/form-data"):
            return await _form_files(request, most)
        if not kind.startswith(_RAW):
            raise HTTPException(
                415, "send the picture itself (Content-Type: image/...), or a form with a field 'image'"
            )
        content = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "the request broke off") from error
    except UnicodeError as error:
        raise HTTPException(400, "the form's names cannot be read; send them as UTF-8") from error
    if not content:
        raise Unfit("the request holds no picture")
    return [Upload("image", content)]


async def _form_files(request: Request, most: int) -> list[Upload]:
    async with request.form(max_files=most, max_fields=8, max_part_size=2**16) as form:
        files = [part for part in form.getlist("image") if isinstance(part, UploadFile)]
        if not files:
            raise Unfit("the form has no file in a field named 'image', or the form is cut short")
        return [Upload(_name(file), await file.read()) for file in files]


def _name(file: UploadFile) -> str:
    """What the file is called, short, with ? for what cannot be sent back."""
    return (file.filename or "image")[:_NAME_LENGTH].encode(errors="replace").decode()
