"""The base of recurrent layers: memory, matrices and their gradients."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import Helper
from ...engine.gemm import gemm
from ...engine.kernels import NamedKernel
from ...engine.plan import Buffer, Plan
from ...initializers import Initializer, Orthogonal, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._product import transposed_copy
from .._rates import RATE_FACTOR
from .._sequences import SequenceBuffer
from .gradients import Piece, add_bias_gradient, add_matrix_gradient
from .matrices import spread_copy
from .steps import FEW_ROWS, Matrices, Steps, Transposed, go_back, go_forward, go_on

PARAMETERS: dict[str, list[Any]] = {
    "units": [Interval(Integral, 1, None, closed="left")],
    "return_sequences": ["boolean"],
    "reverse": ["boolean"],
    "use_bias": ["boolean"],
    "initializer": [str, Initializer],
    "recurrent_initializer": [str, Initializer],
    "trainable": ["boolean"],
    "learning_rate_factor": RATE_FACTOR,
}


class Recurrent(Layer):
    """Base of the recurrent layers.

    A subclass says how many gates of ``units`` numbers it has, and how many columns of them its
    matrices have. It gives a step and its way back, which `go_forward` and `go_back` take, and the
    pieces of the gradients of its matrices.
    """

    reads_sequences = True
    _n_gates: ClassVar[int]  # numbers of a step that are kept, in units
    _n_products: ClassVar[int]  # columns of the matrices, in units
    _has_cells: ClassVar[bool] = False

    units: int
    return_sequences: bool
    reverse: bool
    use_bias: bool
    initializer: str | Initializer
    recurrent_initializer: str | Initializer
    @property
    def _n_states(self) -> int:
        """Numbers that a step gives."""
        return self.units

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2:
            raise ValueError(
                f"{type(self).__name__}: needs series of shape (time, features), got samples of"
                f" shape {input_shape}"
            )
        states = (self._n_states,)
        return (input_shape[0], *states) if self.return_sequences else states

    def variables(self, input_shape: Shape) -> list[Variable]:
        columns = self._n_products * self.units
        variables = [
            Variable("kernel", (input_shape[-1], columns), WEIGHT),
            Variable("recurrent_kernel", (self._n_states, columns), WEIGHT),
        ]
        if self.use_bias:
            variables.append(Variable("bias", self._bias_shape()))
        return variables

    def _bias_shape(self) -> Shape:
        return (self._n_products * self.units,)

    def initialize(self, values, random_state, activation):
        rows, columns = values["kernel"].shape
        values["kernel"][...] = get_initializer(self.initializer).kernel(
            rows, columns, random_state
        )
        values["recurrent_kernel"][...] = self._draw_recurrent(random_state)
        if self.use_bias:
            values["bias"][...] = 0

    def _draw_recurrent(self, random_state):
        draw, n_states = get_initializer(self.recurrent_initializer), self._n_states
        if isinstance(draw, Orthogonal):  # as a whole, so that its rows are
            return draw.kernel(n_states, self._n_products * self.units, random_state)
        parts = [draw.kernel(n_states, self.units, random_state) for _ in range(self._n_products)]
        return np.concatenate(parts, axis=1)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        lengths = inputs.lengths if isinstance(inputs, SequenceBuffer) else None
        if plan.carried is not None and self.reverse:
            raise ValueError(
                f"{type(self).__name__}: reverse=True reads series from their ends, which single"
                " steps do not have"
            )
        extra = self._extra(plan, inputs.shape, lengths, slots, number)
        steps = self._memory(plan, inputs.shape, lengths, extra)
        matrices = self._matrices(plan, slots)
        outputs = plan.buffer(self.output_shape(inputs.shape))
        if lengths is not None and self.return_sequences:
            outputs = SequenceBuffer(outputs.array, outputs.shape, outputs.stride, lengths)
        forward_kernel, backward_kernel = self._kernels(plan)
        if plan.carried is not None:
            forward_kernel = go_on.using(**forward_kernel.bindings)
        plan.by_rows(
            forward_kernel, gemm=gemm, steps=steps, matrices=matrices, x=inputs, y=outputs,
            parameter=self._parameter(), whole=True,
        )
        most, columns = inputs.shape[0], self._n_products * self.units
        flops = 2 * plan.batch_size * most * columns * (inputs.shape[1] + self._n_states)
        plan.flops += flops

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            result = plan.buffer(inputs.shape) if wanted else inputs  # which is then not written
            back = _transposed(plan, slots, steps, wanted)
            plan.by_rows(
                backward_kernel, gemm=gemm, steps=steps, back=back, dy=gradient, dx=result,
                wanted=wanted, whole=True,
            )
            plan.flops += 2 * flops
            self._add_gradients(plan, steps, slots)
            return result if wanted else None

        return outputs, backward

    def _extra(
        self, plan: Plan, shape: Shape, lengths: np.ndarray | None, slots: dict[str, Slot],
        number: int,
    ) -> np.ndarray | None:
        """Return the numbers that `Steps.extra` is the address of, int64, if any are needed."""
        return None

    def _kernels(self, plan: Plan) -> tuple[NamedKernel, NamedKernel]:
        """Return the kernels of the way through the steps, and back."""
        step, back = self._cell()
        return go_forward.using(forward_step=step), go_back.using(backward_step=back)

    def _cell(self) -> tuple[Helper, Helper]:
        """Return a step of some rows, and the way back."""
        raise NotImplementedError

    def _parameter(self) -> float:
        """Return the number that the activation gets."""
        return 0.0

    def _memory(
        self, plan: Plan, shape: Shape, lengths: np.ndarray | None, extra: np.ndarray | None
    ) -> Steps:
        most, features = shape
        keeps = plan.training or (plan.carried is None and plan.batch_size <= FEW_ROWS)
        kept = most if keeps else 1
        x_stride, z_stride = plan.stride(features), plan.stride(self._row_of_gates())
        h_stride = plan.stride(self._n_states)

        def memory(n_steps: int, stride: int) -> int:
            return plan.memory_of_rows(n_steps * stride, beside=64).ctypes.data

        after = kept + keeps  # steps of states: where all are kept, also those before the series
        states = [
            plan.memory_of_rows(after * h_stride, beside=64) for _ in range(1 + self._has_cells)
        ]
        if plan.carried is not None:
            plan.carried += [
                each[: plan.batch_size * h_stride].reshape(-1, h_stride)[:, : self._n_states]
                for each in states
            ]
        return Steps(
            most, plan.batch_size, self._n_states, features,
            0 if lengths is None else lengths.ctypes.data,
            int(keeps), int(self.reverse), int(self.return_sequences),
            x_stride, z_stride, h_stride, memory(kept, x_stride), memory(kept, z_stride),
            states[0].ctypes.data, states[-1].ctypes.data if self._has_cells else 0,
            memory(kept, h_stride) if self._has_cells else 0,
            0 if extra is None else extra.ctypes.data,
        )

    def _row_of_gates(self) -> int:
        """Return how many numbers of a step are kept besides its inputs and states."""
        return self._n_gates * self.units

    def _matrices(self, plan: Plan, slots: dict[str, Slot]) -> Matrices:
        inputs, stride = spread_copy(plan, slots["kernel"])
        states, _ = spread_copy(plan, slots["recurrent_kernel"])
        bias, state_bias = self._biases(slots) if self.use_bias else (0, 0)
        return Matrices(inputs, states, stride, bias, state_bias)

    def _bias_parts(self) -> list[tuple[int, int]]:
        """Return the parts of the bias: how many numbers, and the first of their gates."""
        return [(self._n_products * self.units, 0)]

    def _biases(self, slots: dict[str, Slot]) -> tuple[int, int]:
        """Return the addresses of the biases of inputs and of states, 0 for none."""
        return slots["bias"].address, 0

    def _add_gradients(self, plan: Plan, steps: Steps, slots: dict[str, Slot]) -> None:
        """Add the gradients of the trained variables."""
        if self.use_bias and slots["bias"].trained:
            add_bias_gradient(plan, steps, slots["bias"], self._bias_parts())
        of_inputs, of_states = self._pieces(plan, steps)
        add_matrix_gradient(plan, steps, slots["kernel"], of_inputs)
        add_matrix_gradient(plan, steps, slots["recurrent_kernel"], *of_states)

    def _pieces(self, plan: Plan, steps: Steps) -> tuple[Piece, tuple[Piece, ...]]:
        """Return the piece of the kernel, and those of the recurrent kernel, one or two."""
        raise NotImplementedError


def _transposed(plan: Plan, slots: dict[str, Slot], steps: Steps, wanted: bool) -> Transposed:
    def memory(stride: int) -> int:
        return plan.memory_of_rows(stride, beside=64).ctypes.data

    return Transposed(
        transposed_copy(plan, slots["kernel"]).address if wanted else 0,
        transposed_copy(plan, slots["recurrent_kernel"]).address,
        memory(steps.h_stride), memory(steps.h_stride), memory(steps.x_stride) if wanted else 0,
    )
