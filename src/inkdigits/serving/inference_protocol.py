"""/v2: the Open Inference Protocol, version 2, for clients of KServe, Triton and the like."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

import inkdigits
from inkdigits.recognizer import Recognizer
from inkdigits.serving.answers import NO_SUCH_MODEL, PROBLEMS
from inkdigits.serving.clients import Client, Shared
from inkdigits.serving.tensors import OUTPUTS, answer_of, asked_for, infer_body, split_body

router = APIRouter(prefix="/v2")
MODEL = "inkdigits"
_VERSION = "1"
_LENGTH = "Inference-Header-Content-Length"


async def known_model(name: Annotated[str, Path(json_schema_extra={"enum": [MODEL]})], request: Request) -> None:
    """Raises 404 unless the path names the one model there is, and its version if it names any."""
    if (name, request.path_params.get("version", _VERSION)) != (MODEL, _VERSION):
        raise HTTPException(404, f"there is no such model here; the only one is {MODEL}, version {_VERSION}")


_KNOWN = [Depends(known_model)]
_VERSIONED: dict[str, Any] = {"dependencies": _KNOWN, "include_in_schema": False}


@router.get("")
async def server() -> dict[str, Any]:
    """Name this server and the extensions it knows."""
    return {"name": MODEL, "version": inkdigits.__version__, "extensions": ["binary_tensor_data"]}


@router.get("/health/live")
async def live() -> dict[str, bool]:
    """Answer while the process does."""
    return {"live": True}


@router.get("/health/ready", responses={503: PROBLEMS[503]})
async def ready(service: Shared) -> dict[str, bool]:
    """Answer 200 once the model has recognised a digit, 503 before."""
    service.check_ready()
    return {"ready": True}


@router.get("/models/{name}/ready", responses=NO_SUCH_MODEL, dependencies=_KNOWN)
@router.get("/models/{name}/versions/{version}/ready", **_VERSIONED)
async def model_ready(service: Shared) -> dict[str, Any]:
    """Like `/health/ready`, for the one model there is."""
    service.check_ready()
    return {"name": MODEL, "ready": True}


@router.get("/models/{name}", responses=NO_SUCH_MODEL, dependencies=_KNOWN)
@router.get("/models/{name}/versions/{version}", **_VERSIONED)
async def model(client: Client, service: Shared) -> dict[str, Any]:
    """Tell what the model takes and gives."""
    classes = len(service.reader.recognizer.classes)
    shapes = {
        "probabilities": [-1, classes],
        "digit_probability": [-1],
        "several_probability": [-1],
        "digit_image": [-1, 28, 28],
    }
    return {
        "name": MODEL,
        "versions": [_VERSION],
        "platform": "onnxruntime_onnx",
        "inputs": [{"name": "ink", "datatype": "UINT8", "shape": [-1, -1, -1]}],
        "outputs": [{"name": name, "datatype": kind, "shape": shapes[name]} for name, kind in OUTPUTS.items()],
    }


@router.post(
    "/models/{name}/infer", responses=PROBLEMS | NO_SUCH_MODEL, openapi_extra=infer_body(), dependencies=_KNOWN
)
@router.post("/models/{name}/versions/{version}/infer", **_VERSIONED)
async def infer(request: Request, client: Client, service: Shared) -> Response:
    """Recognise ink, uint8 [N, H, W] with 255 = ink; tensors may come and go as JSON or as binary data."""
    recognizer = service.reader.recognizer
    try:
        with service.pool.arriving(client):
            body = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "the request broke off") from error
    work = (recognizer, body, request.headers.get(_LENGTH), service.limits.pixels)
    response, accepted = await service.run(client, _recognised, *work)
    service.metrics.recognised(["digit" if one else None for one in accepted])
    return response


def _recognised(
    recognizer: Recognizer, body: bytes, head_length: str | None, pixels: int
) -> tuple[Response, list[bool]]:
    """The answer, and which images are digits."""
    head, ink = split_body(body, head_length, pixels)
    wanted = asked_for(head)
    seen = recognizer.recognise(ink)
    answer, binary = answer_of(seen, wanted, {"model_name": MODEL, "model_version": _VERSION}, head.get("id"))
    response: Response = JSONResponse(answer)
    if binary:
        headers = {_LENGTH: str(len(response.body))}
        content = b"".join([response.body, *binary])
        response = Response(content, media_type="application/octet-stream", headers=headers)
    return response, seen.accepted.tolist()
