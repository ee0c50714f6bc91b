"""The page that all reports share: its look, and pictures inside it for light and for dark screens."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from inkdigits.reports.style import DARK, LIGHT, Theme, png


@dataclass(frozen=True)
class Picture:
    """A PNG for light pages and one for dark pages, and what they say."""

    alt: str
    light: bytes
    dark: bytes


def both(alt: str, draw: Callable[[Theme], Figure]) -> Picture:
    """The picture that `draw` makes in either theme."""
    return Picture(alt, png(draw(LIGHT)), png(draw(DARK)))


def render(template: str, **content: Any) -> str:
    """The page of `template`, which extends page.html.j2; `pictures` in `content` are `Picture` by name."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = inline
    return environment.get_template(template).render(**content)


def inline(data: bytes) -> str:
    """A PNG as the address that holds it."""
    return f"data:image/png;base64,{b64encode(data).decode()}"
