"""Some layers of a fitted network, for samples of one shape: their outputs and gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.checks import named
from ..estimators.base import predictor as _predictor
from ..estimators.base.layer_access import number_of
from ..estimators.base.network_estimator import NetworkEstimator
from ..layers._other_shapes import shapes_for
from ..network.input_gradients import InputGradients
from ._network_function import _check_reads_numbers

Outputs = list[np.ndarray]


def number_of_layer(
    estimator: NetworkEstimator, layer: Any, owner: str, argument: str = "layer"
) -> int:
    """Return the place of a layer by its name or place.

    Raises
    ------
    ValueError
        If there is none.
    """
    if isinstance(layer, bool) or layer is None:
        raise ValueError(
            f"{owner}: {argument}={layer!r} is neither a name nor a place; the layers are"
            f" {', '.join(estimator._built.names)}"
        )
    try:
        return number_of(estimator, layer)
    except ValueError as error:
        where = owner if argument == "layer" else f"{owner}: {argument}"
        raise ValueError(f"{where}: {error}") from error


class LayerView:
    """Outputs of some layers, and gradients of any function of them by the samples.

    Parameters
    ----------
    estimator : NetworkEstimator
        Fitted.
    shape : tuple of int
        Of a sample; another one than that of the fit where the layers accept it.
    layers : sequence of int
        Places of the layers.
    owner : str
        Who asks, for errors.

    Raises
    ------
    ValueError
        If the layers do not accept samples of that shape.
    """

    def __init__(
        self, estimator: NetworkEstimator, shape: tuple[int, ...], layers: Sequence[int], owner: str
    ):
        network, built = _predictor.predictor(estimator), estimator._built
        pairs = list(zip(built.names, built.layers, strict=True))[: max(layers) + 1]
        _check_reads_numbers(estimator, owner)
        with named(owner):
            shapes_for(pairs, estimator._samples().shape, tuple(shape), of_steps=True)
        self._layers = list(layers)
        self._gradients = InputGradients(network, estimator.n_jobs)
        self._dtype = network.dtype

    def outputs(self, X: np.ndarray) -> Outputs:
        """Return the outputs of each layer, of shape (n_samples, ...)."""
        return self._gradients.activations(np.ascontiguousarray(X, self._dtype), self._layers)

    def gradient(self, X: np.ndarray, slopes: Callable[[Outputs], Outputs]) -> np.ndarray:
        """Return the gradient by X of what has some slopes by the outputs.

        Parameters
        ----------
        X : ndarray of shape (n_samples, ...)
        slopes : callable
            Gets the outputs of each layer, and returns as many arrays of their shapes.
        """
        X = np.ascontiguousarray(X, self._dtype)
        given: dict[int, np.ndarray] = {}
        for number, slope in zip(self._layers, slopes(self.outputs(X)), strict=True):
            given[number] = given[number] + slope if number in given else slope
        return self._gradients.backward(X, given).reshape(X.shape)
