import logging
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from inkdigits.errors import BundleError
from inkdigits.reading import Reader, Reading
from inkdigits.serving import service
from inkdigits.serving.app import create_app
from inkdigits.serving.options import Options

THREE_CLASSES = Path(__file__).parents[1] / "inference" / "fixtures" / "three_classes"


def test_a_model_of_other_classes_never_gets_ready(caplog: pytest.LogCaptureFixture, seven: bytes) -> None:
    with (
        caplog.at_level(logging.INFO, "inkdigits.serving"),
        TestClient(create_app(Options(bundle=THREE_CLASSES))) as client,
    ):
        deadline = time.monotonic() + 30
        while not any("not ready" in record.getMessage() for record in caplog.records):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert client.get("/v2/health/live").status_code == 200
        for answer in (
            client.get("/v2/health/ready"),
            client.get("/v2/models/inkdigits/ready"),
            client.post("/v1/read", content=seven),
            client.get("/v1/model"),
        ):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert str(THREE_CLASSES) not in answer.text
    assert "its classes are not the digits 0 to 9" in caplog.text


def test_a_model_that_misreads_a_plain_seven_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "read", lambda *arguments, **options: Reading((), ()))
    with pytest.raises(BundleError, match="reads '' where a plain 7 is written"):
        service.tested_reader(Options())
