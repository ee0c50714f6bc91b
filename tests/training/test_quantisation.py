"""The int8 variant of the bundle that ships: as good, smaller, and of whole numbers."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from inkdigits.bundle import PRETRAINED, Bundle, load_bundle, write_bundle
from inkdigits.datasets import load
from inkdigits.errors import BundleError
from inkdigits.experiments.quantised_bundle import write_quantised
from inkdigits.recognizer import Recognizer


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return write_quantised(load_bundle(PRETRAINED), tmp_path_factory.mktemp("bundles") / "small")


def test_it_answers_as_the_float_model_does(small: Bundle) -> None:
    digits = load("mnist", "test").take(np.arange(2000))
    exact, whole = (Recognizer(bundle).recognise(digits.images) for bundle in (None, small))
    np.testing.assert_array_equal(whole.digit_images, exact.digit_images)
    assert (whole.probabilities.argmax(axis=1) == exact.probabilities.argmax(axis=1)).mean() > 0.998
    assert np.abs(whole.probabilities - exact.probabilities).mean() < 2e-3
    assert np.abs(whole.digit_probability - exact.digit_probability).mean() < 5e-3


def test_what_was_learnt_is_whole_numbers(small: Bundle) -> None:
    graph = onnx.load(small.model_path).graph
    sizes = {array.name: np.prod(array.dims) for array in graph.initializer if array.data_type == onnx.TensorProto.INT8}
    learnt = small.metadata["parameters"]
    assert 0.98 * learnt < sum(sizes.values()) < learnt
    assert small.model_path.stat().st_size < 0.35 * (PRETRAINED / "model.onnx").stat().st_size


def test_it_tells_where_it_comes_from_and_claims_no_scores(small: Bundle) -> None:
    assert small.metadata["quantised_from"] == load_bundle(PRETRAINED).metadata["sha256"]
    assert "scores" not in small.metadata
    assert "conformal" not in small.metadata


def test_it_is_made_the_same_again(small: Bundle, tmp_path: Path) -> None:
    again = write_quantised(load_bundle(PRETRAINED), tmp_path / "again")
    assert again.metadata["sha256"] == small.metadata["sha256"]


def test_it_is_not_quantised_twice(small: Bundle, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is quantised already"):
        write_quantised(small, tmp_path / "twice")


def test_without_validation_images_there_is_no_calibration(tmp_path: Path) -> None:
    shutil.copytree(PRETRAINED, tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    metadata = {key: value for key, value in bundle.metadata.items() if key != "data"}
    foreign = write_bundle(tmp_path / "bundle", bundle.model_path.read_bytes(), metadata)
    with pytest.raises(BundleError, match="which are not at hand"):
        write_quantised(foreign, tmp_path / "small")
    assert not (tmp_path / "small").exists()
