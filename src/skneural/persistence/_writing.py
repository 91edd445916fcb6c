"""Values to a tree of JSON and arrays."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from .._optional import optional
from .._plain_state import KIND, PACKAGE, has_plain_state, to_plain
from ..data.checks import OF_CALLBACKS

# dtypes that are tensors; others are written as lists, or as tensors of the same bytes
_NUMBERS = "biuf"
_TIMES = "mM"
_NO_FORM = (
    "which has no form in a file: it needs plain values, arrays, and classes and functions that are"
    " defined in a module; set another value, or use pickle"
)


class TreeWriter:
    """Writes values as JSON, and keeps their arrays apart, each once.

    Parameters
    ----------
    own : list or None, default=None
        Where a user's own classes and functions are added that are met.

    Attributes
    ----------
    tensors : dict of str to ndarray
        The arrays by the names that the trees have for them.
    """

    def __init__(self, own: list[Any] | None = None) -> None:
        self._met = [] if own is None else own
        self.tensors: dict[str, np.ndarray] = {}
        self._names: dict[int, str] = {}
        self._kept: list[np.ndarray] = []  # alive, so that no other has their identity

    def tree(self, value: Any, place: str) -> Any:
        """Return the tree of a value.

        Parameters
        ----------
        value : object
        place : str
            What it is called in errors.

        Raises
        ------
        TypeError
            If the value, or one in it, has no form in a file.
        """
        return self._tree(to_plain(value), place)

    def _tree(self, value: Any, place: str) -> Any:
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value
        if kind is float:
            return value if math.isfinite(value) else _made("float", str(value))
        if kind is dict:
            if KIND not in value:
                return {key: self._tree(item, f"{place}.{key}") for key, item in value.items()}
            parts = value | {"state": _of_model(value["state"])} if "state" in value else value
            return {key: self._tree(item, place) for key, item in parts.items()}
        if kind in (list, tuple):
            items = [self._tree(item, f"{place}[{n}]") for n, item in enumerate(value)]
            return items if kind is list else _made("tuple", *items)
        if kind is bytes:
            return _made("bytes", base64.b64encode(value).decode())
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value), place)
        if isinstance(value, np.generic):
            return _made("scalar", self._array(np.asarray(value), place))
        if isinstance(value, sparse.sparray | sparse.spmatrix):
            return self._sparse(value, place)
        if isinstance(value, np.random.RandomState):
            return _made("RandomState", self._tree(to_plain(value.get_state(legacy=False)), place))
        if isinstance(value, BaseEstimator) and kind.__module__.startswith("sklearn."):
            return self._of_scikit_learn(value, place)
        return self._own(value, place)

    def _array(self, array: np.ndarray, place: str) -> Any:
        kind = array.dtype.kind
        if kind in _TIMES:
            return _made("times", array.dtype.str, self._array(array.view(np.int64), place))
        if kind == "c" or (kind == "f" and array.dtype.itemsize > 8):
            raise TypeError(
                f"save: {place} has numbers of {array.dtype}, without form in a file; convert them"
                " to float64"
            )
        if kind not in _NUMBERS:
            values = [self._tree(to_plain(item), place) for item in array.ravel().tolist()]
            return _made("values", array.dtype.str, list(array.shape), values)
        name = self._names.get(id(array))
        if name is None:
            name = self._names[id(array)] = f"{len(self.tensors)}"
            self._kept.append(array)
            native = array.astype(array.dtype.newbyteorder("="), copy=False)
            # of Fortran order, the transpose is written, which has the same bytes
            self.tensors[name] = np.ascontiguousarray(native.T if _is_fortran(array) else native)
        return _made("array", name, _is_fortran(array), list(array.shape))

    def _sparse(self, value: Any, place: str) -> Any:
        compressed = value.tocsr()
        parts = [compressed.data, compressed.indices, compressed.indptr]
        trees = [self._array(part, place) for part in parts]
        return _made("sparse", value.format, isinstance(value, sparse.sparray),
                     list(value.shape), *trees)

    def _of_scikit_learn(self, value: Any, place: str) -> Any:
        owner = f"save: {place} is a {type(value).__name__} of scikit-learn, which"
        dumps = optional("skops.io", owner, "pipelines").dumps
        return _made("skops", self._array(np.frombuffer(dumps(value), "u1"), place))

    def _own(self, value: Any, place: str) -> Any:
        """Return the tree of what is none of the library's: it is loaded where it is trusted."""
        named = value if isinstance(value, type) or hasattr(value, "__qualname__") else type(value)
        module, name = getattr(named, "__module__", None), getattr(named, "__qualname__", "<")
        if module is None or "<" in name or module in ("builtins", "numba.core.registry"):
            raise TypeError(f"save: {place} is {value!r}, {_NO_FORM}")
        if module.partition(".")[0] == PACKAGE:
            raise TypeError(f"save: {place} is of {module}.{name}, {_NO_FORM}")
        self._met.append(named)
        if named is value:
            return _made("own name", f"{module}.{name}")
        try:
            state = value.__getstate__()
        except TypeError as error:
            raise TypeError(f"save: {place} is {value!r}, {_NO_FORM}") from error
        state = state if has_plain_state(value) else to_plain(state)
        tree = self._tree(_of_model(state), place)
        return {KIND: "own", "name": f"{module}.{name}", "state": tree}


def _of_model(state: Any) -> Any:
    """Return a state without callbacks and the fit that they follow."""
    if type(state) is not dict:
        return state
    return {name: value for name, value in state.items() if name not in OF_CALLBACKS}


def _made(kind: str, *items: Any) -> dict[str, Any]:
    return {KIND: kind, "items": list(items)}


def _is_fortran(array: np.ndarray) -> bool:
    return array.flags.f_contiguous and not array.flags.c_contiguous
