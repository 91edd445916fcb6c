"""The gradient of a bias: a gradient, or the difference of two, summed over the batch."""

from __future__ import annotations

from ...engine.fields import BlockGradient, Count, Flag, Rows
from ...engine.kernels import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.steps import Step
from .._base import Slot


def bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the step that sums a gradient over the batch."""

    def step(begin: int, end: int, adds: bool) -> Step:
        return Step.of(column_sums, gradient=gradient, begin=begin, end=end, adds=adds,
                       block=bias.gradient_at(begin))

    plan.gradient(bias.offset, [(0, gradient.columns)], step)


def difference_gradient(plan: Plan, plus: Buffer, minus: Buffer, bias: Slot) -> None:
    """Add the step that sums the difference of two buffers over the batch."""

    def step(begin: int, end: int, adds: bool) -> Step:
        return Step.of(column_differences, plus=plus, minus=minus, begin=begin, end=end, adds=adds,
                       block=bias.gradient_at(begin))

    plan.gradient(bias.offset, [(0, plus.columns)], step)


@kernel
def column_differences(
    plus: Rows, minus: Rows, begin: Count, end: Count, adds: Flag, block: BlockGradient,
    n_rows: int,
) -> None:
    """g (n) (+)= sum over rows of X (rows, n) - Y (rows, n), columns begin to end."""
    columns = end - begin
    total = reals(block, columns)
    for j in range(0 if adds else columns):
        total[j] = real(0.0)
    for i in range(n_rows):
        added = reals(plus.address + (i * plus.stride + begin) * ITEMSIZE, columns)
        taken = reals(minus.address + (i * minus.stride + begin) * ITEMSIZE, columns)
        for j in range(columns):
            total[j] += added[j] - taken[j]


@kernel
def column_sums(
    gradient: Rows, begin: Count, end: Count, adds: Flag, block: BlockGradient, n_rows: int
) -> None:
    """g (n) (+)= sum over rows of dY (rows, n), columns begin to end."""
    columns, stride = end - begin, gradient.stride
    values = reals(gradient.address + begin * ITEMSIZE, n_rows * stride)
    total = reals(block, columns)
    for j in range(0 if adds else columns):
        total[j] = real(0.0)
    for i in range(n_rows):
        for j in range(columns):
            total[j] += values[i * stride + j]
