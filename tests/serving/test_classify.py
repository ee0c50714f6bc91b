import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import inkdigits
from inkdigits.datasets.mnist import load_mnist
from inkdigits.ink import load_ink
from inkdigits.recognizer import Recognition
from inkdigits.serving.answers import ClassifyAnswer


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def test_many_images_answer_in_their_order(client: TestClient) -> None:
    digits = load_mnist("test")
    images = [png(digit) for digit in digits.images[:12]]
    files = [("image", (f"{number}.png", data, "image/png")) for number, data in enumerate(images)]
    answer = client.post("/v1/classify", files=files).json()
    ClassifyAnswer.model_validate(answer)
    assert [row["image"] for row in answer["answers"]] == [f"{number}.png" for number in range(12)]
    expected = inkdigits.Recognizer().recognise([load_ink(data) for data in images])
    joint = expected.probabilities * expected.digit_probability[:, None]
    for row, probabilities, label in zip(answer["answers"], joint, digits.labels, strict=False):
        assert row["value"] == str(label)
        found = {row["value"]: row["confidence"], **row["alternatives"]}
        assert [found[name] for name in "0123456789"] == pytest.approx(probabilities.tolist(), abs=1e-4)


def test_one_raw_image_is_enough(client: TestClient, seven: bytes) -> None:
    (row,) = client.post("/v1/classify", content=seven, headers={"Content-Type": "image/png"}).json()["answers"]
    assert (row["image"], row["value"]) == ("image", "7")
    assert row["confidence"] > 0.9


def test_an_image_without_ink_is_named(client: TestClient, seven: bytes) -> None:
    files = [("image", ("a.png", seven)), ("image", ("blank.png", png(np.full((20, 20), 255, np.uint8))))]
    answer = client.post("/v1/classify", files=files)
    assert answer.status_code == 422
    assert answer.json()["error"] == "blank.png: there is no ink on this image; nothing to recognise"


def test_too_many_images_are_refused(started: Callable[..., TestClient], seven: bytes) -> None:
    answer = started(images=2).post("/v1/classify", files=[("image", ("a.png", seven))] * 3)
    assert answer.status_code == 400
    assert "Maximum number of files is 2" in answer.json()["error"]


def test_images_together_stay_within_the_pixels(started: Callable[..., TestClient], seven: bytes) -> None:
    few = started(pixels=240 * 200 * 2)
    assert few.post("/v1/classify", files=[("image", ("a.png", seven))] * 2).status_code == 200
    assert few.post("/v1/classify", files=[("image", ("a.png", seven))] * 3).status_code == 422


def test_what_is_no_digit_is_said_to_be_none(client: TestClient, seven: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    probabilities = np.full((1, 10), 0.02, np.float32)
    probabilities[0, 3] = 0.82
    seen = Recognition(
        probabilities, np.array([0.25], np.float32), np.zeros(1, np.float32), np.zeros((1, 28, 28), np.uint8)
    )
    monkeypatch.setattr(inkdigits.Recognizer, "recognise", lambda self, ink: seen)
    (row,) = client.post("/v1/classify", content=seven).json()["answers"]
    assert (row["value"], row["confidence"]) == (None, 0.75)
    assert next(iter(row["alternatives"].items())) == ("3", 0.205)
    assert len(row["alternatives"]) == 10
    figures = client.get("/metrics").text
    assert re.search(r"^inkdigits_rejections_total [1-9]", figures, re.MULTILINE)
