"""Normal noise."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, SEED, STEP, doubles, integers, real, reals
from ...engine.random import normal_pair, row_key
from ...engine.shares import share_begin, share_end
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class GaussianNoise(Layer, name="gaussian_noise"):
    """Add normal noise of mean zero to each number in training.

    Bishop 1995, "Training with noise is equivalent to Tikhonov regularization".

    Parameters
    ----------
    stddev : float, default=0.1
        Standard deviation of the noise.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "stddev": [Interval(Real, 0, None, closed="left")]
    }
    has_noise = True

    def __init__(self, stddev: float = 0.1):
        self.stddev = stddev

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if plan.training and self.stddev > 0:
            plan.uses_seed = True
            inputs = own(plan, inputs)
            stddev = plan.memory(1, float)
            stddev[0] = self.stddev
            plan.by_rows(add_noise, inputs.address, inputs.stride, inputs.columns,
                         stddev.ctypes.data, number)
        return inputs, lambda gradient, wanted: gradient

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(), (3, 4, 5)), (cls(0.0), (3,))]


@kernel
def add_noise(row, run):
    """X (rows, n) += stddev * standard normal numbers, in place."""
    field, r = integers(row, 7), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    values, stddev = reals(field[2], n_rows * stride), real(doubles(field[5], 1)[0])
    half = columns // 2
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[6], i)
        for j in range(half):
            first, second = normal_pair(key, j)
            values[i * stride + j] += stddev * first
            values[i * stride + half + j] += stddev * second
        if columns % 2 == 1:
            values[i * stride + columns - 1] += stddev * normal_pair(key, half)[0]
