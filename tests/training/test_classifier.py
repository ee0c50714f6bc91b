"""`DigitClassifier` among scikit-learn's own tools, and on digits."""

import pickle
import random
from functools import partial

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator

import inkdigits
from inkdigits.datasets import load
from inkdigits.errors import InkdigitsError, RecipeError
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy

layers = keras.layers


def build() -> keras.Model:
    return keras.Sequential([layers.Input((28, 28, 1)), layers.AveragePooling2D(4), layers.Flatten(), layers.Dense(10)])


def fast(steps: int) -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam(0.02)


TINY = Recipe(name="tiny", title="one layer", build=build, optimizer=adam, loss=cross_entropy, epochs=1, batch_size=512)
LEARNS = Recipe(
    name="learns", title="one layer", build=build, optimizer=fast, loss=cross_entropy, epochs=20, batch_size=32
)

# scikit-learn draws the X of these from 0..1.
SCALED = "its X is within 0..1, and ink is from 0 to 255: images scaled to 0..1 are refused, not read as blank ones"
EXPECTED_FAILURES = dict.fromkeys(
    (
        "check_fit_score_takes_y",
        "check_dtype_object",
        "check_estimators_nan_inf",
        "check_supervised_y_2d",
    ),
    SCALED,
)
# A row of scikit-learn's tables is taken for an image of one row.
CHECKS = estimator_checks_generator(
    inkdigits.DigitClassifier(TINY, image_shape=(1, -1)), expected_failed_checks=EXPECTED_FAILURES, mark="xfail"
)


def name_of(parameter: object) -> str:
    return parameter.func.__name__ if isinstance(parameter, partial) else type(parameter).__name__


def states() -> tuple[object, ...]:
    """What a caller's own draws and networks depend on."""
    return random.getstate(), np.random.get_state()[1].tolist(), keras.config.dtype_policy().name  # noqa: NPY002


