"""The variables of the layers of a fitted network, to be exchanged with other libraries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

Arrays = dict[str, np.ndarray]

# the variables of a layer, by which it is known
_KERNEL, _RECURRENT = ("kernel",), ("kernel", "recurrent_kernel")
_NORM = ("scale", "shift")
_RUNNING = (*_NORM, "running_mean", "running_variance")


@dataclass
class Part:
    """The variables of one layer, which may be inside another.

    Parameters
    ----------
    name : str
        Of the layer, with the places in it as a prefix of its variables.
    prefix : str
    weights : mapping of str to ndarray
        The estimator's.
    keys : tuple of str
        Names of the variables, without the prefix.
    image : tuple of int or None
        Shape of the image or series whose flattened numbers a dense layer reads.
    """

    name: str
    prefix: str
    weights: Any
    keys: tuple[str, ...]
    image: tuple[int, ...] | None

    def __getitem__(self, key: str) -> np.ndarray:
        return self.weights[self.prefix + key]

    def put(self, values: Mapping[str, np.ndarray], owner: str) -> None:
        """Write values into the estimator's arrays."""
        for key, value in values.items():
            own = self[key]
            if value.shape != own.shape:
                raise ValueError(
                    f"{owner}: layer {self.name!r} has a {key} of shape {own.shape}, got one that"
                    f" would be {value.shape}"
                )
        for key, value in values.items():
            self[key][...] = value


def put_all(parts: list[Part], found: list[Arrays], owner: str) -> None:
    """Write all values, or none if a shape differs."""
    before = [{key: part[key].copy() for key in part.keys} for part in parts]
    try:
        for part, values in zip(parts, found, strict=True):
            part.put(values, owner)
    except ValueError:
        for part, values in zip(parts, before, strict=True):
            part.put(values, owner)
        raise


def parts_of(estimator: Any, owner: str) -> Iterator[Part]:
    """Yield the variables of each layer that has some."""
    check_is_fitted(estimator)
    if not hasattr(estimator, "get_layer"):
        raise ValueError(f"{owner}: {type(estimator).__name__} has no layers")
    image = None
    for place in range(len(estimator._fitted_layers())):
        layer = estimator.get_layer(place)
        kind = type(layer.layer).__name__
        if kind == "Flatten" and len(layer.input_shape) > 1:
            image = layer.input_shape
        prefixes = dict.fromkeys(key.rpartition(".")[0] for key in layer.weights)
        for name in prefixes:
            prefix = f"{name}." if name else ""
            keys = tuple(
                key.removeprefix(prefix) for key in layer.weights
                if key.rpartition(".")[0] == name
            )
            if not _is_known(kind, keys):
                raise ValueError(
                    f"{owner}: layer {layer.name!r}, {kind}, has the weights"
                    f" {', '.join(layer.weights)}, for which there is no rule"
                )
            yield Part(layer.name, prefix, layer.weights, keys, image)
            image = None


def _is_known(kind: str, keys: tuple[str, ...]) -> bool:
    without_bias = tuple(key for key in keys if key != "bias")
    if "Transpose" in kind or kind in ("Maxout", "JordanRNN", "Attention"):
        return False
    return keys in (_NORM, _RUNNING) or without_bias in (_KERNEL, _RECURRENT)


def array_of(value: Any) -> np.ndarray:
    """Return a tensor or anything like an array as an array."""
    for method in ("detach", "cpu"):
        value = getattr(value, method, lambda same=value: same)()
    return np.asarray(value)
