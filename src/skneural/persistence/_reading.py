"""Trees of JSON and arrays back to values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy import sparse

from .._optional import optional
from .._plain_state import KIND, from_plain, instance_of
from ..data.checks import OF_CALLBACKS

CHECKPOINT = "checkpoint"
_LEAVES = frozenset({bool, float, int, str, type(None)})
# what readers raise for files that someone has written who wants them to fail
DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, BufferError, LookupError, MemoryError,
    RecursionError, SyntaxError, TypeError, ValueError,
)


class TreeReader:
    """Makes the values of trees that `TreeWriter` has written.

    Parameters
    ----------
    tensors : dict of str to ndarray
    trusted : iterable of class or function
        What is none of the library's and may be used.
    """

    def __init__(self, tensors: dict[str, np.ndarray], trusted: Iterable[Any] = ()):
        self._tensors = tensors
        self._arrays: dict[str, np.ndarray] = {}
        self._trusted = {f"{item.__module__}.{item.__qualname__}": item for item in trusted}

    def value(self, tree: Any) -> Any:
        """Return the value of a tree.

        Raises
        ------
        ValueError
            If it needs a class that is not known or not trusted.
        """
        return from_plain(self._plain(tree))

    def _plain(self, tree: Any) -> Any:
        """Return the plain values that the writer had."""
        if isinstance(tree, list):
            return [item if type(item) in _LEAVES else self._plain(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        kind, state = tree.get(KIND), tree.get("state")
        if kind is not None and isinstance(state, dict) and not OF_CALLBACKS.isdisjoint(state):
            found = sorted(OF_CALLBACKS.intersection(state))
            raise ValueError(f"it sets {', '.join(found)}, which is no part of a model")
        if kind == "own":
            return self._own(tree["name"], self._plain(tree["state"]))
        if kind in _MAKERS:
            return _MAKERS[kind](self, *tree["items"])
        return {
            key: item if type(item) in _LEAVES else self._plain(item) for key, item in tree.items()
        }

    def _float(self, text: str) -> float:
        return float(text)

    def _tuple(self, *items: Any) -> tuple:
        return tuple(map(self._plain, items))

    def _bytes(self, text: str) -> bytes:
        return base64.b64decode(text, validate=True)

    def _scalar(self, array: Any) -> np.generic:
        return self._plain(array)[()]

    def _array(self, name: str, is_fortran: bool, shape: list[int]) -> np.ndarray:
        if name not in self._arrays:
            array = self._tensors[name]
            self._arrays[name] = (array.T if is_fortran else array).reshape(
                shape, order="F" if is_fortran else "C"
            )
        return self._arrays[name]

    def _times(self, dtype: str, array: Any) -> np.ndarray:
        return self._plain(array).view(np.dtype(dtype))

    def _values(self, dtype: str, shape: list[int], values: list) -> np.ndarray:
        array = np.empty(len(values), np.dtype(dtype))
        for place, value in enumerate(values):
            array[place] = from_plain(self._plain(value))
        return array.reshape(shape)

    def _sparse(self, form: str, is_array: bool, shape: list[int], *parts: Any) -> Any:
        data, indices, indptr = map(self._plain, parts)
        kind = sparse.csr_array if is_array else sparse.csr_matrix
        made = kind((data, indices, indptr), shape=tuple(shape))
        made.check_format()  # no code that reads it looks whether indices are within it
        return made.asformat(form)

    def _random_state(self, state: Any) -> np.random.RandomState:
        made = np.random.RandomState()
        made.set_state(from_plain(self._plain(state)))
        return made

    def _skops(self, content: Any) -> Any:
        try:
            loads = optional("skops.io", "it has an estimator of scikit-learn in it, which",
                             "pipelines").loads
        except ImportError as error:
            raise ValueError(str(error)) from error
        try:
            return loads(self._plain(content).tobytes())
        except Exception as error:  # of many kinds
            raise ValueError(
                f"skops does not read the estimator of scikit-learn in it: {error}"
            ) from error

    def _checkpoint(self, estimator: Any, training: Any) -> Any:
        return self._plain(estimator)

    def _own_name(self, name: str) -> Any:
        if name not in self._trusted:
            raise ValueError(
                f"it uses {name}, which is not of this library: pass it as"
                f" trusted=[{name.rpartition('.')[2]}] if you trust the file"
            )
        return self._trusted[name]

    def _own(self, name: str, state: Any) -> Any:
        return instance_of(self._own_name(name), state)


_MAKERS: dict[str, Callable[..., Any]] = {
    "RandomState": TreeReader._random_state,
    "array": TreeReader._array,
    "bytes": TreeReader._bytes,
    CHECKPOINT: TreeReader._checkpoint,
    "float": TreeReader._float,
    "own name": TreeReader._own_name,
    "scalar": TreeReader._scalar,
    "skops": TreeReader._skops,
    "sparse": TreeReader._sparse,
    "times": TreeReader._times,
    "tuple": TreeReader._tuple,
    "values": TreeReader._values,
}
