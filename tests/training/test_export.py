"""Export: the bundle says what Keras says, a disagreement leaves nothing behind, temperature is fitted right."""

import keras
import numpy as np
import pytest
from scipy.special import softmax

from inkdigits.bundle import load_bundle
from inkdigits.datasets import load
from inkdigits.errors import BundleError
from inkdigits.recipes.catalog import find_recipe
from inkdigits.recognizer import Recognizer
from inkdigits.training import bundling, export
from inkdigits.training.calibration import fit_temperature
from inkdigits.training.images import as_samples

RECIPE = find_recipe("cnn-dropout")
FACTS = {"classes": [str(digit) for digit in range(10)], "recipe": {"name": "cnn-dropout"}}


@pytest.fixture(scope="module")
def weights():
    keras.utils.set_random_seed(3)
    return RECIPE.build().get_weights()


@pytest.fixture(scope="module")
def validation():
    return as_samples(load("mnist", "test").take(np.arange(300)))


def test_bundle_agrees_with_keras_on_ink_of_any_size(tmp_path, weights, validation):
    bundle = bundling.make_bundle(RECIPE, weights, validation, tmp_path / "bundle", FACTS)
    recognizer = Recognizer(bundle)
    model = export.deployed_model(export.float32_network(RECIPE, weights), bundle.metadata["temperature"], 10)
    for shape in ((28, 28), (61, 40), (200, 300)):
        ink = np.random.default_rng(0).integers(0, 256, (3, *shape)).astype(np.uint8)
        ink[:, : shape[0] // 3] = 0
        wanted = {name: keras.ops.convert_to_numpy(part) for name, part in model(ink).items()}
        np.testing.assert_allclose(recognizer.predict_proba(ink), wanted["probabilities"], atol=1e-4)
        assert np.abs(recognizer.digit_images(ink).astype(int) - wanted["digit_image"]).max() <= 1
    assert bundle.metadata["parameters"] == 34_826
    assert bundle.metadata["parity"] <= 1e-4


def test_model_has_the_promised_form(tmp_path, weights, validation):
    import onnx

    bundle = bundling.make_bundle(RECIPE, weights, validation, tmp_path / "bundle", FACTS)
    graph = onnx.load(bundle.model_path).graph
    kinds = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.output)}
    assert kinds == {
        "ink": onnx.TensorProto.UINT8,
        "probabilities": onnx.TensorProto.FLOAT,
        "digit_image": onnx.TensorProto.UINT8,
    }


def test_two_logits_more_tell_several_digits_and_none(tmp_path, validation):
    recipe = find_recipe("reader")
    keras.utils.set_random_seed(3)
    network = recipe.build()
    bundle = bundling.make_bundle(recipe, network.get_weights(), validation, tmp_path / "bundle", FACTS)
    seen = Recognizer(bundle).recognise(validation.images)
    logits = network.predict(seen.digit_images[..., None] / np.float32(255), verbose=0) / bundle.metadata["temperature"]
    outcomes = softmax(logits, axis=1)
    np.testing.assert_allclose(seen.digit_probability, outcomes[:, :10].sum(axis=1), atol=1e-4)
    np.testing.assert_allclose(seen.several_probability, outcomes[:, 10], atol=1e-4)
    np.testing.assert_allclose(seen.probabilities, softmax(logits[:, :10], axis=1), atol=1e-4)


def test_blank_ink_has_a_defined_answer(tmp_path, weights, validation):
    recognizer = Recognizer(bundling.make_bundle(RECIPE, weights, validation, tmp_path / "bundle", FACTS))
    probabilities = recognizer.predict_proba(np.zeros((2, 40, 17), np.uint8))
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)


def test_a_disagreement_leaves_nothing_behind(tmp_path, weights, validation, monkeypatch):
    class Liar:
        def __init__(self, model):
            self.model, self.output = model, model.output

        def __call__(self, images, training):
            outputs = self.model(images, training=training)
            return {**outputs, "probabilities": outputs["probabilities"] + 2e-4}

    honest = export.check_parity
    monkeypatch.setattr(bundling, "check_parity", lambda model, *rest: honest(Liar(model), *rest))
    with pytest.raises(BundleError, match="disagrees with Keras"):
        bundling.make_bundle(RECIPE, weights, validation, tmp_path / "bundle", FACTS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "others", "agrees"), [(14, 1, True), (14, 2, False), (60, 3, True), (60, 4, False)])
def test_one_image_of_few_may_round_otherwise(weights, validation, count, others, agrees):
    model = export.deployed_model(export.float32_network(RECIPE, weights), 1.0, 10)
    images = validation.images[:count]

    class Rounding:
        output = model.output

        def __call__(self, images, training):
            outputs = {name: keras.ops.convert_to_numpy(part) for name, part in model(images, training=False).items()}
            outputs["digit_image"][:others, 14, 14] ^= 1
            return outputs

    if agrees:
        assert export.check_parity(Rounding(), export.to_onnx(model), images) < 1e-4
    else:
        with pytest.raises(BundleError, match=f"1 grey levels, in {others} of {count} images"):
            export.check_parity(Rounding(), export.to_onnx(model), images)


def test_metadata_tells_the_origin(tmp_path, weights, validation):
    bundling.make_bundle(RECIPE, weights, validation, tmp_path / "bundle", FACTS)
    metadata = load_bundle(tmp_path / "bundle").metadata
    assert metadata["recipe"] == {"name": "cnn-dropout"}
    assert 0.2 <= metadata["temperature"] <= 5


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_is_found_again(temperature):
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 3, (20_000, 10))
    chances = softmax(logits, axis=1)
    labels = (chances.cumsum(1) > generator.random((20_000, 1))).argmax(1)
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)
