"""What a user can get wrong, told in one line: the thing, what is wrong with it, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class InkdigitsError(Exception):
    """Base of every error that inkdigits raises on purpose; its text is one line fit for a terminal."""


class ImageError(InkdigitsError):
    """An image cannot be read as ink: missing, damaged, of an unknown format, or too large."""


class DatasetError(InkdigitsError):
    """A data set is missing, damaged, or not of the promised form."""


class BundleError(InkdigitsError):
    """A bundle is missing, damaged, or written by a newer format."""


class RecipeError(InkdigitsError):
    """A recipe does not exist or is not of the promised form."""


class RunError(InkdigitsError):
    """A run folder cannot be used: occupied, unwritable, or not what it claims to be."""


class MissingExtraError(InkdigitsError):
    """A feature needs packages that the bare install leaves out."""


class SampleError(InkdigitsError, ValueError):
    """Images or labels that the estimator cannot take; a `ValueError`, too, as scikit-learn expects of estimators."""


@contextmanager
def home_known(told: str, kind: type[InkdigitsError] = InkdigitsError) -> Iterator[None]:
    """While ~ is expanded: a user whom the system does not know becomes one line about `told`."""
    try:
        yield
    except RuntimeError as error:
        raise kind(f"{told}: whose home directory is not known; write the path in full") from error


@contextmanager
def readable(told: str, kind: type[InkdigitsError]) -> Iterator[None]:
    """While a path is looked at: what the system says of it becomes one line about `told`."""
    try:
        yield
    except OSError as error:
        raise kind(f"{told}: cannot be read ({error.strerror or error})") from error


def lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python, NumPy, OpenCV and ONNX Runtime each say so in their own words.

    An error raised on purpose is judged by its cause alone, for its own words may be a file's name.
    """
    if isinstance(error, InkdigitsError):
        return error.__cause__ is not None and lacks_memory(error.__cause__)
    told = ("bad_alloc", "Insufficient memory", "Failed to allocate memory", "smaller than requested bytes")
    return isinstance(error, MemoryError) or any(words in str(error) for words in told)


def nearest(asked: str, names: Iterable[str]) -> str | None:
    """The name that `asked` was most likely meant to be, None where nothing is like it."""
    import difflib  # only mistakes pay for it

    known = list(names)
    plain = asked.casefold().replace("_", "-")
    near = difflib.get_close_matches(plain, known, n=1, cutoff=0.6)
    part = [name for name in known if len(plain) > 1 and plain in name]
    far = difflib.get_close_matches(plain, known, n=1, cutoff=0.4)
    return next(iter([*near, *part, *far]), None)
