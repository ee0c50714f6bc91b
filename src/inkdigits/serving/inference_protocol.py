"""/v2: the Open Inference Protocol, version 2, for clients of KServe, Triton and the like."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

import inkdigits
from inkdigits.serving.answers import NO_SUCH_MODEL, PROBLEMS
from inkdigits.serving.clients import Client, Shared
from inkdigits.serving.problems import Busy
from inkdigits.serving.tensors import OUTPUTS, answer_of, asked_for, infer_body, split_body

router = APIRouter(prefix="/v2")
MODEL = "inkdigits"
_VERSION = "1"
_LENGTH = "Inference-Header-Content-Length"


def known_model(name: str, request: Request) -> None:
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
    if not service.ready:
        raise Busy("the model is not ready yet")
    return {"ready": True}


@router.get("/models/{name}/ready", responses=NO_SUCH_MODEL, dependencies=_KNOWN)
@router.get("/models/{name}/versions/{version}/ready", **_VERSIONED)
async def model_ready(service: Shared) -> dict[str, Any]:
    """Like `/health/ready`, for the one model there is."""
    if not service.ready:
        raise Busy("the model is not ready yet")
    return {"name": MODEL, "ready": True}


@router.get("/models/{name}", responses=NO_SUCH_MODEL, dependencies=_KNOWN)
@router.get("/models/{name}/versions/{version}", **_VERSIONED)
async def model(client: Client, service: Shared) -> dict[str, Any]:
    """Tell what the model takes and gives."""
    classes = len(service.reader.recognizer.classes)
    shapes = {"probabilities": [-1, classes], "digit_probability": [-1], "digit_image": [-1, 28, 28]}
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
        body = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "the request broke off") from error
    head, ink = await service.run(client, split_body, body, request.headers.get(_LENGTH), service.limits.pixels)
    wanted = asked_for(head)
    recognition = await service.run(client, recognizer.recognise, ink)
    service.metrics.recognised(["digit" if accepted else None for accepted in recognition.accepted])
    answer, binary = answer_of(recognition, wanted, {"model_name": MODEL, "model_version": _VERSION}, head.get("id"))
    if not binary:
        return JSONResponse(answer)
    text = JSONResponse(answer).body
    headers = {_LENGTH: str(len(text))}
    return Response(bytes(text) + b"".join(binary), media_type="application/octet-stream", headers=headers)
