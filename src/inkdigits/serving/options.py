"""What whoever starts the service decides: model, keys and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from inkdigits.recognizer import usable_cores


@dataclass(frozen=True)
class Limits:
    """What one request, one client and one process may take.

    `body_bytes` of a request; `pixels` of a page, `pages` of a document, `images` of one classify request;
    `body_seconds` to receive a request's body, `work_seconds` from its arrival in the queue to its answer; `threads`
    that work at a time in one process, `queue` requests that may wait for them, and as many as both together whose
    bodies may be arriving, `each_client` requests of one client that may be under way.
    """

    body_bytes: int = 20 * 2**20
    pixels: int = 50_000_000
    pages: int = 20
    images: int = 256
    body_seconds: float = 20.0
    work_seconds: float = 30.0
    threads: int = field(default_factory=usable_cores)
    queue: int = 64
    each_client: int = 32


@dataclass(frozen=True)
class Options:
    """How to serve. `bundle` None is the one that ships; `api_keys` a file of hashed keys, None for no keys; `hosts`
    the names the service answers to, None for any."""

    bundle: Path | None = None
    api_keys: Path | None = None
    hosts: tuple[str, ...] | None = None
    limits: Limits = field(default_factory=Limits)
