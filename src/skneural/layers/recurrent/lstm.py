"""Long short-term memory."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import Helper, helper
from ...engine.lanes import load, multiply_add, plus, store, times
from ...engine.primitives import ITEMSIZE
from ...engine.tiles import LANES
from ...initializers import Initializer
from .._base import Layer, Shape
from .._rates import RateFactor
from .gates import (
    inputs_product,
    inputs_product_backward,
    slope_of,
    slope_of_sign,
    squash,
    squash_to_sign,
    states_product,
    states_product_backward,
)
from .norm_cells import NORMAL_CELLS
from .regularized import REGULARIZED, Regularized
from .steps import at_step, length_of


@helper
def squash_cells(steps, z, squashed, units):
    """X (units) = tanh(X)."""
    squash_to_sign(squashed, units)


@helper
def add_cells_gradient(steps, z, squashed, carry, cells, units):
    """Do nothing: `cell_gradient` finds the gradient of the cells."""


@helper
def cell_gradient(squashed, output, of_state, of_cell):
    """Return the gradient of the cells, a vector: by way of the state, and of the next cells."""
    return plus(slope_of_sign(squashed, times(of_state, output)), of_cell)


@helper
def _remember(steps, z, before, after, squashed, h, units):
    """Activate the gates Z (4, units), and find cells, squashed cells and states (units)."""
    part = units * ITEMSIZE
    squash(z, 2 * units)
    squash_to_sign(z + 2 * part, units)
    squash(z + 3 * part, units)
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        gate, new = z + place, load(z + 2 * part + place, min(LANES, units - j))
        kept = times(load(gate + part, n), load(before + place, n))
        cell = multiply_add(load(gate, n), new, kept)
        store(after + place, cell, n)
        store(squashed + place, cell, n)
    squash_cells(steps, z, squashed, units)
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        store(h + place, times(load(z + 3 * part + place, n), load(squashed + place, n)), n)


@helper
def _remember_backward(steps, z, before, squashed, carry, cells, units):
    """Write the gradients of the gates in their place, and that of the cells before."""
    part = units * ITEMSIZE
    add_cells_gradient(steps, z, squashed, carry, cells, units)
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        gate = z + place
        i, f, g = load(gate, n), load(gate + part, n), load(gate + 2 * part, n)
        o, s, dh = load(gate + 3 * part, n), load(squashed + place, n), load(carry + place, n)
        dc = cell_gradient(s, o, dh, load(cells + place, n))
        store(gate, slope_of(i, times(dc, g)), n)
        store(gate + part, slope_of(f, times(dc, load(before + place, n))), n)
        store(gate + 2 * part, slope_of_sign(g, times(dc, i)), n)
        store(gate + 3 * part, slope_of(o, times(dh, s)), n)
        store(cells + place, times(dc, f), n)


@helper
def _lstm_step(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    columns = 4 * steps.units
    inputs_product(gemm, steps, matrices, columns, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, columns, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            _remember(
                steps, at_step(steps.z, steps.z_stride, steps, step, row),
                at_step(steps.c, steps.h_stride, steps, step, row),
                at_step(steps.c, steps.h_stride, steps, step + 1, row),
                at_step(steps.s, steps.h_stride, steps, step, row),
                at_step(steps.h, steps.h_stride, steps, step + 1, row), steps.units,
            )


@helper
def _lstm_step_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    for row in range(first, first + n):
        if step < length_of(steps, row):
            offset = row * steps.h_stride * ITEMSIZE
            _remember_backward(
                steps, at_step(steps.z, steps.z_stride, steps, step, row),
                at_step(steps.c, steps.h_stride, steps, step, row),
                at_step(steps.s, steps.h_stride, steps, step, row),
                back.carry + offset, back.cells + offset, steps.units,
            )
    columns = 4 * steps.units
    states_product_backward(gemm, steps, back, columns, scratch, run, first, n, step)
    if wanted:
        inputs_product_backward(gemm, steps, back, columns, scratch, run, first, n, step)


class LSTM(Regularized, name="lstm"):
    """Long short-term memory: series (time, features) to their last state, or to one a step.

    With gates i, f, o = logistic(x W + h U + b) and g = tanh(x W + h U + b), the cell is
    c = f * c + i * g, the state h = o * tanh(c). The columns of the gates come in the order
    i, f, g, o, as in Keras and PyTorch.

    Parameters
    ----------
    units : int, default=32
        Width of the state.
    return_sequences : bool, default=False
        Whether each step is an output, of shape (time, units), or the last one alone.
    reverse : bool, default=False
        Whether series are read from their ends.
    use_bias : bool, default=True
    initializer : str or Initializer, default="glorot_uniform"
        Draws the kernel of the inputs.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Draws the kernel of the states.
    forget_bias : float, default=1.0
        Initial bias of the forget gate.
    recurrent_dropout : float in [0, 1), default=0.0
        Share of the state's numbers that products read as zero in training, the others scaled up:
        the same ones at each step of a series, and for all gates [4]_.
    zoneout : float in [0, 1), default=0.0
        Probability that a number of the state keeps its value at a step of training, and one of
        the cell likewise; a prediction takes the mean of the value before and the new one, so
        weighted [5]_.
    layer_norm : bool, default=False
        Whether the products x W and h U are standardised over all columns, and times
        ``input_scale`` and ``state_scale``, before the bias is added; and the cell over its units,
        times ``cell_scale`` and plus ``cell_shift``, before the tanh of the state [6]_.
    trainable : bool, default=True
        False freezes all variables.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural Computation 9.
    .. [2] Gers, F., Schmidhuber, J. and Cummins, F. (2000). Learning to forget. Neural
       Computation 12.
    .. [3] Jozefowicz, R., Zaremba, W. and Sutskever, I. (2015). An empirical exploration of
       recurrent network architectures. ICML (the forget gate's bias of 1).
    .. [4] Gal, Y. and Ghahramani, Z. (2016). A theoretically grounded application of dropout in
       recurrent neural networks. NIPS.
    .. [5] Krueger, D. et al. (2017). Zoneout: regularizing RNNs by randomly preserving hidden
       activations. ICLR, arXiv:1606.01305.
    .. [6] Ba, J. L., Kiros, J. R. and Hinton, G. (2016). Layer normalization. arXiv:1607.06450.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **REGULARIZED, "forget_bias": [Interval(Real, None, None, closed="neither")]
    }
    _n_gates = _n_products = 4
    _has_cells = True

    def __init__(
        self,
        units: int = 32,
        *,
        return_sequences: bool = False,
        reverse: bool = False,
        use_bias: bool = True,
        initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        forget_bias: float = 1.0,
        recurrent_dropout: float = 0.0,
        zoneout: float = 0.0,
        layer_norm: bool = False,
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.return_sequences = return_sequences
        self.reverse = reverse
        self.use_bias = use_bias
        self.initializer = initializer
        self.recurrent_initializer = recurrent_initializer
        self.forget_bias = forget_bias
        self.recurrent_dropout = recurrent_dropout
        self.zoneout = zoneout
        self.layer_norm = layer_norm
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def _cell(self) -> tuple[Helper, Helper]:
        if not self.layer_norm:
            return _lstm_step, _lstm_step_backward
        return (
            _lstm_step.using(_remember=_remember.using(**NORMAL_CELLS)),
            _lstm_step_backward.using(_remember_backward=_remember_backward.using(**NORMAL_CELLS)),
        )

    def initialize(self, values, random_state, activation):
        super().initialize(values, random_state, activation)
        if self.use_bias:
            values["bias"][self.units : 2 * self.units] = self.forget_bias

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(5, return_sequences=True, use_bias=False), (3, 1)),
            (cls(17, reverse=True), (2, 3)),
            (cls(2, return_sequences=True, reverse=True, trainable=False), (3, 2)),
            (cls(3, recurrent_dropout=0.4), (3, 2)),
            (cls(3, zoneout=0.3, return_sequences=True), (4, 2)),
            (cls(3, layer_norm=True), (3, 2)),
        ]
