import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from math import exp
from pathlib import Path

import numpy as np
import pytest

from inkdigits.bundle import load_bundle, write_bundle
from inkdigits.errors import BundleError, ImageError, InkdigitsError
from inkdigits.recognizer import Recognition, Recognizer, batches
from inkdigits.recognizer.ink_batches import MAX_IMAGES_PER_RUN, MAX_PIXELS_PER_RUN

USABLE_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def bar(digit: int, rows: int, shape: tuple[int, int] = (28, 28)) -> np.ndarray:
    """A bar that the tiny bundle reads as `digit` with the probability exp(2 rows) / (exp(2 rows) + 9)."""
    ink = np.zeros(shape, np.uint8)
    ink[:rows, 2 * digit : 2 * digit + 2] = 255
    return ink


def likelihood(rows: int, classes: int = 10) -> float:
    return exp(2 * rows) / (exp(2 * rows) + classes - 1)


def test_one_image_is_a_batch_of_one(bars: Path) -> None:
    probabilities, digit_probability, several_probability, digit_images = Recognizer(bars).recognise(bar(3, 1))

    assert probabilities.dtype == np.float32
    assert probabilities.shape == (1, 10)
    assert probabilities[0, 3] == pytest.approx(likelihood(1), abs=1e-6)
    assert probabilities[0, 4] == pytest.approx((1 - likelihood(1)) / 9, abs=1e-6)
    assert digit_probability.tolist() == [1.0]  # this model knows nothing else
    assert several_probability.tolist() == [0.0]
    assert digit_images.dtype == np.uint8
    np.testing.assert_array_equal(digit_images, bar(3, 1)[np.newaxis])


def test_a_batch_keeps_its_order(bars: Path) -> None:
    digits = [7, 0, 9, 9, 4]
    predicted = Recognizer(bars).predict(np.stack([bar(digit, 2) for digit in digits]))

    assert predicted.dtype == np.int64
    assert predicted.tolist() == digits


def test_a_list_of_unequal_images_keeps_its_order(bars: Path) -> None:
    rng = np.random.default_rng(0)
    digits = rng.integers(10, size=300)
    rows = rng.integers(1, 4, size=300)
    shapes = rng.integers(21, 400, size=(300, 2))
    images = [bar(d, r, tuple(shape)) for d, r, shape in zip(digits, rows, shapes, strict=True)]
    probabilities = Recognizer(bars).predict_proba(images)

    np.testing.assert_array_equal(probabilities.argmax(axis=1), digits)
    np.testing.assert_allclose(probabilities.max(axis=1), [likelihood(r) for r in rows], atol=1e-6)


def test_batches_are_bounded_in_pixels_and_images() -> None:
    """However many and however large the images are: none is lost, and only a single one may pass the bound."""
    shapes = [(28, 28)] * 600 + [(3000, 20)] * 70 + [(20, 3000)] * 3 + [(2100, 2100)] * 2 + [(30, 31)] * 5
    images = [np.zeros(shape, np.uint8) for shape in shapes]
    seen = []
    for indices, batch in batches(images):
        assert len(batch) <= MAX_IMAGES_PER_RUN
        assert batch.size <= MAX_PIXELS_PER_RUN or len(batch) == 1
        seen += indices.tolist()
    assert sorted(seen) == list(range(len(images)))


def test_long_images_are_few_at_a_time() -> None:
    """For each row and column the model holds 28 weights."""
    long = np.zeros((40, 1, 65_535), np.uint8)
    sizes = [len(batch) for _, batch in batches(long)]
    assert sum(sizes) == 40
    assert max(sizes) * 28 * 65_535 <= MAX_PIXELS_PER_RUN


def test_small_images_are_not_padded_to_a_large_one() -> None:
    images = [np.zeros((28, 28), np.uint8)] * 20 + [np.zeros((200, 200), np.uint8)]
    assert [batch.shape for _, batch in batches(images)] == [(20, 28, 28), (1, 200, 200)]


@pytest.mark.parametrize("count", [31, 32, 33, 700])
def test_any_number_of_images(bars: Path, count: int) -> None:
    digits = np.arange(count) % 10
    ink = np.stack([bar(digit, 2) for digit in range(10)])[digits]
    np.testing.assert_array_equal(Recognizer(bars).predict(ink), digits)


def test_a_view_with_odd_strides(bars: Path) -> None:
    twice = np.repeat(np.stack([bar(2, 2), bar(5, 2)]), 2, axis=2)
    assert Recognizer(bars).predict(twice[:, :, ::2]).tolist() == [2, 5]


def test_paper_around_changes_nothing(bars: Path) -> None:
    recognizer = Recognizer(bars)
    padded = np.pad(bar(6, 3), ((0, 50), (0, 70)))
    np.testing.assert_array_equal(recognizer.predict_proba(padded), recognizer.predict_proba(bar(6, 3)))


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 28, 28), np.uint8), np.zeros((0, 0, 0), np.uint8)])
def test_no_images_give_no_answers(bars: Path, nothing: object) -> None:
    recognizer = Recognizer(bars)
    assert recognizer.predict_proba(nothing).shape == (0, 10)
    assert recognizer.digit_images(nothing).shape == (0, 28, 28)
    assert recognizer.predict(nothing).shape == (0,)


def test_as_many_classes_as_the_bundle_names(three_bars: Path) -> None:
    recognizer = Recognizer(three_bars)
    assert recognizer.classes == ("0", "1", "2")
    assert recognizer.predict_proba(bar(2, 1))[0, 2] == pytest.approx(likelihood(1, classes=3), abs=1e-6)
    assert recognizer.predict_proba([]).shape == (0, 3)


