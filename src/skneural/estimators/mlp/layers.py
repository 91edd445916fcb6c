"""Dense layers from the parameters of a multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from ..._whole_numbers import is_whole, wanted
from ...activations import get_activation
from ...layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm

NORMALIZATIONS = {"batch": BatchNorm, "layer": LayerNorm}


def check_layers(estimator: Any) -> None:
    """Raise a ValueError for parameters of the layers that do not go together."""
    owner, sizes = type(estimator).__name__, hidden_sizes(estimator)
    if not all(map(is_whole, sizes)):
        raise ValueError(f"{owner}: hidden_layer_sizes must be {wanted(sizes)}, got {sizes}.")
    for rule in _per_layer(estimator, "activation", len(sizes)):
        get_activation(rule, owner)
    rates = _per_layer(estimator, "dropout", len(sizes))
    if not all(isinstance(rate, Real) and 0 <= float(rate) < 1 for rate in rates):
        raise ValueError(f"{owner}: dropout={estimator.dropout!r} is not within [0, 1)")
    encoder = estimator.initial_encoder
    if encoder is not None and not sizes:
        raise ValueError(
            f"{owner}: initial_encoder={type(encoder).__name__}(...) is ignored with"
            f" hidden_layer_sizes={estimator.hidden_layer_sizes!r}, which has to begin with the"
            " encoder's units"
        )


def make_layers(
    estimator: Any, n_outputs: int, hidden: Sequence[int] | None = None
) -> list[tuple[str, Layer]]:
    """Return the layers: for each hidden one dense, normalization, activation, dropout.

    ``hidden`` are the units of each, None those of `hidden_layer_sizes`.
    """
    sizes = hidden_sizes(estimator) if hidden is None else hidden
    rules = _per_layer(estimator, "activation", len(sizes))
    rates = _per_layer(estimator, "dropout", len(sizes))
    layers: list[tuple[str, Layer]] = []
    for place, (units, rule, rate) in enumerate(zip(sizes, rules, rates, strict=True), 1):
        layers.append((f"dense_{place}", Dense(int(units), initializer=estimator.initializer)))
        if estimator.normalization is not None:
            normalization = NORMALIZATIONS[estimator.normalization]()
            layers.append((f"normalization_{place}", normalization))
        layers.append((f"activation_{place}", Activation(rule)))
        if rate > 0:
            layers.append((f"dropout_{place}", Dropout(rate)))
    return [*layers, ("output", Dense(n_outputs, initializer=estimator.initializer))]


def hidden_sizes(estimator: Any) -> list:
    """Return `hidden_layer_sizes` as a list."""
    sizes = estimator.hidden_layer_sizes
    return list(sizes) if hasattr(sizes, "__iter__") else [sizes]


def _per_layer(estimator: Any, name: str, n_layers: int) -> Sequence:
    value = getattr(estimator, name)
    if not isinstance(value, (tuple, list)):
        return [value] * n_layers
    if len(value) != n_layers:
        raise ValueError(
            f"{type(estimator).__name__}: {name}={value!r} has {len(value)} entries for"
            f" {n_layers} hidden layers; give one for each, or a single value"
        )
    return value
