"""Gradients with respect to images, on whichever of Keras' backends is active."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras


def gradient(function: Callable[[Any], Any], images: Any) -> Any:
    """The gradient, a tensor like `images`, of `function(images)`, a scalar tensor; TensorFlow or JAX."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(function)(images)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(images)
        value = function(images)
    return tape.gradient(value, images, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, of tensors alone, as one graph of the backend; what it reads besides them must not change."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, reduce_retracing=True)
