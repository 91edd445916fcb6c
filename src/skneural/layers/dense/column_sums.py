"""The gradient of a bias: a gradient summed over the batch."""

from __future__ import annotations

from ...engine.fields import BlockGradient, Count, Flag, Rows
from ...engine.kernels import kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...engine.steps import Step
from .._base import Slot


def bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the step that sums a gradient over the batch."""

    def step(begin: int, end: int, adds: bool) -> Step:
        return Step.of(column_sums, gradient=gradient, begin=begin, end=end, adds=adds,
                       block=bias.gradient_at(begin))

    plan.gradient(bias.offset, [(0, gradient.columns)], step)


@kernel
def column_sums(
    gradient: Rows, begin: Count, end: Count, adds: Flag, block: BlockGradient, n_rows: int
) -> None:
    """g (n) (+)= sum over rows of dY (rows, n), columns begin to end."""
    total = reals(block, end - begin)
    for j in range(0 if adds else end - begin):
        total[j] = real(0.0)
    for i in range(n_rows):
        values = row_of(gradient, i)
        for j in range(end - begin):
            total[j] += values[begin + j]
