"""A server that is gone, busy, or asks for a key."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from inkdigits.serving.api_keys import add_api_key

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]
Opener = Callable[..., AbstractContextManager[Any]]


def test_a_server_that_is_gone_is_told_and_found_again(page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    gone = "**/v1/read*"
    page.route(gone, lambda route: route.abort())
    draw(page, "7")
    error = page.get_by_role("alert")
    expect(error).to_contain_text("The server does not answer.")
    again = error.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    again = page.locator("[role=alert] button").filter(has_text="Try again")
    page.unroute(gone)
    again.dispatch_event("click")  # the page asks again by itself, too: the button may be gone before a mouse is there
    shows(page, "7")
    expect(error).to_be_hidden()


def test_a_busy_service_is_asked_again(page: Any, draw: Draw, shows: Shows) -> None:
    refusals = []

    def refuse_once(route: Any) -> None:
        if refusals:
            route.continue_()
            return
        refusals.append(route)
        route.fulfill(status=503, headers={"Retry-After": "1"}, json={"error": "busy"})

    page.route("**/v1/read*", refuse_once)
    draw(page, "7")
    shows(page, "7")
    assert len(refusals) == 1


@pytest.mark.parametrize("by", ["click", "Enter"])
def test_an_api_key_is_asked_for_and_used(
    start_server: Any, tmp_path: Path, open_page: Opener, draw: Draw, shows: Shows, expect: Any, by: str
) -> None:
    key = add_api_key(tmp_path / "keys", "alice")
    server = start_server(tmp_path, "--api-key-file", "keys")
    with open_page(server.address) as page:
        field = page.get_by_label("API key", exact=True)
        expect(field).to_be_visible()
        page.get_by_role("button", name="Not now").click()
        expect(field).to_be_hidden()
        expect(page.get_by_role("alert")).to_contain_text("This service asks for an API key.")
        page.get_by_role("button", name="Try again").click()
        field.fill(key)
        if by == "click":
            page.get_by_role("button", name="Use it").click()
        else:
            field.press("Enter")
        expect(page.locator("#about")).to_contain_text("Model:")
        draw(page, "7")
        shows(page, "7")
    assert server.stop() == 0
    assert key not in server.log.read_text()
