"""The gradient of a bias: a gradient summed over the batch."""

from __future__ import annotations

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.steps import Step
from .._base import Slot


def bias_gradient(plan: Plan, gradient: Buffer, bias: Slot) -> None:
    """Add the step that sums a gradient over the batch."""
    columns = gradient.columns

    def step(begin: int, end: int, adds: bool) -> Step:
        return Step(column_sums, (
            gradient.address + begin * plan.dtype.itemsize, gradient.stride, end - begin,
            bias.gradient_at(begin), adds,
        ))

    plan.gradient(bias.offset, [(0, columns)], step)


@kernel
def column_sums(row, run):
    """g (n) (+)= sum over rows of dY (rows, n)."""
    field = integers(row, 7)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns = field[3], field[4]
    gradient = reals(field[2], n_rows * stride)
    total = reals(block_gradient(field[5], run), columns)
    for j in range(columns if field[6] == 0 else 0):
        total[j] = real(0.0)
    for i in range(n_rows):
        for j in range(columns):
            total[j] += gradient[i * stride + j]
