"""A smooth limit of large numbers."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper
from ...engine.fields import Count, Row, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class SmoothClip(Layer, name="smooth_clip"):
    """Limit each number smoothly: ``x / sqrt(1 + (x / limit) ** 2)``.

    It is about x near zero, and approaches ``limit`` and ``-limit`` far from it, so outliers keep
    their order and lose their weight. Holzmüller, Grinsztajn and Steinwart 2024, "Better by
    default: strong pre-tuned MLPs and boosted trees on tabular data", arXiv 2407.04491.

    Parameters
    ----------
    limit : float, default=3.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "limit": [Interval(Real, 0, None, closed="neither")]
    }
    steps_alone = True

    def __init__(self, limit: float = 3.0):
        self.limit = limit

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        sizes = {"limit": self.limit, "columns": inputs.columns}
        if not plan.training:
            inputs = own(plan, inputs)
            plan.by_rows(clip_smoothly, x=inputs, y=inputs, **sizes)
            return inputs, lambda gradient, wanted: gradient
        outputs = plan.buffer(inputs.shape)
        plan.by_rows(clip_smoothly, x=inputs, y=outputs, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            gradient = own(plan, gradient)
            plan.by_rows(clip_smoothly_backward, gradient=gradient, x=inputs, **sizes)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (5,)), (cls(0.5), (3, 4, 5))]


@helper
def clipped(x, limit):
    """Return x / sqrt(1 + (x / limit)**2); of the larger of two numbers no square is taken."""
    share = x / limit
    size = -share if share < real(0.0) else share
    inverse = real(1.0) / (size if size > real(1.0) else real(1.0))
    far = limit / np.sqrt(real(1.0) + inverse * inverse)
    near = real(1.0) if size > real(1.0) else size
    far = -far if share < real(0.0) else far
    return far if size > real(1.0) else x / np.sqrt(real(1.0) + near * near)


@helper
def slope_of_clipped(x, limit):
    """Return (1 + (x / limit)**2) ** -1.5, likewise."""
    share = x / limit
    size = -share if share < real(0.0) else share
    inverse = real(1.0) / (size if size > real(1.0) else real(1.0))
    least = inverse if size > real(1.0) else size
    root = real(1.0) / np.sqrt(real(1.0) + least * least)
    factor = inverse * root if size > real(1.0) else root
    return factor * factor * factor


@row_kernel
def clip_smoothly(x: Row, y: Row, limit: Scalar, columns: Count) -> None:
    """Y (n) = X / sqrt(1 + (X / limit)**2)."""
    for j in range(columns):
        y[j] = clipped(x[j], limit)


@row_kernel
def clip_smoothly_backward(gradient: Row, x: Row, limit: Scalar, columns: Count) -> None:
    """Turn dY (n) into dX in place."""
    for j in range(columns):
        gradient[j] *= slope_of_clipped(x[j], limit)
