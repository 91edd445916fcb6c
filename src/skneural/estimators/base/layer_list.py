"""A parameter that lists layers, whose parameters nest like a Pipeline's steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from ..._naming import did_you_mean, meant_by
from ...layers import Layer, Scale
from ...layers.composition.sharing import bind_shared, check_not_twice

try:
    from sklearn.utils._repr_html.estimator import _VisualBlock
except ImportError:  # before scikit-learn 1.7
    from sklearn.utils._estimator_html_repr import _VisualBlock

PASSTHROUGH = "passthrough"


class LayerList:
    """A parameter of an estimator that lists layers.

    Its entries are layers, ``("name", layer)`` pairs, and "passthrough" in place of a layer.
    Layers without a name are named after their class, as `make_pipeline` does. A layer may have
    the name of a parameter, as `Dropout` has where there is a ``dropout``: alone the name is then
    the parameter's, but for a value that is a layer or "passthrough", and in ``name__parameter``
    the layer's.

    Parameters
    ----------
    parameter : str
        The parameter's name.
    """

    def __init__(self, parameter: str):
        self.parameter = parameter

    def named(self, estimator: Any) -> list[tuple[str, Any]]:
        """Return names and layers as they were given, whatever they are."""
        return named_layers(getattr(estimator, self.parameter))

    def replacing(self, estimator: Any, replaced: Mapping[str, Any]) -> Any:
        """Return the parameter's value with some layers replaced by their names."""
        return with_layers(getattr(estimator, self.parameter), replaced)

    def given(self, estimator: Any) -> list[tuple[str, Any]]:
        """Return names and layers as they were given, whatever they are, none passed through."""
        return [(name, layer) for name, layer in self.named(estimator) if acts(layer)]

    def n_tokens(self, estimator: Any) -> int | None:
        """Return how many tokens the first layer knows, None if it reads other numbers."""
        pairs = [] if isinstance(getattr(estimator, self.parameter), str) else self.given(estimator)
        return getattr(pairs[0][1], "n_tokens", None) if pairs else None

    def active(self, estimator: Any) -> list[tuple[str, Layer]]:
        """Return names and copies of the layers, those passed through left out."""
        pairs = [(name, clone(layer)) for name, layer in self.given(estimator)]
        bind_shared(pairs, type(estimator).__name__)
        return pairs

    def check(self, estimator: Any) -> None:
        """Raise a ValueError for entries that are no layers, their names or their parameters."""
        owner, pairs = type(estimator).__name__, self.named(estimator)
        what = f"{owner}: {self.parameter} has the name"
        counts = Counter(name for name, _ in pairs)
        for name, layer in pairs:
            if counts[name] > 1:
                raise ValueError(f"{what} {name!r} {counts[name]} times")
            if "__" in name:
                raise ValueError(f"{what} {name!r}, which has two underscores in a row")
            check_layer(name, layer, owner, self.parameter)
        check_not_twice(pairs, owner)

    def added_to(self, own: dict[str, Any], estimator: Any) -> dict[str, Any]:
        """Return an estimator's own parameters, and the layers with theirs."""
        params = {}
        for name, layer in self.named(estimator):
            params[name] = layer
            if isinstance(layer, Layer):
                nested = layer.get_params(deep=True)
                params.update({f"{name}__{key}": value for key, value in nested.items()})
        return {**params, **own}

    def set_layers(self, estimator: Any, params: dict[str, Any], own: dict[str, Any]) -> None:
        """Set what is the layers' among parameters, and take it out of them.

        ``own`` are the estimator's own parameters.
        """
        if self.parameter in params:
            setattr(estimator, self.parameter, params.pop(self.parameter))
        names = [name for name, _ in self.named(estimator) if name in params]
        replaced = {
            name: params.pop(name) for name in names
            if name not in own or isinstance(params[name], Layer) or _is_passed(params[name])
        }
        if replaced:
            setattr(estimator, self.parameter, self.replacing(estimator, replaced))
        for name, layer in self.named(estimator):
            if name in own and isinstance(layer, Layer):  # scikit-learn would ask the parameter
                _take(layer, name, params, params.get(name, own[name]))

    def meant_by(self, estimator: Any, key: str) -> str:
        """Return the key of a parameter for one that names the list, and places in it."""
        listed, _, below = key.partition("__")
        place, _, rest = below.partition("__")
        names = [name for name, _ in self.named(estimator)]
        if listed == self.parameter and place.isdigit() and int(place) < len(names):
            named = "__".join([listed, names[int(place)], *([rest] if rest else [])])
            meant = meant_by(estimator, named)
            return key if meant == named else meant
        return meant_by(estimator, key)

    def visual_block(self, estimator: Any) -> _VisualBlock:
        """Return the layers as boxes one behind the other, for a notebook."""
        pairs = self.named(estimator)
        if not pairs:
            name = type(estimator).__name__
            return _VisualBlock("single", estimator, names=name, name_details=str(estimator))
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


def begins_with_scale(pairs: Sequence[tuple[str, Any]]) -> bool:
    """Whether the first of named layers changes the scale of X."""
    return bool(pairs) and isinstance(pairs[0][1], Scale)


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
