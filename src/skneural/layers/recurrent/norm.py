"""Layer normalisation within the steps of a recurrent layer.

The row of a step's gates has the places for it behind the gates, and is cleared with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...engine.compile.jit import Helper, helper
from ...engine.lanes import load, multiply_add, plus, store, times
from ...engine.primitives import ITEMSIZE, integers, real, reals
from ...engine.tiles import LANES
from .._base import Slot
from .gates import add_product, begin_product, states_at, sums_at
from .noise import NOISE_FIELDS
from .steps import at_step, length_of

EPSILON = 1e-5  # added to variances

# further numbers of the memory that `Steps.extra` is the address of
INPUT_SCALE = NOISE_FIELDS  # addresses of the variables
STATE_SCALE = NOISE_FIELDS + 1
CELL_SCALE = NOISE_FIELDS + 2
CELL_SHIFT = NOISE_FIELDS + 3
COLUMNS = NOISE_FIELDS + 4  # of a product
GROUP = NOISE_FIELDS + 5  # the first of them that are normalised together; the others are, too
PLACE = NOISE_FIELDS + 6  # of the first number behind the gates
EXTRA_FIELDS = NOISE_FIELDS + 7
N_INVERSES = 8


@dataclass(frozen=True)
class Places:
    """Columns of a row of gates: what normalisation keeps of a step.

    Parameters
    ----------
    of_inputs, of_states : int
        Gradients of both products.
    inputs, states : int
        The products, standardised.
    cells, of_cells : int
        The cells, standardised, and the gradient of their argument of tanh.
    width : int
        Of the whole row.
    """

    of_inputs: int
    of_states: int
    inputs: int
    states: int
    cells: int
    of_cells: int
    width: int

    @classmethod
    def behind(cls, gates: int, columns: int, units: int) -> Places:
        """Return those behind so many numbers of gates."""
        cells = gates + 4 * columns
        return cls(
            gates, gates + columns, gates + 2 * columns, gates + 3 * columns, cells,
            cells + units, cells + 3 * units + N_INVERSES,
        )


def add_norm(extra: np.ndarray, slots: dict[str, Slot], sizes: tuple[int, int, int]) -> None:
    """Say where variables and places are; sizes are columns, group and gates."""
    extra[[INPUT_SCALE, STATE_SCALE]] = slots["input_scale"].address, slots["state_scale"].address
    if "cell_scale" in slots:
        extra[[CELL_SCALE, CELL_SHIFT]] = slots["cell_scale"].address, slots["cell_shift"].address
    extra[[COLUMNS, GROUP, PLACE]] = sizes


@helper
def norm_of(steps):
    """Return the numbers that tell a layer's normalisation."""
    return integers(steps.extra, EXTRA_FIELDS)


@helper
def part_of(steps, z, part):
    """Return the address of a product's part of a row: 0 and 1 gradients, 2 and 3 values."""
    norm = norm_of(steps)
    return z + (norm[PLACE] + part * norm[COLUMNS]) * ITEMSIZE


@helper
def inverse_at(steps, z, number):
    """Return the address of one of a row's inverse deviations."""
    norm = norm_of(steps)
    return z + (norm[PLACE] + 4 * norm[COLUMNS] + 3 * steps.units + number) * ITEMSIZE


@helper(summing=True)
def standardise(address, n, inverse):
    """X (n) = (X - mean) / deviation, of which the inverse is written."""
    x = reals(address, n)
    mean, variance = 0.0, 0.0
    for j in range(n):
        mean += x[j]
    mean /= n
    for j in range(n):
        variance += (x[j] - mean) ** 2
    centre, factor = real(mean), real(1.0 / np.sqrt(variance / n + EPSILON))
    for j in range(n):
        x[j] = (x[j] - centre) * factor
    reals(inverse, 1)[0] = factor


@helper(summing=True)
def standardise_backward(target, gradient, scale, standard, n, inverse):
    """dX (n) of what was standardised, given the gradient of scale * standard."""
    dx, dy = reals(target, n), reals(gradient, n)
    factors, z = reals(scale, n), reals(standard, n)
    total, along = 0.0, 0.0
    for j in range(n):
        scaled = dy[j] * factors[j]
        total += scaled
        along += scaled * z[j]
    mean, slope, factor = real(total / n), real(along / n), reals(inverse, 1)[0]
    for j in range(n):
        dx[j] = factor * (dy[j] * factors[j] - mean - z[j] * slope)


