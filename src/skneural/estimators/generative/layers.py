"""The layers of a generator and of its discriminator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ...activations import Activation as Rule
from ...activations import LeakyRelu
from ...layers import (
    Activation,
    BatchNorm,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Layer,
    LayerNorm,
    Reshape,
)
from .spectral import SpectralNorm

Shape = tuple[int, ...]
Pairs = list[tuple[str, Layer]]

_KERNEL = 4  # rows and columns of a filter, twice the strides so that all pixels are covered alike
_NORMALIZATIONS = {"batch": BatchNorm, "layer": LayerNorm}


@dataclass(frozen=True)
class Adversaries:
    """The layers of both networks, with their names.

    Parameters
    ----------
    generator, discriminator : list of (str, Layer)
        From latent numbers and marks of classes to a sample; from a sample to a logit, and one more
        for each class.
    latent_size, n_classes : int
    sample_shape : tuple of int
        As the discriminator reads samples.
    """

    generator: Pairs
    discriminator: Pairs
    latent_size: int
    n_classes: int
    sample_shape: Shape

    @property
    def n_inputs(self) -> int:
        """Numbers that the generator reads."""
        return self.latent_size + self.n_classes

    @property
    def layers(self) -> list[Layer]:
        """All layers, the generator's first."""
        return [layer for _, layer in [*self.generator, *self.discriminator]]


def adversaries(estimator: Any, shape: Shape, n_classes: int, bounded: bool) -> Adversaries:
    """Return the layers for samples of a shape, from -1 to 1 if ``bounded``."""
    make = _convolutional if estimator.architecture == "convolutional" else _dense
    outputs: str | Rule = "tanh" if bounded else "identity"
    generator, discriminator = make(estimator, shape, outputs)
    discriminator.append(("logits", _judging(estimator, Dense, 1 + n_classes)))
    return Adversaries(generator, discriminator, estimator.latent_size, n_classes, shape)


def _dense(estimator: Any, shape: Shape, outputs: str | Rule) -> tuple[Pairs, Pairs]:
    sizes = whole_numbers(estimator.hidden_layer_sizes)
    generator: Pairs = []
    for number, size in enumerate(sizes, 1):
        generator += _normed(estimator, f"dense_{number}", Dense, size, initializer="he_normal")
    size = math.prod(shape)
    generator.append(("outputs", Dense(size, outputs, initializer="glorot_uniform")))
    discriminator: Pairs = []
    if len(shape) > 1:
        generator.append(("reshape", Reshape(shape)))
        discriminator.append(("flatten", Flatten()))
    for number, size in enumerate(reversed(sizes), 1):
        layer = _judging(estimator, Dense, size, activation=LeakyRelu(0.2))
        discriminator.append((f"dense_{number}", layer))
    return generator, discriminator


def _convolutional(estimator: Any, shape: Shape, outputs: str | Rule) -> tuple[Pairs, Pairs]:
    """Return the layers of Radford et al. 2016: strided convolutions and their transposes."""
    filters, (height, width, channels) = whole_numbers(estimator.filters), shape
    discriminator: Pairs = []
    for number, n_filters in enumerate(filters, 1):
        layer = _judging(
            estimator, Conv2D, n_filters, _KERNEL, strides=2, padding="same",
            activation=LeakyRelu(0.2),
        )
        discriminator.append((f"conv_{number}", layer))
    discriminator.append(("flatten", Flatten()))
    times = 2 ** len(filters)
    rows, columns = -(-height // times), -(-width // times)
    first = (rows, columns, filters[-1])
    generator: Pairs = [
        ("dense", Dense(math.prod(first), use_bias=False, initializer="he_normal")),
        ("reshape", Reshape(first)), *_rest(estimator, "dense"),
    ]
    for number, n_filters in enumerate(reversed(filters[:-1]), 1):
        generator += _normed(
            estimator, f"transposed_{number}", Conv2DTranspose, n_filters, _KERNEL, strides=2,
            padding="same", initializer="he_normal",
        )
    whole = (rows * times, columns * times)
    more = tuple(made - wanted + 1 for made, wanted in zip(whole, (height, width), strict=True))
    last = "identity" if more != (1, 1) else outputs
    generator.append(("transposed", Conv2DTranspose(
        channels, _KERNEL, last, strides=2, padding="same", initializer="glorot_uniform"
    )))
    if more != (1, 1):
        generator.append(("outputs", Conv2D(
            channels, more, outputs, padding="valid", initializer="glorot_uniform"
        )))
    return generator, discriminator


def _normed(estimator: Any, name: str, kind: Any, *sizes: Any, **given: Any) -> Pairs:
    """Return a layer, its normalization and its activation."""
    use_bias = estimator.normalization is None
    return [(name, kind(*sizes, use_bias=use_bias, **given)), *_rest(estimator, name)]


def _rest(estimator: Any, name: str) -> Pairs:
    number = name.partition("_")[2]
    behind = f"_{number}" if number else ""
    rest: Pairs = []
    if estimator.normalization is not None:
        rest.append((f"norm{behind}", _NORMALIZATIONS[estimator.normalization]()))
    return [*rest, (f"activation{behind}", Activation("relu"))]


def _judging(
    estimator: Any, kind: Any, *sizes: Any, activation: Any = "identity", **given: Any
) -> Layer:
    """Return a layer of the discriminator, with spectral normalization if that is wanted."""
    given["initializer"] = "he_normal" if activation != "identity" else "glorot_uniform"
    if not estimator.spectral_normalization:
        layer: Layer = kind(*sizes, activation=activation, **given)
        return layer
    return SpectralNorm(kind(*sizes, use_bias=False, **given), activation)


def whole_numbers(sizes: Any) -> list[int]:
    """Return a parameter's sizes, one or several, as a list."""
    return [int(size) for size in (sizes if hasattr(sizes, "__len__") else [sizes])]
