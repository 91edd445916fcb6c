"""Kernels of categories: codes of a batch to one-hot columns and vectors, and back."""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.compile.jit import helper
from ...engine.fields import Address, BlockGradient, Count, Flag, Integers, Row, RowAddress, Rows
from ...engine.kernels import kernel, row_kernel
from ...engine.lanes import load, plus, store
from ...engine.primitives import ITEMSIZE, indices, integers, real, reals
from ...engine.tiles import LANES


@dataclass(frozen=True)
class CodeColumns:
    """Some columns of a batch's codes, as kernels see them.

    Parameters
    ----------
    codes : int
        Address of (rows, n_codes) int32.
    n_codes : int
    columns : int
        Address of the columns' numbers, int64.
    n_columns : int
    """

    codes: int
    n_codes: int
    columns: int
    n_columns: int


@row_kernel
def read_codes(
    x: Row, begin: Count, n_codes: Count, n_categories: Integers, codes: Address, i: int
) -> None:
    """Codes (n), int32, of the last numbers of X; 0 for those out of range."""
    target = indices(codes + i * n_codes * 4, n_codes)
    for c in range(n_codes):
        number = x[begin + c]
        target[c] = int(number) if number > real(0.0) and number < n_categories[c] else 0


@helper
def _code(codes, i, c):
    """Return the code of a row in one of some columns, given `CodeColumns`."""
    own = indices(codes.codes + i * codes.n_codes * 4, codes.n_codes)
    return int(own[integers(codes.columns, codes.n_columns)[c]])


@row_kernel
def one_hot_columns(
    codes: CodeColumns, widths: Integers, y: Row, place: Count, i: int
) -> None:
    """Y from place on = one-hot columns of some columns of codes."""
    at = place
    for c in range(codes.n_columns):
        code, width = _code(codes, i, c), widths[c]
        for j in range(width):
            y[at + j] = real(0.0)
        if width == 1 and code == 2:
            y[at] = real(-1.0)
        elif code > 0:
            y[at + code - 1] = real(1.0)
        at += width


@helper
def _add_vector(target, source, size):
    """Add a vector to another one, both at addresses."""
    for j in range(0, size, LANES):
        n, at = min(LANES, size - j), j * ITEMSIZE
        store(target + at, plus(load(target + at, n), load(source + at, n)), n)


@row_kernel
def look_up(
    codes: CodeColumns, starts: Integers, vectors: Address, size: Count, y: RowAddress,
    place: Count, i: int,
) -> None:
    """Y from place on = the vectors (size) of some columns of codes."""
    target = y + place * ITEMSIZE
    for c in range(codes.n_columns):
        source = vectors + (starts[c] + _code(codes, i, c)) * size * ITEMSIZE
        for j in range(0, size, LANES):
            n, at = min(LANES, size - j), j * ITEMSIZE
            store(target + at, load(source + at, n), n)
        target += size * ITEMSIZE


@row_kernel
def numbers_backward(gradient: Row, result: Row, n_numbers: Count, columns: Count) -> None:
    """dX (n) = dY of the numbers, then zeros: codes have no gradient."""
    for j in range(n_numbers):
        result[j] = gradient[j]
    for j in range(n_numbers, columns):
        result[j] = real(0.0)


@kernel
def vectors_gradient(
    codes: CodeColumns, starts: Integers, size: Count, gradient: Rows, place: Count, begin: Count,
    end: Count, adds: Flag, block: BlockGradient, n_rows: int,
) -> None:
    """g (vectors, size) (+)= sum of dY (rows, columns, size) over where each vector stands."""
    total = reals(block, (end - begin) * size)
    for j in range(0 if adds else (end - begin) * size):
        total[j] = real(0.0)
    for i in range(n_rows):
        source = gradient.address + (i * gradient.stride + place) * ITEMSIZE
        for c in range(codes.n_columns):
            vector = starts[c] + _code(codes, i, c)
            if begin <= vector and vector < end:
                target = block + (vector - begin) * size * ITEMSIZE
                _add_vector(target, source + c * size * ITEMSIZE, size)
