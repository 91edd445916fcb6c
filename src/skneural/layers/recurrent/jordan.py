"""The recurrent network of Jordan, whose context is its own output."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...activations import Activation as Rule
from ...activations import get_activation
from ...engine.compile.jit import Helper
from ...engine.plan import Plan
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Layer, Shape, Slot, Variable
from .._product import transposed_copy
from .._rates import RateFactor
from .base import PARAMETERS, Recurrent
from .gates import activate
from .gradients import Piece, add_bias_gradient, add_matrix_gradient
from .jordan_cell import (
    BIAS,
    DECAY,
    HIDDEN,
    JORDAN_FIELDS,
    OUTPUTS,
    OUTPUTS_STRIDE,
    TARGETS,
    TARGETS_STRIDE,
    TRANSPOSED,
    TRANSPOSED_STRIDE,
    jordan_step,
    jordan_step_backward,
)
from .matrices import spread_copy
from .steps import Steps


class JordanRNN(Recurrent, name="jordan_rnn"):
    """The recurrent network of Jordan: what it has given comes back as its context.

    With the context c = decay * c + y, the y of the step before, which begins with zeros, the
    hidden units are h = activation(x W + c U + b) and the outputs y = h V + d. W is called
    ``kernel``, U ``recurrent_kernel``, b ``bias``, V ``output_kernel``, d ``output_bias``.
    Gradients go back through the outputs of all steps.

    Parameters
    ----------
    units : int, default=32
        Number of hidden units.
    n_outputs : int or None, default=None
        Width of the output; None for as many as hidden units.
    activation : str or skneural.activations.Activation, default="tanh"
        Of the hidden units. Outputs have none.
    decay : float in [0, 1], default=0.0
        Share of the context that is still there one step later.
    teacher_forcing : bool, default=False
        Whether in training the context is made of the targets, in place of the outputs before,
        and no gradient goes back through it. For the last layer of a regressor, with
        ``return_sequences``, where y has numbers for each step [2]_.
    return_sequences : bool, default=False
        Whether each step is an output, of shape (time, n_outputs), or the last one alone.
    reverse : bool, default=False
        Whether series are read from their ends.
    use_bias : bool, default=True
        Whether there are both biases.
    initializer : str or Initializer, default="glorot_uniform"
        Draws the kernels of inputs and outputs.
    recurrent_initializer : str or Initializer, default="orthogonal"
        Draws the kernel of the context.
    trainable : bool, default=True
        False freezes all variables.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Jordan, M. I. (1986). Serial order: a parallel distributed processing approach. ICS
       Report 8604, University of California, San Diego.
    .. [2] Williams, R. J. and Zipser, D. (1989). A learning algorithm for continually running fully
       recurrent neural networks. Neural Computation 1.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **PARAMETERS,
        "n_outputs": [Interval(Integral, 1, None, closed="left"), None],
        "activation": [str, Rule],
        "decay": [Interval(Real, 0, 1, closed="both")],
        "teacher_forcing": ["boolean"],
    }
    _n_products = 1
    _has_cells = True  # the contexts

    def __init__(
        self,
        units: int = 32,
        n_outputs: int | None = None,
        activation: str | Rule = "tanh",
        *,
        decay: float = 0.0,
        teacher_forcing: bool = False,
        return_sequences: bool = False,
        reverse: bool = False,
        use_bias: bool = True,
        initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.n_outputs = n_outputs
        self.activation = activation
        self.decay = decay
        self.teacher_forcing = teacher_forcing
        self.return_sequences = return_sequences
        self.reverse = reverse
        self.use_bias = use_bias
        self.initializer = initializer
        self.recurrent_initializer = recurrent_initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    @property
    def reads_targets(self) -> bool:  # type: ignore[override]
        """Whether training needs the targets of the batch."""
        return self.teacher_forcing

    @property
    def _n_states(self) -> int:
        return self.units if self.n_outputs is None else self.n_outputs

    def variables(self, input_shape: Shape) -> list[Variable]:
        variables = super().variables(input_shape)
        variables.append(Variable("output_kernel", (self.units, self._n_states), WEIGHT))
        if self.use_bias:
            variables.append(Variable("output_bias", (self._n_states,)))
        return variables

    def initialize(self, values, random_state, activation):
        super().initialize(values, random_state, activation)
        values["output_kernel"][...] = get_initializer(self.initializer).kernel(
            self.units, self._n_states, random_state
        )
        if self.use_bias:
            values["output_bias"][...] = 0

    def _row_of_gates(self) -> int:
        return 3 * self.units + self._n_states

    def _extra(
        self, plan: Plan, shape: Shape, lengths: np.ndarray | None, slots: dict[str, Slot],
        number: int,
    ) -> np.ndarray:
        kernel, decay = slots["output_kernel"], plan.memory(1)
        decay[:] = self.decay
        extra = plan.memory(JORDAN_FIELDS, np.int64)
        extra[[HIDDEN, DECAY]] = self.units, decay.ctypes.data
        extra[[OUTPUTS, OUTPUTS_STRIDE]] = spread_copy(plan, kernel)
        if self.use_bias:
            extra[BIAS] = slots["output_bias"].address
        if plan.learning and self.teacher_forcing:
            extra[[TARGETS, TARGETS_STRIDE]] = self._targets(plan, shape)
        if plan.training:
            transposed = transposed_copy(plan, kernel)
            extra[[TRANSPOSED, TRANSPOSED_STRIDE]] = transposed.address, transposed.stride
        return extra

    def _targets(self, plan: Plan, shape: Shape) -> tuple[int, int]:
        """Return address and stride of the batch's targets."""
        targets, columns = plan.targets, shape[0] * self._n_states
        if targets is None or not self.return_sequences or targets.columns != columns:
            raise ValueError(
                "JordanRNN: teacher_forcing=True is for the last layer of a regressor, where y has"
                f" {self._n_states} numbers for each of {shape[0]} steps; set"
                " return_sequences=True, and n_outputs to the numbers of a step of y, or leave"
                " teacher_forcing=False"
            )
        return targets.address, targets.stride

    def _cell(self) -> tuple[Helper, Helper]:
        own = type(get_activation(self.activation, "JordanRNN")).rule
        return jordan_step.using(activate=activate.using(rule=own)), jordan_step_backward

    def _parameter(self) -> float:
        return get_activation(self.activation, "JordanRNN").parameter

    def _pieces(self, plan: Plan, steps: Steps) -> tuple[Piece, tuple[Piece, ...]]:
        of_inputs = Piece(steps.x, steps.x_stride, 0, 0, self.units)
        return of_inputs, (Piece(steps.c, steps.h_stride, 0, 0, self.units),)

    def _add_gradients(self, plan: Plan, steps: Steps, slots: dict[str, Slot]) -> None:
        super()._add_gradients(plan, steps, slots)
        hidden = steps.z + self.units * plan.dtype.itemsize
        outputs = Piece(hidden, steps.z_stride, 3 * self.units, 0, self._n_states)
        add_matrix_gradient(plan, steps, slots["output_kernel"], outputs)
        if self.use_bias and slots["output_bias"].trained:
            parts = [(self._n_states, 3 * self.units)]
            add_bias_gradient(plan, steps, slots["output_bias"], parts)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (4, 2)),
            (cls(5, 2, decay=0.5, return_sequences=True), (4, 2)),
            (cls(3, 17, "relu", reverse=True, use_bias=False), (3, 2)),
        ]
