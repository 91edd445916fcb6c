"""The parameter `layers`: a list of layers whose parameters nest like a Pipeline's steps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from .._naming import did_you_mean
from ..layers import Dense, Layer

try:
    from sklearn.utils._repr_html.estimator import _VisualBlock
except ImportError:  # before scikit-learn 1.7
    from sklearn.utils._estimator_html_repr import _VisualBlock

PASSTHROUGH = "passthrough"


class LayerList:
    """Mixin of estimators with the parameter ``layers``.

    Its entries are layers, ``("name", layer)`` pairs, and "passthrough" in place of a layer.
    Layers without a name are named after their class, as `make_pipeline` does.
    """

    layers: Any
    initializer: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters, those of the layers included.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add each layer under its name, and its parameters under ``name__parameter``.

        Returns
        -------
        params : dict
        """
        params = super().get_params(deep=deep)  # type: ignore[misc]
        if deep:
            for name, layer in named_layers(self.layers):
                params[name] = layer
                if isinstance(layer, Layer):
                    nested = layer.get_params(deep=True)
                    params.update({f"{name}__{key}": value for key, value in nested.items()})
        return params

    def set_params(self, **params: Any) -> Any:
        """Set parameters, layers by their names, or a layer's by ``name__parameter``.

        Parameters
        ----------
        **params : dict
            "passthrough" in place of a layer leaves it out.

        Returns
        -------
        self : object
        """
        if "layers" in params:
            self.layers = params.pop("layers")
        pairs = named_layers(self.layers)
        replaced = {name: params.pop(name) for name, _ in pairs if name in params}
        if replaced:
            kind = type(self.layers)
            self.layers = kind([(name, replaced.get(name, layer)) for name, layer in pairs])
        return super().set_params(**params)  # type: ignore[misc]

    def _check_layers(self) -> None:
        """Raise a ValueError for entries of `layers` that are no layers, or their parameters."""
        owner, pairs = type(self).__name__, named_layers(self.layers)
        known = set(super().get_params(deep=False))  # type: ignore[misc]
        counts = Counter(name for name, _ in pairs)
        for name, layer in pairs:
            if counts[name] > 1:
                raise ValueError(f"{owner}: layers has the name {name!r} {counts[name]} times")
            if name in known or "__" in name:
                why = "has two underscores in a row" if "__" in name else "is a parameter's"
                raise ValueError(f"{owner}: layers has the name {name!r}, which {why}")
            check_layer(name, layer, owner)

    def _active_layers(self) -> list[tuple[str, Layer]]:
        """Return names and copies of the layers, those passed through left out."""
        if self.layers is None:
            return [("hidden", Dense(100, "relu", initializer=self.initializer))]
        return [(name, clone(layer)) for name, layer in self._given_layers()]

    def _given_layers(self) -> list[tuple[str, Any]]:
        """Return names and layers as they were given, whatever they are, none passed through."""
        return [(name, layer) for name, layer in named_layers(self.layers) if acts(layer)]

    def _sk_visual_block_(self) -> _VisualBlock:
        pairs = named_layers(self.layers)
        if not pairs:
            name = type(self).__name__
            return _VisualBlock("single", self, names=name, name_details=str(self))
        names = [
            f"{name}: {type(layer).__name__ if acts(layer) else PASSTHROUGH}"
            for name, layer in pairs
        ]
        layers = [layer for _, layer in pairs]
        return _VisualBlock(
            "serial",
            layers,
            names=names,
            name_details=[str(layer) for layer in layers],
            dash_wrapped=False,
        )


def named_layers(layers: Any) -> list[tuple[str, Any]]:
    """Return pairs of names and layers; no pairs at all for what is no list of layers."""
    if not isinstance(layers, (list, tuple)):
        return []
    kinds = Counter(_kind(entry) for entry in layers if not _is_pair(entry))
    numbers: Counter = Counter()
    pairs = []
    for entry in layers:
        if _is_pair(entry):
            pairs.append(tuple(entry))
            continue
        name = _kind(entry)
        numbers[name] += 1
        pairs.append((f"{name}_{numbers[name]}" if kinds[name] > 1 else name, entry))
    return pairs


def _kind(layer: Any) -> str:
    return type(layer).__name__.lower() if acts(layer) else PASSTHROUGH


def _is_pair(entry: Any) -> bool:
    return isinstance(entry, (tuple, list)) and len(entry) == 2 and isinstance(entry[0], str)


def acts(layer: Any) -> bool:
    return layer is not None and not (isinstance(layer, str) and layer == PASSTHROUGH)


def check_layer(name: str, layer: Any, owner: str) -> None:
    if not acts(layer):
        return
    if not isinstance(layer, Layer):
        hint = did_you_mean(layer, [PASSTHROUGH])
        if isinstance(layer, type) and issubclass(layer, Layer):
            hint = f" Write {layer.__name__}(...), an instance."
        raise ValueError(
            f"{owner}: layers has {layer!r} as {name!r}, which is neither a layer nor"
            f" 'passthrough'.{hint}"
        )
    try:
        layer._validate_params()
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"{owner}: layer {name!r}: {error}") from None
