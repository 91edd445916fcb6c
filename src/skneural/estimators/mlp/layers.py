"""Dense layers from the parameters of a multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from ...activations import get_activation
from ...layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from ..base.sizes import check_sizes, sizes

NORMALIZATIONS = {"batch": BatchNorm, "layer": LayerNorm}


def check_layers(estimator: Any) -> None:
    """Raise a ValueError for parameters of the layers that do not go together."""
    owner, hidden = type(estimator).__name__, sizes(estimator.hidden_layer_sizes)
    check_sizes(estimator, "hidden_layer_sizes")
    for rule in _per_layer(estimator, "activation", len(hidden)):
        get_activation(rule, owner)
    rates = _per_layer(estimator, "dropout", len(hidden))
    if not all(isinstance(rate, Real) and 0 <= float(rate) < 1 for rate in rates):
        raise ValueError(f"{owner}: dropout={estimator.dropout!r} is not within [0, 1)")
    encoder = estimator.initial_encoder
    if encoder is not None and not hidden:
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
    widths = sizes(estimator.hidden_layer_sizes) if hidden is None else hidden
    rules = _per_layer(estimator, "activation", len(widths))
    rates = _per_layer(estimator, "dropout", len(widths))
    layers: list[tuple[str, Layer]] = []
    for place, (units, rule, rate) in enumerate(zip(widths, rules, rates, strict=True), 1):
        layers.append((f"dense_{place}", Dense(int(units), initializer=estimator.initializer)))
        if estimator.normalization is not None:
            normalization = NORMALIZATIONS[estimator.normalization]()
            layers.append((f"normalization_{place}", normalization))
        layers.append((f"activation_{place}", Activation(rule)))
        if rate > 0:
            layers.append((f"dropout_{place}", Dropout(rate)))
    return [*layers, ("output", Dense(n_outputs, initializer=estimator.initializer))]


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
