"""Drawing on the page, with mouse, keyboard and finger."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest

from inkdigits.pictures.data_url import png_url

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]
Opener = Callable[..., AbstractContextManager[Any]]


def test_a_drawn_seven_is_read(page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    draw(page, "7")
    shows(page, "7")
    expect(page.locator("#summary")).to_have_text("Read 7: 1 digit.")
    expect(page.locator("#pad-overlay rect.sure")).to_have_count(1)
    card = page.locator("#digits li")
    expect(card).to_have_count(1)
    expect(card.locator("img")).to_have_js_property("naturalWidth", 28)
    expect(card.locator("img")).to_have_js_property("naturalHeight", 28)
    page.wait_for_function(
        """() => {
            const bars = document.querySelectorAll("#digits .bars i");
            const heights = [...bars].map((bar) => bar.getBoundingClientRect().height);
            return heights.length === 10 && heights.every((height, digit) => digit === 7 || height < heights[7]);
        }"""
    )


def test_several_digits_are_read_while_one_draws_and_taken_back(
    page: Any, draw: Draw, shows: Shows, expect: Any
) -> None:
    draw(page, "74")
    shows(page, "74")
    draw(page, "  1")
    shows(page, "741")
    page.get_by_role("button", name="Undo").click()
    shows(page, "74")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    shows(page, "7")
    page.get_by_role("button", name="Clear").click()
    shows(page, "")
    expect(page.locator("#pad-overlay rect")).to_have_count(0)
    expect(page.locator("#summary")).to_have_text("Nothing written yet.")


def test_the_frame_lies_around_the_drawn_digit(page: Any, draw: Draw, shows: Shows) -> None:
    draw(page, "1", size=200, top=50)
    shows(page, "1")
    pad = page.locator("#canvas").bounding_box()
    page.wait_for_function(
        """pad => {
            const frame = document.querySelector("#pad-overlay rect")?.getBoundingClientRect();
            return frame && frame.left - pad.x < 90 && frame.right - pad.x > 90 && frame.right - pad.x < 130
                && frame.top - pad.y < 50 && frame.bottom - pad.y > 250 && frame.bottom - pad.y < 300;
        }""",
        arg=pad,
    )


def test_the_keyboard_draws_too(page: Any, shows: Shows) -> None:
    page.locator("#canvas").focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    shows(page, "7")
    page.keyboard.press("Delete")
    shows(page, "")


def test_the_keyboard_leaves_the_pad_without_reading_anew(page: Any, expect: Any) -> None:
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "canvas":
        page.keyboard.press("Tab")
    expect(page.locator("#cursor")).to_be_visible()
    expect(page.locator("#pad-help")).to_be_in_viewport()
    assert page.locator("#pad-help").bounding_box()["height"] > 20
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    why = page.get_by_role("button", name="Why 1?")
    expect(why).to_be_visible()
    page.wait_for_function(  # until the last stroke is read, and nothing has been asked for three seconds
        """() => {
            const [answers, now] = [performance.getEntriesByType("resource").length, performance.now()];
            if (answers !== window.answers) [window.answers, window.since] = [answers, now];
            return now - window.since > 3000;
        }"""
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    why.focus()
    expect(page.locator("#cursor")).to_be_hidden()
    page.wait_for_timeout(1000)
    assert asked == []
    expect(why).to_be_focused()


def test_a_late_reading_takes_the_focus_from_nobody(page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    draw(page, "71")
    shows(page, "71")
    page.get_by_role("button", name="Why 7?").focus()
    draw(page, "   4", size=100)
    shows(page, "714")
    expect(page.get_by_role("button", name="Why 7?")).to_be_focused()


def test_a_phone_that_is_turned_keeps_what_is_written(
    address: str, open_page: Opener, draw: Draw, shows: Shows
) -> None:
    with open_page(address, viewport={"width": 430, "height": 932}) as page:
        shape = "(canvas => canvas.clientHeight / canvas.clientWidth)(document.getElementById('canvas'))"
        upright = page.evaluate(shape)
        draw(page, "41", size=110, top=150)
        shows(page, "41")
        assert page.evaluate(shape) == pytest.approx(upright, abs=0.01)
        page.set_viewport_size({"width": 932, "height": 430})
        page.wait_for_function("document.getElementById('canvas').clientWidth !== 404")
        assert page.evaluate(shape) == pytest.approx(upright, abs=0.01)
        page.get_by_role("button", name="Clear").click()
        page.wait_for_function(f"{shape} < 0.6")


def test_without_a_clipboard_the_number_is_marked(page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    draw(page, "7")
    shows(page, "7")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copy")).to_have_text("Press Ctrl+C")
    assert page.evaluate("getSelection().toString()") == "7"
    expect(page.locator("#copy")).to_have_text("Copy", timeout=15_000)


def test_the_number_is_copied(address: str, open_page: Opener, draw: Draw, shows: Shows, expect: Any) -> None:
    with open_page(address, permissions=["clipboard-read", "clipboard-write"]) as page:
        draw(page, "71")
        shows(page, "71")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "71"


def test_marks_look_as_sure_as_they_are(page: Any, draw: Draw, expect: Any) -> None:
    image = png_url(np.zeros((28, 28), np.uint8))

    def mark(value: str | None, confidence: float, left: int) -> dict[str, Any]:
        box = {"left": left, "top": 20, "right": left + 60, "bottom": 120}
        return {"value": value, "confidence": confidence, "box": box, "alternatives": {"3": 0.2}, "image": image}

    digits = [mark("7", 0.99, 20), mark("5", 0.7, 120), mark(None, 0.95, 220)]
    line = {"text": "75\N{WHITE SQUARE}", "page": 0, "changed": False, "box": digits[0]["box"], "digits": digits}
    pages = [{"width": 400, "height": 225, "turn": 0}]
    answer = {"image": "drawing.png", "text": line["text"], "pages": pages, "lines": [line]}
    page.route("**/v1/read*", lambda route: route.fulfill(body=json.dumps(answer), content_type="application/json"))
    draw(page, "7")
    expect(page.locator("#summary")).to_have_text(
        "Read 75\N{WHITE SQUARE}: 2 digits, 1 of them not sure, 1 mark that is no digit."
    )
    expect(page.locator("#digits li")).to_have_class(["digit sure", "digit unsure", "digit rejected"])
    expect(page.locator("#digits li").nth(1)).to_have_attribute("title", "5, 70.0 %; else 3, 20.0 %; no digit, 10.0 %")
    page.wait_for_function(  # an answer that follows draws the same frames anew
        """() => {
            const marks = [...document.querySelectorAll("#pad-overlay g")];
            const styles = marks.map((mark) => getComputedStyle(mark.children[0]));
            return styles.map((style) => style.strokeDasharray !== "none").join() === "false,true,false"
                && marks.map((mark) => mark.querySelectorAll("path").length).join() === "0,0,1"
                && new Set(styles.map((style) => style.stroke)).size === 3;
        }"""
    )


def test_a_finger_draws_on_a_phone(address: str, open_page: Opener, shows: Shows) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 3}
    with open_page(address, **phone) as page:
        frame = page.locator("#canvas").bounding_box()
        touch = page.context.new_cdp_session(page)
        points = [(60 + 12 * step, 60) for step in range(10)] + [(168 - 8 * step, 60 + 15 * step) for step in range(10)]
        for number_, (x, y) in enumerate(points):
            kind = "touchMove" if number_ else "touchStart"
            place = {"x": frame["x"] + x, "y": frame["y"] + y}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        shows(page, "7")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("scrollY") == 0  # the finger drew, it did not scroll
        for path in ("/model", "/"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        small = page.locator("button:visible, .button:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height).filter(height => height < 40)"
        )
        assert small == []
