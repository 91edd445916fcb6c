"""The largest of several dense outputs."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, integers, real, reals
from ...engine.shares import share_begin, share_end
from ...initializers import Initializer
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import fill, pattern
from .dense import Dense


class Maxout(Layer, name="maxout"):
    """Fully connected layer whose units are each the largest of some linear pieces.

    Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, "Maxout networks", arXiv 1302.4389.

    Parameters
    ----------
    units : int
        Width of the output.
    pieces : int, default=2
        Linear functions of the input that a unit takes the largest of.
    use_bias : bool, default=True
    initializer : str or Initializer, default="sklearn"
        Draws the first kernel and bias, for one piece after the other.
    trainable : bool, default=True
        False keeps kernel and bias as they are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "pieces": [Interval(Integral, 1, None, closed="left")],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
    }

    def __init__(
        self,
        units: int,
        pieces: int = 2,
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
    ):
        self.units = units
        self.pieces = pieces
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable

    def _dense(self, pieces: int) -> Dense:
        return Dense(self.units * pieces, use_bias=self.use_bias, initializer=self.initializer)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            raise ValueError(
                f"Maxout: needs flat input, got samples of shape {input_shape}; put Flatten()"
                " before it"
            )
        return (self.units,)

    def variables(self, input_shape: Shape) -> list[Variable]:
        return self._dense(self.pieces).variables(input_shape)

    def initialize(self, values, random_state, activation):
        piece = self._dense(1)
        for begin in range(0, self.units * self.pieces, self.units):
            part = {name: array[..., begin : begin + self.units] for name, array in values.items()}
            piece.initialize(part, random_state, activation)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        outputs = plan.buffer((self.units,))
        pieces, of_pieces = self._dense(self.pieces).build(plan, inputs, slots, number)
        plan.scratch_bytes = max(plan.scratch_bytes, self.units * plan.dtype.itemsize)
        plan.by_rows(take_largest, pieces.address, pieces.stride, outputs.address, outputs.stride,
                     self.units, self.pieces)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted or slots["kernel"].trained:
                plan.by_rows(give_to_largest, gradient.address, gradient.stride, pieces.address,
                             pieces.stride, self.units, self.pieces)
            return of_pieces(pieces, wanted)

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)), (cls(20, 5, use_bias=False, initializer="he_normal"), (7,)),
            (cls(2, 1), (3,)), (cls(4, 3, trainable=False), (3,)),
        ]


@kernel
def take_largest(row, run):
    """Y (rows, n) = the largest of Z (rows, pieces, n); Z becomes 1 where that was, else 0."""
    field = integers(row, 8)
    n_rows, units, pieces = integers(run, RUN_FIELDS)[ROWS], field[6], field[7]
    z_stride, y_stride = field[3], field[5]
    z, y = reals(field[2], n_rows * z_stride), reals(field[4], n_rows * y_stride)
    largest = pattern(0, units, run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        to = i * y_stride
        fill(largest, units, real(0.0))
        for j in range(units):
            y[to + j] = z[i * z_stride + j]
        for piece in range(1, pieces):
            of = i * z_stride + piece * units
            for j in range(units):
                value = z[of + j]
                larger = (value > y[to + j]) | (value != value)  # NaN stays, and so is seen
                y[to + j] = value if larger else y[to + j]
                largest[j] = real(piece) if larger else largest[j]
        for piece in range(pieces):
            of = i * z_stride + piece * units
            for j in range(units):
                z[of + j] = real(1.0) if largest[j] == real(piece) else real(0.0)


@kernel
def give_to_largest(row, run):
    """Z (rows, pieces, n) = dY (rows, n) where Z is 1, and stays 0 elsewhere."""
    field = integers(row, 8)
    n_rows, units, pieces = integers(run, RUN_FIELDS)[ROWS], field[6], field[7]
    stride, z_stride = field[3], field[5]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for piece in range(pieces):
            of = i * z_stride + piece * units
            for j in range(units):
                z[of + j] *= gradient[i * stride + j]
