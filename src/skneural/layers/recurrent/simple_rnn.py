"""The simple recurrent network of Elman."""

from __future__ import annotations

from typing import Any, ClassVar

from ...activations import Activation as Rule
from ...activations import get_activation
from ...engine.compile.jit import Helper, helper
from ...engine.lanes import load, store, times
from ...engine.primitives import ITEMSIZE
from ...engine.tiles import LANES
from ...initializers import Initializer
from .._base import Layer, Shape
from .._rates import RateFactor
from .gates import (
    activate,
    inputs_product,
    inputs_product_backward,
    states_product,
    states_product_backward,
)
from .regularized import REGULARIZED, Regularized
from .steps import at_step, length_of


@helper
def _simple_step(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    units = steps.units
    inputs_product(gemm, steps, matrices, units, scratch, run, first, n, step)
    states_product(gemm, steps, matrices, units, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            activate(at_step(steps.z, steps.z_stride, steps, step, row),
                     at_step(steps.h, steps.h_stride, steps, step + 1, row), steps.units,
                     parameter)


@helper
def _simple_step_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    units = steps.units
    for row in range(first, first + n):
        if step < length_of(steps, row):
            z = at_step(steps.z, steps.z_stride, steps, step, row)
            carry = back.carry + row * steps.h_stride * ITEMSIZE
            for j in range(0, units, LANES):
                count, place = min(LANES, units - j), j * ITEMSIZE
                gradient = times(load(z + place, count), load(carry + place, count))
                store(z + place, gradient, count)
    states_product_backward(gemm, steps, back, units, scratch, run, first, n, step)
    if wanted:
        inputs_product_backward(gemm, steps, back, units, scratch, run, first, n, step)


class SimpleRNN(Regularized, name="simple_rnn"):
    """A simple recurrent network: h = activation(x W + h U + b).

    Parameters
    ----------
    units : int, default=32
        Width of the state.
    activation : str or skneural.activations.Activation, default="tanh"
    return_sequences : bool, default=False
        Whether each step is an output, of shape (time, units), or the last one alone.
    reverse : bool, default=False
        Whether series are read from their ends.
    use_bias : bool, default=True
    initializer : str or Initializer, default="glorot_uniform"
        Draws the kernel of the inputs.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Draws the kernel of the states; "identity" with the activation "relu" gives the IRNN.
    recurrent_dropout : float in [0, 1), default=0.0
        Share of the state's numbers that products read as zero in training, the others scaled up:
        the same ones at each step of a series, and for all gates [3]_.
    zoneout : float in [0, 1), default=0.0
        Probability that a number of the state keeps its value at a step of training; a
        prediction takes the mean of the value before and the new one, so weighted [4]_.
    layer_norm : bool, default=False
        Whether the products x W and h U are standardised over the units, and times
        ``input_scale`` and ``state_scale``, before the bias is added [5]_.
    trainable : bool, default=True
        False freezes all variables.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Elman, J. (1990). Finding structure in time. Cognitive Science 14.
    .. [2] Le, Q., Jaitly, N. and Hinton, G. (2015). A simple way to initialize recurrent networks
       of rectified linear units. arXiv:1504.00941.
    .. [3] Gal, Y. and Ghahramani, Z. (2016). A theoretically grounded application of dropout in
       recurrent neural networks. NIPS.
    .. [4] Krueger, D. et al. (2017). Zoneout: regularizing RNNs by randomly preserving hidden
       activations. ICLR, arXiv:1606.01305.
    .. [5] Ba, J. L., Kiros, J. R. and Hinton, G. (2016). Layer normalization. arXiv:1607.06450.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **REGULARIZED, "activation": [str, Rule]
    }
    _n_gates = _n_products = 1

    def __init__(
        self,
        units: int = 32,
        activation: str | Rule = "tanh",
        *,
        return_sequences: bool = False,
        reverse: bool = False,
        use_bias: bool = True,
        initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        recurrent_dropout: float = 0.0,
        zoneout: float = 0.0,
        layer_norm: bool = False,
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.activation = activation
        self.return_sequences = return_sequences
        self.reverse = reverse
        self.use_bias = use_bias
        self.initializer = initializer
        self.recurrent_initializer = recurrent_initializer
        self.recurrent_dropout = recurrent_dropout
        self.zoneout = zoneout
        self.layer_norm = layer_norm
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def _cell(self) -> tuple[Helper, Helper]:
        own = type(get_activation(self.activation, "SimpleRNN")).rule
        return _simple_step.using(activate=activate.using(rule=own)), _simple_step_backward

    def _parameter(self) -> float:
        return get_activation(self.activation, "SimpleRNN").parameter

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(5, "leaky_relu", return_sequences=True), (3, 1)),
            (cls(17, "relu", reverse=True, use_bias=False), (2, 3)),
            (cls(3, recurrent_dropout=0.4, zoneout=0.3, reverse=True), (4, 2)),
            (cls(3, layer_norm=True, return_sequences=True), (3, 2)),
        ]
