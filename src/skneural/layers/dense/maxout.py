"""The largest of several dense outputs."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...initializers import Initializer
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import fill, pattern
from .._rates import RATE_FACTOR, RateFactor
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
        Draws the initial kernel and bias, for one piece after the other.
    trainable : bool, default=True
        False freezes kernel and bias.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "pieces": [Interval(Integral, 1, None, closed="left")],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }

    def __init__(
        self,
        units: int,
        pieces: int = 2,
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.pieces = pieces
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

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
        sizes = {"units": self.units, "pieces": self.pieces}
        plan.by_rows(take_largest, z=pieces, y=outputs, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted or slots["kernel"].trained:
                plan.by_rows(give_to_largest, gradient=gradient, z=pieces, **sizes)
            return of_pieces(pieces, wanted)

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)), (cls(20, 5, use_bias=False, initializer="he_normal"), (7,)),
            (cls(2, 1), (3,)), (cls(4, 3, trainable=False), (3,)),
        ]


@row_kernel
def take_largest(z: Row, y: Row, units: Count, pieces: Count, run: int) -> None:
    """Y (n) = the largest of Z (pieces, n); Z becomes 1 where that was, else 0."""
    largest = pattern(0, units, run)
    fill(largest, units, real(0.0))
    for j in range(units):
        y[j] = z[j]
    for piece in range(1, pieces):
        for j in range(units):
            value = z[piece * units + j]
            larger = (value > y[j]) | (value != value)  # NaN stays, and so is seen
            y[j] = value if larger else y[j]
            largest[j] = real(piece) if larger else largest[j]
    for piece in range(pieces):
        for j in range(units):
            z[piece * units + j] = real(1.0) if largest[j] == real(piece) else real(0.0)


@row_kernel
def give_to_largest(gradient: Row, z: Row, units: Count, pieces: Count) -> None:
    """Z (pieces, n) = dY (n) where Z is 1, and stays 0 elsewhere."""
    for piece in range(pieces):
        for j in range(units):
            z[piece * units + j] *= gradient[j]
