"""What the parameters of kernels are: how a step gives them, and how a kernel reads them.

A kernel is a function whose annotations say what each parameter is. One that goes through the rows
of the batch is written for one row; loop, the thread's share and strides are generated::

    @row_kernel
    def scale_and_shift(x: Row, scale: Scalar, offset: Scalar, columns: Count) -> None:
        '''X (n) = scale * X + offset, in place.'''
        for j in range(columns):
            x[j] = scale * x[j] + offset

    plan.by_rows(scale_and_shift, x=inputs, scale=2.0, offset=0.0, columns=inputs.columns)

A field that is missing, misspelled, unknown or of another kind is a TypeError when a step is added.
Vary a kernel by helpers: ``kernel.using(rule=...)``; it calls the global name ``rule``.

Fields, by annotation (what a step gives -> what the body gets):

- ``Row`` (Buffer -> the row's numbers), ``RowAddress`` (their address, for `lanes` and `gemm`),
  ``RowVector`` (an array that knows its length), ``RowDouble`` and ``RowInteger`` (array of a
  number a row -> an array of that one: ``loss[0] = ...``);
- ``SampleRow``, ``SampleVector``, ``SampleBytes`` (data, or a Buffer -> the row of the sample),
  which are read only, and ``ResultRow``;
- ``SampleWeight`` (float64 array or None -> the row's weight), ``RowWeight`` (address of the
  gathered ones or 0 -> likewise), ``RowKey`` (a layer's number -> the key of random numbers);
- ``Reals`` (array, Slot), ``Doubles``, ``Integers``, ``Indices``, ``Bytes`` (array -> its numbers);
- ``Count`` (int), ``Flag`` (bool), ``Double``, ``Scalar`` (float -> float64, the kernel's dtype);
- ``Address`` (array, Slot, Buffer or int -> int), ``OptionalAddress`` (or None, or 0 -> 0),
  ``Callee`` (Kernel -> its address, for ``call``);
- any frozen dataclass of integers and tuples of them, as `Windows`: the body reads its attributes.

Of the run, an ``int`` by its name: ``n_rows`` of the batch, ``run`` (the thread's state, which
helpers take), ``scratch`` (the thread's memory for descriptions), ``first`` (sample of the batch);
in a row kernel ``i`` (the row), ``sample`` (its place in the data) and ``begin`` (the first row of
the thread's share).

``@kernel`` makes a kernel that is no loop over rows: a block's gradient, columns, a product. There
a Buffer is ``Rows`` (``x.address``, ``x.stride``; `row_of` gives a row), ``begin`` and ``end`` of
type ``int`` are the thread's rows; columns of ``plan.by_columns`` are counts ``begin`` and ``end``.
``BlockGradient`` (``slot.gradient_at(begin)`` -> address), last, is where a block's gradient goes.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import operator
import struct
import typing
from collections import namedtuple
from collections.abc import Callable
from numbers import Integral, Real
from typing import Annotated, Any, NamedTuple

import numpy as np

from .buffers import address_of

_INT64, _INT32 = np.dtype(np.int64), np.dtype(np.int32)
_FLOAT64, _UINT8 = np.dtype(np.float64), np.dtype(np.uint8)
_BITS_OF, _INTEGER_OF = struct.Struct("d").pack, struct.Struct("q").unpack


class Kind:
    """What a parameter of a kernel is.

    Parameters
    ----------
    wanted : str
        What a step has to give, for messages.
    width : int
        Integers of a row of a plan that it takes.
    convert : callable
        ``convert(value, dtype)`` returns them, or None for a value of another kind; the dtype
        that the kernel will be compiled for is None where it is not known yet.
    read : str
        The expression a kernel reads it by: ``{0}``, ``{1}`` are the integers, ``{at}`` is the
        place of the first one.
    by_row : bool
        Whether the value differs from row to row.
    names : dict
        What the expression needs beside the names of `kernels`.
    """

    def __init__(
        self, wanted: str, width: int, convert: Callable[[Any, np.dtype | None], tuple | None],
        read: str, by_row: bool = False, names: dict | None = None,
    ):
        self.wanted = wanted
        self.width = width
        self.convert = convert
        self.read = read
        self.by_row = by_row
        self.names = names or {}

    @property
    def takes_buffer(self) -> bool:
        """Whether a step gives a Buffer."""
        return self.convert in (_buffer, _vector)

    @property
    def may_be_written(self) -> bool:
        """Whether a kernel may write to what a step gives, of which rows differ."""
        return (self.by_row or self.takes_buffer) and "sample_at" not in self.read

    @property
    def follows_dtype(self) -> bool:
        """Whether the numbers are of the dtype that the kernel is compiled for."""
        return self.convert in (_buffer, _vector, _array, _samples)


class RowsAt(NamedTuple):
    """A buffer as a kernel that is no loop over rows sees it: address, numbers between rows."""

    address: int
    stride: int


def _fits(found, wanted):
    return found == wanted if wanted is not None else found.kind == "f"


def array_of(value: Any) -> np.ndarray | None:
    """Return the array that is given, or that a Buffer or a Slot is of; None if there is none."""
    for found in (value, getattr(value, "array", None), getattr(value, "values", None)):
        if isinstance(found, np.ndarray):
            return found
    return None


def _buffer(value, dtype):
    array = getattr(value, "array", None)
    if isinstance(array, np.ndarray) and _fits(array.dtype, dtype):
        return value.address, value.stride
    return None


def _vector(value, dtype):
    return (found := _buffer(value, dtype)) and (*found, value.columns)


def _array(value, dtype, n_dimensions=None):
    """Return address and size of a contiguous array of a dtype, or of a variable."""
    array = value if isinstance(value, np.ndarray) else getattr(value, "values", None)
    is_array = isinstance(array, np.ndarray) and n_dimensions in (None, array.ndim)
    fits = is_array and _fits(array.dtype, dtype) and array.flags.c_contiguous
    return (address_of(array), array.size) if fits else None


def _array_of(dtype):
    return lambda value, _: _array(value, dtype)


def _one_a_row(dtype):
    return lambda value, _: (found := _array(value, dtype, 1)) and found[:1]


def _samples(value, dtype):
    found = _array(value, dtype)
    return (found[0], math.prod(value.shape[1:])) if found else _buffer(value, dtype)


def _count(value, dtype):
    if type(value) is int:  # an abstract class takes longer to ask
        return (value,)
    is_whole = isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
    return (int(value),) if is_whole else None


def _flag(value, dtype):
    return (int(value),) if isinstance(value, bool | np.bool_) else None


def _double(value, dtype):
    """Return the integer whose bits are those of a number."""
    is_number = isinstance(value, float | Real) and not isinstance(value, bool | np.bool_)
    return _INTEGER_OF(_BITS_OF(value)) if is_number else None


def _address(value, dtype):
    if type(value) is int:
        return (value,) if value else None
    found = getattr(value, "address", None)
    if type(found) is int:
        return (found,)
    if isinstance(value, np.ndarray):
        return (address_of(value),) if value.flags.c_contiguous else None
    if isinstance(value, Integral):
        return (int(value),) if value else None
    return (int(found),) if isinstance(found, Integral) else None


def _optional_address(value, dtype):
    if type(value) is int:
        return (value,)
    is_none = value is None or (isinstance(value, Integral) and value == 0)
    return (0,) if is_none else _address(value, dtype)


def _optional_doubles(value, dtype):
    if value is None or isinstance(value, Integral):
        return _optional_address(value, dtype)
    return _one_a_row(_FLOAT64)(value, dtype)


def _callee(value, dtype):
    return (value,) if hasattr(value, "using") and hasattr(value, "address") else None


_ROW = "{0} + i * {1} * ITEMSIZE"
_SAMPLE = "{0} + sample_at(i, run) * {1}"

if typing.TYPE_CHECKING:
    Rows = RowsAt
else:
    Rows = Annotated[Any, Kind("a Buffer", 2, _buffer, "RowsAt({0}, {1})")]
Row = Annotated[Any, Kind("a Buffer", 2, _buffer, f"reals({_ROW}, {{1}})", True)]
RowAddress = Annotated[int, Kind("a Buffer", 2, _buffer, _ROW, True)]
RowVector = Annotated[Any, Kind("a Buffer", 3, _vector, "vector({0}, i * {1}, {2})", True)]
RowDouble = Annotated[Any, Kind(
    "a float64 array of one number a row", 1, _one_a_row(_FLOAT64), "doubles({0} + i * 8, 1)", True
)]
RowInteger = Annotated[Any, Kind(
    "an int64 array of one number a row", 1, _one_a_row(_INT64), "integers({0} + i * 8, 1)", True
)]
SampleRow = Annotated[Any, Kind(
    "an array of samples", 2, _samples, f"reals({_SAMPLE} * ITEMSIZE, {{1}})", True
)]
SampleVector = Annotated[Any, Kind(
    "an array of samples", 2, _samples, "vector({0}, sample_at(i, run) * {1}, {1})", True
)]
SampleBytes = Annotated[Any, Kind(
    "a uint8 array of samples", 2, lambda value, dtype: _samples(value, _UINT8),
    f"bytes_({_SAMPLE}, {{1}})", True,
)]
ResultRow = Annotated[Any, Kind(
    "an array of results", 2, _samples, "reals({0} + (r[FIRST] + i) * {1} * ITEMSIZE, {1})", True
)]
SampleWeight = Annotated[float, Kind(
    "a float64 array or None", 1, _optional_doubles, "sample_weight({0}, sample_at(i, run))", True
)]
RowWeight = Annotated[float, Kind(
    "the address of the rows' weights or 0", 1, _optional_address, "row_weight({0}, i, run)", True
)]
RowKey = Annotated[Any, Kind(
    "a layer's number", 1, _count, "row_key(r[SEED], r[STEP], {0}, i)", True
)]
Reals = Annotated[Any, Kind("a contiguous array or a Slot", 2, _array, "reals({0}, {1})")]
Doubles = Annotated[Any, Kind("a float64 array", 2, _array_of(_FLOAT64), "doubles({0}, {1})")]
Integers = Annotated[Any, Kind("an int64 array", 2, _array_of(_INT64), "integers({0}, {1})")]
Indices = Annotated[Any, Kind("an int32 array", 2, _array_of(_INT32), "indices({0}, {1})")]
Bytes = Annotated[Any, Kind("a uint8 array", 2, _array_of(_UINT8), "bytes_({0}, {1})")]
Count = Annotated[int, Kind("an integer", 1, _count, "{0}")]
Flag = Annotated[bool, Kind("a bool", 1, _flag, "{0} != 0")]
Double = Annotated[float, Kind("a number", 1, _double, "doubles(row + 8 * {at}, 1)[0]")]
Scalar = Annotated[Any, Kind("a number", 1, _double, "real(doubles(row + 8 * {at}, 1)[0])")]
Address = Annotated[int, Kind("an address, or an array, Slot or Buffer", 1, _address, "{0}")]
OptionalAddress = Annotated[int, Kind(
    "an address, or an array, Slot or Buffer, or None", 1, _optional_address, "{0}"
)]
BlockGradient = Annotated[int, Kind(
    "the address of a block's gradient, 0 for the thread's scratch", 1, _optional_address,
    "block_gradient({0}, run)",
)]
Callee = Annotated[int, Kind("a Kernel", 1, _callee, "{0}")]


def kind_of(annotation: Any) -> Kind | None:
    """Return the kind that an annotation stands for, None if it stands for none."""
    if dataclasses.is_dataclass(annotation):
        return _record(annotation)
    marks = getattr(annotation, "__metadata__", ())
    return next((mark for mark in marks if isinstance(mark, Kind)), None)


@functools.cache
def _record(cls):
    """Return the kind of a dataclass of integers and tuples of them."""
    hints = typing.get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    parts, width = [], 0
    for name in names:
        n_numbers = len(typing.get_args(hints[name]))
        numbers = [f"{{{width + place}}}" for place in range(max(1, n_numbers))]
        parts.append(f"({', '.join(numbers)})" if n_numbers else numbers[0])
        width += len(numbers)
    maker = f"{cls.__name__}_of_integers"
    read_all = operator.attrgetter(names[0], *names)  # of a single name too it gives a tuple

    def convert(value, dtype):
        if not isinstance(value, cls):
            return None
        values = read_all(value)[1:]
        if width > len(names):
            values = (n for each in values for n in (each if isinstance(each, tuple) else (each,)))
        return tuple(map(int, values))

    read = f"{maker}({', '.join(parts)})"
    return Kind(f"a {cls.__name__}", width, convert, read, names={maker: namedtuple(maker, names)})
