"""Kernels with named, typed parameters, generated from functions of one row or of a share.

See `fields` for how such a function is written.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from .._naming import did_you_mean
from . import primitives, random, scratch, shares, weights
from .compile import jit
from .fields import Kind, RowsAt, array_of, kind_of
from .primitives import FIELDS, ITEMSIZE, ROW_FIELDS, reals

_OF_RUN = {  # what a kernel may know of the run, by name
    "run": "run", "n_rows": "n_rows", "scratch": "r[SCRATCH]", "first": "r[FIRST]",
}
_OF_ROW = {**_OF_RUN, "i": "i", "sample": "sample_at(i, run)", "begin": "begin"}
_OF_SHARE = {
    **_OF_RUN, "begin": "share_begin(n_rows, run)", "end": "share_end(n_rows, run)",
}
_NAMES = {
    **{name: getattr(primitives, name) for name in (
        "FIRST", "ITEMSIZE", "ROWS", "RUN_FIELDS", "SCRATCH", "SEED", "STEP", "bytes_", "doubles",
        "indices", "integers", "real", "reals", "vector",
    )},
    **{name: getattr(shares, name) for name in ("sample_at", "share_begin", "share_end")},
    "RowsAt": RowsAt, "block_gradient": scratch.block_gradient, "row_key": random.row_key,
    "row_weight": weights.row_weight, "sample_weight": weights.sample_weight,
}


_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


class _Layout(NamedTuple):
    """The fields of a kernel, where each begins in a row of a plan, and what it uses of the run."""

    kinds: dict[str, Kind]
    places: dict[str, int]
    parameters: tuple[str, ...]


class NamedKernel(jit.Kernel):
    """A kernel whose fields have names and kinds: a step gives each by its name."""

    of_run: typing.ClassVar[dict[str, str]] = _OF_SHARE

    @property
    def fields(self) -> dict[str, Kind]:
        """The kinds of the fields by their names, in their order."""
        return self._layout.kinds

    @property
    def walks_rows(self) -> bool:
        """Whether it works on the rows of a share."""
        return {"begin", "end"} <= set(self._layout.parameters) - self.fields.keys()

    def place_of(self, field: str) -> int:
        """Return where in a row of a plan a field begins."""
        self._check_name(field)
        return self._layout.places[field]

    def integers(self, given: Mapping[str, Any], dtype: np.dtype | None = None) -> tuple:
        """Return the fields of a step as a row of a plan has them.

        Parameters
        ----------
        given : mapping
            A value for each field, by its name.
        dtype : numpy.dtype or None
            What the kernel will be compiled for; None where that is not known yet.

        Raises
        ------
        TypeError
            If a field is missing, unknown or of another kind.
        """
        kinds = self._layout.kinds
        if given.keys() != kinds.keys():
            for name in given:
                self._check_name(name)
            missing = ", ".join(repr(name) for name in kinds if name not in given)
            raise TypeError(f"{self._title}: no value for {missing}")
        numbers: list = []
        for name, kind in kinds.items():
            found = kind.convert(given[name], dtype)
            if found is None:
                raise TypeError(
                    f"{self._title}: {name} must be {kind.wanted}, got {_described(given[name])}"
                    + (f", for {dtype}" if dtype is not None else "")
                )
            numbers += found
        return tuple(numbers)

    def dtype_of(self, given: Mapping[str, Any]) -> np.dtype:
        """Return the dtype to compile for: that of the fields that follow it, or float64.

        Raises
        ------
        TypeError
            If they are of several, or of another one than float32 and float64.
        """
        arrays = {
            name: array_of(given[name]) for name, kind in self.fields.items()
            if kind.follows_dtype and name in given
        }
        found = {name: array.dtype for name, array in arrays.items() if array is not None}
        if len(set(found.values())) > 1:
            listed = ", ".join(f"{name} is {dtype}" for name, dtype in found.items())
            raise TypeError(f"{self._title}: fields must be of one dtype, but {listed}")
        dtype = next(iter(found.values()), np.dtype(np.float64))
        if dtype not in _DTYPES:
            names = ", ".join(found)
            raise TypeError(
                f"{self._title}: {names} must be of float32 or float64 in native byte order, got"
                f" {dtype}"
            )
        return dtype

    def _check_name(self, name):
        names = self._layout.kinds
        if name not in names:
            raise TypeError(
                f"{self._title}: has no field {name!r}.{did_you_mean(name, names)} Its fields are"
                f" {', '.join(names)}"
            )

    @property
    def _title(self):
        return f"kernel {self.function.__name__}"

    @functools.cached_property
    def _layout(self):
        return _layout_of(self.function, type(self))

    def _entry(self, dtype, interpreted):
        body = jit.bound(self.function, self.bindings, dtype, interpreted)
        if not interpreted:
            body = jit.inlined(body, self.summing, may_allocate=not self._is_ours())
        return jit.bound(_entry_of(self.function, type(self)), {"body": body}, dtype, interpreted)

    def _source(self):
        """Return the kernel's source: reads the fields, and calls the function with them."""
        _, places, parameters = self._layout
        lines = [
            f"def {self.function.__name__}(row, run):",
            f"f, r = integers(row, {ROW_FIELDS}), integers(run, RUN_FIELDS)",
            "n_rows = r[ROWS]",
        ]
        arguments = [self._read(name, lines) for name in parameters]
        return "\n    ".join([*lines, *self._calls(f"body({', '.join(arguments)})")]) + "\n"

    def _read(self, name, lines):
        """Return the expression of a parameter; add what comes before all rows to the lines."""
        kinds, places, _ = self._layout
        if name not in kinds:
            return self.of_run[name]
        kind, place = kinds[name], places[name]
        numbers = [f"f_{place + n}" for n in range(kind.width)]
        if "{0}" in kind.read:
            lines += [f"{number} = f[{place + n}]" for n, number in enumerate(numbers)]
        expression = kind.read.format(*numbers, at=place)
        if kind.by_row:
            return expression
        lines.append(f"its_{name} = {expression}")
        return f"its_{name}"

    def _calls(self, call):
        return [call]


