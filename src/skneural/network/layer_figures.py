"""Figures of the outputs of every layer, those within compositions too, as in prediction."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..activations import get_activation
from ..data.sources import source_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.plan import Buffer, Plan
from ..layers import Layer
from ..layers._memory import copy_channels
from ..layers._sequences import lengths_of
from .layered import LayeredNetwork
from .prediction import add_layers, input_of
from .runner import Runner

_MOST_BYTES = 1 << 26  # of the outputs of a batch's rows, all layers together
_MOST_ROWS = 256  # of a batch
_NEAR = 0.01  # of an activation's range, from its bounds

# Least and greatest value of the activations that have flat ends.
BOUNDS = {
    "relu": (0.0, math.inf),
    "logistic": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
}


@dataclass
class LayerFigures:
    """Figures of the outputs of a layer, unit by unit: a unit is a place of the last axis.

    Parameters
    ----------
    name : str
        The layer's; ``"block.dense"`` for one within a composition.
    layer : Layer
    activation : str
        The name of its activation.
    count : int
        Numbers of each unit: rows times positions.
    least, greatest, mean, deviation : ndarray of shape (n_units,), float64
    low, high : ndarray of shape (n_units,), float64
        Share of the numbers at the lower and at the upper end of the activation's range.
    """

    name: str
    layer: Layer
    activation: str
    count: int
    least: np.ndarray
    greatest: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    low: np.ndarray
    high: np.ndarray


def names_of_layers(names: list[str], layers: list[Layer]) -> dict[int, str]:
    """Return the names of layers and of those that they are made of, by their identity."""
    found: dict[int, str] = {}

    def go(name: str, layer: Layer) -> None:
        found.setdefault(id(layer), name)
        if hasattr(layer, "_parts"):
            for part, inner in layer._parts():
                go(f"{name}.{part}", inner)

    for name, layer in zip(names, layers, strict=True):
        go(name, layer)
    return found


def layer_figures(
    network: LayeredNetwork, names: list[str], X: Any, n_jobs: int | None = None
) -> list[LayerFigures]:
    """Return figures of the outputs of every layer, in the order in which they are computed.

    Layers without a name of their own, such as the projection of a residual block, are left out.

    Parameters
    ----------
    network : LayeredNetwork
    names : list of str
        Of its layers.
    X : ndarray, CSR matrix or Source
        Rows as the network reads them.
    n_jobs : int or None, default=None
    """
    watched = _Watched(names_of_layers(names, network.layers))
    source = source_of(X)
    n_rows = min(source.n_samples, _MOST_ROWS, max(1, _MOST_BYTES // network.output_bytes))
    plan = Plan(network.dtype, n_rows, observe=watched)
    add_layers(plan, network, input_of(plan, network, source))
    plan.keep.append(source)
    runner = Runner(plan, plan.all_steps(), n_jobs)
    try:
        for batch in range(-(-source.n_samples // n_rows)):
            runner.run(source.n_samples, batches=range(batch, batch + 1))
            watched.add(min(n_rows, source.n_samples - batch * n_rows))
    finally:
        runner.team.close()
    warn_of_cache()
    return [sums.figures() for sums in watched.sums]


class _Watched:
    """Observes a plan: copies the outputs of each layer, and sums them up batch by batch."""

    def __init__(self, names: dict[int, str]):
        self._names = names
        self.sums: list[_Sums] = []

    def __call__(self, plan: Plan, layer: Layer, outputs: Buffer) -> None:
        name = self._names.get(id(layer))
        if name is None or outputs.address not in plan.row_bytes:  # X's own memory
            return
        copied = plan.buffer(outputs.shape)
        copy_channels(plan, outputs, 0, copied, 0, outputs.shape[-1])
        self.sums.append(_Sums(name, layer, copied, lengths_of(outputs)))

    def add(self, n_rows: int) -> None:
        """Add what the buffers hold for so many rows."""
        for sums in self.sums:
            sums.add(n_rows)


class _Sums:
    """Sums over the outputs of a layer."""

    def __init__(self, name: str, layer: Layer, buffer: Buffer, lengths: np.ndarray | None):
        self.name, self.layer, self.buffer, self.lengths = name, layer, buffer, lengths
        self.activation = activation_of(layer)
        self.count, n_units = 0, buffer.shape[-1]
        self.total, self.squares, self.low, self.high = np.zeros((4, n_units))
        self.least = np.full(n_units, np.inf)
        self.greatest = np.full(n_units, -np.inf)

    def add(self, n_rows: int) -> None:
        for numbers in self._numbers(n_rows):
            self.count += len(numbers)
            self.total += numbers.sum(axis=0)
            self.squares += np.square(numbers).sum(axis=0)
            self.least = np.minimum(self.least, numbers.min(axis=0))
            self.greatest = np.maximum(self.greatest, numbers.max(axis=0))
            if self.activation in BOUNDS:
                low, high = BOUNDS[self.activation]
                near = 0.0 if math.isinf(high) else _NEAR * (high - low)
                self.low += (numbers <= low + near).sum(axis=0)
                self.high += (numbers >= high - near).sum(axis=0)

    def _numbers(self, n_rows: int) -> Iterator[np.ndarray]:
        """Yield the numbers of rows, float64, of shape (n, n_units), padding left out."""
        buffer = self.buffer
        rows = buffer.array[: n_rows * buffer.stride].reshape(n_rows, buffer.stride)
        rows = rows[:, : buffer.columns].astype(float).reshape(n_rows, -1, buffer.shape[-1])
        if self.lengths is None:
            yield rows.reshape(-1, rows.shape[-1])
            return
        for row, length in zip(rows, self.lengths, strict=False):
            if length:
                yield row[:length]

    def figures(self) -> LayerFigures:
        count = max(1, self.count)
        mean = self.total / count
        deviation = np.sqrt(np.maximum(self.squares / count - mean**2, 0.0))
        return LayerFigures(
            self.name, self.layer, self.activation, self.count, self.least, self.greatest, mean,
            deviation, self.low / count, self.high / count,
        )


def activation_of(layer: Layer) -> str:
    """Return the name of the activation that a layer ends with, "identity" if it has none."""
    rule = getattr(layer, "activation", "identity")
    return get_activation(rule).name
