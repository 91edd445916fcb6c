"""First weights from data, layer by layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..data.rows import Rows, n_rows, rows_of
from ..data.sources import Sequences
from ..layers._base import Layer, Shape
from ..losses import SquaredError
from .network import Network

_MOST_ROWS = 1000


def initialize_from_data(
    network: Network, rows: Rows, random_state: np.random.RandomState
) -> None:
    """Let the layers that need it adapt the weights drawn to training rows.

    Each gets the outputs of the layers before it, as in prediction, for up to 1,000 rows drawn at
    random. Where no layer does, nothing is drawn.

    Parameters
    ----------
    network : Network
    rows : Rows
        Of the training, without validation rows.
    random_state : RandomState

    Raises
    ------
    ValueError
        If the rows are sequences of unequal lengths.
    """
    adaptive = [number for number, layer in enumerate(network.layers) if layer.reads_data]
    if not adaptive:
        return
    if isinstance(rows.X, Sequences):
        raise ValueError(
            "an initializer that reads data, such as 'unit_variance', needs series of equal"
            " lengths; choose another initializer, or an array of series"
        )
    X, weight = _some_rows(rows, random_state)
    for number in adaptive:
        shape, inputs, scale = network.shapes[number], X, network.scale
        if number:
            inputs = network.predict(X, raw=True, n_layers=number).reshape(-1, *shape)
            scale = 1.0
        network.layers[number].initialize_from(
            inputs, shape, network.variables[number], random_state,
            _Layerwise(network.dtype, inputs, scale, weight),
        )


class _Layerwise:
    """Gives the outputs of single layers, of which those that read X have it times a factor."""

    def __init__(self, dtype: np.dtype, X: Any, scale: float, weight: np.ndarray | None):
        self.dtype = dtype
        self.X = X
        self.scale = scale
        self.weight = weight

    def __call__(
        self, layer: Layer, inputs: Any, shape: Shape, values: dict[str, np.ndarray]
    ) -> np.ndarray:
        """Return the outputs of a layer with some variables for each of the inputs."""
        output_shape = layer.output_shape(shape)
        scale = self.scale if inputs is self.X else 1.0
        network = Network(
            [layer], shape, SquaredError(), math.prod(output_shape), self.dtype, scale=scale
        )
        for name, own in network.variables[0].items():
            own[...] = values[name]
        return network.predict(inputs, raw=True, n_layers=1).reshape(-1, *output_shape)


def _some_rows(
    rows: Rows, random_state: np.random.RandomState
) -> tuple[Any, np.ndarray | None]:
    """Return X of at most 1,000 rows, in their order, and their weights, None if all are equal.

    Rows of no weight are left out; more rows are drawn, each as often as its weight says.
    """
    chosen = np.arange(n_rows(rows.X)) if rows.among is None else rows.among
    weight = None if rows.loss_weight is None else rows.loss_weight[chosen]
    if weight is not None and weight.any():
        chosen, weight = chosen[weight > 0], weight[weight > 0]
    if len(chosen) > _MOST_ROWS:
        ends = np.cumsum(np.ones(len(chosen)) if weight is None else weight)
        places = random_state.uniform(0, ends[-1], _MOST_ROWS)
        drawn = np.minimum(np.searchsorted(ends, np.sort(places), side="right"), len(chosen) - 1)
        chosen, weight = chosen[drawn], None
    return rows_of(rows.X, chosen), weight
