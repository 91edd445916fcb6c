"""How a fitted estimator shows its network's weights: by place, or by the layers' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..layers import Dense, Layer
from ..network import Network


class ListedWeights:
    """Mixin: weights as scikit-learn's perceptrons have them, lists with an entry a layer."""

    _layers: list[Layer]
    coefs_: list[np.ndarray]
    intercepts_: list[np.ndarray]
    normalizations_: list[dict[str, np.ndarray]]

    @staticmethod
    def _is_fitted(attributes: Mapping[str, Any]) -> bool:
        return "coefs_" in attributes

    def _show_weights(self, network: Network) -> dict[str, Any]:
        """Return the weights attributes of a network: views of its parameters."""
        kernels = [variables for variables in network.variables if "kernel" in variables]
        others = [v for v in network.variables if v and "kernel" not in v]
        return {
            "coefs_": [variables["kernel"] for variables in kernels],
            "intercepts_": [variables["bias"] for variables in kernels],
            "normalizations_": [dict(variables) for variables in others],
            "n_layers_": len(kernels) + 1,
        }

    def _flat_weights(self, attributes: Mapping[str, Any]) -> list[np.ndarray]:
        """Return the weights among an estimator's attributes as one list of arrays."""
        normalizations = attributes["normalizations_"]
        others = [array for variables in normalizations for array in variables.values()]
        return [*attributes["coefs_"], *attributes["intercepts_"], *others]

    def _weights_of(self, number: int) -> dict[str, np.ndarray]:
        """Return the variables of the layer at a place, by name."""
        shape = self._shapes()[number]  # type: ignore[attr-defined]
        if not self._layers[number].variables(shape):
            return {}
        kind = type(self._layers[number])
        place = [type(layer) for layer in self._layers[:number]].count(kind)
        if kind is not Dense:
            return self.normalizations_[place]
        return {"kernel": self.coefs_[place], "bias": self.intercepts_[place]}


class NamedWeights:
    """Mixin: weights by the names of layers and variables.

    Attributes
    ----------
    weights_ : dict of str to dict of str to ndarray
        For each layer that has any, its variables by name.
    """

    weights_: dict[str, dict[str, np.ndarray]]
    _layer_names: list[str]

    @staticmethod
    def _is_fitted(attributes: Mapping[str, Any]) -> bool:
        return "weights_" in attributes

    def _show_weights(self, network: Network) -> dict[str, Any]:
        """Return the weights attribute of a network: views of its parameters."""
        pairs = zip(self._layer_names, network.variables, strict=True)
        return {"weights_": {name: dict(variables) for name, variables in pairs if variables}}

    def _flat_weights(self, attributes: Mapping[str, Any]) -> list[np.ndarray]:
        """Return the weights among an estimator's attributes as one list, sorted by names."""
        weights = attributes["weights_"]
        return [weights[name][key] for name in sorted(weights) for key in sorted(weights[name])]

    def _weights_of(self, number: int) -> dict[str, np.ndarray]:
        """Return the variables of the layer at a place, by name."""
        return self.weights_.get(self._layer_names[number], {})

    def _restore(self, network: Network) -> list[np.ndarray]:
        fitted = {name: set(variables) for name, variables in self.weights_.items()}
        shown = self._show_weights(network)["weights_"]
        if fitted != {name: set(variables) for name, variables in shown.items()}:
            raise ValueError(
                f"{type(self).__name__}: the fitted weights are those of the layers"
                f" {sorted(fitted)}, the network has {sorted(shown)}; warm_start and partial_fit"
                " cannot change the layers"
            )
        return super()._restore(network)  # type: ignore[misc]
