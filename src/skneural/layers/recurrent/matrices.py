"""The matrices that the steps of a recurrent layer multiply by, as products read them."""

from __future__ import annotations

from ...engine.fields import Address, Count
from ...engine.kernels import kernel
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, reals
from ...engine.steps import Step
from .._base import Slot
from .._product import follow_matrix


def spread_copy(plan: Plan, matrix: Slot) -> tuple[int, int]:
    """Return address and stride of a matrix, in training of a copy that spreads over the cache."""
    columns, size = matrix.values.shape[-1], plan.dtype.itemsize
    if not plan.training:
        return matrix.address, columns
    stride = plan.stride(columns)
    target = plan.memory(len(matrix.values) * stride + 64).ctypes.data

    def steps(first: int, last: int) -> list[Step]:
        begin, end = first // columns, last // columns
        return [Step.of(
            spread_rows, w=matrix.address + first * size, rows=end - begin, columns=columns,
            target=target + begin * stride * size, stride=stride,
        )]

    follow_matrix(plan, matrix, steps)
    return target, stride


@kernel
def spread_rows(w: Address, rows: Count, columns: Count, target: Address, stride: Count) -> None:
    """Copy W (rows, columns) to rows ``stride`` apart."""
    for i in range(rows):
        source = reals(w + i * columns * ITEMSIZE, columns)
        row = reals(target + i * stride * ITEMSIZE, columns)
        for j in range(columns):
            row[j] = source[j]
