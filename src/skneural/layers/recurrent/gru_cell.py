"""The steps of gated recurrent units, whose reset gate acts after or before the product."""

from __future__ import annotations

from ...engine.compile.jit import Helper, helper
from ...engine.lanes import load, minus, multiply_add, spread, store, times
from ...engine.primitives import ITEMSIZE, real
from ...engine.tiles import LANES
from .gates import (
    add_product,
    add_states_product_backward,
    begin_product,
    inputs_product,
    inputs_product_backward,
    slope_of,
    slope_of_sign,
    squash,
    squash_to_sign,
    states_at,
    states_product,
    sums_at,
)
from .numbers import add, multiply
from .steps import at_step, length_of


@helper
def _blend(z, before, h, units):
    """H (units) = update * before + (1 - update) * new, given the gates Z (4, units)."""
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        new = load(z + (2 * units + j) * ITEMSIZE, n)
        difference = minus(load(before + place, n), new)
        store(h + place, multiply_add(load(z + place, n), difference, new), n)


@helper
def _blend_backward(z, before, carry, units):
    """Write the gradients of the gates update and new in their place; dH *= update."""
    part = 2 * units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        update, new = load(z + place, n), load(z + part + place, n)
        dh = load(carry + place, n)
        of_update = times(dh, minus(load(before + place, n), new))
        of_new = times(dh, minus(spread(real(1.0)), update))
        store(z + place, slope_of(update, of_update), n)
        store(z + part + place, slope_of_sign(new, of_new), n)
        store(carry + place, times(dh, update), n)


@helper
def product_of_new(gemm, steps, matrices, scratch, run, first, n, step):
    """Z (rows, units), the fourth = H U + bias, of the new state."""
    units, part = steps.units, 2 * steps.units * ITEMSIZE
    begin_product(gemm, scratch, run, matrices.state_bias + part if matrices.state_bias != 0 else 0,
                  states_at(steps, step, first), steps.h_stride,
                  matrices.states + part, matrices.stride,
                  at_step(steps.z, steps.z_stride, steps, step, first) + 3 * units * ITEMSIZE,
                  steps.z_stride, (n, units, units))


@helper
def add_product_of_new_backward(gemm, steps, back, scratch, run, first, n, step):
    """dH (rows, units) += that of the new state."""
    units, stride = steps.units, steps.h_stride
    add_product(gemm, scratch, run,
                at_step(steps.z, steps.z_stride, steps, step, first) + 3 * units * ITEMSIZE,
                steps.z_stride, back.states + 2 * units * stride * ITEMSIZE, stride,
                sums_at(steps, back, first), stride, (n, units, units))


@helper
def add_product_of_reset(gemm, steps, matrices, scratch, run, first, n, step):
    """Z (rows, units), the third += (reset * H) U, of the new state."""
    part, z = steps.units * ITEMSIZE, at_step(steps.z, steps.z_stride, steps, step, first)
    add_product(gemm, scratch, run, z + 3 * part, steps.z_stride, matrices.states + 2 * part,
                matrices.stride, z + 2 * part, steps.z_stride, (n, steps.units, steps.units))


@helper
def product_of_reset_backward(gemm, steps, back, scratch, run, first, n, step):
    """Gradient (rows, units) of the states times the reset gate."""
    units, stride = steps.units, steps.h_stride
    begin_product(gemm, scratch, run, 0,
                  at_step(steps.z, steps.z_stride, steps, step, first) + 2 * units * ITEMSIZE,
                  steps.z_stride, back.states + 2 * units * stride * ITEMSIZE, stride,
                  back.cells + first * stride * ITEMSIZE, stride, (n, units, units))


@helper
def _reset_after(z, bias, units):
    """Activate the gates Z (4, units): new = tanh(of inputs + reset * of states)."""
    if bias != 0:
        add(z, bias, 2 * units)
    squash(z, 2 * units)
    new = z + 2 * units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, of_states = load(z + (units + j) * ITEMSIZE, n), new + units * ITEMSIZE
        value = multiply_add(reset, load(of_states + place, n), load(new + place, n))
        store(new + place, value, n)
    squash_to_sign(new, units)


@helper
def _reset_after_backward(z, units):
    """Write the gradients of the reset gate, and of what it multiplied."""
    part = units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, of_new = load(z + part + place, n), load(z + 2 * part + place, n)
        of_states = load(z + 3 * part + place, n)
        store(z + part + place, slope_of(reset, times(of_new, of_states)), n)
        store(z + 3 * part + place, times(of_new, reset), n)


@helper
def step_after(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    units = steps.units
    inputs_product(gemm, steps, matrices, 3 * units, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, 2 * units, scratch, run, first, n, step)
    product_of_new(gemm, steps, matrices, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            _reset_after(z, matrices.state_bias, units)
            _blend(z, at_step(steps.h, steps.h_stride, steps, step, row),
                   at_step(steps.h, steps.h_stride, steps, step + 1, row), units)


@helper
def step_after_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    units = steps.units
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            _blend_backward(z, at_step(steps.h, steps.h_stride, steps, step, row),
                            back.carry + row * steps.h_stride * ITEMSIZE, units)
            _reset_after_backward(z, units)
    add_states_product_backward(gemm, steps, back, 2 * units, scratch, run, first, n, step)
    add_product_of_new_backward(gemm, steps, back, scratch, run, first, n, step)
    if wanted:
        inputs_product_backward(gemm, steps, back, 3 * units, scratch, run, first, n, step)


@helper
def _reset_before_backward(z, before, carry, of_reset, units):
    """Write the gradient of the reset gate; add that of the state it multiplied."""
    part = units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, gradient = load(z + part + place, n), load(of_reset + place, n)
        of_gate = times(gradient, load(before + place, n))
        store(z + part + place, slope_of(reset, of_gate), n)
        store(carry + place, multiply_add(gradient, reset, load(carry + place, n)), n)


@helper
def step_before(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    units, part = steps.units, steps.units * ITEMSIZE
    inputs_product(gemm, steps, matrices, 3 * units, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, 2 * units, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            squash(z, 2 * units)
            multiply(z + 3 * part, z + part, states_at(steps, step, row), units)
    add_product_of_reset(gemm, steps, matrices, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            squash_to_sign(z + 2 * part, units)
            _blend(z, at_step(steps.h, steps.h_stride, steps, step, row),
                   at_step(steps.h, steps.h_stride, steps, step + 1, row), units)


@helper
def step_before_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    units, stride = steps.units, steps.h_stride
    for row in range(first, first + n):
        if step < length_of(steps, row):
            _blend_backward(at_step(steps.z, steps.z_stride, steps, step, row),
                            at_step(steps.h, stride, steps, step, row),
                            back.carry + row * stride * ITEMSIZE, units)
    product_of_reset_backward(gemm, steps, back, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            _reset_before_backward(at_step(steps.z, steps.z_stride, steps, step, row),
                                   states_at(steps, step, row), sums_at(steps, back, row),
                                   back.cells + row * stride * ITEMSIZE, units)
    add_states_product_backward(gemm, steps, back, 2 * units, scratch, run, first, n, step)
    if wanted:
        inputs_product_backward(gemm, steps, back, 3 * units, scratch, run, first, n, step)


PRODUCTS_OF_NEW: dict[str, Helper] = {
    "product_of_new": product_of_new,
    "add_product_of_reset": add_product_of_reset,
    "add_product_of_new_backward": add_product_of_new_backward,
    "product_of_reset_backward": product_of_reset_backward,
}
