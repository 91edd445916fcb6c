"""The memory of a recurrent layer, step by step, and the loops over steps that cells are put into.

Rows are independent: a thread takes a block of its rows through all steps without a barrier. What a
step leaves for the backward pass lies by steps, then rows: products read and write rows one behind
the other, and the gradient of a matrix is a sum of products of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...engine.compile.jit import helper
from ...engine.fields import Callee, Flag, Rows, Scalar
from ...engine.kernels import kernel
from ...engine.primitives import ITEMSIZE, integers
from .numbers import add, clear, copy

BLOCK = 64  # rows that go through the steps together
FEW_ROWS = 2  # of a batch, whose inputs are multiplied for all steps at once

forward_step: Any = None  # a cell's, bound by `using`
backward_step: Any = None


@dataclass(frozen=True)
class Steps:
    """Sizes, and the memory of all steps, each of ``rows`` rows.

    Parameters
    ----------
    most : int
        Steps of the longest series.
    rows, units, features : int
    lengths : int
        Address of the series' own numbers of steps; 0 if all have ``most``.
    keeps : int
        1 if each step has memory of its own, 0 if all share one: in prediction of many rows.
    reverse, sequences : int
        Whether series are read from their ends; whether each step is an output.
    x_stride, z_stride, h_stride : int
        Numbers from a row to the next of inputs, gates and states.
    x, z, h, c, s : int
        Addresses of the inputs; the gates, activated, later their gradients; the states, of which
        the first are those before the series; the cells, likewise; the cells squashed.
    extra : int
        Address of numbers that some layers need besides, such as those of `noise`; 0 for none.
    """

    most: int
    rows: int
    units: int
    features: int
    lengths: int
    keeps: int
    reverse: int
    sequences: int
    x_stride: int
    z_stride: int
    h_stride: int
    x: int
    z: int
    h: int
    c: int
    s: int
    extra: int


@dataclass(frozen=True)
class Matrices:
    """What the steps multiply by, as `Steps` are passed.

    Parameters
    ----------
    inputs, states : int
        Addresses of the kernel (features, n) and of the recurrent kernel (units, n).
    stride : int
        Numbers from one of their rows to the next.
    bias, state_bias : int
        Addresses, 0 if there are none.
    """

    inputs: int
    states: int
    stride: int
    bias: int
    state_bias: int


@dataclass(frozen=True)
class Transposed:
    """What the backward steps use besides `Steps`.

    Parameters
    ----------
    inputs, states : int
        Addresses of the transposed kernel (n, features), rows of ``x_stride``, and of the
        transposed recurrent kernel (n, units), rows of ``h_stride``.
    carry, cells : int
        Memory of the gradients of states, and of cells or of what else a cell needs; rows of
        ``h_stride``.
    dx : int
        Memory of the gradient of a step's inputs, rows of ``x_stride``.
    """

    inputs: int
    states: int
    carry: int
    cells: int
    dx: int


@helper
def at_step(base, stride, steps, step, row):
    """Return the address of a row of memory that a step has."""
    return base + (step * steps.keeps * steps.rows + row) * stride * ITEMSIZE


@helper
def length_of(steps, row):
    """Return how many steps a row's series has."""
    return integers(steps.lengths, row + 1)[row] if steps.lengths != 0 else steps.most


@helper
def n_running(steps, first, last, step):
    """Return how many rows from the first on there are up to the last that has a step."""
    n = last - first
    while n > 0 and length_of(steps, first + n - 1) <= step:
        n -= 1
    return n


@helper
def longest_of(steps, first, last):
    """Return the greatest number of steps of some rows."""
    longest = 0
    for row in range(first, last):
        longest = max(longest, length_of(steps, row))
    return longest


@helper
def place_of(steps, step, length):
    """Return the place within the series of a step that is taken."""
    return length - 1 - step if steps.reverse != 0 else step


@helper
def goes_ahead(steps):
    """Whether the inputs of all steps are multiplied at the first one."""
    return steps.keeps != 0 and steps.rows <= FEW_ROWS


@helper
def take_inputs(steps, x, first, n, step):
    """Copy the inputs of a step of some rows."""
    for row in range(first, first + n):
        length = length_of(steps, row)
        if step < length:
            place = place_of(steps, step, length) * steps.features
            copy(at_step(steps.x, steps.x_stride, steps, step, row),
                 x.address + (row * x.stride + place) * ITEMSIZE, steps.features)


