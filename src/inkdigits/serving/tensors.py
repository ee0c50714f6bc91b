"""Tensors of the Open Inference Protocol, as JSON or as binary data after it."""

from __future__ import annotations

import json
import math
import re
from itertools import chain
from typing import Any

import numpy as np

from inkdigits.recognizer import Recognition
from inkdigits.serving.problems import Unfit

OUTPUTS = {
    "probabilities": "FP32",
    "digit_probability": "FP32",
    "several_probability": "FP32",
    "digit_image": "UINT8",
}
_FIELDS = {name: name for name in OUTPUTS} | {"digit_image": "digit_images"}
_EXAMPLE = {"inputs": [{"name": "ink", "datatype": "UINT8", "shape": [1, 3, 3], "data": [0, 255, 0] * 3}]}
_MOST_IMAGES = 4096
# Parsed, what is none of the numbers takes some thirty times its bytes, and the interpreter all that time.
_MOST_MARKS = {b"{": 500, b'"': 5000, b"[": 64 * _MOST_IMAGES}
_ID_LENGTH = 200
_ID = re.compile(rf"[^\ud800-\udfff]{{0,{_ID_LENGTH}}}")  # a lone surrogate cannot be sent back


def infer_body() -> dict[str, Any]:
    """What OpenAPI should say of the body."""
    tensor = {
        "type": "object",
        "required": ["name", "datatype", "shape"],
        "properties": {
            "name": {"const": "ink"},
            "datatype": {"const": "UINT8"},
            "shape": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 3, "maxItems": 3},
            "data": {"type": "array", "items": {}, "description": "numbers 0 to 255, flat or nested"},
            "parameters": {"type": "object", "properties": {"binary_data_size": {"type": "integer", "minimum": 1}}},
        },
    }
    output = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"enum": list(OUTPUTS)},
            "parameters": {"type": "object", "properties": {"binary_data": {"type": "boolean"}}},
        },
    }
    schema = {
        "type": "object",
        "required": ["inputs"],
        "properties": {
            "id": {"type": "string", "maxLength": _ID_LENGTH},
            "parameters": {"type": "object", "properties": {"binary_data_output": {"type": "boolean"}}},
            "inputs": {"type": "array", "items": tensor, "minItems": 1, "maxItems": 1},
            "outputs": {"type": "array", "items": output},
        },
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": _EXAMPLE}}}}


def split_body(body: bytes, head_length: str | None, pixels: int) -> tuple[dict[str, Any], np.ndarray]:
    """The request's JSON and its ink, uint8 (N, H, W); raises `Unfit` for what is not of the protocol's form.

    `head_length` is how many bytes of the body are JSON, None for all; `pixels` are allowed in all.
    """
    length = len(body)
    if head_length is not None:
        if not head_length.isdecimal() or len(head_length) > 12 or int(head_length) > length:
            raise Unfit("Inference-Header-Content-Length: must be the number of bytes of the JSON")
        length = int(head_length)
    head = _parsed(body[:length])
    _parameters(head)
    if not isinstance(head.get("id", ""), str) or not _ID.fullmatch(head.get("id", "")):
        raise Unfit(f"id: must be a string of at most {_ID_LENGTH} Unicode characters")
    inputs = head.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise Unfit("inputs: the model takes one tensor, 'ink'")
    return head, _ink(inputs[0], body[length:], pixels)


def asked_for(head: dict[str, Any]) -> dict[str, bool]:
    """The outputs that the request wants, and whether as binary data; raises `Unfit` for one that does not exist."""
    everywhere = _switch(_parameters(head), "binary_data_output", False)
    outputs = head.get("outputs", [])
    if not isinstance(outputs, list):
        raise Unfit("outputs: must be a list")
    wanted = {}
    for output in outputs or [{"name": name} for name in OUTPUTS]:
        name = output.get("name") if isinstance(output, dict) else None
        if not isinstance(name, str) or name not in OUTPUTS:
            raise Unfit(f"outputs: the model gives {', '.join(OUTPUTS)}")
        wanted[name] = _switch(_parameters(output), "binary_data", everywhere)
    return wanted


def answer_of(
    recognition: Recognition, wanted: dict[str, bool], model: dict[str, str], request_id: str | None
) -> tuple[dict[str, Any], list[bytes]]:
    """The answer's JSON, and the binary data that follow it."""
    tensors, binary = [], []
    for name, as_binary in wanted.items():
        array: np.ndarray = getattr(recognition, _FIELDS[name])
        tensor: dict[str, Any] = {"name": name, "datatype": OUTPUTS[name], "shape": list(array.shape)}
        if as_binary:
            binary.append(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False)).tobytes())
            tensor["parameters"] = {"binary_data_size": len(binary[-1])}
        else:
            tensor["data"] = array.ravel().tolist()
        tensors.append(tensor)
    return {**model, **({} if request_id is None else {"id": request_id}), "outputs": tensors}, binary


def _parsed(text: bytes) -> dict[str, Any]:
    for mark, most in _MOST_MARKS.items():
        if text.count(mark) > most:
            raise Unfit(f"the JSON holds more than {most} {mark.decode()}; send the data flat, or as binary data")
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unfit("the request is not valid JSON") from error
    if not isinstance(head, dict):
        raise Unfit("the request must be a JSON object")
    return head


def _parameters(part: dict[str, Any]) -> dict[str, Any]:
    parameters = part.get("parameters", {})
    if not isinstance(parameters, dict):
        raise Unfit("parameters: must be an object")
    return parameters


def _switch(parameters: dict[str, Any], name: str, default: bool) -> bool:
    value = parameters.get(name, default)
    if not isinstance(value, bool):
        raise Unfit(f"{name}: must be true or false")
    return value


def _ink(tensor: dict[str, Any], binary: bytes, pixels: int) -> np.ndarray:
    if (tensor.get("name"), tensor.get("datatype")) != ("ink", "UINT8"):
        raise Unfit("inputs: the model takes 'ink' of the datatype UINT8, 255 = ink")
    shape = tensor.get("shape")
    if not isinstance(shape, list) or len(shape) != 3 or not all(type(side) is int and side > 0 for side in shape):
        raise Unfit("inputs: the shape must be [N, H, W], each at least 1")
    if math.prod(shape) > pixels or shape[0] > _MOST_IMAGES:
        raise Unfit(f"inputs: more than {pixels // 10**6} megapixels or {_MOST_IMAGES} images; send less at a time")
    parameters = _parameters(tensor)
    if "binary_data_size" in parameters:
        if parameters["binary_data_size"] != len(binary) or len(binary) != math.prod(shape):
            raise Unfit(f"inputs: {math.prod(shape)} bytes of binary data belong to this shape")
        return np.frombuffer(binary, np.uint8).reshape(shape)
    return _from_json(tensor.get("data"), shape)


def _from_json(data: Any, shape: list[int]) -> np.ndarray:
    flat = data if isinstance(data, list) else []
    for _ in shape[1:]:
        if set(map(type, flat)) == {list} and len(set(map(len, flat))) == 1:
            flat = list(chain.from_iterable(flat))
    # Strings must not reach NumPy: it would make room in all of them for the longest.
    if len(flat) != math.prod(shape) or set(map(type, flat)) != {int}:
        raise Unfit(f"inputs: the data must be {math.prod(shape)} whole numbers, flat or nested as the shape")
    try:
        return np.frombuffer(bytes(flat), np.uint8).reshape(shape)
    except ValueError as error:
        raise Unfit("inputs: UINT8 runs from 0 to 255") from error
