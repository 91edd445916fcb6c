"""Gated recurrent units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from ...engine.compile.jit import Helper
from ...engine.plan import Plan
from ...initializers import Initializer
from .._base import Layer, Shape, Slot
from .._rates import RateFactor
from .gradients import Piece
from .gru_cell import (
    PRODUCTS_OF_NEW,
    step_after,
    step_after_backward,
    step_before,
    step_before_backward,
)
from .norm_cells import NORMAL_NEW
from .regularized import REGULARIZED, Regularized
from .steps import Steps


class GRU(Regularized, name="gru"):
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
    recurrent_dropout : float in [0, 1), default=0.0
        Share of the state's numbers that products read as zero in training, the others scaled up:
        the same ones at each step of a series, and for all gates [2]_.
    zoneout : float in [0, 1), default=0.0
        Probability that a number of the state keeps its value at a step of training; a
        prediction takes the mean of the value before and the new one, so weighted [3]_.
    layer_norm : bool, default=False
        Whether the products x W and h U are standardised over the columns of z and r together and
        over those of n, and times ``input_scale`` and ``state_scale``, before a bias is added
        [4]_.
    trainable : bool, default=True
        False freezes all variables.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for
       statistical machine translation. arXiv:1406.1078v3.
    .. [2] Gal, Y. and Ghahramani, Z. (2016). A theoretically grounded application of dropout in
       recurrent neural networks. NIPS.
    .. [3] Krueger, D. et al. (2017). Zoneout: regularizing RNNs by randomly preserving hidden
       activations. ICLR, arXiv:1606.01305.
    .. [4] Ba, J. L., Kiros, J. R. and Hinton, G. (2016). Layer normalization. arXiv:1607.06450.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **REGULARIZED, "reset_after": ["boolean"]
    }
    _n_gates, _n_products = 4, 3
    _adds_states = True

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
        recurrent_dropout: float = 0.0,
        zoneout: float = 0.0,
        layer_norm: bool = False,
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.reset_after = reset_after
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
        if self.reset_after:
            return step_after, step_after_backward
        return step_before, step_before_backward

    def _products(self) -> dict[str, Helper]:
        return {**super()._products(), **(NORMAL_NEW if self.layer_norm else PRODUCTS_OF_NEW)}

    def _bias_shape(self) -> Shape:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def _biases(self, slots: dict[str, Slot]) -> tuple[int, int]:
        bias = slots["bias"]
        if not self.reset_after:
            return bias.address, 0
        return bias.address, bias.address + 3 * self.units * bias.values.itemsize

    def _bias_parts(self) -> list[tuple[int, int]]:
        units = self.units
        of_states = self._of_states() if self.reset_after else []
        return [(3 * units, 0), *of_states]

    def _of_states(self) -> list[tuple[int, int]]:
        units = self.units
        return [(2 * units, 0), (units, (3 if self.reset_after else 2) * units)]

    def _pieces_of_states(
        self, plan: Plan, steps: Steps, states: Piece
    ) -> tuple[Piece, ...]:
        units, new = self.units, self._of_states()[1][1]
        if self.layer_norm:  # the gradients of the product are in its columns' order
            new = states.gate + 2 * units
        of_new = replace(states, gate=new, column=2 * units, columns=units)
        if not self.reset_after:
            reset = steps.z + 3 * units * plan.dtype.itemsize
            of_new = replace(of_new, left=reset, left_stride=steps.z_stride)
        return replace(states, columns=2 * units), of_new

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(5, reset_after=False, return_sequences=True), (3, 1)),
            (cls(17, reverse=True, use_bias=False), (2, 3)),
            (cls(2, return_sequences=True, reverse=True, trainable=False), (3, 2)),
            (cls(3, recurrent_dropout=0.4, zoneout=0.3), (3, 2)),
            (cls(3, reset_after=False, recurrent_dropout=0.4, return_sequences=True), (4, 2)),
            (cls(3, layer_norm=True), (3, 2)),
            (cls(3, reset_after=False, layer_norm=True), (3, 2)),
        ]