@helper
def put_scaled(target, scale, standard, bias, n):
    """X (n) = scale * standard + bias, an address or 0."""
    for j in range(0, n, LANES):
        count, place = min(LANES, n - j), j * ITEMSIZE
        value = times(load(scale + place, count), load(standard + place, count))
        if bias != 0:
            value = plus(value, load(bias + place, count))
        store(target + place, value, count)


@helper
def add_scaled(target, scale, standard, n):
    """X (n) += scale * standard."""
    for j in range(0, n, LANES):
        count, place = min(LANES, n - j), j * ITEMSIZE
        value = multiply_add(
            load(scale + place, count), load(standard + place, count), load(target + place, count)
        )
        store(target + place, value, count)


@helper
def normal_inputs_product(gemm, steps, matrices, columns, scratch, run, first, n, step):
    """Z (rows, columns) = scale * X W standardised + bias."""
    norm = norm_of(steps)
    product = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 2)
    begin_product(gemm, scratch, run, 0,
                  at_step(steps.x, steps.x_stride, steps, step, first), steps.x_stride,
                  matrices.inputs, matrices.stride, product, steps.z_stride,
                  (n, steps.features, columns))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z, group = at_step(steps.z, steps.z_stride, steps, step, row), norm[GROUP]
            product = part_of(steps, z, 2)
            standardise(product, group, inverse_at(steps, z, 0))
            if group < columns:
                standardise(product + group * ITEMSIZE, columns - group, inverse_at(steps, z, 1))
            put_scaled(z, norm[INPUT_SCALE], product, matrices.bias, columns)


@helper
def normal_states_product(gemm, steps, matrices, columns, scratch, run, first, n, step):
    """Z (rows, columns) += scale * H U standardised, of the first group of columns."""
    product = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 3)
    begin_product(gemm, scratch, run, 0, states_at(steps, step, first), steps.h_stride,
                  matrices.states, matrices.stride, product, steps.z_stride,
                  (n, steps.units, columns))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            product = part_of(steps, z, 3)
            standardise(product, columns, inverse_at(steps, z, 2))
            add_scaled(z, norm_of(steps)[STATE_SCALE], product, columns)


@helper
def _products_backward(steps, first, n, step):
    """Find the gradients of the inputs' product, and of the states' first group."""
    norm = norm_of(steps)
    group, rest = norm[GROUP], norm[COLUMNS] - norm[GROUP]
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            of_inputs, inputs, more = part_of(steps, z, 0), part_of(steps, z, 2), group * ITEMSIZE
            standardise_backward(of_inputs, z, norm[INPUT_SCALE], inputs, group,
                                 inverse_at(steps, z, 0))
            if rest > 0:
                standardise_backward(of_inputs + more, z + more, norm[INPUT_SCALE] + more,
                                     inputs + more, rest, inverse_at(steps, z, 1))
            standardise_backward(part_of(steps, z, 1), z, norm[STATE_SCALE],
                                 part_of(steps, z, 3), group, inverse_at(steps, z, 2))


@helper
def normal_states_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dH (rows, units), given dZ (rows, columns)."""
    _products_backward(steps, first, n, step)
    gradient = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 1)
    begin_product(gemm, scratch, run, 0, gradient, steps.z_stride, back.states, steps.h_stride,
                  sums_at(steps, back, first), steps.h_stride, (n, columns, steps.units))


@helper
def add_normal_states_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dH (rows, units) += that of the first columns, given dZ."""
    _products_backward(steps, first, n, step)
    gradient = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 1)
    add_product(gemm, scratch, run, gradient, steps.z_stride, back.states, steps.h_stride,
                sums_at(steps, back, first), steps.h_stride, (n, columns, steps.units))


@helper
def normal_inputs_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dX (rows, features), given the gradient of the product."""
    gradient = part_of(steps, at_step(steps.z, steps.z_stride, steps, step, first), 0)
    begin_product(gemm, scratch, run, 0, gradient, steps.z_stride, back.inputs, steps.x_stride,
                  back.dx + first * steps.x_stride * ITEMSIZE, steps.x_stride,
                  (n, columns, steps.features))


NORMAL_PRODUCTS: dict[str, Helper] = {
    "inputs_product": normal_inputs_product,
    "states_product": normal_states_product,
    "states_product_backward": normal_states_product_backward,
    "add_states_product_backward": add_normal_states_product_backward,
    "inputs_product_backward": normal_inputs_product_backward,
}
