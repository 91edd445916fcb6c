"""Gated recurrent units."""

from __future__ import annotations

from typing import Any, ClassVar

from ...engine.compile.jit import helper
from ...engine.kernels import NamedKernel
from ...engine.lanes import load, minus, multiply_add, spread, store, times
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, real
from ...engine.tiles import LANES
from ...initializers import Initializer
from .._base import Layer, Shape, Slot
from .base import PARAMETERS, Recurrent
from .gates import (
    add_product,
    begin_product,
    inputs_product,
    inputs_product_backward,
    slope_of,
    slope_of_sign,
    squash,
    squash_to_sign,
    states_product,
)
from .gradients import Piece
from .steps import Steps, add, at_step, go_back, go_forward, length_of


@helper
def _blend(z, before, h, units):
    """H (units) = update * before + (1 - update) * new, given the gates Z (4, units)."""
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        new = load(z + (2 * units + j) * ITEMSIZE, n)
        difference = minus(load(before + place, n), new)
        store(h + place, multiply_add(load(z + place, n), difference, new), n)


@helper
def _blend_backward(z, before, carry, units):
    """Write the gradients of the gates update and new in their place; dH *= update."""
    part = 2 * units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        update, new = load(z + place, n), load(z + part + place, n)
        dh = load(carry + place, n)
        of_update = times(dh, minus(load(before + place, n), new))
        of_new = times(dh, minus(spread(real(1.0)), update))
        store(z + place, slope_of(update, of_update), n)
        store(z + part + place, slope_of_sign(new, of_new), n)
        store(carry + place, times(dh, update), n)


@helper
def _gates_product_backward(gemm, steps, back, scratch, run, first, n, step):
    """dH (rows, units) += dZ U transposed, of update and reset."""
    add_product(gemm, scratch, run, at_step(steps.z, steps.z_stride, steps, step, first),
                steps.z_stride, back.states, back.states_stride,
                back.carry + first * steps.h_stride * ITEMSIZE, steps.h_stride,
                (n, 2 * steps.units, steps.units))


@helper
def _reset_after(z, bias, units):
    """Activate the gates Z (4, units): new = tanh(of inputs + reset * of states)."""
    if bias != 0:
        add(z, bias, 2 * units)
    squash(z, 2 * units)
    new = z + 2 * units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, of_states = load(z + (units + j) * ITEMSIZE, n), new + units * ITEMSIZE
        value = multiply_add(reset, load(of_states + place, n), load(new + place, n))
        store(new + place, value, n)
    squash_to_sign(new, units)


@helper
def _reset_after_backward(z, units):
    """Write the gradients of the reset gate, and of what it multiplied."""
    part = units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, of_new = load(z + part + place, n), load(z + 2 * part + place, n)
        of_states = load(z + 3 * part + place, n)
        store(z + part + place, slope_of(reset, times(of_new, of_states)), n)
        store(z + 3 * part + place, times(of_new, reset), n)


