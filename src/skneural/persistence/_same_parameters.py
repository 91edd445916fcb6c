"""Parameters in a form in which equal ones are equal, whatever holds their numbers."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from .._plain_state import KIND
from ..data.checksums import checksum
from ._writing import TreeWriter

# what may differ when training goes on, as it does not change the result
_FREE = {"n_jobs", "verbose", "max_time"}
_FEW = 64  # numbers that stand for themselves


def described(estimator: Any) -> dict[str, str]:
    """Return a text for each parameter that the result depends on.

    Two texts are the same for lists, tuples and arrays of equal numbers, of whatever dtype.
    Random numbers as a parameter are left out: training compares them.

    Raises
    ------
    TypeError
        If a parameter has no form in a file.
    """
    texts = {}
    for name, value in estimator.get_params(deep=False).items():
        if name in _FREE or (name == "random_state" and hasattr(value, "get_state")):
            continue
        writer = TreeWriter()
        tree = writer.tree(value, f"{type(estimator).__name__}.{name}")
        texts[name] = json.dumps(_form(tree, writer.tensors), sort_keys=True)
    return texts


def _form(tree: Any, tensors: dict[str, np.ndarray]) -> Any:
    """Return what the trees of equal values have in common."""
    if isinstance(tree, bool | int | float):
        return _number(tree)
    if isinstance(tree, list):
        return _listed([_form(item, tensors) for item in tree])
    if not isinstance(tree, dict):
        return tree
    kind, items = tree.get(KIND), tree.get("items", [])
    if kind == "tuple":
        return _form(items, tensors)
    if kind == "float":
        return _number(float(items[0]))
    if kind == "scalar":
        found = _form(items[0], tensors)
        return found[0] if isinstance(found, list) else found
    if kind == "array":
        name, is_fortran, shape = items
        array = tensors[name].T if is_fortran else tensors[name]
        return _numbers(array.reshape(shape, order="F" if is_fortran else "C"))
    if kind == "values":
        return _listed([_form(item, tensors) for item in items[2]])
    found = {key: _form(item, tensors) for key, item in tree.items()}
    if kind == "dict":
        found["items"] = sorted(found["items"], key=json.dumps)
    return found


def _number(value: float) -> float:
    """Return a number; a whole one as an int."""
    return int(value) if math.isfinite(value) and value == int(value) else float(value)


def _numbers(array: np.ndarray) -> Any:
    """Return numbers of an array, or a checksum of many."""
    if array.ndim == 0:
        return _number(array.item())
    if array.ndim > 1:
        return [_numbers(part) for part in array]
    return _listed([_number(value) for value in array.tolist()])


def _listed(items: list[Any]) -> Any:
    if len(items) <= _FEW or not all(isinstance(item, int | float) for item in items):
        return items
    return {"numbers": len(items), "checksum": checksum(np.array(items, np.float64))}