@pytest.fixture
def eager():
    """Operations one by one: of so small trainings, tracing would be nearly all."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """600 training images of MNIST, uint8 (600, 28, 28), and their labels."""
    mnist = load("mnist", "train")
    return mnist.images[:600], mnist.labels[:600]


@pytest.mark.usefixtures("eager")
@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.parametrize(("estimator", "check"), list(CHECKS), ids=name_of)
def test_it_is_what_scikit_learn_expects(estimator, check):
    check(estimator)


def test_it_learns_digits(digits):
    images, labels = digits
    classifier = inkdigits.DigitClassifier(LEARNS, random_state=0).fit(images[:500], labels[:500])
    assert classifier.score(images[500:], labels[500:]) > 0.7
    assert classifier.classes_.tolist() == list(range(10))
    assert [row["epoch"] for row in classifier.history_] == list(range(1, 21))
    probabilities = classifier.predict_proba(images[500:])
    assert (probabilities.argmax(axis=1) == classifier.predict(images[500:])).all()
    table, sizes = (
        images[500:].reshape(100, 784),
        [np.pad(image, (3, index)) for index, image in enumerate(images[500:])],
    )
    np.testing.assert_allclose(classifier.predict_proba(table), probabilities, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_proba(sizes), probabilities, atol=1e-3)


def test_some_classes_of_any_name_become_a_bundle(digits, tmp_path):
    images, labels = digits
    few = np.isin(labels, (3, 7))
    names = np.where(labels[few] == 7, "seven", "a three")
    classifier = inkdigits.DigitClassifier(LEARNS, epochs=5, random_state=0).fit(images[few], names)
    assert classifier.classes_.tolist() == ["a three", "seven"]
    assert classifier.score(images[few], names) > 0.9
    recognizer = inkdigits.Recognizer(classifier.export(tmp_path / "bundle"))
    assert recognizer.classes == ("a three", "seven")
    np.testing.assert_allclose(recognizer.predict_proba(images[few]), classifier.predict_proba(images[few]), atol=2e-4)


@pytest.mark.usefixtures("eager")
@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
class TestInCompany:
    def test_pipeline_cross_validation_and_search(self, digits):
        images, labels = digits[0][:120], digits[1][:120]
        classifier = inkdigits.DigitClassifier(TINY, random_state=0)
        turned = make_pipeline(FunctionTransformer(np.transpose, kw_args={"axes": (0, 2, 1)}), classifier)
        assert cross_val_score(turned, images, labels, cv=2).shape == (2,)
        search = GridSearchCV(classifier, {"recipe": [TINY, LEARNS], "epochs": [3]}, cv=2).fit(images, labels)
        assert search.best_params_ == {"recipe": LEARNS, "epochs": 3}
        assert len(search.best_estimator_.history_) == 3

    def test_the_seed_decides_all_and_nothing_of_the_callers_is_changed(self, digits):
        images, labels = digits[0][:60], digits[1][:60]
        before = states()
        first, again = (inkdigits.DigitClassifier(TINY, random_state=1).fit(images, labels) for _ in range(2))
        other = inkdigits.DigitClassifier(TINY, random_state=2).fit(images, labels)
        assert states() == before
        assert all((a == b).all() for a, b in zip(first.weights_, again.weights_, strict=True))
        assert any((a != b).any() for a, b in zip(first.weights_, other.weights_, strict=True))

    def test_what_the_refused_checks_ask_holds_for_ink(self, digits):
        images, labels = digits[0][:30], digits[1][:30]
        table = images.reshape(30, 784).astype(float)
        classifier = inkdigits.DigitClassifier(TINY, random_state=0)
        as_objects = clone(classifier).fit(table.astype(object), labels)
        np.testing.assert_array_equal(as_objects.predict(table), classifier.fit(images, labels).predict(images))
        with pytest.warns(DataConversionWarning):
            column = clone(classifier).fit(table, labels[:, None])
        np.testing.assert_array_equal(column.predict(table), classifier.predict(images))
        table[3, 4] = np.nan
        with pytest.raises(ValueError, match="Input X contains NaN"):
            classifier.predict(table)

    def test_a_pickle_answers_alike_and_a_clone_is_untrained(self, digits):
        images, labels = digits[0][:60], digits[1][:60]
        trained = inkdigits.DigitClassifier("cnn-basic", epochs=1, random_state=0).fit(images, labels)
        copy = pickle.loads(pickle.dumps(trained))
        np.testing.assert_array_equal(copy.predict_proba(images), trained.predict_proba(images))
        fresh = clone(trained).set_params(epochs=2)
        assert fresh.get_params() == trained.get_params() | {"epochs": 2}
        with pytest.raises(NotFittedError):
            fresh.predict(images)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((4, 785), 9), "X has rows of 785 values, which make no square image; give image_shape"),
        (np.full((4, 784), 0.5), "X has no value above 1, as images scaled to 0..1 have; multiply by 255"),
        (np.full((4, 784), -3), "X has -3; ink is from 0, paper, to 255"),
        (np.full((4, 28, 28), 256), "X has 256; ink is from 0, paper, to 255"),
        (np.full((4, 28, 28, 1), 9), r"X has the shape \(4, 28, 28, 1\); images are \(N, H, W\)"),
    ],
)
def test_what_is_no_ink_is_named(images, message):
    with pytest.raises(InkdigitsError, match=message) as caught:
        inkdigits.DigitClassifier(TINY).fit(images, [0, 1, 0, 1])
    assert isinstance(caught.value, ValueError)


def test_a_shape_that_does_not_fit_is_named():
    with pytest.raises(InkdigitsError, match=r"X has rows of 12 values, which make no image of \(5, 3\)"):
        inkdigits.DigitClassifier(TINY, image_shape=(5, 3)).fit(np.full((4, 12), 9), [0, 1, 0, 1])


def test_a_single_class_is_refused():
    with pytest.raises(InkdigitsError, match="y has one class, 7; two or more are needed"):
        inkdigits.DigitClassifier(TINY).fit(np.full((4, 784), 9), [7] * 4)


def test_more_classes_than_outputs_are_refused():
    with pytest.raises(RecipeError, match=r"recipe tiny: build\(\) must give a network from .* to 11 logits"):
        inkdigits.DigitClassifier(TINY).fit(np.full((22, 28, 28), 9), np.arange(22) % 11)


@pytest.mark.parametrize("recipe", ["best-ensemble", "best-distilled"])
def test_a_recipe_that_stands_on_runs_of_others_is_refused(recipe):
    with pytest.raises(RecipeError, match=f"recipe {recipe}: stands on runs of other recipes"):
        inkdigits.DigitClassifier(recipe).fit(np.full((4, 784), 9), [0, 1, 0, 1])


def test_an_unknown_recipe_suggests_the_nearest():
    with pytest.raises(RecipeError, match="did you mean cnn-dropout"):
        inkdigits.DigitClassifier("cnn_dropout").fit(np.full((4, 784), 9), [0, 1, 0, 1])
