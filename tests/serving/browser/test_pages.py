"""What holds for all pages, and the page about the model."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]
Opener = Callable[..., AbstractContextManager[Any]]
Find = Callable[[Any], list[str]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(
    address: str, scheme: str, open_page: Opener, draw: Draw, shows: Shows, expect: Any, violations: Find
) -> None:
    with open_page(address, color_scheme=scheme) as page:
        found = [violations(page)]
        draw(page, "74")
        shows(page, "74")
        found.append(violations(page))
        page.locator("[data-sample]").first.click()
        expect(page.locator(".page svg")).to_be_visible()
        found.append(violations(page))
        page.goto(f"{address}/model")
        expect(page.locator("#scores div").first).to_be_visible()
        found.append(violations(page))
        assert found == [[]] * 4


def test_the_model_page_shows_what_the_bundle_knows(page: Any, address: str, expect: Any, violations: Find) -> None:
    told = page.request.get(f"{address}/v1/model").json()
    scores = told["metadata"]["scores"]
    page.goto(f"{address}/model")
    expect(page.locator("#scores")).to_contain_text(f"{100 * scores['accuracy']:.2f} %")
    expect(page.locator("#scores")).to_contain_text(f"{scores['dataset']['images']:,}")
    matrix = [[10 if row == column else 0 for column in range(10)] for row in range(10)]
    matrix[7][1] = 3
    scores |= {
        "confusion_matrix": matrix,
        "reliability": [
            {"confidence": 0.61, "accuracy": 0.58, "count": 50},
            {"confidence": 0.99, "accuracy": 0.985, "count": 50},
        ],
        "mistakes": [{"index": 8, "truth": 5, "predicted": 6, "confidence": 0.97}],
    }
    page.route("**/v1/model", lambda route: route.fulfill(json=told))
    page.reload()
    row = page.get_by_role("table").first.get_by_role("row").nth(8)
    assert row.get_by_role("cell").all_inner_texts() == ["", "3", "", "", "", "", "", "10", "", ""]
    expect(page.get_by_role("img", name=re.compile("61.0 % sure, 58.0 % right"))).to_be_visible()
    expect(page.get_by_text("97.0 %")).to_be_visible()
    assert violations(page) == []
