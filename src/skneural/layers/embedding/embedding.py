"""A learned vector for each token."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper
from ...engine.fields import Address, BlockGradient, Count, Flag, Row, RowAddress, Rows
from ...engine.kernels import kernel, row_kernel, row_of
from ...engine.lanes import load, plus, store
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.steps import Step
from ...engine.tiles import LANES
from .._base import Backward, Layer, Shape, Slot, Variable
from .._product import kernel_blocks
from .._rates import RATE_FACTOR, RateFactor


class Embedding(Layer, name="embedding"):
    """A learned vector for each token: ids ``(time,)`` or ``(time, 1)`` to ``(time, units)``.

    Ids are whole numbers from 0 to below ``n_tokens``, as numbers of the network's dtype.

    Parameters
    ----------
    n_tokens : int
        How many tokens there are.
    units : int, default=32
        Length of a vector.
    initial_scale : float, default=0.05
        The initial numbers are uniform between minus and plus this.
    trainable : bool, default=True
        False keeps the vectors as they are.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"vectors": 0.1}``.

    References
    ----------
    .. [1] Bengio, Y., Ducharme, R., Vincent, P. and Jauvin, C. (2003). A neural probabilistic
       language model. JMLR 3.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_tokens": [Interval(Integral, 1, None, closed="left")],
        "units": [Interval(Integral, 1, None, closed="left")],
        "initial_scale": [Interval(Real, 0, None, closed="neither")],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(
        self, n_tokens: int, units: int = 32, *, initial_scale: float = 0.05,
        trainable: bool = True, learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.n_tokens = n_tokens
        self.units = units
        self.initial_scale = initial_scale
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) > 2 or (len(input_shape) == 2 and input_shape[1] != 1):
            raise ValueError(
                "Embedding: needs a token id a step, samples of shape (time,) or (time, 1), got"
                f" {input_shape}"
            )
        return (input_shape[0], self.units)

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("vectors", (self.n_tokens, self.units))]

    def initialize(self, values, random_state, activation):
        scale = self.initial_scale
        values["vectors"][...] = random_state.uniform(-scale, scale, values["vectors"].shape)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        vectors, n_steps = slots["vectors"], inputs.shape[0]
        outputs = plan.buffer((n_steps, self.units))
        plan.by_rows(
            look_up, ids=inputs, vectors=vectors, y=outputs, n_steps=n_steps,
            n_tokens=self.n_tokens, units=self.units,
        )

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            def step(first: int, last: int, adds: bool) -> Step:
                return Step.of(
                    vectors_gradient, ids=inputs, gradient=gradient, n_steps=n_steps,
                    n_tokens=self.n_tokens, units=self.units, begin=first // self.units,
                    end=last // self.units, adds=adds, block=vectors.gradient_at(first),
                )

            plan.gradient(vectors.offset, kernel_blocks(self.n_tokens, self.units, 1024), step)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(no_gradient, result=result, n_steps=n_steps)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(4, 3), (5,)), (cls(3, 17, trainable=False), (2, 1))]


@helper
def _token(number, n_tokens):
    """Return the token of an id, the nearest one if it is out of range."""
    return min(max(int(number), 0), n_tokens - 1)


@row_kernel
def look_up(
    ids: Row, vectors: Address, y: RowAddress, n_steps: Count, n_tokens: Count, units: Count
) -> None:
    """Y (steps, n) = vectors of ids (steps)."""
    for step in range(n_steps):
        token = _token(ids[step], n_tokens)
        source, target = vectors + token * units * ITEMSIZE, y + step * units * ITEMSIZE
        for j in range(0, units, LANES):
            n, place = min(LANES, units - j), j * ITEMSIZE
            store(target + place, load(source + place, n), n)


@kernel
def vectors_gradient(
    ids: Rows, gradient: Rows, n_steps: Count, n_tokens: Count, units: Count,
    begin: Count, end: Count, adds: Flag, block: BlockGradient, n_rows: int,
) -> None:
    """g (tokens, n) (+)= sum of dY (rows, steps, n) over where each token stands."""
    total = reals(block, (end - begin) * units)
    for j in range(0 if adds else (end - begin) * units):
        total[j] = real(0.0)
    for i in range(n_rows):
        own = row_of(ids, i)
        for step in range(n_steps):
            token = _token(own[step], n_tokens)
            if begin <= token and token < end:
                source = gradient.address + (i * gradient.stride + step * units) * ITEMSIZE
                target = block + (token - begin) * units * ITEMSIZE
                for j in range(0, units, LANES):
                    n, place = min(LANES, units - j), j * ITEMSIZE
                    store(target + place, plus(load(target + place, n), load(source + place, n)), n)


@row_kernel
def no_gradient(result: Row, n_steps: Count) -> None:
    """Write zeros: ids have no gradient."""
    for j in range(n_steps):
        result[j] = real(0.0)
