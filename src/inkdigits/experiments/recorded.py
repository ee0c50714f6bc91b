"""What a run or a search wrote down about itself is read back only as it could have been written."""

from __future__ import annotations

from collections.abc import Mapping


def check_entries(sound: Mapping[str, bool], what: str) -> None:
    """Raises `ValueError` naming the first entry of a file that no `what`, "run" or "search", has written so."""
    for name, fits in sound.items():
        if not fits:
            raise ValueError(f"{name} is none that a {what} can have")
