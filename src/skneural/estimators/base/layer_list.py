"""A parameter that lists layers, whose parameters nest like a Pipeline's steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from ..._naming import did_you_mean
from ...layers import Layer
from .output_layer import ends_in_softmax, width_of_softmax

try:
    from sklearn.utils._repr_html.estimator import _VisualBlock
except ImportError:  # before scikit-learn 1.7
    from sklearn.utils._estimator_html_repr import _VisualBlock

PASSTHROUGH = "passthrough"


class LayerList:
    """Mixin of estimators with a parameter that lists layers, ``layers`` or as the class says.

    Its entries are layers, ``("name", layer)`` pairs, and "passthrough" in place of a layer.
    Layers without a name are named after their class, as `make_pipeline` does. A layer may have
    the name of a parameter, as `Dropout` has where there is a ``dropout``: alone the name is then
    the parameter's, but for a value that is a layer or "passthrough", and in ``name__parameter``
    the layer's.
    """

    _layers_parameter = "layers"

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
        own = super().get_params(deep=deep)  # type: ignore[misc]
        if not deep:
            return own
        params = {}
        for name, layer in self._named_layers():
            params[name] = layer
            if isinstance(layer, Layer):
                nested = layer.get_params(deep=True)
                params.update({f"{name}__{key}": value for key, value in nested.items()})
        return {**params, **own}

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
        listed = self._layers_parameter
        if listed in params:
            setattr(self, listed, params.pop(listed))
        own = super().get_params(deep=True)  # type: ignore[misc]
        names = [name for name, _ in self._named_layers() if name in params]
        replaced = {
            name: params.pop(name) for name in names
            if name not in own or isinstance(params[name], Layer) or _is_passed(params[name])
        }
        if replaced:
            setattr(self, listed, self._with_layers(replaced))
        for name, layer in self._named_layers():
            if name in own and isinstance(layer, Layer):  # scikit-learn would ask the parameter
                _take(layer, name, params, params.get(name, own[name]))
        return super().set_params(**params)  # type: ignore[misc]

    def _meant_by(self, key: str) -> str:
        listed, _, below = key.partition("__")
        place, _, rest = below.partition("__")
        names = [name for name, _ in self._named_layers()]
        if listed == self._layers_parameter and place.isdigit() and int(place) < len(names):
            named = "__".join([listed, names[int(place)], *([rest] if rest else [])])
            meant: str = super()._meant_by(named)  # type: ignore[misc]
            return key if meant == named else meant
        return super()._meant_by(key)  # type: ignore[misc]

    def _named_layers(self) -> list[tuple[str, Any]]:
        """Return names and layers as they were given, whatever they are."""
        return named_layers(getattr(self, self._layers_parameter))

    def _with_layers(self, replaced: Mapping[str, Any]) -> Any:
        """Return the parameter that lists the layers, with some replaced by their names."""
        return with_layers(getattr(self, self._layers_parameter), replaced)

    def _check_layers(self) -> None:
        """Raise a ValueError for entries that are no layers, their names or their parameters."""
        owner, pairs = type(self).__name__, self._named_layers()
        what = f"{owner}: {self._layers_parameter} has the name"
        counts = Counter(name for name, _ in pairs)
        for name, layer in pairs:
            if counts[name] > 1:
                raise ValueError(f"{what} {name!r} {counts[name]} times")
            if "__" in name:
                raise ValueError(f"{what} {name!r}, which has two underscores in a row")
            check_layer(name, layer, owner, self._layers_parameter)

    def _active_layers(self) -> list[tuple[str, Layer]]:
        """Return names and copies of the layers, those passed through left out."""
        return [(name, clone(layer)) for name, layer in self._given_layers()]

    def _given_layers(self) -> list[tuple[str, Any]]:
        """Return names and layers as they were given, whatever they are, none passed through."""
        return [(name, layer) for name, layer in self._named_layers() if acts(layer)]

    def _ends_in_softmax(self) -> bool:
        return ends_in_softmax(self._given_layers())

    def _softmax_width(self) -> int:
        shape: tuple[int, ...] = self.input_shape_  # type: ignore[attr-defined]
        return width_of_softmax(self._given_layers(), shape, type(self).__name__)

    def _sk_visual_block_(self) -> _VisualBlock:
        pairs = self._named_layers()
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


def _take(layer: Layer, name: str, params: dict[str, Any], namesake: Any) -> None:
    """Set what is a layer's among some parameters, and not that of a parameter of its name."""
    others = namesake.get_params() if hasattr(namesake, "get_params") else {}
    for key in [key for key in params if key.startswith(f"{name}__")]:
        inner = key[len(name) + 2 :]
        if inner.partition("__")[0] not in others:
            layer.set_params(**{inner: params.pop(key)})


def with_layers(layers: Any, replaced: Mapping[str, Any]) -> Any:
    """Return a list of layers, or a tuple, all named, with some replaced by their names."""
    pairs = named_layers(layers)
    return type(layers)([(name, replaced.get(name, layer)) for name, layer in pairs])


def _kind(layer: Any) -> str:
    return type(layer).__name__.lower() if acts(layer) else PASSTHROUGH


def _is_pair(entry: Any) -> bool:
    return isinstance(entry, (tuple, list)) and len(entry) == 2 and isinstance(entry[0], str)


def acts(layer: Any) -> bool:
    return layer is not None and not _is_passed(layer)


def _is_passed(layer: Any) -> bool:
    return isinstance(layer, str) and layer == PASSTHROUGH


def check_layer(name: str, layer: Any, owner: str, listed: str) -> None:
    if not acts(layer):
        return
    if not isinstance(layer, Layer):
        hint = did_you_mean(layer, [PASSTHROUGH])
        if isinstance(layer, type) and issubclass(layer, Layer):
            hint = f" Write {layer.__name__}(...), an instance."
        raise ValueError(
            f"{owner}: {listed} has {layer!r} as {name!r}, which is neither a layer nor"
            f" 'passthrough'.{hint}"
        )
    try:
        layer._validate_params()
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"{owner}: layer {name!r}: {error}") from None
