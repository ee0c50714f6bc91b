"""The service against its own description: requests made up from OpenAPI, of the form it tells and of others."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from inkdigits.serving.api_keys import add_api_key
from inkdigits.serving.app import create_app
from inkdigits.serving.options import Options

schemathesis = pytest.importorskip("schemathesis", reason="Schemathesis is not installed")
DESCRIPTION = schemathesis.openapi.from_dict(create_app(Options()).openapi())
OPERATIONS = [found.ok() for found in DESCRIPTION.get_all_operations()]
# A picture of the right type may hold no ink: fit for the description, and yet refused.
EXCLUDED = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]


class Described(NamedTuple):
    """A service that asks for a key."""

    address: str
    headers: dict[str, str]


@pytest.fixture(scope="module")
def described(start_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """The log must tell of no failure at the end."""
    folder = tmp_path_factory.mktemp("described")
    key = add_api_key(folder / "keys", "alice")
    server = start_server(folder, "--api-key-file", "keys")
    yield Described(server.address, {"Authorization": f"Bearer {key}"})
    assert server.stop() == 0
    assert "request failed" not in server.log.read_text()


def ask(service: Described, operation: Any, mode: Any) -> None:
    @settings(max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode))
    def one(case: Any) -> None:
        case.call_and_validate(base_url=service.address, headers=service.headers, excluded_checks=EXCLUDED)

    one()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_what_is_asked_as_described_is_answered_as_described(described: Described, operation: Any) -> None:
    ask(described, operation, schemathesis.GenerationMode.POSITIVE)


@pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if one.body or one.path_parameters or one.query],
    ids=lambda operation: operation.label,
)
def test_what_is_asked_otherwise_is_refused_as_described(described: Described, operation: Any) -> None:
    ask(described, operation, schemathesis.GenerationMode.NEGATIVE)
