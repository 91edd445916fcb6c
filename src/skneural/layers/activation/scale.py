"""A fixed change of scale."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ...engine.shares import share_begin, share_end
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class Scale(Layer, name="scale"):
    """Bring each number to another scale: ``outputs = scale * inputs + offset``.

    Nothing is learned: ``Scale(1 / 255)`` takes the numbers of an image to [0, 1].

    Parameters
    ----------
    scale : float, default=1.0
    offset : float, default=0.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "scale": [Interval(Real, None, None, closed="neither")],
        "offset": [Interval(Real, None, None, closed="neither")],
    }

    def __init__(self, scale: float = 1.0, offset: float = 0.0):
        self.scale = scale
        self.offset = offset

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        def rescale(values: Buffer, *numbers: float) -> Buffer:
            if numbers != (1, 0):
                values = own(plan, values)
                memory = plan.memory(2, float)
                memory[:] = numbers
                plan.by_rows(scale_and_shift, values.address, values.stride, values.columns,
                             memory.ctypes.data)
            return values

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            return rescale(gradient, self.scale, 0) if wanted else gradient

        return rescale(inputs, self.scale, self.offset), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(1 / 255, -0.5), (7,)), (cls(2.0), (3, 4, 5)), (cls(), (3,))]


@kernel
def scale_and_shift(row, run):
    """X (rows, n) = scale * X + offset, in place."""
    field = integers(row, 6)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    x, numbers = reals(field[2], n_rows * stride), doubles(field[5], 2)
    scale, offset = real(numbers[0]), real(numbers[1])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for j in range(columns):
            x[i * stride + j] = scale * x[i * stride + j] + offset
