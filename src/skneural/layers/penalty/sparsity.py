"""Penalties that make the numbers of a layer sparse."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ...engine.shares import share_begin, share_end
from ...engine.weights import row_weight
from .._base import Backward, Layer, Shape, Slot
from .._memory import own
from ..activation.activation import Activation
from ..composition.sequential import Sequential
from ..normalization.batch_sums import weight_total

_WEIGHT = [Interval(Real, 0, None, closed="left")]


class L1Sparsity(Layer, name="l1_sparsity"):
    """Charge each sample the sum of its numbers' magnitudes, and pass them on as they are.

    Parameters
    ----------
    weight : float, default=0.01
        What the sum counts beside the loss of a sample, summed over its outputs.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"weight": _WEIGHT}

    def __init__(self, weight: float = 0.01):
        self.weight = weight

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not (plan.training or plan.penalized):
            return inputs, lambda gradient, wanted: gradient
        slopes, weight = plan.buffer(inputs.shape), plan.memory(1, float)
        weight[0] = self.weight
        plan.by_rows(charge_magnitudes, inputs.address, inputs.stride, inputs.columns,
                     weight.ctypes.data, slopes.address, slopes.stride,
                     plan.penalty().ctypes.data)
        return inputs, penalty_backward(plan, slopes.address, slopes.stride)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(), (2, 3, 2))]


class KLSparsity(Layer, name="kl_sparsity"):
    """Charge a batch for units that are active more or less than wanted on average.

    The sum over units of the Kullback-Leibler divergence between two coins, one that shows the
    target's share of heads and one the unit's mean activation over the batch. The numbers,
    which have to be between 0 and 1, as those of "logistic" are, are passed on as they are.
    Nothing is charged outside of training, where a row counts by itself.

    Ng 2011, "Sparse autoencoder", CS294A lecture notes.

    Parameters
    ----------
    target : float in (0, 1), default=0.05
        Mean activation wanted of each unit.
    weight : float, default=0.01
        What the sum counts beside the loss of a sample, summed over its outputs.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "target": [Interval(Real, 0, 1, closed="neither")],
        "weight": _WEIGHT,
    }

    def __init__(self, target: float = 0.05, weight: float = 0.01):
        self.target = target
        self.weight = weight

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.training:
            return inputs, lambda gradient, wanted: gradient
        slopes, numbers = plan.memory(inputs.columns), plan.memory(2, float)
        numbers[:] = self.target, self.weight
        divergences = plan.memory(inputs.columns, float)
        plan.by_columns(diverge, inputs.columns, inputs.address, inputs.stride,
                        plan.weights_of_rows(), numbers.ctypes.data, slopes.ctypes.data,
                        divergences.ctypes.data)
        plan.by_rows(charge_sum, divergences.ctypes.data, inputs.columns,
                     plan.penalty().ctypes.data)
        return inputs, penalty_backward(plan, slopes.ctypes.data, 0)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (Sequential([Activation("logistic"), cls(0.3, 2.0)]), (7,)),
            (Sequential([Activation("logistic"), cls(weight=0.5)]), (40,)),
        ]


def penalty_backward(plan: Plan, slopes: int, stride: int) -> Backward:
    """Return what adds a penalty's gradient, the slopes times the rows' weights, on the way back.

    Parameters
    ----------
    plan : Plan
    slopes : int
        Address of the penalty's slopes by the inputs.
    stride : int
        From the slopes of a row to those of the next; 0 where all have the same.
    """

    def backward(gradient: Buffer, wanted: bool) -> Buffer:
        if wanted:
            gradient = own(plan, gradient)
            weights = plan.weights_of_rows()
            plan.by_rows(add_slopes, gradient.address, gradient.stride, gradient.columns,
                         slopes, stride, weights)
        return gradient

    return backward


@kernel
def charge_magnitudes(row, run):
    """Charge the sums of |X| (rows, n), times a weight, and write the slopes (rows, n)."""
    field = integers(row, 9)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    x, weight = reals(field[2], n_rows * stride), doubles(field[5], 1)[0]
    slope_stride, charged = field[7], doubles(field[8], n_rows)
    slopes = reals(field[6], n_rows * slope_stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        total = 0.0
        for j in range(columns):
            value = x[i * stride + j]
            sign = real(0.0) if value == real(0.0) else real(1.0)
            sign = -sign if value < real(0.0) else sign
            total += sign * value
            slopes[i * slope_stride + j] = sign * real(weight)
        charged[i] = total * weight


@kernel
def diverge(row, run):
    """Columns begin to end: how the means of X (rows, n) differ from the target, and slopes."""
    field = integers(row, 10)
    begin, end, n_rows, stride = field[2], field[3], integers(run, RUN_FIELDS)[ROWS], field[5]
    x, numbers = reals(field[4], n_rows * stride), doubles(field[7], 2)
    slopes, divergences = reals(field[8], end), doubles(field[9], end)
    target, weight = numbers[0], numbers[1]
    total = weight_total(field[6], run)
    for j in range(begin, end):
        mean = 0.0
        for i in range(n_rows):
            mean += row_weight(field[6], i, run) * x[i * stride + j]
        mean = mean / total if total > 0.0 else target
        mean = min(max(mean, 1e-7), 1.0 - 1e-7)  # where units have died, or are always on
        divergences[j] = weight * (
            target * math.log(target / mean)
            + (1.0 - target) * math.log((1.0 - target) / (1.0 - mean))
        )
        slopes[j] = real(weight * ((1.0 - target) / (1.0 - mean) - target / mean))


@kernel
def charge_sum(row, run):
    """Charge each row the sum of the same numbers (n)."""
    field = integers(row, 5)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[3]
    numbers, charged = doubles(field[2], columns), doubles(field[4], n_rows)
    total = 0.0
    for j in range(columns):
        total += numbers[j]
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        charged[i] = total


@kernel
def add_slopes(row, run):
    """dX (rows, n) += slopes (rows, n) times the rows' weights, in place."""
    field = integers(row, 8)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    gradient, slope_stride = reals(field[2], n_rows * stride), field[6]
    slopes = reals(field[5], (n_rows - 1) * slope_stride + columns)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        weight = real(row_weight(field[7], i, run))
        for j in range(columns):
            gradient[i * stride + j] += weight * slopes[i * slope_stride + j]
