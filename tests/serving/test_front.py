import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from inkdigits.bundle import PRETRAINED
from inkdigits.serving.app import create_app
from inkdigits.serving.json_log import JsonFormatter
from inkdigits.serving.options import Options


def sample(client: TestClient, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(client.get("/metrics").text)
    found = [sample for family in families for sample in family.samples if sample.name == name]
    return sum(item.value for item in found if labels.items() <= item.labels.items())


def test_every_answer_has_safe_headers(client: TestClient) -> None:
    for path in ("/", "/v2/health/live", "/nowhere", "/page/app.js"):
        headers = client.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/v2/health/live", "/v1/model", "/metrics"])
def test_head_is_answered_as_get_without_the_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert sample(client, "inkdigits_requests_total", method="HEAD", route=path) >= 1
    assert client.head("/v1/read").status_code == 405


def test_a_harmless_request_id_is_kept_and_others_are_replaced(client: TestClient) -> None:
    assert client.get("/v2", headers={"X-Request-ID": "job-7.b_1"}).headers["X-Request-ID"] == "job-7.b_1"
    for given in ("", "a b", "x" * 65, '"}'):
        assert re.fullmatch("[0-9a-f]{32}", client.get("/v2", headers={"X-Request-ID": given}).headers["X-Request-ID"])


def test_the_log_tells_of_requests_but_not_what_is_in_them(
    client: TestClient, seven: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "inkdigits.serving"):
        files = {"image": ("secret-name.png", seven)}
        answer = client.post("/v1/read?turn=0", files=files, headers={"X-Request-ID": "r1"})
    assert answer.json()["text"] == "7"
    (line,) = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    told: dict[str, Any] = {name: line[name] for name in ("request_id", "method", "route", "status", "level")}
    assert told == {"request_id": "r1", "method": "POST", "route": "/v1/read", "status": 200, "level": "INFO"}
    assert line["milliseconds"] > 0
    assert "secret-name" not in json.dumps(line)
    assert "turn" not in json.dumps(line)


def test_figures_count_requests_digits_and_paths_nobody_knows(client: TestClient, page_72104: bytes) -> None:
    before = (
        sample(client, "inkdigits_digits_total"),
        sample(client, "inkdigits_request_seconds_count", route="/v1/read"),
    )
    client.post("/v1/read", content=page_72104)
    assert sample(client, "inkdigits_digits_total") == before[0] + 5
    assert sample(client, "inkdigits_request_seconds_count", route="/v1/read") == before[1] + 1
    for path in ("/a", "/b"):
        client.get(path)
    assert sample(client, "inkdigits_requests_total", route="unknown", status="404") >= 2
    assert sample(client, "inkdigits_requests_total", route="/a") == 0
    assert sample(client, "inkdigits_pending_requests") == 0


def test_only_its_own_names_are_answered() -> None:
    with TestClient(create_app(Options(hosts=("127.0.0.1", "localhost", "::1")))) as client:
        for host in ("localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"):
            assert client.get("/v2/health/live", headers={"Host": host}).status_code == 200
        for host in ("rebound.example", "127.0.0.1.rebound.example:8000", ""):
            assert client.get("/v2/health/live", headers={"Host": host}).status_code == 421


def test_what_fails_here_is_told_without_its_reasons(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("a path: /home/someone")

    monkeypatch.setattr("inkdigits.serving.routes.read_upload", broken)
    answer = client.post("/v1/read", content=b"x")
    assert answer.status_code == 500
    assert "someone" not in answer.text
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_the_model_tells_its_scores_and_no_place_on_the_disk(client: TestClient) -> None:
    told = client.get("/v1/model").json()
    assert told["classes"] == list("0123456789")
    assert 0.98 < told["metadata"]["scores"]["accuracy"] <= 1
    assert told["limits"]["body_bytes"] == 20 * 2**20
    assert str(PRETRAINED) not in json.dumps(told)
    assert str(Path.home()) not in json.dumps(told)


def test_the_model_tells_of_data_by_their_last_name(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = client.app.state.service.reader.recognizer.bundle  # type: ignore[attr-defined]
    made = {
        "recipe": {"name": "mine", "data": "folder:/home/alice/digits", "origin": "/home/alice/mine.py"},
        "data": {"train": {"name": "idx:/home/alice/set/standard/train"}, "test": {"name": "csv:C:\\alice\\test.csv"}},
        "scores": {"dataset": {"name": "folder:/home/alice/digits/", "images": 10}},
        "mistakes": [{"image": "data:image/png;base64,a/b"}],
    }
    for name, value in made.items():
        monkeypatch.setitem(bundle.metadata, name, value)
    told = client.get("/v1/model").json()["metadata"]
    assert {name: told[name] for name in made} == {
        "recipe": {"name": "mine", "data": "folder:digits"},
        "data": {"train": {"name": "idx:train"}, "test": {"name": "csv:test.csv"}},
        "scores": {"dataset": {"name": "folder:digits/", "images": 10}},
        "mistakes": [{"image": "data:image/png;base64,a/b"}],
    }


@pytest.mark.parametrize("folder", ["/home/alice/recipes/", "C:\\alice\\"])
def test_the_model_tells_of_recipes_it_stands_on_by_their_last_name(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    bundle = client.app.state.service.reader.recognizer.bundle  # type: ignore[attr-defined]
    recipe = {
        "name": "both",
        "title": "1/2 of each",
        "members": [f"{folder}mine.py", 2],
        "teacher": f"{folder}other.py",
    }
    monkeypatch.setitem(bundle.metadata, "recipe", recipe)
    assert client.get("/v1/model").json()["metadata"]["recipe"] == {
        "name": "both",
        "title": "1/2 of each",
        "members": ["mine.py", 2],
        "teacher": "other.py",
    }


def test_the_description_has_examples_for_every_answer(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    for name in ("ReadAnswer", "ClassifyAnswer", "Problem"):
        assert described["components"]["schemas"][name]["examples"]
    assert "image/png" in described["paths"]["/v1/read"]["post"]["requestBody"]["content"]
    for address in ("/docs", "/redoc"):  # they would load scripts from elsewhere
        assert client.get(address).status_code == 404
