"""Upsampling: images and series made larger by whole factors."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ...engine.compile.jit import helper
from ...engine.fields import Count, Integers, Reals, RowAddress
from ...engine.kernels import row_kernel
from ...engine.lanes import load, plus, spread, store, times
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.tiles import LANES
from .._base import Backward, Layer, Shape, Slot
from .._over_time import OverTime
from .._windows import per_axis


class UpSampling1D(Layer, name="up_sampling_1d"):
    """Make series longer: repeat each step.

    Parameters
    ----------
    size : int, default=2
        How often.

    Examples
    --------
    >>> from skneural.layers import UpSampling1D
    >>> UpSampling1D(3).output_shape((4, 8))
    (12, 8)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "size": [Interval(Integral, 1, None, closed="left")]
    }

    def __init__(self, size: int = 2):
        self.size = size

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2:
            raise ValueError(
                f"UpSampling1D: needs samples of shape (length, channels), got {input_shape}"
            )
        return (input_shape[0] * self.size, input_shape[1])

    def over_time(self, input_shape: Shape) -> OverTime:
        return OverTime(times=self.size)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        length, channels = inputs.shape
        sizes = {"height": 1, "width": length, "channels": channels, "rows": 1,
                 "columns": self.size}
        outputs = plan.buffer(self.output_shape(inputs.shape))
        plan.by_rows(repeat, x=inputs, y=outputs, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(repeat_backward, x=result, y=gradient, **sizes)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (3, 4)), (cls(3), (2, 17)), (cls(1), (4, 1))]


class UpSampling2D(Layer, name="up_sampling_2d"):
    """Make images larger by whole factors.

    Parameters
    ----------
    size : int or tuple of two int, default=2
        Factor for height and width.
    interpolation : {"nearest", "bilinear"}, default="nearest"
        Repeat each number, or interpolate linearly between the centres, constant outside the
        outermost.

    Examples
    --------
    >>> from skneural.layers import UpSampling2D
    >>> UpSampling2D((2, 3)).output_shape((4, 4, 8))
    (8, 12, 8)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "size": [Interval(Integral, 1, None, closed="left"), tuple],
        "interpolation": [StrOptions({"nearest", "bilinear"})],
    }

    def __init__(self, size: int | tuple[int, int] = 2, interpolation: str = "nearest"):
        self.size = size
        self.interpolation = interpolation

    def _factors(self):
        return per_axis("UpSampling2D", "size", self.size, 2)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 3:
            raise ValueError(
                "UpSampling2D: needs samples of shape (height, width, channels),"
                f" got {input_shape}"
            )
        rows, columns = self._factors()
        return (input_shape[0] * rows, input_shape[1] * columns, input_shape[2])

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        outputs = plan.buffer(self.output_shape(inputs.shape))
        sizes = dict(zip(("height", "width", "channels"), inputs.shape, strict=True))
        fields: dict[str, Any]
        if self.interpolation == "nearest":
            forward_kernel, backward_kernel = repeat, repeat_backward
            fields = dict(zip(("rows", "columns"), self._factors(), strict=True))
        else:
            forward_kernel, backward_kernel = interpolate, interpolate_backward
            row_at, row_weight = _neighbours(plan, inputs.shape[0], self._factors()[0])
            column_at, column_weight = _neighbours(plan, inputs.shape[1], self._factors()[1])
            fields = {
                "new_height": outputs.shape[0], "new_width": outputs.shape[1],
                "row_at": row_at, "row_weight": row_weight,
                "column_at": column_at, "column_weight": column_weight,
            }
        plan.by_rows(forward_kernel, x=inputs, y=outputs, **sizes, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(backward_kernel, x=result, y=gradient, **sizes, **fields)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (2, 3, 4)),
            (cls((1, 3)), (2, 2, 17)),
            (cls(2, "bilinear"), (3, 4, 2)),
            (cls((3, 2), "bilinear"), (1, 3, 17)),
        ]


def _neighbours(plan, length, factor):
    """Return, for each new position, its two old ones and the second's weight, in two arrays."""
    place = (np.arange(length * factor) + 0.5) / factor - 0.5
    place = np.clip(place, 0, length - 1)
    positions = plan.memory(2 * length * factor, np.int64)
    positions[::2] = np.floor(place)
    positions[1::2] = np.minimum(positions[::2] + 1, length - 1)
    weights = plan.memory(length * factor)
    weights[:] = place - positions[::2]
    return positions, weights


