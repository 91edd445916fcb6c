"""Cosines of a number at learned frequencies, mixed to a few numbers."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.math import cosine_of_turns, sine_of_turns
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._memory import copy_channels
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor
from ._features import check_flat

_TURN = 6.283185307179586


class PeriodicEmbedding(Layer, name="periodic_embedding"):
    """Each number x as x itself and a linear map of ``cos(2 * pi * frequencies * x + phases)``.

    Feature by feature, with frequencies, phases and maps of its own. It lets a dense network follow
    steps and waves of a single number. The outputs are flat: ``units`` numbers for each feature,
    x first, then the columns that pass through.

    Inputs should be of the order of 1, as `RobustScale` gives them. Frequencies are initially
    normal with the deviation ``scale``, phases uniform over a turn, and the map uniform up to
    ``1 / sqrt(n_frequencies)``. Only the map's kernel decays.

    Parameters
    ----------
    n_frequencies : int, default=16
        Cosines of each feature.
    units : int, default=4
        Numbers for each feature, of which one is x itself.
    scale : float, default=0.1
        Standard deviation of the initial frequencies, in turns for each unit of x. Larger ones
        follow finer detail, and noise.
    n_features : int or None, default=None
        The first columns, that have an embedding; the others pass through. None for all.
    trainable : bool, default=True
        False freezes frequencies, phases and maps.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"frequencies": 0.1}``.

    References
    ----------
    .. [1] Gorishniy, Y., Rubachev, I. and Babenko, A. (2022). On embeddings for numerical features
       in tabular deep learning. NeurIPS. :arxiv:`2203.05556`
    .. [2] Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data. NeurIPS. :arxiv:`2407.04491`. Their "PBLD"
       is this layer.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_frequencies": [Interval(Integral, 1, None, closed="left")],
        "units": [Interval(Integral, 2, None, closed="left")],
        "scale": [Interval(Real, 0, None, closed="neither")],
        "n_features": [Interval(Integral, 0, None, closed="left"), None],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }

    def __init__(
        self, n_frequencies: int = 16, units: int = 4, *, scale: float = 0.1,
        n_features: int | None = None, trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.n_frequencies = n_frequencies
        self.units = units
        self.scale = scale
        self.n_features = n_features
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def _count(self, shape: Shape) -> int:
        return shape[0] if self.n_features is None else self.n_features

    def output_shape(self, input_shape: Shape) -> Shape:
        check_flat(input_shape, self.n_features or 0, "PeriodicEmbedding")
        return (input_shape[0] + (self.units - 1) * self._count(input_shape),)

    def variables(self, input_shape: Shape) -> list[Variable]:
        n_features, n_mixed = self._count(input_shape), self.units - 1
        if n_features == 0:
            return []
        return [
            Variable("kernel", (n_features, n_mixed, self.n_frequencies), WEIGHT),
            Variable("frequencies", (n_features, self.n_frequencies)),
            Variable("phases", (n_features, self.n_frequencies)),
            Variable("bias", (n_features, n_mixed)),
        ]

    def initialize(self, values, random_state, activation):
        bound = self.n_frequencies**-0.5
        draws = {
            "frequencies": lambda shape: random_state.normal(0, self.scale, shape),
            "phases": lambda shape: random_state.uniform(-np.pi, np.pi, shape),
            "kernel": lambda shape: random_state.uniform(-bound, bound, shape),
            "bias": lambda shape: random_state.uniform(-bound, bound, shape),
        }
        for name in values:
            values[name][...] = draws[name](values[name].shape)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        n_features, columns, units = self._count(inputs.shape), inputs.columns, self.units
        if n_features == 0:
            return inputs, lambda gradient, wanted: gradient
        outputs = plan.buffer(self.output_shape(inputs.shape))
        turns = plan.buffer((n_features, self.n_frequencies))
        sizes = {
            "n_features": n_features, "n_frequencies": self.n_frequencies, "n_mixed": units - 1,
        }
        widths = {"n_features": n_features, "n_frequencies": self.n_frequencies}
        plan.by_rows(
            find_turns, x=inputs, turns=turns, frequencies=slots["frequencies"],
            phases=slots["phases"], **widths,
        )
        cosines = plan.buffer(turns.shape) if plan.training else turns
        plan.by_rows(find_cosines, turns=turns, cosines=cosines, columns=turns.columns)
        plan.by_rows(mix, x=inputs, cosines=cosines, kernel=slots["kernel"], bias=slots["bias"],
                     y=outputs, **sizes)
        rest = columns - n_features
        if rest:
            copy_channels(plan, inputs, n_features, outputs, n_features * units, rest)
        plan.flops += 2 * plan.batch_size * slots["kernel"].values.size

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            of_turns = plan.buffer(turns.shape)
            plan.by_rows(mix_backward, gradient=gradient, kernel=slots["kernel"], turns=turns,
                         of_turns=of_turns, **sizes)
            if slots["kernel"].trained:
                sums = {name: PartialSums.of(plan, slots[name]) for name in slots}
                plan.by_rows(sum_mixing, gradient=gradient, cosines=cosines,
                             of_kernel=sums["kernel"], of_bias=sums["bias"], **sizes)
                plan.by_rows(sum_turns, x=inputs, of_turns=of_turns,
                             of_frequencies=sums["frequencies"], of_phases=sums["phases"],
                             **widths)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(turns_backward, gradient=gradient, of_turns=of_turns, result=result,
                         frequencies=slots["frequencies"], units=units, **widths)
            if rest:
                copy_channels(plan, gradient, n_features * units, result, n_features, rest)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (3,)), (cls(5, 2, scale=0.5, n_features=2), (6,)),
            (cls(17, 7, n_features=1, trainable=False), (2,)),
        ]  # fmt: skip


