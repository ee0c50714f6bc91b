"""Fitting: repeatable, resumable at every epoch, early stopping as promised, one bad loss named."""

from dataclasses import replace
from functools import partial

import keras
import numpy as np
import pytest

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.errors import RecipeError, RunError
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy, one_cycle, one_hot_cross_entropy, slight_affine
from inkdigits.training import backend, checkpoint
from inkdigits.training.fitting import Samples, best_epoch, fit
from inkdigits.training.images import training_samples


def build() -> keras.Model:
    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.AveragePooling2D(4),
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, dtype="float32"),
        ]
    )


SMALL = Recipe(
    name="small",
    title="small",
    build=build,
    optimizer=one_cycle,
    loss=cross_entropy,
    epochs=4,
    batch_size=32,
    augment=slight_affine,
)


def bars(count: int, seed: int) -> Samples:
    """Images with a bright bar whose row tells the label."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 10, count)
    images = generator.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 + 2 * label : 6 + 2 * label] = 255
    return Samples(images, labels.astype(np.int64))


TRAIN, VALIDATION = bars(333, 0), bars(100, 1)


def trained(recipe: Recipe, seed: int = 0, state=None, save=lambda state: None):
    backend.prepare(seed, "float32")
    network = recipe.build()
    history = fit(recipe, network, TRAIN, VALIDATION, seed=seed, state=state, save=save)
    return network.get_weights(), history


def without_seconds(history):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in history]


def same(first, second) -> bool:
    return all((a == b).all() for a, b in zip(first, second, strict=True))


def test_learns_what_can_be_learned():
    _weights, history = trained(replace(SMALL, epochs=25, augment=None))
    assert [row["epoch"] for row in history] == list(range(1, 26))
    assert history[-1]["val_accuracy"] > 0.9
    assert history[-1]["val_loss"] < history[0]["val_loss"]


def test_a_layer_may_be_called_after_seeds():
    def called(name: str) -> Recipe:
        head = partial(keras.layers.Dense, 10, dtype="float32", name=name)
        layers = [keras.layers.Input((28, 28, 1)), keras.layers.AveragePooling2D(4), keras.layers.Flatten()]
        return replace(SMALL, epochs=2, build=lambda: keras.Sequential([*layers, head()]))

    states = []
    weights, history = trained(called("logits"))
    renamed, its_history = trained(called("seed_logits"), save=states.append)
    assert same(weights, renamed)
    assert without_seconds(its_history) == without_seconds(history)
    kept = [variable.shape for variable in states[-1].variables]
    assert kept.count((49, 10)) == 3  # the kernel and the optimizer's two moments


def test_same_seed_same_weights_other_seed_others():
    first, first_history = trained(SMALL)
    again, again_history = trained(SMALL)
    other, _ = trained(SMALL, seed=1)
    assert same(first, again)
    assert without_seconds(first_history) == without_seconds(again_history)
    assert not same(first, other)


@pytest.mark.parametrize("stopped_after", [0, 1, 3])
def test_resumed_equals_uninterrupted(tmp_path, stopped_after):
    whole, history = trained(SMALL)

    class Stop(Exception):
        pass

    def save_then_stop(state):
        checkpoint.save(tmp_path / "state.npz", state)
        if len(state.history) == stopped_after:
            raise Stop

    with pytest.raises(Stop):
        trained(SMALL, save=save_then_stop)
    resumed, resumed_history = trained(SMALL, state=checkpoint.load(tmp_path / "state.npz"))
    assert same(whole, resumed)
    assert without_seconds(history) == without_seconds(resumed_history)


def test_early_stopping_keeps_the_best_weights():
    states = []
    recipe = replace(SMALL, epochs=60, early_stopping=2, optimizer=lambda steps: keras.optimizers.Adam(0.05))
    weights, history = trained(recipe, save=lambda state: states.append([np.copy(w) for w in state.best]))
    losses = [row["val_loss"] for row in history]
    assert len(history) < 60
    assert int(np.argmin(losses)) == len(history) - 3 == best_epoch(history)
    assert same(weights, states[best_epoch(history) + 1])


def test_one_hot_labels_train_the_same_way():
    sparse, _ = trained(replace(SMALL, epochs=1, augment=None))
    one_hot, history = trained(
        replace(SMALL, epochs=1, augment=None, loss=one_hot_cross_entropy, one_hot=True, metrics=("accuracy", "recall"))
    )
    for a, b in zip(sparse, one_hot, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert 0 <= history[0]["val_recall"] <= 1


def test_an_exploding_loss_is_named():
    with pytest.raises(RunError, match=r"epoch \d+: the loss is (nan|inf)"):
        trained(replace(SMALL, optimizer=lambda steps: keras.optimizers.SGD(1e30)))


def test_a_state_of_another_network_is_refused(tmp_path):
    states = []
    trained(replace(SMALL, epochs=1), save=states.append)

    def wider() -> keras.Model:
        return keras.Sequential(
            [keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, dtype="float32")]
        )

    with pytest.raises(RunError, match="another network"):
        trained(replace(SMALL, build=wider), state=states[-1])


def test_learning_rate_follows_the_cycle():
    _, history = trained(SMALL)
    rates = [row["learning_rate"] for row in history]
    assert rates[0] > rates[1] > rates[2] > rates[3]
    assert rates[0] == pytest.approx(5e-3, rel=0.05)
    assert rates[-1] < 5e-4


def test_plain_adam_keeps_its_rate():
    _, history = trained(replace(SMALL, epochs=1, optimizer=adam))
    assert history[0]["learning_rate"] == pytest.approx(1e-3)


def fails(*_: object) -> None:
    raise KeyError("my slip")


class Uncallable(keras.Layer):
    def call(self, images):
        raise ValueError("no such images")


TRAINING = "training with its loss, one_hot and metrics fails: ValueError: "


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ({"optimizer": fails}, "optimizer() fails: KeyError: 'my slip'"),
        ({"loss": lambda: "mse"}, "loss() fails: must return a Keras Loss, not str"),
        ({"loss": one_hot_cross_entropy}, f"{TRAINING}Arguments `target` and `output` must have the same rank"),
        ({"one_hot": True}, f"{TRAINING}Argument `output` must have rank"),
        ({"augment": fails}, "augment() fails: KeyError: 'my slip'"),
        ({"augment": lambda: None}, "augment() fails: must return a Keras Layer, not NoneType"),
        (
            {"augment": keras.layers.Flatten},
            "augment() fails: ValueError: must keep images (28, 28, 1), not make (784,) of them",
        ),
        ({"augment": Uncallable}, "augment() fails: ValueError: no such images"),
        ({"augment": None, "adversarial": lambda network: Uncallable()}, "adversarial() fails: ValueError: no such"),
    ],
)
def test_a_slip_in_the_recipe_is_told_in_one_line(slip, message):
    with pytest.raises(RecipeError) as caught:
        trained(replace(SMALL, **slip))
    assert str(caught.value).startswith(f"recipe small: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("extra_ink", "message"),
    [
        (fails, "KeyError: 'my slip'"),
        (lambda digits, seed: digits.images, "ValueError: too many values to unpack"),
        (lambda digits, seed: (digits.images, digits.labels[1:]), "ValueError: 20 images with 19 labels"),
        (lambda digits, seed: (digits.images, digits.labels / 2), "TypeError: Cannot cast array data from dtype"),
    ],
)
def test_extra_ink_that_is_none_is_told_in_one_line(extra_ink, message):
    digits = DigitImages.of("bars", TRAIN.images[:20], TRAIN.labels[:20])
    with pytest.raises(RecipeError) as caught:
        training_samples(replace(SMALL, extra_ink=extra_ink), digits, 0)
    assert str(caught.value).startswith(f"recipe small: extra_ink() fails: {message}")


@pytest.mark.parametrize("error", [RunError("as it is"), MemoryError("as it is"), KeyboardInterrupt("as it is")])
def test_what_is_no_slip_is_told_as_it_is(error):
    def optimizer(steps: int) -> keras.optimizers.Optimizer:
        raise error

    with pytest.raises(type(error), match=r"^as it is$"):
        trained(replace(SMALL, optimizer=optimizer))
