"""A fixed change of scale."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Row, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class Scale(Layer, name="scale"):
    """Rescale each number: ``outputs = scale * inputs + offset``.

    Nothing is learned: ``Scale(1 / 255)`` maps the values of an image to [0, 1].

    Parameters
    ----------
    scale : float, default=1.0
    offset : float, default=0.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "scale": [Interval(Real, None, None, closed="neither")],
        "offset": [Interval(Real, None, None, closed="neither")],
    }
    steps_alone = True

    def __init__(self, scale: float = 1.0, offset: float = 0.0):
        self.scale = scale
        self.offset = offset

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        def rescale(values: Buffer, scale: float, offset: float) -> Buffer:
            if (scale, offset) != (1, 0):
                values = own(plan, values)
                plan.by_rows(scale_and_shift, x=values, scale=scale, offset=offset,
                             columns=values.columns)
            return values

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            return rescale(gradient, self.scale, 0) if wanted else gradient

        return rescale(inputs, self.scale, self.offset), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(1 / 255, -0.5), (7,)), (cls(2.0), (3, 4, 5)), (cls(), (3,))]


@row_kernel
def scale_and_shift(x: Row, scale: Scalar, offset: Scalar, columns: Count) -> None:
    """X (n) = scale * X + offset, in place."""
    for j in range(columns):
        x[j] = scale * x[j] + offset
