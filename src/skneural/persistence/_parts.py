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
# whose kernels are no products with all features, or lie otherwise
_WITHOUT_RULE = ("Maxout", "JordanRNN", "Attention", "PackedDense", "PiecewiseLinear")
# dtypes of less than 32 bits that NumPy does not have; float32 holds their numbers exactly
_SHORT = ("bfloat", "float8_", "float6_", "float4_")


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
        Shape of the image or series whose flattened numbers a layer reads.
    kind : str
        Class of the layer.
    """

    name: str
    prefix: str
    weights: Any
    keys: tuple[str, ...]
    image: tuple[int, ...] | None
    kind: str

    def __getitem__(self, key: str) -> np.ndarray:
        return self.weights[self.prefix + key]

    def put(self, values: Mapping[str, np.ndarray], owner: str) -> None:
        """Write values into the estimator's arrays."""
        for key, value in values.items():
            own = self[key]
            if value.shape != own.shape:
                raise ValueError(
                    f"{owner}: layer {self.name!r} has a {key} of shape {own.shape}, got one that"
                    f" would be {value.shape}; fit with the layers of the model that the weights"
                    " are of"
                )
            with np.errstate(over="ignore"):
                fits = np.isfinite(np.asarray(value).astype(own.dtype)).all()
            if not fits:
                raise ValueError(
                    f"{owner}: layer {self.name!r} has a {key} of {own.dtype}, got numbers up to"
                    f" {np.abs(value).max():.3g}, which it cannot hold; fit in float64"
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
        raise ValueError(
            f"{owner}: {type(estimator).__name__} has no layers; estimators with a network have"
        )
    image, keys = None, ()
    for place in range(len(estimator._fitted_layers())):
        layer = estimator.get_layer(place)
        kind = type(layer.layer).__name__
        if kind == "Flatten" and len(layer.input_shape) > 1 and "recurrent_kernel" not in keys:
            image = layer.input_shape  # behind a recurrent layer, PyTorch has the same order
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
                    f" {', '.join(layer.weights)}, for which there is no rule; save and load"
                    " exchange models with such layers"
                )
            yield Part(layer.name, prefix, layer.weights, keys, image, kind)
            if "kernel" in keys:
                image = None  # its outputs have an order of their own


def _is_known(kind: str, keys: tuple[str, ...]) -> bool:
    without_bias = tuple(key for key in keys if key != "bias")
    if "Transpose" in kind or kind in _WITHOUT_RULE:
        return False
    return keys in (_NORM, _RUNNING) or without_bias in (_KERNEL, _RECURRENT)


def array_of(value: Any, owner: str, entry: str) -> np.ndarray:
    """Return a tensor or anything like an array as an array of finite numbers.

    Raises
    ------
    ValueError
        If it is none; with the name of the entry that it is.
    """
    try:
        for method in ("detach", "cpu"):
            value = getattr(value, method, lambda same=value: same)()
        if str(getattr(value, "dtype", "")).removeprefix("torch.").startswith(_SHORT):
            value = getattr(value, "float", lambda same=value: same)()
        array = np.asarray(value)
        if array.dtype.name.startswith(_SHORT):
            array = array.astype(np.float32)
    except (NotImplementedError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(
            f"{owner}: {entry} is no array of numbers ({error}); give it as float32"
        ) from error
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{owner}: {entry} has the dtype {array.dtype}, and weights are real numbers; give it"
            " as float32"
        )
    if n_wrong := array.size - np.count_nonzero(np.isfinite(array)):
        raise ValueError(
            f"{owner}: {entry} holds {n_wrong} numbers that are NaN or infinite, of {array.size};"
            " take the weights from before the training diverged"
        )
    return array
