"""Weights of PyTorch's modules, to and from ours."""

from __future__ import annotations

import math
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
        If a layer has other variables, or is a block that reads a flattened image; the message
        names it.
    NotFittedError
        If the estimator is not fitted.
    """
    state: Arrays = {}
    for part in parts_of(estimator, "to_torch"):
        _check_order(part, "to_torch")
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
        ``module.state_dict()``, or what ``load_file`` of safetensors gives. The names of modules do
        not matter, their order does. Numbers of bfloat16 are taken exactly.

    Returns
    -------
    estimator : estimator
        The one given, changed in place. Nothing is changed if anything does not fit.

    Raises
    ------
    ValueError
        If layers or shapes differ, an entry has no place in the network, or holds NaN or infinite
        numbers; the message tells the first that does.
    TypeError
        If ``state`` is no mapping, or a key of it no str.
    NotFittedError
        If the estimator is not fitted.
    """
    owner = "from_torch"
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{owner}: expected a mapping of names to tensors, got a {type(state).__name__}; pass"
            " module.state_dict()"
        )
    for key in state:
        if not isinstance(key, str):
            raise TypeError(
                f"{owner}: the key {key!r} is {type(key).__name__}, where names of tensors are"
                " needed; pass module.state_dict()"
            )
    modules = _modules(
        {key: array_of(value, owner, f"the entry {key!r}") for key, value in state.items()}
    )
    parts = list(parts_of(estimator, owner))
    if len(parts) != len(modules):
        raise ValueError(
            f"{owner}: {type(estimator).__name__} has {len(parts)} layers with weights"
            f" ({', '.join(part.name for part in parts)}), the state_dict {len(modules)}"
            f" ({', '.join(modules)}); fit with the layers of the module"
        )
    found = []
    for part, (name, arrays) in zip(parts, modules.items(), strict=True):
        _check_order(part, owner)
        left = dict(arrays)
        try:
            found.append(_from_torch(part, left))
        except KeyError as error:
            raise ValueError(
                f"{owner}: layer {part.name!r} needs {error}, and {name!r} has"
                f" {', '.join(arrays)}; fit with the layers of the module"
            ) from None
        if left:
            raise ValueError(
                f"{owner}: {', '.join(repr(_entry(name, key)) for key in left)} of the state_dict"
                f" {'has' if len(left) == 1 else 'have'} no place in layer {part.name!r},"
                f" {part.kind}, which has {', '.join(part.keys)}; fit with the layers of the module"
            )
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


def _entry(module: str, key: str) -> str:
    """Return what a variable is called in a state_dict."""
    name, _, last = module.rpartition(".")
    if last.startswith("l") and key.startswith(("weight_", "bias_")):
        return f"{name}.{key}_{last}".lstrip(".")
    return f"{module}.{key}".lstrip(".")


def _check_order(part: Part, owner: str) -> None:
    """Raise a ValueError for a block that adds up or joins numbers in another order than here."""
    if part.image is not None and part.kind in ("Residual", "Parallel"):
        raise ValueError(
            f"{owner}: layer {part.name!r}, {part.kind}, reads a flattened image of shape"
            f" {part.image}, whose numbers PyTorch has in another order; put a Dense layer between"
        )


def _channels_first(part: Part, array: np.ndarray) -> np.ndarray:
    """Return what has a flattened image along its first axis in PyTorch's order."""
    if part.image is None or array.shape[:1] != (math.prod(part.image),):
        return array
    return np.moveaxis(array.reshape(*part.image, -1), -2, 0).reshape(array.shape)


def _channels_last(part: Part, array: np.ndarray) -> np.ndarray:
    """Return what has a flattened image along its first axis in our order."""
    if part.image is None or array.shape[:1] != (math.prod(part.image),):
        return array
    *space, channels = part.image
    return np.moveaxis(array.reshape(channels, *space, -1), 0, -2).reshape(array.shape)


def _exchanged(array: np.ndarray, n_gates: int) -> np.ndarray:
    """Exchange the first two gates of GRU along the first axis, which PyTorch has as r, z, n."""
    if n_gates != 3 or array.ndim == 0 or len(array) % 3:
        return array  # of a shape that does not fit, if any
    first, second, third = np.split(array, 3)
    return np.concatenate([second, first, third])


def _n_gates(part: Part) -> int:
    units = part["recurrent_kernel"].shape[0]
    return part["recurrent_kernel"].shape[1] // units


def _torch_of(part: Part) -> Arrays:
    """Return a layer's variables as PyTorch has them."""
    if part.keys[0] == "scale":
        named = {_NAMES[key]: _channels_first(part, part[key]) for key in part.keys}
        if "running_mean" in part.keys:
            named["num_batches_tracked"] = np.array(0)
        return named
    kernel = part["kernel"]
    if "recurrent_kernel" in part.keys:
        n_gates = _n_gates(part)
        rows = {"weight_ih_l0": kernel.T, "weight_hh_l0": part["recurrent_kernel"].T}
        if "bias" in part.keys:
            both = np.zeros((2, kernel.shape[1]), kernel.dtype)
            both[: part["bias"].ndim] = part["bias"]
            rows |= {"bias_ih_l0": both[0], "bias_hh_l0": both[1]}
        return {name: _exchanged(row, n_gates) for name, row in rows.items()}
    if kernel.ndim == 2:
        kernel = _channels_first(part, kernel)
    weight = kernel.T if kernel.ndim == 2 else np.moveaxis(kernel, (-1, -2), (0, 1))
    return {"weight": weight} | ({"bias": part["bias"]} if "bias" in part.keys else {})


def _from_torch(part: Part, arrays: Arrays) -> Arrays:
    """Return PyTorch's variables of a layer as ours; those that are used are taken out."""
    take = arrays.pop
    if part.keys[0] == "scale":
        return {key: _channels_last(part, take(_NAMES[key])) for key in part.keys}
    if "recurrent_kernel" in part.keys:
        n_gates = _n_gates(part)
        ours = {
            "kernel": _exchanged(take("weight_ih"), n_gates).T,
            "recurrent_kernel": _exchanged(take("weight_hh"), n_gates).T,
        }
        if "bias" in part.keys:
            first, second = (_exchanged(take(f"bias_{of}"), n_gates) for of in ("ih", "hh"))
            is_pair = part["bias"].ndim == 2
            ours["bias"] = np.stack([first, second]) if is_pair else first + second
        return ours
    kernel = take("weight")
    if kernel.ndim == 2:
        kernel = _channels_last(part, kernel.T)
    elif kernel.ndim > 2:
        kernel = np.moveaxis(kernel, (0, 1), (-1, -2))
    return {"kernel": kernel} | ({"bias": take("bias")} if "bias" in part.keys else {})
