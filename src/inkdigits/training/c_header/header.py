"""A quantised bundle as one C header."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import inkdigits
from inkdigits.bundle import Bundle
from inkdigits.errors import BundleError
from inkdigits.training.c_header.conversion import integer_network
from inkdigits.training.c_header.layers import IntegerNetwork, Layer
from inkdigits.training.c_header.parity import check_parity
from inkdigits.whole_file import whole_file

_WIDTH = 120


def write_header(bundle: Bundle, path: Path) -> IntegerNetwork:
    """Writes the network of the quantised `bundle` to `path` as C99 that needs `stdint.h` alone; gives its layers.

    Raises `BundleError` for a bundle that is not quantised, whose layers the header does not know, or whose answers
    would not be ONNX Runtime's; `OSError`. Nothing half-written is left.
    """
    if "quantised_from" not in bundle.metadata:
        raise BundleError(f"{bundle.path}: is not quantised; run inkdigits export int8 first and give what that wrote")
    model = bundle.read_model()
    network = integer_network(model, str(bundle.model_path))
    check_parity(network, model, str(bundle.model_path))
    with whole_file(path) as file:
        file.write(header(network, bundle).encode())
    return network


def header(network: IntegerNetwork, bundle: Bundle) -> str:
    """The C header of `network`, made of `bundle`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["array"] = _array
    told = bundle.metadata.get("recipe")
    recipe = str(told.get("name", "network")) if isinstance(told, dict) else "network"
    prefix = "inkdigits_" + re.sub(r"\W", "_", recipe, flags=re.ASCII).lower()
    odd, even = _buffers(network)
    return environment.get_template("header.h.j2").render(
        recipe=_in_comment(recipe),
        prefix=prefix,
        macro=prefix.upper(),
        version=inkdigits.__version__,
        sha256=bundle.metadata["sha256"],
        parameters=_counted(network),
        classes=[_in_comment(name) for name in bundle.classes],
        plain=bundle.classes == tuple(str(i) for i in range(len(bundle.classes))),
        layers=network.layers,
        logits=network.logits,
        products=sum(layer.products for layer in network.layers),
        flash=flash_bytes(network),
        ram=odd + even,
        odd=odd,
        even=even,
    )


def flash_bytes(network: IntegerNetwork) -> int:
    """Bytes of the constant arrays: weights 1, shifts 1, everything else 4."""
    return sum(map(_layer_bytes, network.layers)) + 8 * len(network.logits.factor)


def ram_bytes(network: IntegerNetwork) -> int:
    """Bytes of the two static buffers, without the image and the stack."""
    return sum(_buffers(network))


def _layer_bytes(layer: Layer) -> int:
    return layer.weights.size + (9 if layer.affine is None else 17) * layer.outputs


def _buffers(network: IntegerNetwork) -> tuple[int, int]:
    sizes = [layer.output_bytes for layer in network.layers]
    return max(sizes[::2]), max(sizes[1::2], default=1)


def _in_comment(text: str) -> str:
    """A stranger's text, which cannot end the comment that it stands in."""
    return re.sub(r"[^\w .,+-]", "_", text, flags=re.ASCII)


def _counted(network: IntegerNetwork) -> str:
    return f"{sum(layer.weights.size for layer in network.layers):,} weights"


def _array(values: np.ndarray, kind: str, name: str) -> str:
    """A constant array in C."""
    flat = values.reshape(-1)
    lines = textwrap.fill(
        ", ".join(map(str, flat.tolist())), _WIDTH - 4, break_long_words=False, break_on_hyphens=False
    )
    return f"static const {kind} {name}[{flat.size}] = {{\n{textwrap.indent(lines, '    ')}}};"
