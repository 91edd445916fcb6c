"""Penalties that make the numbers of a layer sparse."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.fields import (
    Count,
    Double,
    Doubles,
    OptionalAddress,
    Reals,
    Row,
    RowAddress,
    RowDouble,
    Rows,
    RowWeight,
)
from ...engine.kernels import kernel, row_kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...engine.weights import row_weight
from .._base import Backward, Layer, Shape, Slot
from .._memory import own
from ..activation.activation import Activation
from ..composition.sequential import Sequential
from ..normalization.batch_sums import weight_total

_WEIGHT = [Interval(Real, 0, None, closed="left")]


class L1Sparsity(Layer, name="l1_sparsity"):
    """Penalise each sample by the sum of its magnitudes; outputs are the inputs.

    Parameters
    ----------
    weight : float, default=0.01
        Weight of the sum relative to the loss of a sample, summed over its outputs.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"weight": _WEIGHT}

    def __init__(self, weight: float = 0.01):
        self.weight = weight

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not (plan.learning or plan.penalized):
            return inputs, lambda gradient, wanted: gradient
        slopes = plan.buffer(inputs.shape)
        plan.by_rows(l1_penalties, x=inputs, columns=inputs.columns, weight=self.weight,
                     slopes=slopes, penalty=plan.penalty())
        return inputs, penalty_backward(plan, slopes)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(), (2, 3, 2))]


class KLSparsity(Layer, name="kl_sparsity"):
    """Penalise units whose mean activation over a batch differs from a target.

    The penalty is the sum over units of the Kullback-Leibler divergence between Bernoulli
    distributions with the target and with the unit's mean activation over the batch as mean.
    Outputs are the inputs, which have to be between 0 and 1, as those of "logistic" are. There is
    no penalty outside of training, where rows are independent.

    Ng 2011, "Sparse autoencoder", CS294A lecture notes.

    Parameters
    ----------
    target : float in (0, 1), default=0.05
        Target of the mean activation of each unit.
    weight : float, default=0.01
        Weight of the sum relative to the loss of a sample, summed over its outputs.
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
        if not plan.learning:
            return inputs, lambda gradient, wanted: gradient
        slopes, divergences = plan.memory(inputs.columns), plan.memory(inputs.columns, float)
        plan.by_columns(diverge, inputs.columns, x=inputs, weights=plan.weights_of_rows(),
                        target=self.target, weight=self.weight, slopes=slopes,
                        divergences=divergences)
        plan.by_rows(summed_penalty, numbers=divergences, columns=inputs.columns,
                     penalty=plan.penalty())
        return inputs, penalty_backward(plan, Buffer(slopes, inputs.shape, 0))

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (Sequential([Activation("logistic"), cls(0.3, 2.0)]), (7,)),
            (Sequential([Activation("logistic"), cls(weight=0.5)]), (40,)),
        ]


def penalty_backward(plan: Plan, slopes: Buffer) -> Backward:
    """Return the backward pass of a penalty: it adds the slopes times the rows' weights.

    Parameters
    ----------
    plan : Plan
    slopes : Buffer
        The penalty's slopes by the inputs; its stride is 0 where all rows have the same.
    """

    def backward(gradient: Buffer, wanted: bool) -> Buffer:
        if wanted:
            gradient = own(plan, gradient)
            plan.by_rows(add_slopes, gradient=gradient, columns=gradient.columns, slopes=slopes,
                         weight=plan.weights_of_rows())
        return gradient

    return backward


@row_kernel
def l1_penalties(
    x: Row, columns: Count, weight: Double, slopes: Row, penalty: RowDouble
) -> None:
    """Write the penalty, a weight times the sum of |X| (n), and its slopes (n)."""
    total = 0.0
    for j in range(columns):
        value = x[j]
        sign = real(0.0) if value == real(0.0) else real(1.0)
        sign = -sign if value < real(0.0) else sign
        total += sign * value
        slopes[j] = sign * real(weight)
    penalty[0] = total * weight


@kernel
def diverge(
    begin: Count, end: Count, x: Rows, weights: OptionalAddress, target: Double, weight: Double,
    slopes: Reals, divergences: Doubles, n_rows: int, run: int,
) -> None:
    """Columns begin to end: how the means of X (rows, n) differ from the target, and slopes."""
    total = weight_total(weights, run)
    for j in range(begin, end):
        mean = 0.0
        for i in range(n_rows):
            mean += row_weight(weights, i, run) * row_of(x, i)[j]
        mean = mean / total if total > 0.0 else target
        mean = min(max(mean, 1e-7), 1.0 - 1e-7)  # where units have died, or are always on
        divergences[j] = weight * (
            target * math.log(target / mean)
            + (1.0 - target) * math.log((1.0 - target) / (1.0 - mean))
        )
        slopes[j] = real(weight * ((1.0 - target) / (1.0 - mean) - target / mean))


@kernel
def summed_penalty(
    numbers: Doubles, columns: Count, penalty: Doubles, begin: int, end: int
) -> None:
    """Write the sum of the same numbers (n) as the penalty of each row."""
    total = 0.0
    for j in range(columns):
        total += numbers[j]
    for i in range(begin, end):
        penalty[i] = total


@row_kernel
def add_slopes(gradient: Row, columns: Count, slopes: RowAddress, weight: RowWeight) -> None:
    """dX (n) += slopes (n) times the row's weight, in place."""
    of_row, scale = reals(slopes, columns), real(weight)
    for j in range(columns):
        gradient[j] += scale * of_row[j]
