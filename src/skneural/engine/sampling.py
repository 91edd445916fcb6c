"""Random numbers for a batch: standard normal ones, and ones and zeros of given probabilities."""

from __future__ import annotations

from .compile.jit import kernel
from .plan import Buffer, Plan
from .primitives import ROWS, RUN_FIELDS, SEED, STEP, integers, real, reals
from .random import normal_pair, row_key, uniform
from .shares import share_begin, share_end


def draw_normal(plan: Plan, result: Buffer, number: int) -> None:
    """Add a step that fills a buffer with standard normal numbers, keyed by a number."""
    plan.uses_seed = True
    plan.by_rows(normal, result.address, result.stride, result.columns, number)


def draw_bernoulli(plan: Plan, probabilities: Buffer, number: int) -> Buffer:
    """Add a step that draws 1 with the probabilities of a buffer, else 0, keyed by a number."""
    plan.uses_seed = True
    result = plan.buffer(probabilities.shape)
    plan.by_rows(bernoulli, probabilities.address, result.address, result.stride, result.columns,
                 number)
    return result


@kernel
def normal(row, run):
    """X (rows, n) = standard normal numbers."""
    field, r = integers(row, 6), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    values, half = reals(field[2], n_rows * stride), columns // 2
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[5], i)
        for j in range(half):
            first, second = normal_pair(key, j)
            values[i * stride + j], values[i * stride + half + j] = first, second
        if columns % 2 == 1:
            values[i * stride + columns - 1] = normal_pair(key, half)[0]


@kernel
def bernoulli(row, run):
    """S (rows, n) = 1 with probability P (rows, n), else 0."""
    field, r = integers(row, 7), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[4], field[5]
    chances, drawn = reals(field[2], n_rows * stride), reals(field[3], n_rows * stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[6], i)
        for j in range(i * stride, i * stride + columns):
            is_one = uniform(key, j - i * stride) < chances[j]
            drawn[j] = real(1.0) if is_one else real(0.0)
