"""Sets of digits of the bundle that ships: calibrated on its validation images, measured, kept."""

import numpy as np
import pytest

from inkdigits import Recognizer
from inkdigits.bundle import PRETRAINED, Bundle, load_bundle
from inkdigits.datasets import DigitImages, load, split
from inkdigits.errors import BundleError, InkdigitsError
from inkdigits.experiments import set_coverage as coverages
from inkdigits.prediction_sets import CONFORMAL, bundle_quantile, conformal_quantile


@pytest.fixture(scope="module")
def digits() -> DigitImages:
    return load("mnist", "test").take(np.arange(400))


def without_origin(bundle: Bundle) -> Bundle:
    return Bundle(bundle.path, {key: bundle.metadata[key] for key in ("classes", "sha256", "format")})


def test_the_validation_images_are_those_of_training():
    bundle = load_bundle(PRETRAINED)
    found = coverages.validation_images(bundle)
    assert found.sha256 == bundle.metadata["data"]["validation"]["sha256"]
    assert coverages.validation_images(without_origin(bundle)) is None
    other_seed = Bundle(bundle.path, {**bundle.metadata, "seed": bundle.metadata["seed"] + 1})
    assert coverages.validation_images(other_seed) is None


def test_quantiles_are_of_validation_images_and_are_kept(digits, monkeypatch):
    few = split("mnist", seed=0).validation.take(np.arange(999))
    monkeypatch.setattr(coverages, "validation_images", lambda bundle: few)
    recognizer = Recognizer(without_origin(load_bundle(PRETRAINED)))
    found = coverages.set_coverage(recognizer, digits, recognizer.predict_proba(digits.images), 0.999)
    wanted = conformal_quantile(recognizer.predict_proba(few.images), few.labels, 0.999)
    assert found["validation"]["quantile"] == wanted
    assert found["validation"]["coverage"] >= 0.99
    assert found["halves"] is None  # 200 images are too few for 0.999
    one = coverages.kept_quantiles(recognizer.bundle, found)
    assert one == {"0.999": wanted}
    bundle = Bundle(recognizer.bundle.path, {**recognizer.bundle.metadata, CONFORMAL: one})
    both = coverages.kept_quantiles(bundle, {**found, "coverage": 0.9})
    kept = Bundle(bundle.path, {**bundle.metadata, CONFORMAL: both})
    assert bundle_quantile(kept, 0.999) == bundle_quantile(kept, 0.9) == wanted


@pytest.mark.parametrize("recipe", ["x", {"data": 5, "protocol": "standard"}, {"data": "csv:\0", "protocol": 5}])
def test_a_damaged_origin_is_unknown(recipe):
    bundle = load_bundle(PRETRAINED)
    assert coverages.validation_images(Bundle(bundle.path, {**bundle.metadata, "recipe": recipe})) is None


def test_validation_images_without_the_bad_ones_are_at_hand(tmp_path):
    row = f"{',200' * 784}\n"
    (tmp_path / "set.csv").write_text("".join(f"{label}{row}" for label in list(range(10)) * 9) + f"no digit{row}")
    recipe = {"data": f"csv:{tmp_path / 'set.csv'}", "protocol": "standard"}
    wanted = split(recipe["data"], seed=3, skip_bad=True).validation.sha256
    metadata = {"recipe": recipe, "seed": 3, "data": {"validation": {"sha256": wanted}}}
    assert coverages.validation_images(Bundle(tmp_path, metadata)).sha256 == wanted


def test_each_coverage_has_its_own_quantile():
    bundle = Bundle(PRETRAINED, {CONFORMAL: {"0.999": 0.5}})
    found = {"coverage": 0.9990004, "validation": {"quantile": 0.7}}
    assert coverages.kept_quantiles(bundle, found) == {"0.999": 0.5, "0.9990004": 0.7}
    assert coverages.kept_quantiles(Bundle(PRETRAINED, {CONFORMAL: [1]}), found) == {"0.9990004": 0.7}


def test_a_bundle_of_unknown_origin_is_measured_on_halves(digits):
    recognizer = Recognizer(without_origin(load_bundle(PRETRAINED)))
    probabilities = recognizer.predict_proba(digits.images)
    found = coverages.set_coverage(recognizer, digits, probabilities, 0.95)
    assert found["validation"] is None
    assert found["halves"]["coverage"] >= 0.94
    with pytest.raises(BundleError, match="leave out --save"):
        coverages.kept_quantiles(recognizer.bundle, found)
    with pytest.raises(InkdigitsError, match="takes 999 labelled images"):
        coverages.set_coverage(recognizer, digits, probabilities, 0.999)


def test_an_ensemble_is_not_calibrated_on_what_its_members_were_trained_on(digits):
    bundle = load_bundle(PRETRAINED)
    recognizer = Recognizer(Bundle(bundle.path, {**bundle.metadata, "members": [{"recipe": "best", "seed": 0}]}))
    found = coverages.set_coverage(recognizer, digits, recognizer.predict_proba(digits.images), 0.95)
    assert found["validation"] is None
    assert found["halves"] is not None


def test_too_few_validation_images_leave_it_to_halves(digits, monkeypatch):
    few = digits.take(np.arange(18))
    monkeypatch.setattr(coverages, "validation_images", lambda bundle: few)
    recognizer = Recognizer()
    found = coverages.set_coverage(recognizer, digits, recognizer.predict_proba(digits.images), 0.95)
    assert found["validation"] is None
    assert found["halves"] is not None
