"""Asking the page why."""

import re
from collections.abc import Callable
from typing import Any

import pytest

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]
Find = Callable[[Any], list[str]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_digit_is_explained_with_map_and_neighbours(
    page: Any, scheme: str, draw: Draw, shows: Shows, expect: Any, violations: Find
) -> None:
    page.emulate_media(color_scheme=scheme)
    draw(page, "74")
    shows(page, "74")
    page.get_by_role("button", name="Why 7?").click()
    dialog = page.get_by_role("dialog", name="Why 7?")
    expect(dialog.get_by_role("status")).to_contain_text("less like 7")
    seen = page.locator("#digits img").first.get_attribute("src")
    expect(dialog.get_by_alt_text("The digit, 28 by 28 pixels")).to_have_attribute("src", seen)
    expect(dialog.get_by_alt_text("Orange where the ink speaks for 7, blue where against")).to_be_visible()
    expect(dialog.get_by_alt_text(re.compile("^A training image of a "))).to_have_count(5)
    assert violations(page) == []
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_what_goes_wrong_is_told_in_the_dialog(page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    draw(page, "7")
    shows(page, "7")
    page.route("**/v1/explain*", lambda route: route.fulfill(status=422, json={"error": "that is no digit"}))
    page.get_by_role("button", name="Why 7?").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("That is no digit.")
    expect(page.locator("#why-found")).to_be_hidden()
