"""An ONNX graph while it is built: nodes, constants, and names for what they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from .packages import onnx_package

TABLES, VERSION_OF_TABLES = "ai.onnx.ml", 2  # the operators that look up text
_NONE = ""  # the name of an optional input that is left out


class Graph:
    """Nodes and constants of an ONNX graph.

    Methods that add nodes return the name of what these give. Inputs are such names, or numbers and
    arrays, which become constants.

    Parameters
    ----------
    dtype : dtype
        float32 or float64, that it computes in.
    opset : int
        Version of the operators.
    unique : callable or None, default=None
        ``unique(name)`` returns a name that is not used yet; None numbers them.
    unique_node : callable or None, default=None
        Likewise for the names of nodes.

    Attributes
    ----------
    nodes, constants : list
        Protos of ONNX.
    sizes_are_free : bool
        Whether series may have any length, and images any size: whether no node needs those of the
        fit.
    penalties : list of str
        What layers add to the loss of a row, each of shape (n_samples, 1).
    """

    def __init__(
        self, dtype: Any, opset: int, unique: Callable[[str], str] | None = None,
        unique_node: Callable[[str], str] | None = None,
    ):
        numbers = count()
        self.dtype = np.dtype(dtype)
        self.opset = opset
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.sizes_are_free = True
        self.penalties: list[str] = []
        self.unique = unique or (lambda name: f"/{name}/{next(numbers)}")
        self._unique_node = unique_node or self.unique
        self._known: dict[Any, tuple[np.ndarray, str]] = {}

    def add(
        self, kind: str, *inputs: Any, n_outputs: int = 1, domain: str = "", **attributes: Any
    ) -> Any:
        """Add a node; return the name of its output, or a list of names if it has several."""
        names = [self._name_of(each) for each in inputs]
        outputs = [self.unique(kind.lower()) for _ in range(n_outputs)]
        self.nodes.append(
            onnx_package().helper.make_node(
                kind, names, outputs, name=self._unique_node(kind), domain=domain, **attributes
            )
        )
        return outputs[0] if n_outputs == 1 else outputs

    def _name_of(self, given: Any) -> str:
        if given is None:
            return _NONE
        return given if isinstance(given, str) else self.array(given)

    def array(self, values: Any, dtype: Any = None) -> str:
        """Return the name of a constant, of the graph's dtype unless another is given.

        The same memory becomes one constant, as shared weights have it.
        """
        if dtype is str:
            return self._keep(np.array([str(value) for value in values], object))
        array = np.asarray(values)
        dtype = np.dtype(dtype or self.dtype)
        place = array.__array_interface__["data"][0], array.shape, array.strides, array.dtype, dtype
        if place not in self._known:
            converted = np.ascontiguousarray(array, dtype).reshape(array.shape)
            self._known[place] = array, self._keep(converted)
        return self._known[place][1]

    def _keep(self, array: np.ndarray) -> str:
        name = self.unique("constant")
        self.constants.append(onnx_package().numpy_helper.from_array(array, name))
        return name

    def integers(self, values: Sequence[int] | int) -> str:
        """Return the name of a constant of int64."""
        return self._keep(np.array(values, np.int64))

    def body(self) -> Graph:
        """Return a graph for the body of a loop, whose constants are those of this one."""
        inner = Graph(self.dtype, self.opset, self.unique, self._unique_node)
        inner.constants, inner._known = self.constants, self._known
        return inner

    def needs_size(self) -> None:
        """Note that a node needs series of the fit's length, or images of its size."""
        self.sizes_are_free = False

    def cast(self, x: str, dtype: Any) -> str:
        """Return x in another dtype."""
        of = onnx_package().helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.add("Cast", x, to=of)

    def in_single(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        """Add a node of an operator that runtimes have in float32 only."""
        if self.dtype == np.float32:
            return self.add(kind, *inputs, **attributes)
        single = [
            self.cast(each, np.float32) if isinstance(each, str) else self.array(each, np.float32)
            for each in inputs
        ]
        return self.cast(self.add(kind, *single, **attributes), self.dtype)

    def reshape(self, x: str, shape: Sequence[int]) -> str:
        """Return samples in another shape, of which one number may be -1."""
        return self.add("Reshape", x, self.integers([0, *shape]))

    def with_a_row(self, x: str, n_axes: int) -> tuple[str, str]:
        """Return x with a row of zeros if it has no rows, and the number of rows it had."""
        n_rows = self.add("Gather", self.add("Shape", x), self.integers([0]))
        missing = self.add("Max", self.add("Sub", self.integers([1]), n_rows), self.integers([0]))
        before, others = self.integers([0] * n_axes), self.integers([0] * (n_axes - 1))
        pads = self.add("Concat", before, missing, others, axis=0)
        return self.add("Pad", x, pads), n_rows

    def first_rows(self, x: str, n_rows: str) -> str:
        """Return so many of the first rows of x."""
        return self.add("Slice", x, self.integers([0]), n_rows, self.integers([0]))

    def reduce(self, kind: str, x: str, axes: Sequence[int], keep: bool = True) -> str:
        """Add "ReduceSum", "ReduceMean" or "ReduceMax" over some axes."""
        if kind == "ReduceSum" or self.opset >= 18:
            return self.add(kind, x, self.integers(list(axes)), keepdims=int(keep))
        return self.add(kind, x, axes=list(axes), keepdims=int(keep))

    def take(self, x: str, begin: int, end: int, axis: int = -1) -> str:
        """Return the part of x from ``begin`` to before ``end`` along an axis."""
        bounds = ([begin], [end], [axis])
        return self.add("Slice", x, *(self.integers(each) for each in bounds))

    def split(self, x: str, sizes: Sequence[int]) -> list[str]:
        """Return parts of x along its last axis."""
        if len(sizes) == 1:
            return [x]
        return self.add("Split", x, self.integers(list(sizes)), n_outputs=len(sizes), axis=-1)

    def join(self, parts: Sequence[str]) -> str:
        """Return parts side by side along their last axis."""
        return parts[0] if len(parts) == 1 else self.add("Concat", *parts, axis=-1)

    def sum(self, first: str, *others: Any) -> str:
        """Return the sum of some, one after the other."""
        for other in others:
            first = self.add("Add", first, other)
        return first

    def product(self, first: str, *others: Any) -> str:
        """Return the product of some, one after the other."""
        for other in others:
            first = self.add("Mul", first, other)
        return first

    def transpose(self, x: str, order: Sequence[int]) -> str:
        """Return x with its axes in another order."""
        return self.add("Transpose", x, perm=list(order))

    def unsqueeze(self, x: str, axis: int) -> str:
        """Return x with an axis of length 1 more."""
        return self.add("Unsqueeze", x, self.integers([axis]))

    def squeeze(self, x: str, axis: int) -> str:
        """Return x without an axis of length 1."""
        return self.add("Squeeze", x, self.integers([axis]))

    def rename(self, name: str, title: str) -> None:
        """Add a node that gives what has a name by another one, which must not be used yet."""
        node = onnx_package().helper.make_node(
            "Identity", [name], [title], name=self._unique_node("Identity")
        )
        self.nodes.append(node)
