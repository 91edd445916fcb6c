"""Gradients of the matrices and biases that the steps of a recurrent layer share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...engine.fields import BlockGradient, Callee, Count, Flag
from ...engine.gemm import M, N, gemm
from ...engine.kernels import kernel
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, call, real, reals
from ...engine.steps import Step
from ...engine.tiles import FROM_C, FROM_ZERO, K2, START
from .._base import Slot
from .._product import kernel_blocks, matrix_product
from .steps import Steps, at_step, longest_of, n_running


@dataclass(frozen=True)
class Gates:
    """The gradients of the gates of all steps, as `Steps` has them."""

    most: int
    rows: int
    lengths: int
    keeps: int
    z: int
    z_stride: int

    @classmethod
    def of(cls, steps: Steps) -> Gates:
        """Return those of a layer's steps."""
        return cls(
            steps.most, steps.rows, steps.lengths, steps.keeps, steps.z, steps.z_stride
        )


@dataclass(frozen=True)
class Piece:
    """Some columns of a matrix: what they were multiplied by, and which gates they gave.

    Parameters
    ----------
    left, left_stride : int
        Address and stride of the rows that the matrix was multiplied by.
    gate : int
        First column of the gates.
    column, columns : int
        First column of the matrix, and how many; 0 for no piece.
    """

    left: int
    left_stride: int
    gate: int
    column: int
    columns: int


NO_PIECE = Piece(0, 0, 0, 0, 0)


@kernel
def matrix_gradient(
    gemm: Callee, steps: Gates, one: Piece, other: Piece, width: Count, begin: Count, end: Count,
    adds: Flag, block: BlockGradient, n_rows: int, scratch: int, run: int,
) -> None:
    """G (k, width) (+)= sum over steps of X (rows, k) transposed @ Z (rows, n), rows of G."""
    longest = longest_of(steps, 0, n_rows)
    for piece in (one, other):
        for step in range(longest if piece.columns > 0 else 0):
            left = at_step(piece.left, piece.left_stride, steps, step, 0) + begin * ITEMSIZE
            gates = at_step(steps.z, steps.z_stride, steps, step, 0) + piece.gate * ITEMSIZE
            g = matrix_product(scratch, left, 1, piece.left_stride, gates, steps.z_stride,
                               block + piece.column * ITEMSIZE, width)
            g[M], g[N], g[K2] = end - begin, piece.columns, n_running(steps, 0, n_rows, step)
            g[START] = FROM_ZERO if step == 0 and not adds else FROM_C
            call(gemm, scratch, run)


@kernel
def bias_gradient(
    steps: Gates, gate: Count, size: Count, adds: Flag, block: BlockGradient, n_rows: int
) -> None:
    """g (n) (+)= sum over steps and rows of Z (rows, n), columns of gates."""
    total = reals(block, size)
    for j in range(0 if adds else size):
        total[j] = real(0.0)
    for step in range(longest_of(steps, 0, n_rows)):
        for row in range(n_running(steps, 0, n_rows, step)):
            place = at_step(steps.z, steps.z_stride, steps, step, row)
            gates = reals(place + gate * ITEMSIZE, size)
            for j in range(size):
                total[j] += gates[j]


def add_matrix_gradient(
    plan: Plan, steps: Steps, variable: Slot, one: Piece, other: Piece = NO_PIECE
) -> None:
    """Add the gradient of a matrix, of one or two pieces, if it is trained."""
    if not variable.trained:
        return
    n_rows, width = variable.values.shape

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            matrix_gradient, gemm=gemm, steps=Gates.of(steps), one=one, other=other, width=width,
            begin=first // width, end=last // width, adds=adds,
            block=variable.gradient_at(first),
        )

    plan.gradient(variable.offset, kernel_blocks(n_rows, width), step)


def add_bias_gradient(
    plan: Plan, steps: Steps, variable: Slot, parts: Sequence[tuple[int, int]]
) -> None:
    """Add the gradient of a bias, in parts: how many numbers, and the first of their gates."""
    places, begin = {}, 0
    for size, gate in parts:
        places[begin, begin + size] = gate
        begin += size

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            bias_gradient, steps=Gates.of(steps), gate=places[first, last], size=last - first,
            adds=adds, block=variable.gradient_at(first),
        )

    plan.gradient(variable.offset, list(places), step, divisible=False)
