"""The base of recurrent layers: memory, matrices and their gradients."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
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
from .._sequences import SequenceBuffer
from .gates import PRODUCTS
from .gradients import Piece, add_bias_gradient, add_matrix_gradient
from .matrices import spread_copy
from .noise import DROPPED, MASKS, add_noise, with_noise
from .norm import EXTRA_FIELDS, NORMAL_PRODUCTS, Places, add_norm
from .norm_cells import add_scale_gradient
from .steps import Matrices, Steps, Transposed, go_back, go_forward, go_on

PARAMETERS: dict[str, list[Any]] = {
    "units": [Interval(Integral, 1, None, closed="left")],
    "return_sequences": ["boolean"],
    "reverse": ["boolean"],
    "use_bias": ["boolean"],
    "initializer": [str, Initializer],
    "recurrent_initializer": [str, Initializer],
    "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    "zoneout": [Interval(Real, 0, 1, closed="left")],
    "layer_norm": ["boolean"],
    "trainable": ["boolean"],
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
    _adds_states: ClassVar[bool] = False  # whether they are in the next ones beside the products

    units: int
    return_sequences: bool
    reverse: bool
    use_bias: bool
    initializer: str | Initializer
    recurrent_initializer: str | Initializer
    recurrent_dropout: float
    zoneout: float
    layer_norm: bool

    @property
    def has_noise(self) -> bool:  # type: ignore[override]
        """Whether training draws random numbers."""
        return self.recurrent_dropout > 0 or self.zoneout > 0

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 2:
            raise ValueError(
                f"{type(self).__name__}: needs series of shape (time, features), got samples of"
                f" shape {input_shape}"
            )
        return (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def variables(self, input_shape: Shape) -> list[Variable]:
        columns = self._n_products * self.units
        variables = [
            Variable("kernel", (input_shape[-1], columns), WEIGHT),
            Variable("recurrent_kernel", (self.units, columns), WEIGHT),
        ]
        if self.use_bias:
            variables.append(Variable("bias", self._bias_shape()))
        if self.layer_norm:
            variables += [Variable(f"{name}_scale", (columns,)) for name in ("input", "state")]
            if self._has_cells:
                of_cells = Variable("cell_scale", (self.units,))
                variables += [of_cells, replace(of_cells, name="cell_shift")]
        return variables

    def _bias_shape(self) -> Shape:
        return (self._n_products * self.units,)

    def initialize(self, values, random_state, activation):
        rows, columns = values["kernel"].shape
        values["kernel"][...] = get_initializer(self.initializer).kernel(
            rows, columns, random_state
        )
        values["recurrent_kernel"][...] = self._draw_recurrent(random_state)
        for name in values.keys() - {"kernel", "recurrent_kernel"}:
            values[name][...] = name.endswith("_scale")

    def _draw_recurrent(self, random_state):
        draw = get_initializer(self.recurrent_initializer)
        if isinstance(draw, Orthogonal):  # as a whole, so that its rows are
            return draw.kernel(self.units, self._n_products * self.units, random_state)
        parts = [draw.kernel(self.units, self.units, random_state) for _ in range(self._n_products)]
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
        noisy = self.zoneout > 0 or plan.training and self.recurrent_dropout > 0
        extra = plan.memory(EXTRA_FIELDS, np.int64) if noisy or self.layer_norm else None
        steps = self._memory(plan, inputs.shape, lengths, extra)
        if extra is not None and self.layer_norm:
            columns, gates = self._n_products * self.units, self._n_gates * self.units
            add_norm(extra, slots, (columns, self._of_states()[0][0], gates))
        if extra is not None and noisy:
            add_noise(
                plan, extra, (steps.most, self.units, steps.h_stride), steps.lengths, number,
                (self.recurrent_dropout, self.zoneout), self._adds_states,
            )
        matrices = self._matrices(plan, slots)
        outputs = plan.buffer(self.output_shape(inputs.shape))
        if lengths is not None and self.return_sequences:
            outputs = SequenceBuffer(outputs.array, outputs.shape, outputs.stride, lengths)
        forward_kernel, backward_kernel = self._kernels(noisy)
        if plan.carried is not None:
            forward_kernel = go_on.using(**forward_kernel.bindings)
        plan.by_rows(
            forward_kernel, gemm=gemm, steps=steps, matrices=matrices, x=inputs, y=outputs,
            parameter=self._parameter(), whole=True,
        )
        most, columns = inputs.shape[0], self._n_products * self.units
        flops = 2 * plan.batch_size * most * columns * (inputs.shape[1] + self.units)
        plan.flops += flops

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            result = plan.buffer(inputs.shape) if wanted else inputs  # which is then not written
            back = _transposed(plan, slots, steps, wanted)
            plan.by_rows(
                backward_kernel, gemm=gemm, steps=steps, back=back, dy=gradient, dx=result,
                wanted=wanted, whole=True,
            )
            plan.flops += 2 * flops
            states = steps.h
            if extra is not None and extra[MASKS] != 0:
                states = int(extra[DROPPED])
            self._add_gradients(plan, steps, slots, states)
            return result if wanted else None

        return outputs, backward

    def _kernels(self, noisy: bool) -> tuple[NamedKernel, NamedKernel]:
        """Return the kernels of the way through the steps, and back."""
        step, back = self._cell()
        products = self._products()
        if self.layer_norm:
            step, back = step.using(**products), back.using(**products)
        if noisy:
            step, back = with_noise(step, back, products)
        return go_forward.using(forward_step=step), go_back.using(backward_step=back)

    def _cell(self) -> tuple[Helper, Helper]:
        """Return a step of some rows, and the way back."""
        raise NotImplementedError

    def _products(self) -> dict[str, Helper]:
        """Return the products of a step and its way back, by their names in these."""
        return NORMAL_PRODUCTS if self.layer_norm else PRODUCTS

    def _parameter(self) -> float:
        """Return the number that the activation gets."""
        return 0.0

    def _memory(
        self, plan: Plan, shape: Shape, lengths: np.ndarray | None, extra: np.ndarray | None
    ) -> Steps:
        most, features = shape
        kept = most if plan.training else 1
        columns = self._places().width if self.layer_norm else self._n_gates * self.units
        x_stride, z_stride = plan.stride(features), plan.stride(columns)
        h_stride = plan.stride(self.units)

        def memory(n_steps: int, stride: int) -> int:
            return plan.memory_of_rows(n_steps * stride, beside=64).ctypes.data

        after = kept + plan.training  # steps of states: in training also those before the series
        states = [
            plan.memory_of_rows(after * h_stride, beside=64) for _ in range(1 + self._has_cells)
        ]
        if plan.carried is not None:
            plan.carried += [
                each[: plan.batch_size * h_stride].reshape(-1, h_stride)[:, : self.units]
                for each in states
            ]
        return Steps(
            most, plan.batch_size, self.units, features,
            0 if lengths is None else lengths.ctypes.data,
            int(plan.training), int(self.reverse), int(self.return_sequences),
            x_stride, z_stride, h_stride, memory(kept, x_stride), memory(kept, z_stride),
            states[0].ctypes.data, states[-1].ctypes.data if self._has_cells else 0,
            memory(kept, h_stride) if self._has_cells else 0,
            0 if extra is None else extra.ctypes.data,
        )

    def _places(self) -> Places:
        """Return the places of normalisation in a row of gates."""
        gates, columns = self._n_gates * self.units, self._n_products * self.units
        return Places.behind(gates, columns, self.units)

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

    def _add_gradients(
        self, plan: Plan, steps: Steps, slots: dict[str, Slot], states: int
    ) -> None:
        """Add the gradients of the trained variables, given the states that products read."""
        if self.use_bias and slots["bias"].trained:
            add_bias_gradient(plan, steps, slots["bias"], self._bias_parts())
        columns, places = self._n_products * self.units, self._places()
        of_inputs = Piece(steps.x, steps.x_stride, 0, 0, columns)
        of_states = Piece(states, steps.h_stride, 0, 0, columns)
        if self.layer_norm:
            of_inputs = replace(of_inputs, gate=places.of_inputs)
            of_states = replace(of_states, gate=places.of_states)
            self._add_scale_gradients(plan, steps, slots, places)
        add_matrix_gradient(plan, steps, slots["kernel"], of_inputs)
        add_matrix_gradient(
            plan, steps, slots["recurrent_kernel"], *self._pieces(plan, steps, of_states)
        )

    def _add_scale_gradients(
        self, plan: Plan, steps: Steps, slots: dict[str, Slot], places: Places
    ) -> None:
        of_inputs, of_cells = [(self._n_products * self.units, 0)], [(self.units, places.of_cells)]
        add_scale_gradient(plan, steps, slots["input_scale"], of_inputs, places.inputs)
        add_scale_gradient(plan, steps, slots["state_scale"], self._of_states(), places.states)
        if self._has_cells and slots["cell_scale"].trained:
            add_scale_gradient(plan, steps, slots["cell_scale"], of_cells, places.cells)
            add_bias_gradient(plan, steps, slots["cell_shift"], of_cells)

    def _of_states(self) -> list[tuple[int, int]]:
        """Return how many columns of the product of states there are, and which gates they give.

        Those of an item are standardised together.
        """
        return [(self._n_products * self.units, 0)]

    def _pieces(self, plan: Plan, steps: Steps, states: Piece) -> tuple[Piece, ...]:
        """Return the pieces of the recurrent kernel, one or two, given that of the states."""
        return (states,)


def _transposed(plan: Plan, slots: dict[str, Slot], steps: Steps, wanted: bool) -> Transposed:
    def memory(stride: int) -> int:
        return plan.memory_of_rows(stride, beside=64).ctypes.data

    return Transposed(
        transposed_copy(plan, slots["kernel"]).address if wanted else 0,
        transposed_copy(plan, slots["recurrent_kernel"]).address,
        memory(steps.h_stride), memory(steps.h_stride), memory(steps.x_stride) if wanted else 0,
    )
