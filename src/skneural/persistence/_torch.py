"""Weights of PyTorch's modules, to and from ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._parts import Arrays, Part, array_of, parts_of, put_all

_NAMES = {
    "scale": "weight", "shift": "bias", "running_mean": "running_mean",
    "running_variance": "running_var",
}


def to_torch(estimator: Any) -> Arrays:
    """Return the weights of a fitted estimator as a `state_dict` of PyTorch.

    The keys are the layers' names and PyTorch's names of the variables, ``"dense_1.weight"``, in
    the order of the layers; ``module.load_state_dict`` needs tensors, and modules of these names.
    Kernels have PyTorch's order of axes and channels, also where images are flattened.

    Parameters
    ----------
    estimator : estimator
        A fitted one with dense, convolutional, normalization and recurrent layers.

    Returns
    -------
    state : dict of str to ndarray

    Raises
    ------
    ValueError
        If a layer has other variables; the message names it.
    NotFittedError
        If the estimator is not fitted.
    """
    state: Arrays = {}
    for part in parts_of(estimator, "to_torch"):
        name = (part.name + ("." + part.prefix if part.prefix else "")).rstrip(".")
        for key, value in _torch_of(part).items():
            state[f"{name}.{key}"] = np.array(value, order="C")
    return state


def from_torch(estimator: Any, state: Mapping[str, Any]) -> Any:
    """Put the weights of a PyTorch module into a fitted estimator, layer by layer in order.

    Parameters
    ----------
    estimator : estimator
        A fitted one whose layers with weights are those of the module, in the same order; one
        epoch on a few rows is enough. ``warm_start`` then trains it further.
    state : mapping of str to tensor or ndarray
        ``module.state_dict()``. The names of modules do not matter, their order does.

    Returns
    -------
    estimator : estimator
        The one given, changed in place. Nothing is changed if anything does not fit.

    Raises
    ------
    ValueError
        If layers or shapes differ; the message tells the first that does.
    NotFittedError
        If the estimator is not fitted.
    """
    owner = "from_torch"
    modules = _modules({key: array_of(value) for key, value in state.items()})
    parts = list(parts_of(estimator, owner))
    if len(parts) != len(modules):
        raise ValueError(
            f"{owner}: {type(estimator).__name__} has {len(parts)} layers with weights"
            f" ({', '.join(part.name for part in parts)}), the state_dict {len(modules)}"
            f" ({', '.join(modules)})"
        )
    found = []
    for part, (name, arrays) in zip(parts, modules.items(), strict=True):
        try:
            found.append(_from_torch(part, arrays))
        except KeyError as error:
            raise ValueError(
                f"{owner}: layer {part.name!r} needs {error}, and {name!r} has"
                f" {', '.join(arrays)}"
            ) from None
    put_all(parts, found, owner)
    return estimator


def _modules(state: Arrays) -> dict[str, Arrays]:
    """Return the variables of each module, layers of recurrent ones apart."""
    modules: dict[str, Arrays] = {}
    for key, value in state.items():
        name, _, last = key.rpartition(".")
        if last == "num_batches_tracked":
            continue
        kind, number, layer = last.partition("_l")
        if number and kind.startswith(("weight_", "bias_")):
            name, last = f"{name}.l{layer}", kind
        modules.setdefault(name, {})[last] = value
    return modules


def _exchanged(array: np.ndarray, n_gates: int) -> np.ndarray:
    """Exchange the first two gates of GRU along the first axis, which PyTorch has as r, z, n."""
    if n_gates != 3:
        return array
    first, second, third = np.split(array, 3)
    return np.concatenate([second, first, third])


def _n_gates(part: Part) -> int:
    units = part["recurrent_kernel"].shape[0]
    return part["recurrent_kernel"].shape[1] // units


def _torch_of(part: Part) -> Arrays:
    """Return a layer's variables as PyTorch has them."""
    if part.keys[0] == "scale":
        named = {_NAMES[key]: part[key] for key in part.keys}
        if "running_mean" in part.keys:
            named["num_batches_tracked"] = np.array(0)
        return named
    kernel = part["kernel"]
    if "recurrent_kernel" in part.keys:
        n_gates = _n_gates(part)
        both = np.zeros((2, kernel.shape[1]), kernel.dtype)
        if "bias" in part.keys:
            both[: part["bias"].ndim] = part["bias"]
        rows = [kernel.T, part["recurrent_kernel"].T, *both]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        return {name: _exchanged(row, n_gates) for name, row in zip(names, rows, strict=True)}
    if part.image is not None and kernel.ndim == 2:
        kernel = np.moveaxis(kernel.reshape(*part.image, -1), -2, 0).reshape(kernel.shape)
    weight = kernel.T if kernel.ndim == 2 else np.moveaxis(kernel, (-1, -2), (0, 1))
    return {"weight": weight} | ({"bias": part["bias"]} if "bias" in part.keys else {})


def _from_torch(part: Part, arrays: Arrays) -> Arrays:
    """Return PyTorch's variables of a layer as ours."""
    if part.keys[0] == "scale":
        return {key: arrays[_NAMES[key]] for key in part.keys}
    if "recurrent_kernel" in part.keys:
        n_gates = _n_gates(part)
        ours = {
            "kernel": _exchanged(arrays["weight_ih"], n_gates).T,
            "recurrent_kernel": _exchanged(arrays["weight_hh"], n_gates).T,
        }
        if "bias" in part.keys:
            first, second = (_exchanged(arrays[f"bias_{of}"], n_gates) for of in ("ih", "hh"))
            is_pair = part["bias"].ndim == 2
            ours["bias"] = np.stack([first, second]) if is_pair else first + second
        return ours
    kernel = arrays["weight"]
    kernel = kernel.T if kernel.ndim == 2 else np.moveaxis(kernel, (0, 1), (-1, -2))
    if part.image is not None and kernel.ndim == 2 and kernel.size:
        *space, channels = part.image
        shape = (channels, *space, -1)
        if kernel.shape[0] == np.prod(part.image):
            kernel = np.moveaxis(kernel.reshape(shape), 0, -2).reshape(kernel.shape)
    return {"kernel": kernel} | ({"bias": arrays["bias"]} if "bias" in part.keys else {})