@pytest.mark.parametrize(
    ("ink", "reason"),
    [
        (np.zeros((28, 28), np.float32), "ink must be uint8 with 255 = ink, not float32"),
        (np.zeros((2, 28, 28), bool), "ink must be uint8 with 255 = ink, not bool"),
        (np.zeros((1, 28, 28, 1), np.uint8), r"ink must have the shape \(N, H, W\) or \(H, W\), not \(1, 28,"),
        (np.zeros(784, np.uint8), r"ink must have the shape \(N, H, W\) or \(H, W\), not \(784,\)"),
        (np.uint8(3), "ink must be a uint8 array or a list of them, not uint8"),
        (np.array(3, np.uint8), r"ink must have the shape .* not \(\)"),
        (np.zeros((28, 0), np.uint8), r"ink of shape \(28, 0\) is an empty image"),
        (np.zeros((1, 65_536), np.uint8), r"ink of shape \(1, 65536\) is longer than 65,535 pixels; scale it down"),
        (np.zeros((3, 0, 28), np.uint8), r"ink of shape \(3, 0, 28\) is an empty image"),
        ([np.zeros((28, 28), np.uint8), np.zeros((0, 5), np.uint8)], r"ink\[1\] of shape \(0, 5\)"),
        ([np.zeros((28, 28), np.int64)], r"ink\[0\] must be uint8 with 255 = ink, not int64"),
        ([np.zeros((1, 28, 28), np.uint8)], r"ink\[0\] must have the shape \(H, W\), not \(1, 28, 28\)"),
        ([[0, 255], [255, 0]], r"ink\[0\] must be a uint8 array, not list"),
        ("five.png", "ink must be a uint8 array or a list of them, not str"),
        (None, "ink must be a uint8 array or a list of them, not NoneType"),
    ],
)
def test_unfit_ink_is_refused(bars: Path, ink: object, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as caught:
        Recognizer(bars).predict_proba(ink)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("asked", "used"), [(1, 1), (3, 3), (0, USABLE_CORES)])
def test_threads_are_set(bars: Path, asked: int, used: int) -> None:
    options = Recognizer(bars, threads=asked)._session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (used, 1)


def test_threads_come_from_the_settings(bars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_THREADS", "2")
    assert Recognizer(bars)._session.get_session_options().intra_op_num_threads == 2


def test_negative_threads_are_refused(bars: Path) -> None:
    with pytest.raises(InkdigitsError, match="threads=-1: must be 0"):
        Recognizer(bars, threads=-1)


def test_one_recognizer_serves_many_threads(bars: Path) -> None:
    recognizer = Recognizer(bars, threads=1)
    digits = [index % 10 for index in range(200)]
    with ThreadPoolExecutor(8) as pool:
        predicted = pool.map(lambda digit: int(recognizer.predict(bar(digit, 2))[0]), digits)
    assert list(predicted) == digits


def test_a_bundle_may_be_given_loaded(bars: Path) -> None:
    bundle = load_bundle(bars)
    assert Recognizer(bundle).bundle is bundle


def model_refusal(folder: Path, model: bytes, classes: int = 10) -> str:
    write_bundle(folder, model, {"classes": [str(k) for k in range(classes)]})
    with pytest.raises(BundleError) as caught:
        Recognizer(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("cut", [0, 20, 200, 900])
def test_a_broken_model_is_refused(bars: Path, tmp_path: Path, cut: int) -> None:
    model = (bars / "model.onnx").read_bytes()[:cut]
    assert model_refusal(tmp_path / "bundle", model).startswith(f"{tmp_path / 'bundle' / 'model.onnx'}: ")


def test_a_model_of_other_inputs_is_refused(bars: Path, tmp_path: Path) -> None:
    model = (bars / "model.onnx").read_bytes().replace(b"ink", b"inq")
    assert "the model must be ink uint8 [N, H, W] ->" in model_refusal(tmp_path / "bundle", model)


def test_a_model_of_other_outputs_is_refused(bars: Path, tmp_path: Path) -> None:
    model = (bars / "model.onnx").read_bytes().replace(b"digit_image", b"digit_imago")
    assert "the model must be ink uint8 [N, H, W] ->" in model_refusal(tmp_path / "bundle", model)


def test_a_model_of_other_classes_is_refused(three_bars: Path, tmp_path: Path) -> None:
    model = (three_bars / "model.onnx").read_bytes()
    assert "model.json names 10 classes" in model_refusal(tmp_path / "bundle", model)


def test_a_damaged_bundle_is_refused(bars: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bars, tmp_path / "bundle"))
    folder.joinpath("model.onnx").write_bytes(b"")
    with pytest.raises(BundleError, match="damaged"):
        Recognizer(folder)


def test_labels_with_scores_are_those_of_a_pipeline(bars: Path) -> None:
    rest = pytest.approx((1 - likelihood(1)) / 9, abs=1e-6)
    wanted = [{"label": "3", "score": pytest.approx(likelihood(1), abs=1e-6)}, {"label": "0", "score": rest}]
    assert Recognizer(bars).label_scores([bar(3, 1), bar(3, 1, (40, 30))], top=2) == [wanted, wanted]
    assert len(Recognizer(bars).label_scores(bar(3, 1))[0]) == 5


def test_what_is_likelier_no_digit_is_ranked_so_first() -> None:
    seen = Recognition(
        np.array([[0.25, 0.75], [0.25, 0.75]], np.float32),
        np.array([0.25, 0.5], np.float32),
        np.zeros(2, np.float32),
        np.zeros((2, 28, 28), np.uint8),
    )
    assert seen.ranked(("a", "b"), 2) == [((None, 0.75), ("b", 0.1875)), (("b", 0.375), ("a", 0.125))]
