"""Layers from the parameters of an autoencoder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.base import clone

from ...activations import get_activation
from ...layers import (
    Activation,
    ContractiveDense,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    GaussianNoise,
    GaussianSampling,
    KLSparsity,
    L1Sparsity,
    Layer,
    MaskingNoise,
    Reshape,
    SaltAndPepperNoise,
    TransposedDense,
)
from ...layers._base import Place
from ...layers._windows import per_axis
from ...layers.composition.sequential import shapes_along
from ...layers.composition.sharing import bind_shared, check_shared_shapes
from ..base.architecture import Task
from ..base.layer_list import LayerList, acts, named_layers, with_layers
from ..base.sizes import sizes

NOISES = ("gaussian", "masking", "salt_and_pepper")
SPARSITIES = ("l1", "kl")
PARTS = ("encoder", "decoder")  # of an architecture, and before the names of their layers
Pairs = list[tuple[str, Layer]]
Shape = tuple[int, ...]


@dataclass
class Autoencoder:
    """The layers of an autoencoder.

    Parameters
    ----------
    encoder : list of (str, Layer)
        From the input on; the last outputs the code.
    decoder : list of (str, Layer)
        From the code on; the last outputs the reconstruction.
    ties : dict of str to str, default={}
        Layers of the decoder, each with that of the encoder whose kernel it uses.
    """

    encoder: Pairs
    decoder: Pairs
    ties: dict[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> Pairs:
        """All names and layers."""
        return [*self.encoder, *self.decoder]

    def shared_kernels(self) -> dict[Place, Place]:
        """Return which kernels of the encoder the tied kernels of the decoder are."""
        places = {name: place for place, (name, _) in enumerate(self.pairs)}
        return {
            (places[name], "kernel"): (places[source], "kernel")
            for name, source in self.ties.items()
        }


class PartLists(LayerList):
    """A parameter with two lists of layers, those of the encoder and those of the decoder."""

    def named(self, estimator: Any) -> Pairs:
        """Return names and layers as they were given, whatever they are."""
        parts = given_layers(getattr(estimator, self.parameter))
        return [pair for part in parts for pair in part]

    def replacing(self, estimator: Any, replaced: Mapping[str, Any]) -> Any:
        """Return the parameter's value with some layers replaced by their names."""
        given = getattr(estimator, self.parameter)
        parts = [
            with_layers(layers, {
                name.removeprefix(f"{part}_"): layer
                for name, layer in replaced.items() if name.startswith(f"{part}_")
            })
            for part, layers in zip(PARTS, given, strict=True)
        ]
        return type(given)(parts)


def make_autoencoder(estimator: Any, task: Task) -> Autoencoder:
    """Return the layers that the parameters of an estimator stand for.

    Raises
    ------
    ValueError
        If layers do not fit each other or the data.
    """
    architecture, shape, owner = estimator.architecture, task.input_shape, type(estimator).__name__
    if not isinstance(architecture, str):
        layers = _given(architecture)
    elif architecture == "conv":
        layers = _convolutional(estimator, _image_shape(shape, owner))
    else:
        layers = _dense(estimator, shape)
    noise = make_noise(estimator, task.value_range)
    layers.encoder[:0] = [] if noise is None else [("noise", noise)]
    layers.encoder += [] if estimator.sparsity is None else [("sparsity", _penalty(estimator))]
    bind_shared(layers.pairs, owner)
    result = shapes_along(layers.pairs, shape, owner)[-1]
    check_shared_shapes(layers.pairs, shape, owner)
    if math.prod(result) != math.prod(shape):
        raise ValueError(
            f"{owner}: architecture gives samples of shape {result}, those of X have {shape}; end"
            " the decoder with a layer that gives as many numbers"
        )
    _leave_to_the_loss(layers.decoder, task.link)
    return layers


def make_noise(estimator: Any, value_range: Any) -> Layer | None:
    """Return the layer that the parameters of the noise stand for, None without."""
    level = float(estimator.noise_level)
    if estimator.noise == "gaussian":
        return GaussianNoise(level)
    if estimator.noise == "masking":
        return MaskingNoise(level)
    if estimator.noise == "salt_and_pepper":
        return SaltAndPepperNoise(level, *value_range)
    return None


def _penalty(estimator):
    if estimator.sparsity == "l1":
        return L1Sparsity(estimator.sparsity_weight)
    return KLSparsity(estimator.sparsity_target, estimator.sparsity_weight)


def _code(estimator):
    """Return the last layers of an encoder."""
    if estimator.variational:
        wide = Dense(2 * estimator.n_components, initializer=estimator.initializer)
        return [("code", wide), ("sampling", GaussianSampling(estimator.beta))]
    return [("code", _connected(estimator, estimator.n_components, estimator.code_activation))]


