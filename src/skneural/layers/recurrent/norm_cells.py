"""Layer normalisation of an LSTM's cells and of a GRU's new state, and gradients of scales."""

from __future__ import annotations

from ...engine.compile.jit import Helper, helper
from ...engine.fields import BlockGradient, Count, Flag
from ...engine.kernels import kernel
from ...engine.lanes import load, store, times
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.steps import Step
from ...engine.tiles import LANES
from .._base import Slot
from .gates import add_product, begin_product, slope_of_sign, squash_to_sign, states_at, sums_at
from .gradients import Gates
from .norm import (
    CELL_SCALE,
    CELL_SHIFT,
    STATE_SCALE,
    add_scaled,
    inverse_at,
    norm_of,
    part_of,
    put_scaled,
    standardise,
    standardise_backward,
)
from .numbers import add, copy
from .steps import Steps, at_step, length_of, longest_of, n_running


@helper
def squash_normal_cells(steps, z, squashed, units):
    """X (units) = tanh(scale * X standardised + shift)."""
    norm, standard = norm_of(steps), part_of(steps, z, 4)
    copy(standard, squashed, units)
    standardise(standard, units, inverse_at(steps, z, 4))
    put_scaled(squashed, norm[CELL_SCALE], standard, norm[CELL_SHIFT], units)
    squash_to_sign(squashed, units)


@helper
def add_normal_cells_gradient(steps, z, squashed, carry, cells, units):
    """Add to the gradient of the cells that by way of the state."""
    part, standard = units * ITEMSIZE, part_of(steps, z, 4)
    argument, gradient = standard + part, standard + 2 * part
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        of_squashed = times(load(carry + place, n), load(z + 3 * part + place, n))
        store(argument + place, slope_of_sign(load(squashed + place, n), of_squashed), n)
    standardise_backward(gradient, argument, norm_of(steps)[CELL_SCALE], standard, units,
                         inverse_at(steps, z, 4))
    add(cells, gradient, units)


@helper
def given_cell_gradient(squashed, output, of_state, of_cell):
    """Return the gradient of the cells, a vector, which has all its parts."""
    return of_cell


@helper
def _new_product(gemm, steps, matrices, left, left_stride, scratch, run, first, n, step):
    """Standardise the product with the last columns of the recurrent kernel."""
    units, part = steps.units, 2 * steps.units * ITEMSIZE
    product = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 3) + part
    begin_product(gemm, scratch, run, 0, left, left_stride, matrices.states + part,
                  matrices.stride, product, steps.z_stride, (n, units, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            standardise(part_of(steps, z, 3) + part, units, inverse_at(steps, z, 3))


@helper
def normal_product_of_new(gemm, steps, matrices, scratch, run, first, n, step):
    """Z (rows, units), the fourth = scale * H U standardised + bias."""
    units, part = steps.units, 2 * steps.units * ITEMSIZE
    bias = matrices.state_bias + part if matrices.state_bias != 0 else 0
    _new_product(gemm, steps, matrices, states_at(steps, step, first), steps.h_stride, scratch,
                 run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            put_scaled(z + 3 * units * ITEMSIZE, norm_of(steps)[STATE_SCALE] + part,
                       part_of(steps, z, 3) + part, bias, units)


@helper
def add_normal_product_of_reset(gemm, steps, matrices, scratch, run, first, n, step):
    """Z (rows, units), the third += scale * (reset * H) U standardised."""
    units, part = steps.units, 2 * steps.units * ITEMSIZE
    left = at_step(steps.z, steps.z_stride, steps, step, first) + 3 * units * ITEMSIZE
    _new_product(gemm, steps, matrices, left, steps.z_stride, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            add_scaled(z + part, norm_of(steps)[STATE_SCALE] + part,
                       part_of(steps, z, 3) + part, units)


@helper
def _new_product_backward(steps, gate, first, n, step):
    """Find the gradient of the product, given that of a gate; return its address."""
    units, part = steps.units, 2 * steps.units * ITEMSIZE
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            standardise_backward(part_of(steps, z, 1) + part, z + gate * units * ITEMSIZE,
                                 norm_of(steps)[STATE_SCALE] + part, part_of(steps, z, 3) + part,
                                 units, inverse_at(steps, z, 3))
    return part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 1) + part


@helper
def add_normal_product_of_new_backward(gemm, steps, back, scratch, run, first, n, step):
    """dH (rows, units) += that of the new state."""
    units, stride = steps.units, steps.h_stride
    gradient = _new_product_backward(steps, 3, first, n, step)
    add_product(gemm, scratch, run, gradient, steps.z_stride,
                back.states + 2 * units * stride * ITEMSIZE, stride, sums_at(steps, back, first),
                stride, (n, units, units))


@helper
def normal_product_of_reset_backward(gemm, steps, back, scratch, run, first, n, step):
    """Gradient (rows, units) of the states times the reset gate."""
    units, stride = steps.units, steps.h_stride
    gradient = _new_product_backward(steps, 2, first, n, step)
    begin_product(gemm, scratch, run, 0, gradient, steps.z_stride,
                  back.states + 2 * units * stride * ITEMSIZE, stride,
                  back.cells + first * stride * ITEMSIZE, stride, (n, units, units))


NORMAL_CELLS: dict[str, Helper] = {
    "squash_cells": squash_normal_cells,
    "add_cells_gradient": add_normal_cells_gradient,
    "cell_gradient": given_cell_gradient,
}
NORMAL_NEW: dict[str, Helper] = {
    "product_of_new": normal_product_of_new,
    "add_product_of_reset": add_normal_product_of_reset,
    "add_product_of_new_backward": add_normal_product_of_new_backward,
    "product_of_reset_backward": normal_product_of_reset_backward,
}


@kernel
def scale_gradient(
    steps: Gates, gate: Count, standard: Count, size: Count, adds: Flag, block: BlockGradient,
    n_rows: int,
) -> None:
    """g (n) (+)= sum over steps and rows of dZ (rows, n) * standardised (rows, n)."""
    total = reals(block, size)
    for j in range(0 if adds else size):
        total[j] = real(0.0)
    for step in range(longest_of(steps, 0, n_rows)):
        for row in range(n_running(steps, 0, n_rows, step)):
            place = at_step(steps.z, steps.z_stride, steps, step, row)
            gradient = reals(place + gate * ITEMSIZE, size)
            values = reals(place + standard * ITEMSIZE, size)
            for j in range(size):
                total[j] += gradient[j] * values[j]


def add_scale_gradient(
    plan: Plan, steps: Steps, variable: Slot, parts: list[tuple[int, int]], standard: int
) -> None:
    """Add the gradient of a scale, in parts: how many numbers, and the first of their gates."""
    if not variable.trained:
        return
    places, begin = {}, 0
    for size, gate in parts:
        places[begin, begin + size] = gate
        begin += size

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            scale_gradient, steps=Gates.of(steps), gate=places[first, last],
            standard=standard + first, size=last - first, adds=adds,
            block=variable.gradient_at(first),
        )

    plan.gradient(variable.offset, list(places), step, divisible=False)
