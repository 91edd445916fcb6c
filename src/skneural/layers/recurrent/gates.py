"""What cells are made of: products of a step, and squashed gates."""

from __future__ import annotations

from typing import Any

from ...engine.compile.jit import Helper, helper
from ...engine.gemm import K2, M, N
from ...engine.lanes import load, minus, multiply_add, spread, store, times
from ...engine.math import logistic, tanh
from ...engine.primitives import ITEMSIZE, call, real, reals
from ...engine.tiles import BIAS, FROM_BIAS, FROM_C, FROM_ZERO, LANES, START
from .._product import matrix_product
from .numbers import clear
from .steps import FEW_ROWS, at_step, goes_ahead, length_of

rule: Any = None  # an activation's, bound by `using`


@helper
def squash(address, n):
    """Write the logistic function of numbers in their place."""
    numbers = reals(address, n)
    for j in range(n):
        numbers[j] = logistic(numbers[j])


@helper
def squash_to_sign(address, n):
    """Write the hyperbolic tangent of numbers in their place."""
    numbers = reals(address, n)
    for j in range(n):
        numbers[j] = tanh(numbers[j])


@helper
def activate(z, h, units, parameter):
    """H (units) = activation of Z (units), whose slopes are written in its place."""
    arguments, values = reals(z, units), reals(h, units)
    for j in range(units):
        value, slope = rule(arguments[j], parameter)
        values[j], arguments[j] = value, slope


@helper
def _eight_vectors(out, begin, left, depth, right, stride):
    """C (8 vectors) = begin + x (depth) @ B (depth, 8 vectors), kept in registers."""
    x, width = reals(left, depth), LANES * ITEMSIZE
    a, b = load(begin, LANES), load(begin + width, LANES)
    c, d = load(begin + 2 * width, LANES), load(begin + 3 * width, LANES)
    e, f = load(begin + 4 * width, LANES), load(begin + 5 * width, LANES)
    g, h = load(begin + 6 * width, LANES), load(begin + 7 * width, LANES)
    for k in range(depth):
        factor, row = spread(x[k]), right + k * stride * ITEMSIZE
        a = multiply_add(factor, load(row, LANES), a)
        b = multiply_add(factor, load(row + width, LANES), b)
        c = multiply_add(factor, load(row + 2 * width, LANES), c)
        d = multiply_add(factor, load(row + 3 * width, LANES), d)
        e = multiply_add(factor, load(row + 4 * width, LANES), e)
        f = multiply_add(factor, load(row + 5 * width, LANES), f)
        g = multiply_add(factor, load(row + 6 * width, LANES), g)
        h = multiply_add(factor, load(row + 7 * width, LANES), h)
    store(out, a, LANES)
    store(out + width, b, LANES)
    store(out + 2 * width, c, LANES)
    store(out + 3 * width, d, LANES)
    store(out + 4 * width, e, LANES)
    store(out + 5 * width, f, LANES)
    store(out + 6 * width, g, LANES)
    store(out + 7 * width, h, LANES)


@helper
def _vector(out, begin, left, depth, right, stride, n):
    """C (n) of up to a vector = begin + x (depth) @ B (depth, n)."""
    x, total = reals(left, depth), load(begin, n)
    for k in range(depth):
        total = multiply_add(spread(x[k]), load(right + k * stride * ITEMSIZE, n), total)
    store(out, total, n)


@helper
def _row_product(out, begin, left, depth, right, stride, n):
    """C (n) = begin + x (depth) @ B (depth, n), each number one chain, as in `gemm`."""
    whole = n // (8 * LANES) * 8 * LANES
    for j in range(0, whole, 8 * LANES):
        place = j * ITEMSIZE
        _eight_vectors(out + place, begin + place, left, depth, right + place, stride)
    for j in range(whole, n, LANES):
        place = j * ITEMSIZE
        _vector(out + place, begin + place, left, depth, right + place, stride, min(LANES, n - j))


@helper
def _product(gemm, scratch, run, start, bias, left, left_stride, right, right_stride, out,
             out_stride, sizes):
    if sizes[0] <= FEW_ROWS:  # each by itself, as a tile's chains would wait for each other
        for i in range(sizes[0]):
            target = out + i * out_stride * ITEMSIZE
            if start == FROM_ZERO:
                clear(target, sizes[2])
            _row_product(target, bias if start == FROM_BIAS else target,
                         left + i * left_stride * ITEMSIZE, sizes[1], right, right_stride,
                         sizes[2])
        return
    g = matrix_product(scratch, left, left_stride, 1, right, right_stride, out, out_stride)
    g[M], g[K2], g[N] = sizes
    g[START], g[BIAS] = start, bias
    call(gemm, scratch, run)