@kernel
def go_forward(
    gemm: Callee, steps: Steps, matrices: Matrices, x: Rows, y: Rows, parameter: Scalar,
    begin: int, end: int, scratch: int, run: int,
) -> None:
    """H (rows, most, units), or the last state, of X (rows, most, features)."""
    units = steps.units
    for first in range(begin, end, BLOCK):
        last = min(first + BLOCK, end)
        for row in range(first, last):
            clear(at_step(steps.h, steps.h_stride, steps, 0, row), units)
            if steps.c != 0:
                clear(at_step(steps.c, steps.h_stride, steps, 0, row), units)
        longest, ahead = longest_of(steps, first, last), goes_ahead(steps)
        for step in range(longest if ahead else 0):
            take_inputs(steps, x, first, last - first, step)
        for step in range(longest):
            n = n_running(steps, first, last, step)
            if not ahead:
                take_inputs(steps, x, first, n, step)
            forward_step(gemm, steps, matrices, parameter, scratch, run, first, n, step)
            if steps.sequences != 0:
                for row in range(first, first + n):
                    length = length_of(steps, row)
                    if step < length:
                        place = place_of(steps, step, length)
                        copy(y.address + (row * y.stride + place * units) * ITEMSIZE,
                             at_step(steps.h, steps.h_stride, steps, step + 1, row), units)
        for row in range(first, last):
            length, target = length_of(steps, row), y.address + row * y.stride * ITEMSIZE
            if steps.sequences != 0:
                clear(target + length * units * ITEMSIZE, (steps.most - length) * units)
            else:
                copy(target, at_step(steps.h, steps.h_stride, steps, length, row), units)


@kernel
def go_on(
    gemm: Callee, steps: Steps, matrices: Matrices, x: Rows, y: Rows, parameter: Scalar,
    begin: int, end: int, scratch: int, run: int,
) -> None:
    """H (rows, units) of X (rows, features): one step, from the states that the memory holds."""
    for first in range(begin, end, BLOCK):
        last = min(first + BLOCK, end)
        for row in range(first, last):
            copy(at_step(steps.x, steps.x_stride, steps, 0, row),
                 x.address + row * x.stride * ITEMSIZE, steps.features)
        forward_step(gemm, steps, matrices, parameter, scratch, run, first, last - first, 0)
        for row in range(first, last):
            copy(y.address + row * y.stride * ITEMSIZE,
                 at_step(steps.h, steps.h_stride, steps, 1, row), steps.units)


@helper
def _take_gradient(steps, back, dy, row, step):
    """Add the gradient of a row's output of a step to that of its state."""
    length, units = length_of(steps, row), steps.units
    if step < length:
        place = place_of(steps, step, length) if steps.sequences != 0 else 0
        if steps.sequences != 0 or step == length - 1:
            add(back.carry + row * steps.h_stride * ITEMSIZE,
                dy.address + (row * dy.stride + place * units) * ITEMSIZE, units)


@helper
def _give_gradient(steps, back, dx, row, step):
    """Write the gradient of a row's inputs of a step."""
    length, n_features = length_of(steps, row), steps.features
    if step < length:
        place = place_of(steps, step, length)
        copy(dx.address + (row * dx.stride + place * n_features) * ITEMSIZE,
             back.dx + row * steps.x_stride * ITEMSIZE, n_features)


@kernel
def go_back(
    gemm: Callee, steps: Steps, back: Transposed, dy: Rows, dx: Rows, wanted: Flag,
    begin: int, end: int, scratch: int, run: int,
) -> None:
    """Gradients of the gates by that of the outputs, dX (rows, most, features) if ``wanted``."""
    n_features, units, n_gates = steps.features, steps.units, steps.z_stride
    for first in range(begin, end, BLOCK):
        last = min(first + BLOCK, end)
        for row in range(first, last):
            clear(back.carry + row * steps.h_stride * ITEMSIZE, units)
            clear(back.cells + row * steps.h_stride * ITEMSIZE, units)
        longest = longest_of(steps, first, last)
        for step in range(longest, steps.most):  # other threads may not know their lengths yet
            for row in range(first, last):
                clear(at_step(steps.z, steps.z_stride, steps, step, row), n_gates)
        for step in range(longest - 1, -1, -1):
            n = n_running(steps, first, last, step)
            for row in range(first, last):
                if step >= length_of(steps, row):
                    clear(at_step(steps.z, steps.z_stride, steps, step, row), n_gates)
            for row in range(first, first + n):
                _take_gradient(steps, back, dy, row, step)
            backward_step(gemm, steps, back, wanted, scratch, run, first, n, step)
            if wanted:
                for row in range(first, first + n):
                    _give_gradient(steps, back, dx, row, step)
        if wanted:
            for row in range(first, last):
                length = length_of(steps, row)
                clear(dx.address + (row * dx.stride + length * n_features) * ITEMSIZE,
                      (steps.most - length) * n_features)
