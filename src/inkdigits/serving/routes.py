"""/v1: read a picture, classify digit images, explain one, tell about the model; and the figures for Prometheus."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

import inkdigits
from inkdigits.datasets.loading import SPECS
from inkdigits.serving.answers import PROBLEMS, ClassifyAnswer, ExplainAnswer, ModelAnswer, ReadAnswer
from inkdigits.serving.bounded_reading import Images, read_upload
from inkdigits.serving.clients import Client, Shared
from inkdigits.serving.explaining import explain_upload
from inkdigits.serving.metrics import CONTENT_TYPE
from inkdigits.serving.service import Service
from inkdigits.serving.uploads import Upload, upload_body, uploads

router = APIRouter()

# What a bundle may say to strangers; anything else in it, such as where it was made, stays here.
_TOLD = (
    *("recipe", "seed", "data", "versions", "parameters", "temperature", "rejection", "scores", "evaluation"),
    *("confusion_matrix", "reliability", "calibration", "mistakes", "members"),
)
_IN_FULL = r"(?=/)|(?=[A-Za-z]:[/\\])"  # a path, as of the recipe that an ensemble or a pupil names
_KINDS = "|".join(spec for spec in SPECS if spec.endswith(":"))
_PLACE = re.compile(rf"\A({_KINDS}|{_IN_FULL}).*[/\\](?=.)", re.DOTALL)
_TURNS = {"0": 0, "90": 90, "180": 180, "270": 270, "auto": None}


@router.post("/v1/read", response_model=ReadAnswer, responses=PROBLEMS, openapi_extra=upload_body(many=False))
async def read(
    request: Request,
    client: Client,
    service: Shared,
    turn: Annotated[
        Literal["auto", "0", "90", "180", "270"],
        Query(description="the clockwise turn that sets the writing upright; auto finds it"),
    ] = "auto",
    images: Annotated[
        Images, Query(description="also send what the network saw of each digit, or all pages, too, as pictures")
    ] = "none",
) -> Response:
    """Read the numbers on a picture: a photograph, a scan, a drawing or a PDF."""
    reader = service.reader
    (upload,) = await _arrived(request, client, service, most=1)
    work = (reader, upload, _TURNS[turn], images, service.limits)
    answer = await service.run(client, read_upload, *work)
    service.metrics.recognised([digit["value"] for line in answer["lines"] for digit in line["digits"]])
    return JSONResponse(answer)


@router.post("/v1/classify", response_model=ClassifyAnswer, responses=PROBLEMS, openapi_extra=upload_body(many=True))
async def classify(request: Request, client: Client, service: Shared) -> Response:
    """Tell which digit is on each image; an image holds one digit."""
    service.check_ready()
    images = await _arrived(request, client, service, service.limits.images)
    answer = await service.classify(client, images)
    service.metrics.recognised([row["value"] for row in answer["answers"]])
    return JSONResponse(answer)


@router.post("/v1/explain", response_model=ExplainAnswer, responses=PROBLEMS, openapi_extra=upload_body(many=False))
async def explain(
    request: Request,
    client: Client,
    service: Shared,
    seen: Annotated[
        bool, Query(description="the picture is what the network saw, as /v1/read sends it with images=digits")
    ] = False,
) -> Response:
    """Tell why the digit on an image is taken for what it is: the ink that counted, the nearest training images."""
    service.check_ready()
    (upload,) = await _arrived(request, client, service, most=1)
    work = (service.explainer, service.reader, upload, seen, service.limits)
    return JSONResponse(await service.run(client, explain_upload, *work))


@router.get("/v1/model", response_model=ModelAnswer, responses={code: PROBLEMS[code] for code in (401, 503)})
async def model(client: Client, service: Shared) -> Response:
    """Tell which model answers, what it was made of, and how well it does."""
    metadata: dict[str, Any] = service.reader.recognizer.bundle.metadata
    limits = service.limits
    return JSONResponse(
        {
            "version": inkdigits.__version__,
            "sha256": metadata["sha256"],
            "classes": metadata["classes"],
            "metadata": {name: _without_places(metadata[name]) for name in _TOLD if name in metadata},
            "limits": {
                "body_bytes": limits.body_bytes,
                "pixels": limits.pixels,
                "pages": limits.pages,
                "images": limits.images,
                "seconds": limits.work_seconds,
            },
        }
    )


@router.get("/metrics", include_in_schema=False)
async def metrics(client: Client, service: Shared) -> Response:
    """The figures, for Prometheus."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)


async def _arrived(request: Request, client: str, service: Service, most: int) -> list[Upload]:
    """The pictures of the request, which counts while they arrive."""
    with service.pool.arriving(client):
        return await uploads(request, most)


def _without_places(value: Any) -> Any:
    """What a bundle says, less where things lie: no `origin`, `folder:digits` for `folder:/home/alice/digits`."""
    if isinstance(value, dict):
        return {name: _without_places(part) for name, part in value.items() if name != "origin"}
    if isinstance(value, list):
        return [_without_places(part) for part in value]
    return _PLACE.sub(r"\1", value) if isinstance(value, str) else value
