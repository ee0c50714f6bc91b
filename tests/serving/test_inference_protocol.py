"""The Open Inference Protocol, checked against the specification's text and tensors packed by hand."""

import json
import struct
import tracemalloc
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

import inkdigits
from inkdigits.serving.problems import Unfit
from inkdigits.serving.service import plain_seven
from inkdigits.serving.tensors import split_body

INFER = "/v2/models/inkdigits/infer"
INK = 255 - plain_seven()


def tensor(data: Any = None, **changes: Any) -> dict[str, Any]:
    return {"name": "ink", "datatype": "UINT8", "shape": [1, *INK.shape], "data": data, **changes}


def test_health_and_metadata(client: TestClient) -> None:
    assert client.get("/v2").json() == {
        "name": "inkdigits",
        "version": inkdigits.__version__,
        "extensions": ["binary_tensor_data"],
    }
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    for model in ("/v2/models/inkdigits", "/v2/models/inkdigits/versions/1"):
        assert client.get(f"{model}/ready").json() == {"name": "inkdigits", "ready": True}
        told = client.get(model).json()
        assert told["inputs"] == [{"name": "ink", "datatype": "UINT8", "shape": [-1, -1, -1]}]
        assert {output["name"]: output["shape"] for output in told["outputs"]} == {
            "probabilities": [-1, 10],
            "digit_probability": [-1],
            "several_probability": [-1],
            "digit_image": [-1, 28, 28],
        }


@pytest.mark.parametrize("data", [INK.tolist(), INK.ravel().tolist(), [INK.tolist()]])
def test_numbers_come_and_go_as_json(client: TestClient, data: Any) -> None:
    answer = client.post(INFER, json={"id": "a1", "inputs": [tensor(data)]}).json()
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("inkdigits", "1", "a1")
    outputs = {output["name"]: output for output in answer["outputs"]}
    assert [outputs[name]["datatype"] for name in ("probabilities", "digit_probability", "digit_image")] == [
        *("FP32", "FP32", "UINT8")
    ]
    assert outputs["probabilities"]["data"] == pytest.approx(inkdigits.Recognizer().predict_proba(INK)[0], abs=1e-5)
    assert outputs["digit_image"]["shape"] == [1, 28, 28]
    assert len(outputs["digit_image"]["data"]) == 784


def test_numbers_come_and_go_as_binary_data(client: TestClient) -> None:
    head = {
        "inputs": [tensor(parameters={"binary_data_size": INK.size})],
        "outputs": [{"name": "probabilities", "parameters": {"binary_data": True}}],
    }
    del head["inputs"][0]["data"]
    text = json.dumps(head).encode()
    answer = client.post(
        INFER, content=text + INK.tobytes(), headers={"Inference-Header-Content-Length": str(len(text))}
    )
    length = int(answer.headers["Inference-Header-Content-Length"])
    (output,) = json.loads(answer.content[:length])["outputs"]
    assert output == {
        "name": "probabilities",
        "datatype": "FP32",
        "shape": [1, 10],
        "parameters": {"binary_data_size": 40},
    }
    probabilities = struct.unpack("<10f", answer.content[length:])
    assert max(range(10), key=probabilities.__getitem__) == 7


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"inputs": []},
        {"inputs": [tensor([0])]},
        {"inputs": [tensor([0], shape=[1, 1])]},
        {"inputs": [tensor([0], shape=[1, 1, -1])]},
        {"inputs": [tensor([0], shape=[1, 1, True])]},
        {"inputs": [tensor([256], shape=[1, 1, 1])]},
        {"inputs": [tensor([-1], shape=[1, 1, 1])]},
        {"inputs": [tensor([0.5], shape=[1, 1, 1])]},
        {"inputs": [tensor([[1], [2, 3]], shape=[1, 1, 3])]},
        {"inputs": [tensor(["7"], shape=[1, 1, 1])]},
        {"inputs": [tensor([0, True], shape=[1, 1, 2])]},
        {"inputs": [tensor([[0], 1], shape=[1, 1, 2])]},
        {"inputs": [tensor([[[[0]]]], shape=[1, 1, 1])]},
        {"inputs": [tensor(None, shape=[1, 1, 1])]},
        {"inputs": [tensor([0] * 4097, shape=[4097, 1, 1])]},
        {"inputs": [tensor([0], shape=[10**9, 10**9, 1])]},
        {"inputs": [tensor([0], shape=[1, 1, 1], datatype="FP32")]},
        {"inputs": [tensor([0], shape=[1, 1, 1], parameters={"binary_data_size": 1})]},
        {"inputs": [tensor([0], shape=[1, 1, 1])], "outputs": [{"name": "logits"}]},
        {"inputs": [tensor([0], shape=[1, 1, 1])], "outputs": 3},
        {"inputs": [tensor([0], shape=[1, 1, 1])], "id": 3},
        {"inputs": [tensor([0], shape=[1, 1, 1])], "id": "x" * 201},
        {"inputs": [tensor([0], shape=[1, 1, 1])], "id": "\ud800"},
    ],
)
def test_what_is_not_of_the_form_is_told_as_an_error_string(client: TestClient, body: Any) -> None:
    answer = client.post(INFER, content=json.dumps(body))
    assert answer.status_code == 422
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parameters": []}, "parameters: must be an object"),
        ({"parameters": None}, "parameters: must be an object"),
        ({"inputs": [tensor([0], shape=[1, 1, 1], parameters=[])]}, "parameters: must be an object"),
        ({"outputs": [{"name": "probabilities", "parameters": 1}]}, "parameters: must be an object"),
        ({"parameters": {"binary_data_output": "false"}}, "binary_data_output: must be true or false"),
        (
            {"outputs": [{"name": "probabilities", "parameters": {"binary_data": 0}}]},
            "binary_data: must be true or false",
        ),
        ({"outputs": 0}, "outputs: must be a list"),
        ({"outputs": None}, "outputs: must be a list"),
        ({"outputs": {"name": "probabilities"}}, "outputs: must be a list"),
    ],
)
def test_what_is_asked_for_in_another_form_is_named(client: TestClient, changes: Any, words: str) -> None:
    answer = client.post(INFER, json={"inputs": [tensor([0], shape=[1, 1, 1])], **changes})
    assert (answer.status_code, answer.json()["error"]) == (422, words)


