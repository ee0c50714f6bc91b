"""Pictures given to the page."""

import base64
import re
from collections.abc import Callable
from typing import Any

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]


def test_a_page_of_digits_is_uploaded_and_framed(
    page: Any, page_72104: bytes, draw: Draw, shows: Shows, expect: Any
) -> None:
    page.locator("#file").set_input_files({"name": "five.png", "mimeType": "image/png", "buffer": page_72104})
    shows(page, "72104")
    picture = page.get_by_alt_text("five.png, its digits framed")
    expect(picture).to_be_visible()
    expect(page.locator(".page rect")).to_have_count(5)
    whole, frames = picture.bounding_box(), page.locator(".page rect").all()
    lefts = [frame.bounding_box()["x"] - whole["x"] for frame in frames]
    scale = whole["width"] / (5 * 84 + 120)
    assert all(60 + 84 * place - 10 < left / scale < 60 + 84 * (place + 1) for place, left in enumerate(lefts))
    page.get_by_role("button", name="Back to drawing").click()
    draw(page, "7")
    shows(page, "7")


def give(page: Any, kind: str, data: bytes) -> None:
    """Drops a file on the page, or pastes it."""
    page.evaluate(
        """([kind, data]) => {
            const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "given.png", { type: "image/png" }));
            const event = kind === "paste"
                ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
                : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
            document.body.dispatchEvent(event);
        }""",
        [kind, base64.b64encode(data).decode()],
    )


def test_pictures_are_dropped_and_pasted(page: Any, page_72104: bytes, seven: bytes, shows: Shows, expect: Any) -> None:
    give(page, "dragenter", seven)
    expect(page.get_by_text("Let go to have it read")).to_be_visible()
    give(page, "drop", page_72104)
    expect(page.get_by_text("Let go to have it read")).to_be_hidden()
    shows(page, "72104")
    give(page, "paste", seven)
    shows(page, "7")


def test_every_sample_is_read(page: Any, expect: Any) -> None:
    samples = page.locator("[data-sample]")
    expect(samples).to_have_count(4)
    for sample in samples.all():
        name = sample.get_attribute("data-sample")
        sample.click()
        expect(page.get_by_alt_text(f"{name}.jpg, its digits framed")).to_be_visible()
        expect(page.locator("#number")).to_have_text(re.compile(r"(\d\D*){16}"))


def test_a_broken_file_is_told_in_words(page: Any, shows: Shows, expect: Any) -> None:
    page.locator("#file").set_input_files({"name": "note.png", "mimeType": "image/png", "buffer": b"no picture"})
    error = page.get_by_role("alert")
    expect(error).to_contain_text("note.png: not an image that can be read")
    shows(page, "")


def test_a_file_past_the_limit_is_not_even_sent(page: Any, address: str, expect: Any) -> None:
    told = page.request.get(f"{address}/v1/model").json()
    told["limits"]["body_bytes"] = 2**20
    page.route("**/v1/model", lambda route: route.fulfill(json=told))
    page.reload()
    expect(page.locator("#about")).to_contain_text("Model:")
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": bytes(2**20 + 2**17)})
    expect(page.get_by_role("alert")).to_contain_text("This picture has 1.1 MiB; this service takes 1 at most.")