def _connected(estimator, units, activation):
    if estimator.contractive > 0:
        return ContractiveDense(
            units, activation, estimator.contractive, initializer=estimator.initializer
        )
    return Dense(units, activation, initializer=estimator.initializer)


def _dense(estimator, shape):
    """Dense layers of the given sizes up to the code, and their reverse."""
    hidden, activation = sizes(estimator.hidden_layer_sizes), estimator.activation
    encoder = [("flatten", Flatten())] if len(shape) > 1 else []
    encoder += [
        (f"encoder_{number}", _connected(estimator, units, activation))
        for number, units in enumerate(hidden, 1)
    ]
    kind = TransposedDense if estimator.tied_weights else Dense
    decoder = [
        (f"decoder_{number}", kind(units, activation, initializer=estimator.initializer))
        for number, units in enumerate(reversed(hidden), 1)
    ]
    output = kind(
        math.prod(shape), _output_activation(estimator), initializer=estimator.initializer
    )
    layers = Autoencoder([*encoder, *_code(estimator)], [*decoder, ("output", output)])
    if estimator.tied_weights:
        sources = [name for name, layer in layers.encoder if isinstance(layer, Dense)]
        targets = [name for name, _ in layers.decoder]
        layers.ties = dict(zip(targets, reversed(sources), strict=True))
    return layers


def _convolutional(estimator, shape):
    """Convolutions that halve even sides of the image, dense layers, and their reverse."""
    encoder, decoder = [], []
    activation, initializer = estimator.activation, estimator.initializer
    size, channels = shape[:2], shape[2]
    kernel_sizes = per_axis(type(estimator).__name__, "kernel_size", estimator.kernel_size, 2)
    for number, filters in enumerate(sizes(estimator.filters), 1):
        strides = tuple(2 if n % 2 == 0 else 1 for n in size)
        kernel_size = tuple(min(k, n) for k, n in zip(kernel_sizes, size, strict=True))
        how = {"strides": strides, "padding": "same", "initializer": initializer}
        convolution = Conv2D(filters, kernel_size, activation, **how)
        encoder.append((f"conv_{number}", convolution))
        of_output = activation if number > 1 else _output_activation(estimator)
        back = Conv2DTranspose(channels, kernel_size, of_output, **how)
        decoder.insert(0, (f"transposed_{number}" if number > 1 else "output", back))
        size, channels = tuple(n // s for n, s in zip(size, strides, strict=True)), filters
    encoder.append(("flatten", Flatten()))
    hidden = sizes(estimator.hidden_layer_sizes)
    for number, units in enumerate(hidden, 1):
        encoder.append((f"encoder_{number}", _connected(estimator, units, activation)))
    widths = [*reversed(hidden), math.prod(size) * channels]
    dense = [
        (f"decoder_{number}", Dense(units, activation, initializer=initializer))
        for number, units in enumerate(widths, 1)
    ]
    dense.append(("reshape", Reshape((*size, channels))))
    return Autoencoder([*encoder, *_code(estimator)], [*dense, *decoder])


def _image_shape(shape, owner):
    if len(shape) != 3:
        raise ValueError(
            f"{owner}: architecture='conv' needs samples of shape (height, width, channels), got"
            f" {shape}; give input_shape, such as (28, 28, 1)"
        )
    return shape


def given_layers(architecture: Any) -> list[Pairs]:
    """Return names and layers of encoder and decoder, empty lists if it is no pair of lists."""
    if not isinstance(architecture, (list, tuple)) or len(architecture) != len(PARTS):
        return []
    return [
        [(f"{part}_{name}", layer) for name, layer in named_layers(layers)]
        for part, layers in zip(PARTS, architecture, strict=True)
    ]


def given_encoder(architecture: Any) -> list[Layer]:
    """Return the encoder's layers where the architecture is given by them, else none."""
    named = given_layers(architecture)[:1]
    return [layer for part in named for _, layer in part if isinstance(layer, Layer)]


def _given(architecture: Sequence) -> Autoencoder:
    encoder, decoder = (
        [(name, clone(layer)) for name, layer in part if acts(layer)]
        for part in given_layers(architecture)
    )
    return Autoencoder(encoder, decoder)


def _output_activation(estimator):
    return "identity" if estimator.output_activation is None else estimator.output_activation


def _leave_to_the_loss(decoder, link):
    """Remove the activation of the last layer if it is the loss's link.

    Raises
    ------
    ValueError
        If it has another one, which the link would be applied to.
    """
    if decoder and isinstance(decoder[-1][1], (Dense, Activation, Conv2D, Conv2DTranspose)):
        last = decoder[-1][1]
        name = get_activation(last.activation).name
        if name == link:
            last.set_params(activation="identity")
        elif "identity" not in (name, link):
            raise ValueError(
                f"the decoder ends with activation={name!r}, but the loss takes {link!r} of its"
                " outputs for the reconstructions; leave the activation out"
            )
