"""Sums and products of what branches give."""

from __future__ import annotations

from collections.abc import Sequence

from ...engine.compile.jit import Kernel, helper
from ...engine.fields import Count, RowVector, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
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
    plan.by_rows(kernel, x=a, y=b, z=result, scale=scale, columns=result.columns)


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


@row_kernel
def add(x: RowVector, y: RowVector, z: RowVector, scale: Scalar, columns: Count) -> None:
    """Z (n) = (X + Y) * scale, both (n); Z may be one of them."""
    for j in range(columns):
        z[j] = rule(x[j], y[j], scale)


multiply = add.using(rule=product_of)
scale_first = add.using(rule=scaled)
