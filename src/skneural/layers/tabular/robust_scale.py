"""Centring by medians and scaling by quartiles, within the network."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Reals, Row, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from .._base import STATISTIC, Backward, Layer, Shape, Slot, Variable
from .._memory import copy_channels, own
from .smooth_clip import clipped, slope_of_clipped


class RobustScale(Layer, name="robust_scale"):
    """Centre and scale the first columns by fixed statistics, then limit them smoothly.

    ``z = (x - center) * factor`` becomes ``z / sqrt(1 + (z / clip) ** 2)``. The statistics are
    variables of the layer, saved with the network, that training does not change. Columns behind
    those that have statistics pass through. Holzmüller, Grinsztajn and Steinwart 2024, "Better by
    default: strong pre-tuned MLPs and boosted trees on tabular data", arXiv 2407.04491.

    Parameters
    ----------
    center : array-like of shape (n_columns,) or None, default=None
        Subtracted from the first columns, as `robust_statistics` returns it; None for zeros.
    factor : array-like of shape (n_columns,) or None, default=None
        What they are multiplied by; None for ones. Where it is 0, a column is constant, its output
        is 0.
    clip : float or None, default=3.0
        The limit; None for none.

    Examples
    --------
    >>> from skneural import NeuralNetRegressor
    >>> from skneural.layers import Dense, RobustScale, robust_statistics
    >>> X = [[0.0, 1e6], [1.0, 2e6], [2.0, 4e6], [3.0, 9e6]]
    >>> scale = RobustScale(*robust_statistics(X))
    >>> net = NeuralNetRegressor([scale, Dense(8, "relu")], max_iter=5, random_state=0)
    >>> net.fit(X, [0.0, 1.0, 2.0, 3.0]).get_layer("robustscale").weights["center"]
    array([1.5e+00, 3.0e+06])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "center": ["array-like", None],
        "factor": ["array-like", None],
        "clip": [Interval(Real, 0, None, closed="neither"), None],
    }

    def __init__(
        self, center: ArrayLike | None = None, factor: ArrayLike | None = None,
        clip: float | None = 3.0,
    ):  # fmt: skip
        self.center = center
        self.factor = factor
        self.clip = clip

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ValueError(
                f"RobustScale: needs flat input, got samples of shape {input_shape}; put Flatten()"
                " before it"
            )
        sizes = {name: np.shape(given) for name, given in self._given()}
        for name, shape in sizes.items():
            if len(shape) != 1 or shape[0] > input_shape[0]:
                raise ValueError(
                    f"RobustScale: {name} of shape {shape} does not fit samples of"
                    f" {input_shape[0]} columns; it has one number for each of the first columns"
                )
        if len(set(sizes.values())) > 1:
            raise ValueError(
                f"RobustScale: center has {sizes['center'][0]} numbers and factor"
                f" {sizes['factor'][0]}; give both for the same columns"
            )
        return input_shape

    def _given(self):
        known = (("center", self.center), ("factor", self.factor))
        return [(name, given) for name, given in known if given is not None]

    def variables(self, input_shape: Shape) -> list[Variable]:
        given = self._given()
        shape = np.shape(given[0][1]) if given else input_shape
        return [Variable(name, shape, STATISTIC) for name in ("center", "factor")]

    def initialize(self, values, random_state, activation):
        values["center"][...] = 0 if self.center is None else self.center
        values["factor"][...] = 1 if self.factor is None else self.factor

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        center, factor = slots["center"], slots["factor"]
        n_scaled, columns = center.values.size, inputs.columns
        fields = {"center": center, "factor": factor, "n_scaled": n_scaled}
        outputs = plan.buffer(inputs.shape)
        if self.clip is None:
            plan.by_rows(center_and_scale, x=inputs, y=outputs, **fields)
        else:
            fields["limit"] = self.clip
            plan.by_rows(center_and_clip, x=inputs, y=outputs, **fields)
        if n_scaled < columns:
            copy_channels(plan, inputs, n_scaled, outputs, n_scaled, columns - n_scaled)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            gradient = own(plan, gradient)
            if self.clip is None:
                plan.by_rows(scale_backward, gradient=gradient, factor=factor, n_scaled=n_scaled)
            else:
                plan.by_rows(center_and_clip_backward, gradient=gradient, x=inputs, **fields)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (5,)), (cls([0.5, -1.0], [2.0, 0.0]), (20,)), (cls([1.0, 2.0], clip=None), (3,))
        ]  # fmt: skip


def robust_statistics(X: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the median of each column, and the factor that brings it to a common scale.

    The factor is 1 over the distance between the quartiles; if these are equal, 2 over the range;
    and 0 for a column of one value alone. NaN is left out; a column of nothing else has the
    median 0 and the factor 0. Holzmüller, Grinsztajn and Steinwart 2024, arXiv 2407.04491.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_columns)

    Returns
    -------
    center, factor : ndarray of shape (n_columns,), float64
        For `RobustScale`.

    Raises
    ------
    ValueError
        If X has another number of dimensions than two, or an infinite value.
    """
    numbers = np.asarray(X, np.float64)
    if numbers.ndim != 2:
        raise ValueError(f"robust_statistics: X has {numbers.ndim} dimensions; needs 2")
    if (infinite := np.isinf(numbers).any(axis=0)).any():
        column = int(np.flatnonzero(infinite)[0])
        raise ValueError(f"robust_statistics: column {column} of X has infinite values")
    center, factor = np.zeros(numbers.shape[1]), np.zeros(numbers.shape[1])
    for j, column in enumerate(numbers.T):
        known = column[~np.isnan(column)]
        if known.size:
            least, low, center[j], high, most = np.quantile(known, (0, 0.25, 0.5, 0.75, 1))
            width = high - low if high > low else (most - least) / 2
            factor[j] = 1 / width if width > 0 and np.isfinite(1 / width) else 0
    return center, factor


@row_kernel
def center_and_scale(x: Row, y: Row, center: Reals, factor: Reals, n_scaled: Count) -> None:
    """Y (n) = (X - center) * factor."""
    for j in range(n_scaled):
        y[j] = (x[j] - center[j]) * factor[j]


@row_kernel
def center_and_clip(
    x: Row, y: Row, center: Reals, factor: Reals, n_scaled: Count, limit: Scalar
) -> None:
    """Y (n) = (X - center) * factor, within the limit."""
    for j in range(n_scaled):
        y[j] = clipped((x[j] - center[j]) * factor[j], limit)


@row_kernel
def scale_backward(gradient: Row, factor: Reals, n_scaled: Count) -> None:
    """Turn dY (n) into dX in place."""
    for j in range(n_scaled):
        gradient[j] *= factor[j]


@row_kernel
def center_and_clip_backward(
    gradient: Row, x: Row, center: Reals, factor: Reals, n_scaled: Count, limit: Scalar
) -> None:
    """Turn dY (n) into dX in place."""
    for j in range(n_scaled):
        z = (x[j] - center[j]) * factor[j]
        gradient[j] *= factor[j] * slope_of_clipped(z, limit)
