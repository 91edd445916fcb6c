"""Members of an ensemble made of one sample: by factors of its features."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ...engine.fields import Count, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from .._base import Backward, Layer, Shape, Slot, Variable
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor

DRAWS = ("signs", "normal")
SCALE_CONSTRAINTS: dict[str, list[Any]] = {
    "n_members": [Interval(Integral, 1, None, closed="left")],
    "initial_scale": [StrOptions(set(DRAWS))],
    "groups": ["array-like", None],
    "trainable": ["boolean"],
    "learning_rate_factor": RATE_FACTOR,
}


class EnsembleScale(Layer, name="ensemble_scale"):
    """Members of an ensemble: the features times factors of each, ``(n_members, n_features)``.

    The layers behind it treat the members alike, or have parameters for each: `Dense` has one
    kernel for all (then this is TabM-mini), `EnsembleDense` factors, `PackedDense` all its own.
    Factors are learned, and do not decay.

    Parameters
    ----------
    n_members : int
    initial_scale : {"signs", "normal"}, default="signs"
        Initial factors: 1 or -1 at random, or standard normal, as behind embeddings.
    groups : sequence of int or None, default=None
        Numbers of consecutive columns that begin with the same factor, as those of one feature's
        embedding; None for factors that are drawn one by one.
    trainable : bool, default=True
        False freezes the factors.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"member_scale": 0.1}``.

    References
    ----------
    .. [1] Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2025). TabM: advancing tabular deep
       learning with parameter-efficient ensembling. ICLR. :arxiv:`2410.24210`

    Examples
    --------
    >>> from skneural.layers import Activation, Dense, EnsembleScale, Sequential
    >>> mini = Sequential([EnsembleScale(8), Dense(64, "relu"), Dense(64, "relu")])
    >>> mini.output_shape((10,))
    (8, 64)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = SCALE_CONSTRAINTS

    def __init__(
        self, n_members: int, initial_scale: str = "signs", groups: Sequence[int] | None = None,
        *, trainable: bool = True, learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.n_members = n_members
        self.initial_scale = initial_scale
        self.groups = groups
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ValueError(
                f"EnsembleScale: needs flat input, got samples of shape {input_shape}; put"
                " Flatten() before it"
            )
        check_groups(self.groups, input_shape[0], "EnsembleScale")
        return (self.n_members, input_shape[0])

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("member_scale", (self.n_members, input_shape[0]))]

    def initialize(self, values, random_state, activation):
        draw_scale(values["member_scale"], self.initial_scale, self.groups, random_state)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return spread_members(plan, inputs, slots["member_scale"])

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)), (cls(2, "normal", [3, 17]), (20,)), (cls(1, trainable=False), (4,)),
        ]  # fmt: skip


def check_groups(groups: Sequence[int] | None, n_columns: int, owner: str) -> None:
    """Raise a ValueError if groups are not those of all columns."""
    if groups is not None and (sum(groups) != n_columns or min(groups, default=0) < 0):
        raise ValueError(
            f"{owner}: groups are of {sum(groups)} columns together, but samples have {n_columns}"
        )


def draw_scale(
    scale: np.ndarray, kind: str, groups: Sequence[int] | None, random_state: np.random.RandomState
) -> None:
    """Write initial factors (members, n), one for each group."""
    n_members, n_columns = scale.shape
    shape = n_members, n_columns if groups is None else len(groups)
    drawn = random_state.normal(size=shape) if kind == "normal" else (
        1.0 - 2.0 * random_state.randint(2, size=shape)
    )
    scale[...] = drawn if groups is None else np.repeat(drawn, groups, axis=1)


def spread_members(plan: Plan, inputs: Buffer, scale: Slot) -> tuple[Buffer, Backward]:
    """Add the steps of `EnsembleScale`, also for layers that begin with them."""
    n_members, columns = scale.values.shape
    outputs = plan.buffer((n_members, columns))
    sizes = {"n_members": n_members, "columns": columns}
    plan.by_rows(spread, x=inputs, y=outputs, scale=scale, **sizes)

    def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
        if scale.trained:
            sums = PartialSums.of(plan, scale)
            plan.by_rows(sum_spread, gradient=gradient, x=inputs, sums=sums, **sizes)
        if not wanted:
            return None
        result = plan.buffer(inputs.shape)
        plan.by_rows(gather_members, gradient=gradient, scale=scale, result=result, **sizes)
        return result

    return outputs, backward


@row_kernel
def spread(x: Row, y: Row, scale: Reals, n_members: Count, columns: Count) -> None:
    """Y (members, n) = scale (members, n) * X (n)."""
    for at in range(0, n_members * columns, columns):
        for j in range(columns):
            y[at + j] = scale[at + j] * x[j]


@row_kernel
def gather_members(
    gradient: Row, scale: Reals, result: Row, n_members: Count, columns: Count
) -> None:
    """dX (n) = sum over members of scale * dY (members, n)."""
    for j in range(columns):
        result[j] = real(0.0)
    for at in range(0, n_members * columns, columns):
        for j in range(columns):
            result[j] += scale[at + j] * gradient[at + j]


@row_kernel
def sum_spread(
    gradient: Row, x: Row, sums: PartialSums, n_members: Count, columns: Count, i: int,
    n_rows: int,
) -> None:
    """Sum dY (members, n) * X (n) over each span of the batch."""
    size = n_members * columns
    total = reals(sum_of_row(sums, i, n_rows), size)
    if begins_sum(sums.together, i, n_rows):
        for j in range(size):
            total[j] = real(0.0)
    for at in range(0, size, columns):
        for j in range(columns):
            total[at + j] += gradient[at + j] * x[j]
