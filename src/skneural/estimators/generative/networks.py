"""A generator or discriminator as a fitted estimator shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...layers import Layer
from ...losses import SquaredError
from ...network.network import Network
from ..base.summary import Summary, summarize


class FittedNetwork:
    """The layers of a network with their variables.

    Parameters
    ----------
    title : str
    layers : sequence of (str, Layer)
    input_shape : tuple of int
        Of a sample.
    dtype : dtype

    Attributes
    ----------
    layers : list of (str, Layer)
    weights : dict of str to dict of str to ndarray
        The variables of each layer that has any, by their names. What is written into them counts.
    """

    def __init__(
        self, title: str, layers: Sequence[tuple[str, Layer]], input_shape: tuple[int, ...],
        dtype: np.dtype,
    ):
        self.title, self.layers, self.input_shape = title, list(layers), input_shape
        self._show(self._made(dtype))

    @classmethod
    def of(
        cls, title: str, layers: Sequence[tuple[str, Layer]], input_shape: tuple[int, ...],
        variables: Sequence[dict[str, np.ndarray]],
    ) -> FittedNetwork:
        """Return a network with copies of the variables of each layer."""
        dtype = next(values.dtype for of_layer in variables for values in of_layer.values())
        network = cls(title, layers, input_shape, dtype)
        for own, given in zip(network._network.variables, variables, strict=True):
            for name, values in given.items():
                own[name][...] = values
        return network

    def _made(self, dtype: np.dtype) -> Network:
        n_outputs = math.prod(self.output_shape)
        layers = [layer for _, layer in self.layers]
        return Network(layers, self.input_shape, SquaredError(), n_outputs, dtype)

    def _show(self, network: Network) -> None:
        self._network = network
        pairs = zip(self.layers, network.variables, strict=True)
        self.weights = {name: variables for (name, _), variables in pairs if variables}

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs for a sample."""
        shape = self.input_shape
        for _, layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    @property
    def dtype(self) -> np.dtype:
        """Of the variables and all arithmetic."""
        return self._network.dtype

    def outputs(self, X: np.ndarray, n_jobs: int | None = None) -> np.ndarray:
        """Return the outputs for each row of X, flat ones of the dtype."""
        rows = np.ascontiguousarray(X.reshape(len(X), -1), self.dtype)
        return self._network.predict(rows, n_jobs=n_jobs, raw=True)

    def summary(self) -> Summary:
        """Return the layers, output shapes and parameter counts, as a table."""
        names, layers = zip(*self.layers, strict=True)
        return summarize(self.title, layers, self.input_shape, names)

    def __repr__(self) -> str:
        return f"<{self.title} of {len(self.layers)} layers, output shape {self.output_shape}>"

    def __getstate__(self) -> dict[str, Any]:
        state = {name: vars(self)[name] for name in ("title", "layers", "input_shape")}
        return {**state, "vector": self._network.parameters.copy()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vector = state["vector"]
        self.__init__(state["title"], state["layers"], state["input_shape"], vector.dtype)  # type: ignore[misc]
        self._network.parameters[...] = vector
