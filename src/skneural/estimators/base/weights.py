"""How a fitted estimator shows its network's weights: by place, or by the layers' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from sklearn.exceptions import NotFittedError

from ...layers import Dense, Shared
from ...network.network import Network
from .by_hand import complete, units_of
from .layer_access import shapes_of

Attributes = Mapping[str, Any]
Places = dict[str, tuple[Any, Any]]


class ShownWeights(Protocol):
    """The attributes that show weights, and where each layer's variables are in them.

    Attributes
    ----------
    form : str
        What they have to be, for errors.
    """

    form: str

    def are_in(self, attributes: Attributes) -> bool:
        """Whether attributes are those of a fitted estimator."""

    def show(self, network: Network, names: Sequence[str]) -> dict[str, Any]:
        """Return the attributes for a network of named layers: views of its parameters."""

    def flat(self, attributes: Attributes) -> list[np.ndarray]:
        """Return the weights among attributes as one list, in an order of its own."""

    def names(self, attributes: Attributes) -> list[str]:
        """Return what each of them is called, in that order."""

    def places_of(self, estimator: Any, number: int) -> Places:
        """Return where the variables of a layer are, by name: what holds them, and the key."""

    def follow(self, estimator: Any) -> None:
        """Set the layers to those of assigned weights; raise if that is not possible."""


class ListedWeights:
    """Weights as scikit-learn's perceptrons have them, lists with an entry a layer.

    They are ``coefs_`` and ``intercepts_``, and beside them ``normalizations_``. As there,
    assigned weights may have other layers than the parameters define.
    """

    form = "coefs_, intercepts_ and normalizations_ have to be lists with an entry a layer"

    def are_in(self, attributes: Attributes) -> bool:
        """Whether attributes are those of a fitted estimator."""
        return "coefs_" in attributes

    def show(self, network: Network, names: Sequence[str]) -> dict[str, Any]:
        """Return the attributes for a network of named layers: views of its parameters."""
        kernels = [variables for variables in network.variables if "kernel" in variables]
        others = [v for v in network.variables if v and "kernel" not in v]
        return {
            "coefs_": [variables["kernel"] for variables in kernels],
            "intercepts_": [variables["bias"] for variables in kernels],
            "normalizations_": [dict(variables) for variables in others],
            "n_layers_": len(kernels) + 1,
        }

    def flat(self, attributes: Attributes) -> list[np.ndarray]:
        """Return the weights among attributes as one list, kernels first."""
        normalizations = attributes.get("normalizations_", ())
        others = [array for variables in normalizations for array in variables.values()]
        return [*attributes["coefs_"], *attributes["intercepts_"], *others]

    def names(self, attributes: Attributes) -> list[str]:
        """Return what each of them is called, in that order."""
        lists = [
            f"{name}[{place}]"
            for name in ("coefs_", "intercepts_") for place in range(len(attributes[name]))
        ]
        return lists + [
            f"normalizations_[{place}][{key!r}]"
            for place, variables in enumerate(attributes.get("normalizations_", ()))
            for key in variables
        ]

    def places_of(self, estimator: Any, number: int) -> Places:
        """Return where the variables of a layer are, by name: what holds them, and the key."""
        layers, shapes = estimator._built.layers, shapes_of(estimator)
        if not layers[number].variables(shapes[number]):
            return {}
        kind = type(layers[number])
        place = [type(layer) for layer in layers[:number]].count(kind)
        if kind is Dense:
            return {
                "kernel": (estimator.coefs_, place), "bias": (estimator.intercepts_, place)
            }
        variables = estimator.normalizations_[place]
        return {key: (variables, key) for key in variables}

    def follow(self, estimator: Any) -> None:
        """Set the layers to those of the weights."""
        complete(estimator)
        units = units_of(estimator)
        dense = [layer for layer in estimator._built.layers if isinstance(layer, Dense)]
        if [layer.units for layer in dense] != units:
            estimator._built = estimator._architecture(estimator._task(), units[:-1]).kept()


class NamedWeights:
    """Weights by the names of layers and variables.

    They are in ``weights_``, a dict of str to dict of str to ndarray: for each layer that has any,
    its variables by name.
    """

    form = "weights_ has to be a dict of the layers' names to dicts of arrays"

    def are_in(self, attributes: Attributes) -> bool:
        """Whether attributes are those of a fitted estimator."""
        return "weights_" in attributes

    def show(self, network: Network, names: Sequence[str]) -> dict[str, Any]:
        """Return the attribute for a network of named layers: views of its parameters."""
        pairs = zip(names, network.variables, strict=True)
        return {"weights_": {name: dict(variables) for name, variables in pairs if variables}}

    def flat(self, attributes: Attributes) -> list[np.ndarray]:
        """Return the weights among attributes as one list, sorted by names."""
        weights = attributes["weights_"]
        return [weights[name][key] for name in sorted(weights) for key in sorted(weights[name])]

    def names(self, attributes: Attributes) -> list[str]:
        """Return what each of them is called, in that order."""
        weights = attributes["weights_"]
        return [
            f"weights_[{name!r}][{key!r}]"
            for name in sorted(weights) for key in sorted(weights[name])
        ]

    def places_of(self, estimator: Any, number: int) -> Places:
        """Return where the variables of a layer are, by name: what holds them, and the key."""
        layer, path = estimator._built.layers[number], ""
        if isinstance(layer, Shared) and layer.source is not None:
            number, path = layer.source
        variables = estimator.weights_.get(estimator._built.names[number], {})
        prefix = path and f"{path}."
        return {
            key[len(prefix) :]: (variables, key) for key in variables if key.startswith(prefix)
        }

    def follow(self, estimator: Any) -> None:
        """Raise a NotFittedError if weights were assigned, but no fit has made layers."""
        if "_built" not in vars(estimator):
            raise NotFittedError(
                f"{type(estimator).__name__}: weights_ was set before fit, which makes the layers"
            )
