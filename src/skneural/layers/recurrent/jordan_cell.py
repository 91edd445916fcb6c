"""The steps of the recurrent network of Jordan.

A row of gates has the hidden units' slopes, later the gradients of their arguments, their values,
the gradients of these, and the outputs, later their gradients.
"""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.primitives import ITEMSIZE, integers, reals
from .gates import (
    activate,
    add_product,
    begin_product,
    inputs_product,
    inputs_product_backward,
)
from .numbers import add, clear, copy, multiply
from .steps import at_step, length_of, place_of

# the numbers of the memory that `Steps.extra` is the address of
HIDDEN = 0  # units
DECAY = 1  # address of the share of the context that stays
OUTPUTS = 2  # address of the output kernel, and numbers from one of its rows to the next
OUTPUTS_STRIDE = 3
BIAS = 4  # address of the outputs' bias, 0 if there is none
TRANSPOSED = 5  # address of the output kernel transposed, and numbers between its rows
TRANSPOSED_STRIDE = 6
TARGETS = 7  # address of the targets that are the context in training, 0 for the outputs
TARGETS_STRIDE = 8  # numbers from a row to the next
JORDAN_FIELDS = 9


@helper
def jordan_of(steps):
    """Return the numbers that tell a layer's outputs."""
    return integers(steps.extra, JORDAN_FIELDS)


@helper
def decayed(target, source, factor, n):
    """X (n) = factor * S, a factor at an address."""
    values, numbers, share = reals(target, n), reals(source, n), reals(factor, 1)[0]
    for j in range(n):
        values[j] = share * numbers[j]


@helper
def jordan_step(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    """Outputs and contexts (rows, units), by the hidden units."""
    jordan, units, stride = jordan_of(steps), steps.units, steps.h_stride
    hidden, part = jordan[HIDDEN], jordan[HIDDEN] * ITEMSIZE
    all_z = at_step(steps.z, steps.z_stride, steps, step, first)
    inputs_product(gemm, steps, matrices, hidden, scratch, run, first, n, step)
    add_product(gemm, scratch, run, at_step(steps.c, stride, steps, step, first), stride,
                matrices.states, matrices.stride, all_z, steps.z_stride, (n, units, hidden))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            activate(z, z + part, hidden, parameter)
    begin_product(gemm, scratch, run, jordan[BIAS], all_z + part, steps.z_stride,
                  jordan[OUTPUTS], jordan[OUTPUTS_STRIDE], all_z + 3 * part, steps.z_stride,
                  (n, hidden, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            outputs = at_step(steps.z, steps.z_stride, steps, step, row) + 3 * part
            after = at_step(steps.c, stride, steps, step + 1, row)
            copy(at_step(steps.h, stride, steps, step + 1, row), outputs, units)
            decayed(after, at_step(steps.c, stride, steps, step, row), jordan[DECAY], units)
            context = outputs
            if jordan[TARGETS] != 0:
                place = place_of(steps, step, length_of(steps, row))
                begin = row * jordan[TARGETS_STRIDE] + place * units
                context = jordan[TARGETS] + begin * ITEMSIZE
            add(after, context, units)


@helper
def jordan_step_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    """Gradients of hidden units and of the context before, by those of outputs and context."""
    jordan, units, stride = jordan_of(steps), steps.units, steps.h_stride
    hidden, part = jordan[HIDDEN], jordan[HIDDEN] * ITEMSIZE
    all_z = at_step(steps.z, steps.z_stride, steps, step, first)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            outputs = at_step(steps.z, steps.z_stride, steps, step, row) + 3 * part
            copy(outputs, back.carry + row * stride * ITEMSIZE, units)
            if jordan[TARGETS] == 0:
                add(outputs, back.cells + row * stride * ITEMSIZE, units)
    begin_product(gemm, scratch, run, 0, all_z + 3 * part, steps.z_stride, jordan[TRANSPOSED],
                  jordan[TRANSPOSED_STRIDE], all_z + 2 * part, steps.z_stride,
                  (n, units, hidden))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            multiply(z, z, z + 2 * part, hidden)
    begin_product(gemm, scratch, run, 0, all_z, steps.z_stride, back.states, stride,
                  back.carry + first * stride * ITEMSIZE, stride, (n, hidden, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            place = row * stride * ITEMSIZE
            carry, cells = back.carry + place, back.cells + place
            decayed(cells, cells, jordan[DECAY], units)
            add(cells, carry, units)
            clear(carry, units)
    if wanted:
        inputs_product_backward(gemm, steps, back, hidden, scratch, run, first, n, step)
