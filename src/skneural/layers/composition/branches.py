"""Sums and products of what branches give."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.compile.jit import Kernel, helper, kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, vector
from ...engine.shares import share_begin, share_end
from .._memory import may_overwrite


def add_up(plan: Plan, buffers: Sequence[Buffer], scale: float = 1.0) -> Buffer:
    """Add the sum of buffers, in their order, times a number.

    It goes to one of the first two if that may be overwritten.
    """
    total, *rest = buffers
    for place, buffer in enumerate(rest):
        free = [b for b in (total, buffer) if may_overwrite(plan, b)]
        result = free[0] if free else plan.buffer(total.shape)
        combine(plan, add, total, buffer, result, scale if place == len(rest) - 1 else 1.0)
        total = result
    return total


def combine(plan: Plan, kernel: Kernel, a: Buffer, b: Buffer, result: Buffer, scale: float) -> None:
    """Add a step that makes one buffer of two, number by number."""
    number = plan.memory(1, float)
    number[0] = scale
    plan.by_rows(kernel, a.address, a.stride, b.address, b.stride, result.address, result.stride,
                 result.columns, number.ctypes.data)


def product(plan: Plan, buffers: Sequence[Buffer]) -> Buffer:
    """Add the product of two or more buffers, and leave them as they are."""
    result = plan.buffer(buffers[0].shape)
    total = buffers[0]
    for buffer in buffers[1:]:
        combine(plan, multiply, total, buffer, result, 1.0)
        total = result
    return result


def scale_in_place(plan: Plan, buffer: Buffer, scale: float) -> None:
    """Add a step that multiplies a buffer by a number."""
    combine(plan, scale_first, buffer, buffer, buffer, scale)


@helper
def sum_of(a, b, scale):
    """(a + b) * scale."""
    return (a + b) * scale


@helper
def product_of(a, b, scale):
    """A * b."""
    return a * b


@helper
def scaled(a, b, scale):
    """A * scale."""
    return a * scale


rule = sum_of


@kernel
def add(row, run):
    """Z (rows, n) = (X + Y) * scale, both (rows, n); Z may be one of them."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    x_stride, y_stride, z_stride, columns = field[3], field[5], field[7], field[8]
    scale = real(doubles(field[9], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x = vector(field[2], i * x_stride, columns)
        y = vector(field[4], i * y_stride, columns)
        z = vector(field[6], i * z_stride, columns)
        for j in range(columns):
            z[j] = rule(x[j], y[j], scale)


multiply = add.using(rule=product_of)
scale_first = add.using(rule=scaled)