def test_no_outputs_are_all(client: TestClient) -> None:
    answer = client.post(INFER, json={"inputs": [tensor([0], shape=[1, 1, 1])], "outputs": []}).json()
    assert len(answer["outputs"]) == 4


@pytest.mark.parametrize("piece", ['{"a":{}}', '"a"', "{}", "[]", "[[0]]"])
def test_json_that_would_swell_is_refused_unparsed(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    body = f"[{','.join([piece] * 300_000)}]".encode()
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail("parsed"))
    with pytest.raises(Unfit, match=r'the JSON holds more than \d+ [{"[]; send the data flat, or as binary data$'):
        split_body(body, None, 50_000_000)


@pytest.mark.parametrize("shape", [(50, 28, 28), (4096, 28, 28), (1, 4000, 1000)])
def test_as_many_rows_as_a_request_can_hold_are_taken_nested(shape: tuple[int, int, int]) -> None:
    nested = np.zeros(shape, np.uint8).tolist()
    body = json.dumps({"inputs": [tensor(nested, shape=shape)]}, separators=(",", ":")).encode()
    assert split_body(body, None, 50_000_000)[1].shape == shape


def test_an_unknown_model_is_not_found(client: TestClient) -> None:
    for path in ("/v2/models/other", "/v2/models/other/ready", "/v2/models/inkdigits/versions/2"):
        assert client.get(path).status_code == 404


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.one_of(st.none(), st.text(max_size=4), st.integers(-1, 80).map(str)))
def test_any_bytes_are_a_request_or_unfit(body: bytes, head_length: str | None) -> None:
    with suppress(Unfit):
        _, ink = split_body(body, head_length, 100)
        assert (ink.dtype, ink.ndim) == (np.uint8, 3)


def test_uint8_is_kept_as_it_is() -> None:
    head, ink = split_body(json.dumps({"inputs": [tensor([0, 255, 7], shape=[1, 1, 3])]}).encode(), None, 100)
    np.testing.assert_array_equal(ink, np.array([[[0, 255, 7]]], np.uint8))
    assert head["inputs"][0]["name"] == "ink"


def test_strings_take_no_more_memory_than_the_request() -> None:
    body = json.dumps({"inputs": [tensor(["a" * 2000, *"b" * 999], shape=[1, 1, 1000])]}).encode()
    tracemalloc.start()
    try:
        with pytest.raises(Unfit, match="must be 1000 whole numbers"):
            split_body(body, None, 1000)
        assert tracemalloc.get_traced_memory()[1] < 20 * len(body)  # an array of them takes 8 MB
    finally:
        tracemalloc.stop()
