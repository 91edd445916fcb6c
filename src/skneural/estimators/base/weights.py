"""How a fitted estimator shows its network's weights: by place, or by the layers' names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...layers import Dense, Layer
from ...network.network import Network
from .by_hand import complete, units_of


class ListedWeights:
    """Mixin: weights as scikit-learn's perceptrons have them, lists with an entry a layer.

    As there, those put in by hand may be of other layers than the parameters say.
    """

    _weights_form = "coefs_, intercepts_ and normalizations_ have to be lists with an entry a layer"
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
        normalizations = attributes.get("normalizations_", ())
        others = [array for variables in normalizations for array in variables.values()]
        return [*attributes["coefs_"], *attributes["intercepts_"], *others]

    def _places_of(self, number: int) -> dict[str, tuple[Any, Any]]:
        """Return where the variables of a layer are, by name: what holds them, and the key."""
        shape = self._shapes()[number]  # type: ignore[attr-defined]
        if not self._layers[number].variables(shape):
            return {}
        kind = type(self._layers[number])
        place = [type(layer) for layer in self._layers[:number]].count(kind)
        if kind is not Dense:
            return {key: (self.normalizations_[place], key) for key in self.normalizations_[place]}
        return {"kernel": (self.coefs_, place), "bias": (self.intercepts_, place)}

    def _weight_names(self, attributes: Mapping[str, Any]) -> list[str]:
        """Return what each of those arrays is called."""
        lists = [
            f"{name}[{place}]"
            for name in ("coefs_", "intercepts_") for place in range(len(attributes[name]))
        ]
        return lists + [
            f"normalizations_[{place}][{key!r}]"
            for place, variables in enumerate(attributes.get("normalizations_", ()))
            for key in variables
        ]

    def _follow_weights(self) -> None:
        """Let the layers be those that the weights are of."""
        complete(self)
        units = units_of(self)
        if [layer.units for layer in self._layers if isinstance(layer, Dense)] != units:
            self._layers = self._make_layers(units[:-1])  # type: ignore[attr-defined]


class NamedWeights:
    """Mixin: weights by the names of layers and variables.

    Attributes
    ----------
    weights_ : dict of str to dict of str to ndarray
        For each layer that has any, its variables by name.
    """

    weights_: dict[str, dict[str, np.ndarray]]
    _weights_form = "weights_ has to be a dict of the layers' names to dicts of arrays"
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

    def _places_of(self, number: int) -> dict[str, tuple[Any, Any]]:
        """Return where the variables of a layer are, by name: what holds them, and the key."""
        variables = self.weights_.get(self._layer_names[number], {})
        return {key: (variables, key) for key in variables}

    def _weight_names(self, attributes: Mapping[str, Any]) -> list[str]:
        """Return what each of those arrays is called."""
        weights = attributes["weights_"]
        return [
            f"weights_[{name!r}][{key!r}]"
            for name in sorted(weights) for key in sorted(weights[name])
        ]
