"""The answers of /v1 as OpenAPI describes them, with examples."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_ALTERNATIVES = "the probability of every other digit, likeliest first; what is missing to 1 is that it is no digit"


class BoxAnswer(BaseModel):
    """A place in the picture as a viewer shows it: pixels from its upper left corner, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class DigitAnswer(BaseModel):
    """One mark: a digit, or what is none."""

    value: str | None = Field(description='"0" to "9"; null for a mark that is no digit')
    confidence: float = Field(ge=0, le=1, description="calibrated probability that the value is right")
    box: BoxAnswer
    alternatives: dict[str, float] = Field(description=_ALTERNATIVES)
    image: str | None = Field(None, description="what the network saw: 28 x 28 pixels, a data: URL of a PNG")


class LineAnswer(BaseModel):
    """A line of writing; numbers that stand apart are parted by a space."""

    text: str
    page: int
    changed: bool
    fits: bool
    box: BoxAnswer
    digits: list[DigitAnswer]


class PageAnswer(BaseModel):
    """A page's size in pixels, and the clockwise turn that sets its writing upright."""

    width: int
    height: int
    turn: int
    left_out: int = Field(description="marks that were not looked at, the smallest of more than 2,500")
    picture: str | None = Field(None, description="the page as a viewer shows it, a data: URL of a JPEG, scaled down")


_READ_EXAMPLE: dict[str, Any] = {
    "image": "note.jpg",
    "text": "7",
    "pages": [{"width": 200, "height": 240, "turn": 0, "left_out": 0}],
    "lines": [
        {
            "text": "7",
            "page": 0,
            "changed": False,
            "fits": True,
            "box": {"left": 47, "top": 42, "right": 154, "bottom": 199},
            "digits": [
                {
                    "value": "7",
                    "confidence": 0.998,
                    "box": {"left": 47, "top": 42, "right": 154, "bottom": 199},
                    "alternatives": {"2": 0.0012, "1": 0.0004, "9": 0.0003, "3": 0.0001},
                }
            ],
        }
    ],
}


class ReadAnswer(BaseModel):
    """The numbers on a picture, lines from top to bottom, page after page."""

    model_config = ConfigDict(json_schema_extra={"examples": [_READ_EXAMPLE]})

    image: str
    text: str
    pages: list[PageAnswer]
    lines: list[LineAnswer]


class ImageAnswer(BaseModel):
    """The digit on one image, or that it is none."""

    image: str
    value: str | None = Field(description='"0" to "9"; null for an image of no digit')
    confidence: float = Field(ge=0, le=1, description="calibrated probability that the value is right")
    alternatives: dict[str, float] = Field(description=_ALTERNATIVES)


_CLASSIFY_EXAMPLE: dict[str, Any] = {
    "answers": [
        {
            "image": "five.png",
            "value": "5",
            "confidence": 0.9991,
            "alternatives": {"3": 0.0004, "6": 0.0003, "9": 0.0002},
        }
    ]
}


class ClassifyAnswer(BaseModel):
    """The digit on each image, in the order they were sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CLASSIFY_EXAMPLE]})

    answers: list[ImageAnswer]


class NeighbourAnswer(BaseModel):
    """A training image that the network finds like the digit."""

    value: str = Field(description="its class")
    distance: float = Field(ge=0, description="between the activations of the penultimate layer")
    image: str = Field(description="what the network saw: 28 x 28 pixels, a data: URL of a PNG")


class ExplainAnswer(BaseModel):
    """Why an image is taken for a digit, the likeliest one, even where it is likelier none."""

    image: str
    value: str = Field(description='"0" to "9", the digit that is explained')
    probability: float = Field(ge=0, le=1, description="that the image is a digit, and this one")
    occlusion: list[list[float]] = Field(
        description="28 rows of 28: how much log probability the digit loses without the ink around each pixel"
    )
    digit: str = Field(description="what the network saw: 28 x 28 pixels, a data: URL of a PNG")
    map: str = Field(description="the same, pale, under the map: orange speaks for the digit, blue against")
    neighbours: list[NeighbourAnswer] = Field(
        description="the nearest of up to 10,000 training images, the nearest first; none where they are not at hand"
    )


class ModelAnswer(BaseModel):
    """The model that answers, as its bundle describes it, and the limits of the service."""

    version: str = Field(description="of inkdigits")
    sha256: str = Field(description="of model.onnx")
    classes: list[str]
    metadata: dict[str, Any] = Field(description="what the bundle says of itself: recipe, data, scores, ...")
    limits: dict[str, float]


class Problem(BaseModel):
    """What went wrong, in one line."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"error": "image: not an image that can be read", "status": 422, "request_id": "5f0c"}]
        }
    )

    error: str
    status: int
    request_id: str


_STATUSES = {
    400: "the request is not well formed",
    401: "an API key is needed, or the one given is not known",
    408: "the request did not arrive in time",
    413: "the request is too large",
    415: "the body is of a type that holds no picture",
    422: "the content cannot be used",
    429: "too many requests of this client are under way",
    503: "too busy, or not ready yet",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text} for status, text in _STATUSES.items()
}
NO_SUCH_MODEL: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "there is no such model"},
    **{status: PROBLEMS[status] for status in (401, 422, 503)},
}
