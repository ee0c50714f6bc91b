"""What holds for all pages, and the page about the model."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest

from inkdigits.pictures.data_url import png_url

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_model_page_shows_what_the_bundle_knows(
    page: Any, address: str, scheme: str, expect: Any, violations: Find
) -> None:
    page.emulate_media(color_scheme=scheme)
    told = page.request.get(f"{address}/v1/model").json()
    scores = told["metadata"]["scores"]
    page.goto(f"{address}/model")
    expect(page.locator("#scores")).to_contain_text(f"{100 * scores['accuracy']:.2f} %")
    expect(page.locator("#scores")).to_contain_text(f"{scores['dataset']['images']:,}")
    seen = np.eye(28, dtype=np.uint8) * 255
    matrix = [[10 if row == column else 0 for column in range(10)] for row in range(10)]
    matrix[7][1], matrix[4][9] = 3, 1
    scores |= {
        "confusion_matrix": matrix,
        "reliability": [
            {"confidence": 0.61, "accuracy": 0.58, "count": 50},
            {"confidence": 0.99, "accuracy": 0.985, "count": 50},
        ],
        "mistakes": [{"index": 8, "truth": 5, "predicted": 6, "confidence": 0.97, "image": png_url(seen)}],
    }
    page.route("**/v1/model", lambda route: route.fulfill(json=told))
    page.reload()
    row = page.get_by_role("table").first.get_by_role("row").nth(8)
    expect(row.get_by_role("cell")).to_have_text(["", "3", "", "", "", "", "", "10", "", ""])
    expect(page.get_by_role("img", name=re.compile("61.0 % sure, 58.0 % right"))).to_be_visible()
    expect(page.locator("#mistakes li")).to_have_text(["5 read as 697.0 % sure"])
    picture = page.get_by_role("img", name="test image 8")
    expect(picture).to_have_js_property("naturalWidth", 28)
    expect(picture).to_have_js_property("naturalHeight", 28)
    expect(
        page.get_by_text("The 50 answers it was least sure of: 61.0 % sure on average, 58.0 % right.")
    ).to_be_visible()
    assert violations(page) == []