@helper
def begin_product(gemm, scratch, run, bias, left, left_stride, right, right_stride, out,
                  out_stride, sizes):
    """C (m, n) = A (m, k) @ B (k, n) + bias, which may be 0 for none; sizes are m, k, n."""
    _product(gemm, scratch, run, FROM_BIAS if bias != 0 else FROM_ZERO, bias, left, left_stride,
             right, right_stride, out, out_stride, sizes)


@helper
def add_product(gemm, scratch, run, left, left_stride, right, right_stride, out, out_stride,
                sizes):
    """C (m, n) += A (m, k) @ B (k, n); sizes are m, k, n."""
    _product(gemm, scratch, run, FROM_C, 0, left, left_stride, right, right_stride, out,
             out_stride, sizes)


@helper
def states_at(steps, step, row):
    """Return the address of a row of states as products read it."""
    return at_step(steps.h, steps.h_stride, steps, step, row)


@helper
def sums_at(steps, back, row):
    """Return the address where products put the gradient of a row of states."""
    return back.carry + row * steps.h_stride * ITEMSIZE


@helper
def inputs_product(gemm, steps, matrices, columns, scratch, run, first, n, step):
    """Z (rows, columns) = X (rows, features) W + bias; of few rows, at once for all steps."""
    if goes_ahead(steps):
        x_stride, z_stride = steps.rows * steps.x_stride, steps.rows * steps.z_stride
        for row in range(first, first + n if step == 0 else first):
            begin_product(gemm, scratch, run, matrices.bias,
                          at_step(steps.x, steps.x_stride, steps, 0, row), x_stride,
                          matrices.inputs, matrices.stride,
                          at_step(steps.z, steps.z_stride, steps, 0, row), z_stride,
                          (length_of(steps, row), steps.features, columns))
        return
    begin_product(gemm, scratch, run, matrices.bias,
                  at_step(steps.x, steps.x_stride, steps, step, first), steps.x_stride,
                  matrices.inputs, matrices.stride,
                  at_step(steps.z, steps.z_stride, steps, step, first), steps.z_stride,
                  (n, steps.features, columns))


@helper
def states_product(gemm, steps, matrices, columns, scratch, run, first, n, step):
    """Z (rows, columns) += H (rows, units) U."""
    add_product(gemm, scratch, run, states_at(steps, step, first),
                steps.h_stride, matrices.states, matrices.stride,
                at_step(steps.z, steps.z_stride, steps, step, first), steps.z_stride,
                (n, steps.units, columns))


@helper
def inputs_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dX (rows, features) = dZ (rows, columns) W transposed."""
    begin_product(gemm, scratch, run, 0,
                  at_step(steps.z, steps.z_stride, steps, step, first), steps.z_stride,
                  back.inputs, steps.x_stride,
                  back.dx + first * steps.x_stride * ITEMSIZE, steps.x_stride,
                  (n, columns, steps.features))


@helper
def states_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dH (rows, units) = dZ (rows, columns) U transposed."""
    begin_product(gemm, scratch, run, 0,
                  at_step(steps.z, steps.z_stride, steps, step, first), steps.z_stride,
                  back.states, steps.h_stride, sums_at(steps, back, first), steps.h_stride,
                  (n, columns, steps.units))


@helper
def add_states_product_backward(gemm, steps, back, columns, scratch, run, first, n, step):
    """dH (rows, units) += dZ (rows, columns) U transposed, of the first columns."""
    add_product(gemm, scratch, run, at_step(steps.z, steps.z_stride, steps, step, first),
                steps.z_stride, back.states, steps.h_stride, sums_at(steps, back, first),
                steps.h_stride, (n, columns, steps.units))


@helper
def slope_of(gate, gradient):
    """Return the gradient of the argument of a logistic gate, a vector, by that of its value."""
    return times(gradient, times(gate, minus(spread(real(1.0)), gate)))


@helper
def slope_of_sign(value, gradient):
    """Return the gradient of the argument of a hyperbolic tangent, a vector."""
    return times(gradient, minus(spread(real(1.0)), times(value, value)))


PRODUCTS: dict[str, Helper] = {
    "inputs_product": inputs_product,
    "states_product": states_product,
    "states_product_backward": states_product_backward,
    "add_states_product_backward": add_states_product_backward,
    "inputs_product_backward": inputs_product_backward,
}
