"""Why a digit is taken for what it is, asked over HTTP."""

import base64
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import inkdigits
from inkdigits.datasets.mnist import load_mnist
from inkdigits.errors import BundleError
from inkdigits.explanations import Explainer
from inkdigits.ink import load_ink
from inkdigits.serving.answers import ExplainAnswer


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,")))))


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_explained_as_python_explains_it(client: TestClient, seven: bytes) -> None:
    answer = client.post("/v1/explain", files={"image": ("seven.png", seven)}).json()
    found = ExplainAnswer.model_validate(answer)
    recognizer = inkdigits.Recognizer()
    digit_images = recognizer.digit_images(load_ink(seven))
    (expected,) = Explainer(recognizer).explain(digit_images)
    assert (found.image, found.value) == ("seven.png", "7")
    assert found.probability == pytest.approx(expected.probability, abs=1e-4)
    np.testing.assert_allclose(found.occlusion, expected.occlusion, atol=2e-3)
    np.testing.assert_array_equal(pixels(found.digit), digit_images[0])
    assert pixels(found.map).shape == (28, 28, 3)
    assert [one.value for one in found.neighbours] == [str(one.label) for one in expected.neighbours]
    assert [one.distance for one in found.neighbours] == pytest.approx(
        [one.distance for one in expected.neighbours], abs=1e-2
    )
    np.testing.assert_array_equal(pixels(found.neighbours[0].image), expected.neighbours[0].digit_image)


def test_what_the_network_saw_is_not_centred_anew(client: TestClient, page_72104: bytes) -> None:
    read = client.post("/v1/read?images=digits", content=page_72104).json()
    url = read["lines"][0]["digits"][1]["image"]
    content = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    answer = client.post("/v1/explain?seen=true", content=content).json()
    assert answer["value"] == "2"
    np.testing.assert_array_equal(pixels(answer["digit"]), pixels(url))


@pytest.mark.parametrize("picture", [np.zeros((28, 29), np.uint8), np.zeros((28, 28, 3), np.uint8)])
def test_other_pictures_are_not_what_the_network_saw(client: TestClient, picture: np.ndarray) -> None:
    answer = client.post("/v1/explain?seen=true", content=png(picture))
    assert answer.status_code == 422
    assert answer.json()["error"] == "image: is not what the network saw: 28 x 28 pixels in grey"


def test_pictures_are_bounded_as_elsewhere(client: TestClient, seven: bytes) -> None:
    blank = client.post("/v1/explain", content=png(np.full((20, 20), 255, np.uint8)))
    assert blank.status_code == 422
    assert blank.json()["error"] == "image: there is no ink on this image; nothing to recognise"
    two = client.post("/v1/explain", files=[("image", ("a.png", seven))] * 2)
    assert two.status_code == 400


def test_while_the_first_is_made_ready_others_are_sent_away(
    started: Callable[..., TestClient], seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = started(threads=2)
    begun, go_on = Event(), Event()

    def slow(*arguments: Any, **options: Any) -> Explainer:
        begun.set()
        assert go_on.wait(30)
        return Explainer(*arguments, load_mnist("test").take(np.arange(20)), **options)

    monkeypatch.setattr("inkdigits.serving.service.Explainer", slow)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(fresh.post, "/v1/explain", content=seven)
        assert begun.wait(30)
        second = fresh.post("/v1/explain", content=seven)
        assert fresh.post("/v1/classify", content=seven).status_code == 200
        go_on.set()
        assert first.result(30).status_code == 200
    assert (second.status_code, second.headers["Retry-After"]) == (503, "1")
    assert fresh.post("/v1/explain", content=seven).status_code == 200


def test_a_model_that_cannot_be_explained_is_tried_once(
    started: Callable[..., TestClient], seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def whole(model: bytes) -> bytes:
        tried.append(model)
        raise BundleError("the model cannot be explained: its network sees more than the digit image")

    monkeypatch.setattr("inkdigits.explanations.digit_network.behind_the_contract", whole)
    fresh = started()
    for _ in range(2):
        answer = fresh.post("/v1/explain", content=seven)
        assert (answer.status_code, answer.json()["error"]) == (422, "the model that answers here cannot be explained")
    assert len(tried) == 1
