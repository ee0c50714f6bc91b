import base64
import io
from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from inkdigits.errors import ImageError
from inkdigits.reading import Reader, read
from inkdigits.reading.output.formats import to_dict
from inkdigits.serving.answers import Problem, ReadAnswer
from inkdigits.serving.bounded_reading import read_upload
from inkdigits.serving.options import Limits
from inkdigits.serving.uploads import Upload

FORM = "multipart/form-data; boundary=x"


def form(name: str, content: bytes) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--x--\r\n"


def picture_of(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition("base64,")[2])))


def test_a_raw_picture_is_read_as_by_the_library(client: TestClient, page_72104: bytes) -> None:
    answer = client.post("/v1/read", content=page_72104, headers={"Content-Type": "image/png"})
    assert answer.status_code == 200
    ReadAnswer.model_validate(answer.json())
    assert answer.json()["text"] == "72104"
    assert answer.json() == to_dict("image", read(page_72104))


def test_a_form_gives_the_picture_its_name(client: TestClient, page_72104: bytes) -> None:
    answer = client.post("/v1/read", files={"image": ("note.png", page_72104, "image/png")}).json()
    assert (answer["image"], answer["text"]) == ("note.png", "72104")


def test_a_name_that_cannot_be_sent_back_is_changed(client: TestClient, seven: bytes) -> None:
    headers = {"Content-Type": f"{FORM}; charset=unicode_escape"}
    answer = client.post("/v1/read", content=form("\\ud800.png", seven), headers=headers).json()
    assert (answer["image"], answer["text"]) == ("?.png", "7")


def test_images_come_when_asked_for(client: TestClient, page_72104: bytes) -> None:
    plain = client.post("/v1/read", content=page_72104).json()
    assert "picture" not in plain["pages"][0]
    assert "image" not in plain["lines"][0]["digits"][0]
    answer = client.post("/v1/read?images=all", content=page_72104).json()
    ReadAnswer.model_validate(answer)
    expected = [digit.image for digit in read(page_72104).digits]
    for digit, image in zip(answer["lines"][0]["digits"], expected, strict=True):
        np.testing.assert_array_equal(np.array(picture_of(digit["image"])), image)
    assert picture_of(answer["pages"][0]["picture"]).size == (5 * 84 + 120, 84 + 120)


def test_a_known_turn_is_taken(client: TestClient, page_72104: bytes) -> None:
    turned = io.BytesIO()
    Image.open(io.BytesIO(page_72104)).rotate(90, expand=True).save(turned, "PNG")  # to the left
    answer = client.post("/v1/read?turn=90", content=turned.getvalue()).json()
    assert (answer["text"], answer["pages"][0]["turn"]) == ("72104", 90)


def test_all_pages_of_a_document_are_read(client: TestClient, page_72104: bytes, seven: bytes) -> None:
    first, second = (Image.open(io.BytesIO(data)) for data in (page_72104, seven))
    document = io.BytesIO()
    first.save(document, "TIFF", save_all=True, append_images=[second])
    answer = client.post("/v1/read", content=document.getvalue(), headers={"Content-Type": "image/tiff"}).json()
    assert [(line["text"], line["page"]) for line in answer["lines"]] == [("72104", 0), ("7", 1)]
    assert [(page["width"], page["height"]) for page in answer["pages"]] == [first.size, second.size]


def test_an_empty_sheet_holds_no_lines(client: TestClient) -> None:
    sheet = io.BytesIO()
    Image.new("L", (300, 200), 255).save(sheet, "PNG")
    answer = client.post("/v1/read", content=sheet.getvalue()).json()
    assert (answer["text"], answer["lines"]) == ("", [])


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"content": b"no picture"}, 422, "image: not an image that can be read"),
        ({"content": b""}, 422, "the request holds no picture"),
        ({"content": b"{}", "headers": {"Content-Type": "application/json"}}, 415, "send the picture itself"),
        ({"files": {"other": ("a.png", b"x")}}, 422, "no file in a field named 'image'"),
        ({"content": form("a.png", b"")[:40], "headers": {"Content-Type": FORM}}, 422, "or the form is cut short"),
        ({"files": [("image", ("a", b"x")), ("image", ("b", b"y"))]}, 400, "Too many files"),
        ({"content": b"x", "params": {"turn": "45"}}, 422, "turn: "),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "boundary"),
        ({"content": form("a.png", b""), "headers": {"Content-Type": f"{FORM}; charset=undefined"}}, 400, "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    client: TestClient, request_: dict[str, object], status: int, words: str
) -> None:
    answer = client.post("/v1/read", **request_)
    assert answer.status_code == status
    told = Problem.model_validate(answer.json())
    assert words in told.error
    assert "\n" not in told.error
    assert told.request_id == answer.headers["X-Request-ID"]


def test_a_damaged_picture_is_told(client: TestClient, page_72104: bytes) -> None:
    answer = client.post("/v1/read", content=page_72104[: len(page_72104) // 2])
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("image: damaged or cut short")


def test_pictures_past_the_limits_are_refused(started: Callable[..., TestClient], page_72104: bytes) -> None:
    small = started(pixels=100_000, pages=1)
    assert small.post("/v1/read", content=page_72104).status_code == 422
    two = io.BytesIO()
    page = Image.new("L", (50, 50), 255)
    page.save(two, "TIFF", save_all=True, append_images=[page])
    answer = small.post("/v1/read", content=two.getvalue())
    assert (answer.status_code, answer.json()["error"]) == (422, "image: more than 1 pages; split the file")
    upload = Upload("two.tif", two.getvalue())
    with pytest.raises(ImageError, match="more than 1 pages"):  # before a page is read: there is nothing to read with
        read_upload(cast(Reader, None), upload, None, "none", Limits(pages=1))