class RowKernel(NamedKernel):
    """A kernel that does to each row of the batch what its function does to one."""

    of_run: typing.ClassVar[dict[str, str]] = _OF_ROW
    walks_rows = True

    def _calls(self, call):
        return [
            "begin = share_begin(n_rows, run)",
            "for i in range(begin, share_end(n_rows, run)):", f"    {call}",
        ]


@functools.cache
def _layout_of(function, form):
    title = f"kernel {function.__name__}"
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = tuple(inspect.signature(function).parameters)
    kinds, places, place = {}, {}, FIELDS
    for name in parameters:
        kind = kind_of(hints.get(name))
        if kind is None:
            if hints.get(name) is not int or name not in form.of_run:
                raise TypeError(
                    f"{title}: parameter {name} has no field annotation; an int parameter must be"
                    f" one of {', '.join(form.of_run)}"
                )
            continue
        if kind.by_row and form is not RowKernel:
            raise TypeError(f"{title}: {name} is of one row; only a row_kernel has such fields")
        kinds[name], places[name] = kind, place
        place += kind.width
    if place > ROW_FIELDS:
        raise TypeError(
            f"{title}: its fields take {place - FIELDS} integers of the {ROW_FIELDS - FIELDS} that"
            " a row of a plan has; put some of them into an array"
        )
    return _Layout(kinds, places, parameters)


@functools.cache
def _entry_of(function, form):
    """Return the function that reads the fields and calls ``body`` with them."""
    kernel = form(function)
    source, name = kernel._source(), f"<fields of {function.__module__}.{function.__qualname__}>"
    names = dict(_NAMES, __name__=function.__module__)
    for kind in kernel._layout.kinds.values():
        names |= kind.names
    exec(compile(source, name, "exec"), names)
    linecache.cache[name] = len(source), None, source.splitlines(True), name  # for tracebacks
    return names[function.__name__]


def _described(value):
    name, array = type(value).__name__, array_of(value)
    if array is None:
        return f"{value!r:.60}" if isinstance(value, int | float) else name
    order = "" if array.flags.c_contiguous else ", not contiguous"
    return f"{name} of {array.dtype}{order}"


@jit.helper
def row_of(rows, i):
    """Return a row of `Rows`."""
    return reals(rows.address + i * rows.stride * ITEMSIZE, rows.stride)


def row_kernel(function: Callable | None = None, *, summing: bool = False):
    """Make a kernel of a function of one row; ``summing`` lets loops add in any fixed order."""
    if function is None:
        return lambda function: RowKernel(function, summing)
    return RowKernel(function, summing)


def kernel(function: Callable | None = None, *, summing: bool = False):
    """Make a kernel of a function of all of a step's rows, columns or numbers of a block."""
    if function is None:
        return lambda function: NamedKernel(function, summing)
    return NamedKernel(function, summing)