@helper
def _step_after(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    units = steps.units
    inputs_product(gemm, steps, matrices, 3 * units, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, 2 * units, scratch, run, first, n, step)
    bias = matrices.state_bias + 2 * units * ITEMSIZE if matrices.state_bias != 0 else 0
    begin_product(gemm, scratch, run, bias,
                  at_step(steps.h, steps.h_stride, steps, step, first), steps.h_stride,
                  matrices.states + 2 * units * ITEMSIZE, matrices.states_stride,
                  at_step(steps.z, steps.z_stride, steps, step, first) + 3 * units * ITEMSIZE,
                  steps.z_stride, (n, units, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            _reset_after(z, matrices.state_bias, units)
            _blend(z, at_step(steps.h, steps.h_stride, steps, step, row),
                   at_step(steps.h, steps.h_stride, steps, step + 1, row), units)


@helper
def _step_after_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    units = steps.units
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            _blend_backward(z, at_step(steps.h, steps.h_stride, steps, step, row),
                            back.carry + row * steps.h_stride * ITEMSIZE, units)
            _reset_after_backward(z, units)
    _gates_product_backward(gemm, steps, back, scratch, run, first, n, step)
    add_product(gemm, scratch, run,
                at_step(steps.z, steps.z_stride, steps, step, first) + 3 * units * ITEMSIZE,
                steps.z_stride, back.states + 2 * units * back.states_stride * ITEMSIZE,
                back.states_stride, back.carry + first * steps.h_stride * ITEMSIZE,
                steps.h_stride, (n, units, units))
    if wanted:
        inputs_product_backward(gemm, steps, back, 3 * units, scratch, run, first, n, step)


@helper
def _multiply(target, one, other, units):
    """Write the product of two rows (units)."""
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        store(target + place, times(load(one + place, n), load(other + place, n)), n)


@helper
def _reset_before_backward(z, before, carry, of_reset, units):
    """Write the gradient of the reset gate; add that of the state it multiplied."""
    part = units * ITEMSIZE
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        reset, gradient = load(z + part + place, n), load(of_reset + place, n)
        of_gate = times(gradient, load(before + place, n))
        store(z + part + place, slope_of(reset, of_gate), n)
        store(carry + place, multiply_add(gradient, reset, load(carry + place, n)), n)


@helper
def _step_before(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    units, part = steps.units, steps.units * ITEMSIZE
    inputs_product(gemm, steps, matrices, 3 * units, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, 2 * units, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            squash(z, 2 * units)
            _multiply(z + 3 * part, z + part,
                      at_step(steps.h, steps.h_stride, steps, step, row), units)
    z = at_step(steps.z, steps.z_stride, steps, step, first)
    add_product(gemm, scratch, run, z + 3 * part, steps.z_stride, matrices.states + 2 * part,
                matrices.states_stride, z + 2 * part, steps.z_stride, (n, units, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            squash_to_sign(z + 2 * part, units)
            _blend(z, at_step(steps.h, steps.h_stride, steps, step, row),
                   at_step(steps.h, steps.h_stride, steps, step + 1, row), units)


@helper
def _step_before_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    units, stride = steps.units, steps.h_stride
    for row in range(first, first + n):
        if step < length_of(steps, row):
            _blend_backward(at_step(steps.z, steps.z_stride, steps, step, row),
                            at_step(steps.h, stride, steps, step, row),
                            back.carry + row * stride * ITEMSIZE, units)
    begin_product(gemm, scratch, run, 0,
                  at_step(steps.z, steps.z_stride, steps, step, first) + 2 * units * ITEMSIZE,
                  steps.z_stride, back.states + 2 * units * back.states_stride * ITEMSIZE,
                  back.states_stride, back.cells + first * stride * ITEMSIZE, stride,
                  (n, units, units))
    for row in range(first, first + n):
        if step < length_of(steps, row):
            offset = row * stride * ITEMSIZE
            _reset_before_backward(at_step(steps.z, steps.z_stride, steps, step, row),
                                   at_step(steps.h, stride, steps, step, row),
                                   back.carry + offset, back.cells + offset, units)
    _gates_product_backward(gemm, steps, back, scratch, run, first, n, step)
    if wanted:
        inputs_product_backward(gemm, steps, back, 3 * units, scratch, run, first, n, step)


_AFTER = (
    go_forward.using(forward_step=_step_after), go_back.using(backward_step=_step_after_backward)
)
_BEFORE = (
    go_forward.using(forward_step=_step_before),
    go_back.using(backward_step=_step_before_backward),
)


class GRU(Recurrent, name="gru"):
    """Gated recurrent units: series (time, features) to their last state, or to one a step.

    With gates z, r = logistic(x W + h U + b), the state is h = z * h + (1 - z) * n. With
    ``reset_after``, n = tanh(x W + b + r * (h U + b)), as in PyTorch and Keras; without, n =
    tanh(x W + (r * h) U + b), as first published. The columns of the gates come in the order z, r,
    n, as in Keras; in PyTorch z and r are exchanged.

    Parameters
    ----------
    units : int, default=32
        Width of the state.
    reset_after : bool, default=True
        Whether the reset gate multiplies the product of the states or the states themselves. With
        it there are two biases, of shape (2, 3 * units).
    return_sequences : bool, default=False
        Whether each step is an output, of shape (time, units), or the last one alone.
    reverse : bool, default=False
        Whether series are read from their ends.
    use_bias : bool, default=True
    initializer : str or Initializer, default="glorot_uniform"
        Draws the kernel of the inputs.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Draws the kernel of the states.
    trainable : bool, default=True
        False freezes all variables.

    References
    ----------
    .. [1] Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for
       statistical machine translation. arXiv:1406.1078v3.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **PARAMETERS, "reset_after": ["boolean"]
    }
    _n_gates, _n_products = 4, 3

    def __init__(
        self,
        units: int = 32,
        *,
        reset_after: bool = True,
        return_sequences: bool = False,
        reverse: bool = False,
        use_bias: bool = True,
        initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        trainable: bool = True,
    ):
        self.units = units
        self.reset_after = reset_after
        self.return_sequences = return_sequences
        self.reverse = reverse
        self.use_bias = use_bias
        self.initializer = initializer
        self.recurrent_initializer = recurrent_initializer
        self.trainable = trainable

    def _kernels(self) -> tuple[NamedKernel, NamedKernel]:
        return _AFTER if self.reset_after else _BEFORE

    def _bias_shape(self) -> Shape:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def _biases(self, slots: dict[str, Slot]) -> tuple[int, int]:
        bias = slots["bias"]
        if not self.reset_after:
            return bias.address, 0
        return bias.address, bias.address + 3 * self.units * bias.values.itemsize

    def _bias_parts(self) -> list[tuple[int, int]]:
        units = self.units
        of_states = [(2 * units, 0), (units, 3 * units)] if self.reset_after else []
        return [(3 * units, 0), *of_states]

    def _of_states(self, plan: Plan, steps: Steps) -> tuple[Piece, ...]:
        units = self.units
        of_gates = Piece(steps.h, steps.h_stride, 0, 0, 2 * units)
        if self.reset_after:
            return of_gates, Piece(steps.h, steps.h_stride, 3 * units, 2 * units, units)
        reset = steps.z + 3 * units * plan.dtype.itemsize
        return of_gates, Piece(reset, steps.z_stride, 2 * units, 2 * units, units)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(5, reset_after=False, return_sequences=True), (3, 1)),
            (cls(17, reverse=True, use_bias=False), (2, 3)),
            (cls(2, return_sequences=True, reverse=True, trainable=False), (3, 2)),
        ]
