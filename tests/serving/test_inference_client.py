"""NVIDIA's client library for the Open Inference Protocol, against a server of its own process."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import inkdigits
from inkdigits.serving.service import plain_seven

triton = pytest.importorskip("tritonclient.http", reason="tritonclient[http] is not installed")


@pytest.mark.parametrize("binary", [True, False])
def test_it_finds_the_model_and_gets_its_probabilities(serve: Callable[..., Any], binary: bool) -> None:
    server = serve()
    ink = np.stack([255 - plain_seven(), np.fliplr(plain_seven())])
    client = triton.InferenceServerClient(server.address.removeprefix("http://"))
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("inkdigits")
    assert client.get_server_metadata()["name"] == "inkdigits"
    (tensor,) = client.get_model_metadata("inkdigits", model_version="1")["inputs"]
    given = triton.InferInput(tensor["name"], list(ink.shape), tensor["datatype"])
    given.set_data_from_numpy(ink, binary_data=binary)
    names = ("probabilities", "digit_image")
    wanted = [triton.InferRequestedOutput(name, binary_data=binary) for name in names]
    found = client.infer("inkdigits", [given], outputs=wanted, request_id="a-7")
    assert found.get_response()["id"] == "a-7"
    expected = inkdigits.Recognizer().recognise(ink)
    np.testing.assert_allclose(found.as_numpy("probabilities"), expected.probabilities, atol=1e-5)
    np.testing.assert_array_equal(found.as_numpy("digit_image"), expected.digit_images)
    with pytest.raises(triton.InferenceServerException, match="there is no such model"):
        client.get_model_metadata("another")
    client.close()
