"""How a deep belief net shows its weights: as a perceptron does, generative ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...layers import Dense
from ...network.network import Network
from ..base.layer_access import shapes_of
from ..base.weights import Attributes, ListedWeights, Places

_LISTS = {"generative_kernel": "generative_coefs_", "generative_bias": "generative_intercepts_"}


class BeliefWeights(ListedWeights):
    """Weights as `ListedWeights` has them, and lists of generative ones if there are any."""

    def show(self, network: Network, names: Sequence[str]) -> dict[str, Any]:
        """Return the attributes for a network of named layers: views of its parameters."""
        shown = super().show(network, names)
        for variable, listed in _LISTS.items():
            found = [v[variable] for v in network.variables if variable in v]
            if any("generative_bias" in v for v in network.variables):
                shown[listed] = found
        return shown

    def flat(self, attributes: Attributes) -> list[np.ndarray]:
        """Return the weights among attributes as one list, kernels first."""
        more = [array for name in _LISTS.values() for array in attributes.get(name, ())]
        return [*super().flat(attributes), *more]

    def names(self, attributes: Attributes) -> list[str]:
        """Return what each of them is called, in that order."""
        return super().names(attributes) + [
            f"{name}[{place}]"
            for name in _LISTS.values() for place in range(len(attributes.get(name, ())))
        ]

    def places_of(self, estimator: Any, number: int) -> Places:
        """Return where the variables of a layer are, by name: what holds them, and the key."""
        layers = estimator._built.layers
        if not isinstance(layers[number], Dense):
            return super().places_of(estimator, number)
        place = sum(isinstance(layer, Dense) for layer in layers[:number])
        lists = {"kernel": "coefs_", "bias": "intercepts_", **_LISTS}
        variables = layers[number].variables(shapes_of(estimator)[number])
        return {v.name: (getattr(estimator, lists[v.name]), place) for v in variables}