@row_kernel
def repeat(
    x: RowAddress, y: RowAddress, height: Count, width: Count, channels: Count, rows: Count,
    columns: Count,
) -> None:
    """Y (height * a, width * b, n) = each position of X (height, width, n) a * b times.

    The same loops serve the backward pass, where they read Y and write X.
    """
    pixel, line, source = channels * ITEMSIZE, width * columns * channels * ITEMSIZE, x
    for p in range(height):
        for q in range(width):
            for c in range(0, channels, LANES):
                at = c * ITEMSIZE
                place = y + p * rows * line + q * columns * pixel + at
                visit(source + at, place, rows, columns, line, pixel, min(LANES, channels - c))
            source += pixel


@helper
def visit(x, y, rows, columns, line, pixel, n):
    """Y = X at so many rows and columns."""
    value = load(x, n)
    for r in range(rows):
        for s in range(columns):
            store(y + r * line + s * pixel, value, n)


@helper
def visit_backward(x, y, rows, columns, line, pixel, n):
    """dX = sum of dY over so many rows and columns."""
    total = spread(real(0.0))
    for r in range(rows):
        for s in range(columns):
            total = plus(total, load(y + r * line + s * pixel, n))
    store(x, total, n)


repeat_backward = repeat.using(visit=visit_backward)


@row_kernel
def interpolate(
    x: RowAddress, y: RowAddress, height: Count, width: Count, channels: Count, new_height: Count,
    new_width: Count, row_at: Integers, row_weight: Reals, column_at: Integers,
    column_weight: Reals,
) -> None:
    """Y (new height, new width, n) from X (height, width, n) by four neighbours.

    The same loops serve the backward pass, where they read Y and write X.
    """
    pixel, line, target = channels * ITEMSIZE, width * channels * ITEMSIZE, y
    clear(x, height * width * channels)
    for p in range(new_height):
        above, below = x + row_at[2 * p] * line, x + row_at[2 * p + 1] * line
        for q in range(new_width):
            left, right = column_at[2 * q] * pixel, column_at[2 * q + 1] * pixel
            for c in range(0, channels, LANES):
                at = c * ITEMSIZE
                mix(above + at, below + at, left, right, target + at, row_weight[p],
                    column_weight[q], min(LANES, channels - c))
            target += pixel


@helper
def keep(address, size):
    """Leave memory as it is."""


@helper
def write_zeros(address, size):
    """Write zeros."""
    numbers = reals(address, size)
    for i in range(size):
        numbers[i] = real(0.0)


clear = keep


@helper
def mix(above, below, left, right, y, row_weight, column_weight, n):
    """Y = the weighted mean of four numbers."""
    u, v = spread(row_weight), spread(column_weight)
    not_u, not_v = spread(real(1.0) - row_weight), spread(real(1.0) - column_weight)
    upper = plus(times(load(above + left, n), not_v), times(load(above + right, n), v))
    lower = plus(times(load(below + left, n), not_v), times(load(below + right, n), v))
    store(y, plus(times(upper, not_u), times(lower, u)), n)


@helper
def mix_backward(above, below, left, right, y, row_weight, column_weight, n):
    """Add to each of four numbers its share of dY."""
    gradient = load(y, n)
    for r in range(2):
        line = above if r == 0 else below
        of_row = times(gradient, spread(real(1.0) - row_weight if r == 0 else row_weight))
        for s in range(2):
            place = line + (left if s == 0 else right)
            weight = real(1.0) - column_weight if s == 0 else column_weight
            store(place, plus(load(place, n), times(of_row, spread(weight))), n)


interpolate_backward = interpolate.using(mix=mix_backward, clear=write_zeros)
