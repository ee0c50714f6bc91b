"""What the requests of one process share: the model, the threads, the figures, and whether all of it is ready."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, TypeVar

import cv2
import numpy as np

from inkdigits.errors import BundleError, ImageError, InkdigitsError, lacks_memory
from inkdigits.explanations import Explainer
from inkdigits.reading import Reader
from inkdigits.serving.api_keys import load_api_keys
from inkdigits.serving.batches import Batches
from inkdigits.serving.classifying import classify_requests
from inkdigits.serving.metrics import Metrics
from inkdigits.serving.options import Options
from inkdigits.serving.problems import Busy, Unfit
from inkdigits.serving.uploads import Upload
from inkdigits.serving.work_pool import WorkPool

T = TypeVar("T")
_log = logging.getLogger("inkdigits.serving")


class Service:
    """Made before the server listens; `warm_up` loads the model. Raises `InkdigitsError` for unusable API keys."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.limits = options.limits
        self.keys = load_api_keys(options.api_keys) if options.api_keys else None
        self.metrics = Metrics()
        self.pool = WorkPool(options.limits, self.metrics.pending)
        self._batches = Batches(self.pool, self._classify_requests)
        self._reader: Reader | None = None
        self._explainer: Explainer | BundleError | None = None
        self._first_explanation = Lock()

    @property
    def reader(self) -> Reader:
        """The model; raises `Busy` until it is loaded and has recognised the self-test's digit."""
        if self._reader is None:
            raise Busy("the model is not ready yet; try again shortly")
        return self._reader

    def check_ready(self) -> None:
        """Raises `Busy` while there is no model to answer."""
        _ = self.reader

    def explainer(self) -> Explainer:
        """What explains the model's digits, made when it is first asked for; to be called in a thread of the pool.

        Raises `Busy` while another request has it made, which takes seconds: one thread is enough for that. Raises
        `Unfit` for a model that cannot be explained.
        """
        if self._explainer is None:
            if not self._first_explanation.acquire(blocking=False):
                raise Busy("training images are being looked through for the first explanation; try again shortly")
            try:
                self._explainer = self._explainer or Explainer(self.reader.recognizer, threads=1)
            except BundleError as error:
                if lacks_memory(error):
                    raise
                _log.warning("no explanations: %s", error)
                self._explainer = error
            finally:
                self._first_explanation.release()
        if isinstance(self._explainer, BundleError):
            raise Unfit("the model that answers here cannot be explained")
        return self._explainer

    async def warm_up(self) -> None:
        """Loads the model and tests it; what goes wrong is logged, and the service stays not ready."""
        try:
            self._reader = await asyncio.to_thread(tested_reader, self.options)
        except InkdigitsError as error:
            _log.error("not ready: %s", error)
        except Exception:
            _log.exception("not ready")
        else:
            _log.info("ready", extra={"fields": {"model": self._reader.recognizer.bundle.metadata["sha256"][:12]}})

    async def run(self, client: str, work: Callable[..., T], *arguments: Any) -> T:
        """Runs `work` in the pool, as `WorkPool.run` does."""
        return await self.pool.run(client, work, *arguments)

    async def classify(self, client: str, uploads: list[Upload]) -> dict[str, Any]:
        """The JSON of `ClassifyAnswer`; raises `ImageError` naming the image that cannot be classified, and `Busy`."""
        answer: dict[str, Any] = await self._batches.run(client, uploads)
        return answer

    def _classify_requests(self, requests: Iterator[list[Upload]]) -> list[dict[str, Any] | ImageError]:
        return classify_requests(self.reader.recognizer, self.limits, requests)

    def close(self) -> None:
        """Ends the threads."""
        self.pool.close()
        self.metrics.close()


def tested_reader(options: Options) -> Reader:
    """The reader, each of whose threads works alone; raises `BundleError` when it does not know a plain seven."""
    reader = Reader(options.bundle, threads=1)
    found = reader.read(plain_seven(), turn=0).text
    if found != "7":
        raise BundleError(f"the model reads {found!r} where a plain 7 is written; choose another bundle")
    return reader


def plain_seven() -> np.ndarray:
    """A seven of two strokes, black on white; uint8 (240, 200)."""
    picture = np.full((240, 200), 255, np.uint8)
    cv2.polylines(picture, [np.array([[55, 50], [145, 50], [90, 190]])], False, 0, 16, cv2.LINE_AA)
    return picture
