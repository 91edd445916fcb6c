"""What layers of several members share: shapes, and products of each member with a matrix."""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.compile.jit import helper
from ...engine.fields import BlockGradient, Callee, Count, OptionalAddress, Rows
from ...engine.gemm import GROUPS, GSA, GSC, A, B, C, M, N, gemm
from ...engine.kernels import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, call, integers
from ...engine.steps import Step
from ...engine.tiles import BIAS, FROM_BIAS, FROM_C, FROM_ZERO, K2, START
from .._base import Shape
from .._product import matrix_product


def check_members(shape: Shape, n_members: int, owner: str) -> None:
    """Raise a ValueError if samples are neither flat nor of as many members."""
    if len(shape) == 1 or (len(shape) == 2 and shape[0] == n_members):
        return
    raise ValueError(
        f"{owner}: needs flat input, or that of {n_members} members, ({n_members}, features), got"
        f" samples of shape {shape}"
    )


@dataclass(frozen=True)
class MemberWeights:
    """What the rows of members are multiplied by, as kernels see it.

    Parameters
    ----------
    address : int
        Of the first member's matrix, of shape (depth, columns).
    stride : int
        Numbers from one of its rows to the next.
    step : int
        Numbers from a member's matrix to that of the next, 0 where all share one.
    depth, columns : int
    n_members : int
    """

    address: int
    stride: int
    step: int
    depth: int
    columns: int
    n_members: int


def add_member_products(
    plan: Plan, left: Buffer, weights: MemberWeights, bias: int, result: Buffer
) -> None:
    """Add the product of each member's rows with its matrix; threads share the batch's rows.

    Parameters
    ----------
    plan : Plan
    left : Buffer
        Samples of shape (n_members, depth), or (depth,) for all members.
    weights : MemberWeights
    bias : int
        Address of (n_members, columns) numbers, 0 for none; only for matrices of their own.
    result : Buffer
        Samples of shape (n_members, columns).
    """
    step = weights.depth if len(left.shape) > 1 else 0
    of_kind = multiply_members if weights.step else multiply_by_one
    fields = {"bias": bias} if weights.step else {}
    plan.by_rows(of_kind, gemm=gemm, x=left, x_step=step, weights=weights, y=result, whole=True,
                 **fields)
    plan.flops += 2 * plan.batch_size * weights.n_members * weights.depth * weights.columns


def member_gradient_step(
    left: Buffer, right: Buffer, members: tuple[int, int], rows: tuple[int, int], adds: bool,
    block: int,
) -> Step:  # fmt: skip
    """Return the step that finds some rows of a matrix's gradient, summed over some members.

    Parameters
    ----------
    left, right : Buffer
        Samples of shape (n_members, depth), or (depth,) for all members, and their gradients of
        shape (n_members, columns).
    members, rows : tuple of int
        From which to before which.
    adds : bool
    block : int
        Address of the gradient, as `Slot.gradient_at` gives it.
    """
    width, step = right.shape[-1], left.shape[-1] if len(left.shape) > 1 else 0
    return Step.of(
        member_weight_gradient, gemm=gemm, left=left, left_step=step, right=right,
        first=members[0], last=members[1], begin=rows[0], end=rows[1], columns=width,
        start=FROM_C if adds else FROM_ZERO, block=block,
    )


@helper
def _rows_of(x, place, begin):
    """Return the address of a number of a row of the batch."""
    return x.address + (begin * x.stride + place) * ITEMSIZE


@kernel
def multiply_by_one(
    gemm: Callee, x: Rows, x_step: Count, weights: MemberWeights, y: Rows, begin: int, end: int,
    run: int,
) -> None:
    """Y (rows, members, n) = X (rows, members, k) @ W (k, n), this thread's rows."""
    if begin < end:
        description = integers(run, RUN_FIELDS)[SCRATCH]
        g = matrix_product(description, _rows_of(x, 0, begin), x.stride, 1, weights.address,
                           weights.stride, _rows_of(y, 0, begin), y.stride)
        g[M], g[N], g[K2] = end - begin, weights.columns, weights.depth
        g[GROUPS], g[GSA], g[GSC] = weights.n_members, x_step, weights.columns
        call(gemm, description, run)


@kernel
def multiply_members(
    gemm: Callee, x: Rows, x_step: Count, weights: MemberWeights, bias: OptionalAddress, y: Rows,
    begin: int, end: int, run: int,
) -> None:
    """Y (rows, members, n) = X (rows, members, k) @ W (members, k, n) + bias, this thread's."""
    if begin < end:
        description = integers(run, RUN_FIELDS)[SCRATCH]
        g = matrix_product(description, 0, x.stride, 1, 0, weights.stride, 0, y.stride)
        g[M], g[N], g[K2] = end - begin, weights.columns, weights.depth
        for m in range(weights.n_members):
            g[A], g[C] = _rows_of(x, m * x_step, begin), _rows_of(y, m * weights.columns, begin)
            g[B] = weights.address + m * weights.step * ITEMSIZE
            if bias != 0:
                g[START], g[BIAS] = FROM_BIAS, bias + m * weights.columns * ITEMSIZE
            call(gemm, description, run)


@kernel
def member_weight_gradient(
    gemm: Callee, left: Rows, left_step: Count, right: Rows, first: Count, last: Count,
    begin: Count, end: Count, columns: Count, start: Count, block: BlockGradient, n_rows: int,
    scratch: int, run: int,
) -> None:
    """G (k, n) (+)= sum over members first to last of X (rows, k) transposed @ Z (rows, n).

    Rows begin to end of G.
    """
    for m in range(first, last):
        of = left.address + (m * left_step + begin) * ITEMSIZE
        by = right.address + m * columns * ITEMSIZE
        g = matrix_product(scratch, of, 1, left.stride, by, right.stride, block, columns)
        g[M], g[N], g[K2] = end - begin, columns, n_rows
        g[START] = start if m == first else FROM_C
        call(gemm, scratch, run)
