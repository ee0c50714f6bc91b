"""Counts the scans of a JPEG: each costs its decoder a pass over the whole picture, and a few bytes make one."""

from __future__ import annotations

import re

MAX_SCANS = 50  # progressive files have about ten

# In coded data FF 00 is a byte and FF D0 to FF D7 are restarts; all else after FF begins a segment.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_END, _SCAN = 0xD9, 0xDA


def has_too_many_scans(data: bytes) -> bool:
    """Whether the first picture of a JPEG file has more than `MAX_SCANS`."""
    if data.count(b"\xff\xda") <= MAX_SCANS:  # counts more than there are, and quickly
        return False
    scans, position = 0, 2
    while scans <= MAX_SCANS and (found := _MARKER.search(data, position)):
        marker = found[1][0]
        if marker == _END:
            break
        scans += marker == _SCAN
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    return scans > MAX_SCANS