@row_kernel
def find_turns(
    x: Row, turns: Row, frequencies: Reals, phases: Reals, n_features: Count,
    n_frequencies: Count,
) -> None:
    """Turns (features, n) = X * frequencies + phases / 2 pi."""
    inverse = real(1.0 / _TURN)
    for j in range(n_features):
        at = j * n_frequencies
        for k in range(n_frequencies):
            turns[at + k] = x[j] * frequencies[at + k] + inverse * phases[at + k]


@row_kernel
def find_cosines(turns: Row, cosines: Row, columns: Count) -> None:
    """Cosines (n) of turns."""
    for k in range(columns):
        cosines[k] = cosine_of_turns(turns[k])


@row_kernel(summing=True)
def mix(
    x: Row, cosines: Row, kernel: Reals, bias: Reals, y: Row, n_features: Count,
    n_frequencies: Count, n_mixed: Count,
) -> None:
    """Y (features, 1 + n) = X, kernel (features, n, m) @ cosines (features, m) + bias."""
    for j in range(n_features):
        y[j * (n_mixed + 1)] = x[j]
        for u in range(n_mixed):
            place = j * n_mixed + u
            total = bias[place]
            for k in range(n_frequencies):
                total += kernel[place * n_frequencies + k] * cosines[j * n_frequencies + k]
            y[j * (n_mixed + 1) + 1 + u] = total


@row_kernel
def mix_backward(
    gradient: Row, kernel: Reals, turns: Row, of_turns: Row, n_features: Count,
    n_frequencies: Count, n_mixed: Count,
) -> None:
    """Gradient of turns (features, m), in radians, by dY (features, 1 + n)."""
    for j in range(n_features):
        at = j * n_frequencies
        for k in range(n_frequencies):
            of_turns[at + k] = real(0.0)
        for u in range(n_mixed):
            slope, place = gradient[j * (n_mixed + 1) + 1 + u], (j * n_mixed + u) * n_frequencies
            for k in range(n_frequencies):
                of_turns[at + k] += slope * kernel[place + k]
    for k in range(n_features * n_frequencies):
        of_turns[k] *= -sine_of_turns(turns[k])


@row_kernel(summing=True)
def turns_backward(
    gradient: Row, of_turns: Row, result: Row, frequencies: Reals, units: Count,
    n_features: Count, n_frequencies: Count,
) -> None:
    """dX (features) by the first of dY (features, units), and by the gradient of turns."""
    for j in range(n_features):
        total = real(0.0)
        for k in range(j * n_frequencies, (j + 1) * n_frequencies):
            total += of_turns[k] * frequencies[k]
        result[j] = gradient[j * units] + real(_TURN) * total


@row_kernel
def sum_mixing(
    gradient: Row, cosines: Row, of_kernel: PartialSums, of_bias: PartialSums, n_features: Count,
    n_frequencies: Count, n_mixed: Count, i: int, n_rows: int,
) -> None:
    """Sum the gradients of kernel (features, n, m) and bias (features, n) over each span."""
    n_biases = n_features * n_mixed
    kernel = reals(sum_of_row(of_kernel, i, n_rows), n_biases * n_frequencies)
    bias = reals(sum_of_row(of_bias, i, n_rows), n_biases)
    if begins_sum(of_kernel.together, i, n_rows):
        for k in range(n_biases * n_frequencies):
            kernel[k] = real(0.0)
    if begins_sum(of_bias.together, i, n_rows):
        for k in range(n_biases):
            bias[k] = real(0.0)
    for j in range(n_features):
        for u in range(n_mixed):
            slope, place = gradient[j * (n_mixed + 1) + 1 + u], j * n_mixed + u
            bias[place] += slope
            for k in range(n_frequencies):
                kernel[place * n_frequencies + k] += slope * cosines[j * n_frequencies + k]


@row_kernel
def sum_turns(
    x: Row, of_turns: Row, of_frequencies: PartialSums, of_phases: PartialSums,
    n_features: Count, n_frequencies: Count, i: int, n_rows: int,
) -> None:
    """Sum the gradients of frequencies and phases (features, m) over each span."""
    size = n_features * n_frequencies
    frequencies = reals(sum_of_row(of_frequencies, i, n_rows), size)
    phases = reals(sum_of_row(of_phases, i, n_rows), size)
    if begins_sum(of_frequencies.together, i, n_rows):
        for k in range(size):
            frequencies[k] = phases[k] = real(0.0)
    for j in range(n_features):
        factor = real(_TURN) * x[j]
        for k in range(j * n_frequencies, (j + 1) * n_frequencies):
            frequencies[k] += factor * of_turns[k]
            phases[k] += of_turns[k]
