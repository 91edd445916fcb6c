"""The base of recurrent layers with noise within their steps, and normalisation."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import Helper
from ...engine.kernels import NamedKernel
from ...engine.plan import Plan
from .._base import Shape, Slot, Variable
from .base import PARAMETERS, Recurrent
from .gates import PRODUCTS
from .gradients import Piece, add_bias_gradient
from .noise import DROPPED, Noise, add_noise, noise_of, with_noise
from .norm import EXTRA_FIELDS, NORMAL_PRODUCTS, Places, add_norm
from .norm_cells import add_scale_gradient
from .steps import Steps, go_back, go_forward

REGULARIZED: dict[str, list[Any]] = {
    **PARAMETERS,
    "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    "zoneout": [Interval(Real, 0, 1, closed="left")],
    "layer_norm": ["boolean"],
}


class Regularized(Recurrent):
    """Base of the recurrent layers whose steps may have noise and normalisation.

    Without them, their kernels are those that know nothing of either.
    """

    _adds_states: ClassVar[bool] = False  # whether they are in the next ones beside the products

    recurrent_dropout: float
    zoneout: float
    layer_norm: bool

    @property
    def has_noise(self) -> bool:  # type: ignore[override]
        """Whether training draws random numbers."""
        return self.recurrent_dropout > 0 or self.zoneout > 0

    def _is_noisy(self, plan: Plan) -> bool:
        return self.zoneout > 0 or (plan.learning and self.recurrent_dropout > 0)

    @property
    def _columns(self) -> int:
        return self._n_products * self.units

    @property
    def _places(self) -> Places:
        return Places.behind(self._n_gates * self.units, self._columns, self.units)

    def variables(self, input_shape: Shape) -> list[Variable]:
        variables = super().variables(input_shape)
        if self.layer_norm:
            names = ("input_scale", "state_scale")
            variables += [Variable(name, (self._columns,)) for name in names]
            if self._has_cells:
                names = ("cell_scale", "cell_shift")
                variables += [Variable(name, (self.units,)) for name in names]
        return variables

    def initialize(self, values, random_state, activation):
        super().initialize(values, random_state, activation)
        for name in values.keys() - {"kernel", "recurrent_kernel", "bias"}:
            values[name][...] = name.endswith("_scale")

    def _row_of_gates(self) -> int:
        return self._places.width if self.layer_norm else super()._row_of_gates()

    def _extra(
        self, plan: Plan, shape: Shape, lengths: np.ndarray | None, slots: dict[str, Slot],
        number: int,
    ) -> np.ndarray | None:
        is_noisy = self._is_noisy(plan)
        if not is_noisy and not self.layer_norm:
            return None
        extra = plan.memory(EXTRA_FIELDS, np.int64)
        if self.layer_norm:
            sizes = self._columns, self._of_states()[0][0], self._n_gates * self.units
            add_norm(extra, slots, sizes)
        if is_noisy:
            noise = Noise(self.recurrent_dropout, self.zoneout, number, self._adds_states)
            address = 0 if lengths is None else lengths.ctypes.data
            add_noise(plan, extra, noise, (shape[0], self.units), address)
        return extra

    def _kernels(self, plan: Plan) -> tuple[NamedKernel, NamedKernel]:
        (step, back), products = self._cell(), self._products()
        if self.layer_norm:
            step, back = step.using(**products), back.using(**products)
        if self._is_noisy(plan):
            step, back = with_noise(step, back, products)
        return go_forward.using(forward_step=step), go_back.using(backward_step=back)

    def _products(self) -> dict[str, Helper]:
        """Return the products of a step and its way back, by their names in these."""
        return NORMAL_PRODUCTS if self.layer_norm else PRODUCTS

    def _of_states(self) -> list[tuple[int, int]]:
        """Return how many columns of the product of states there are, and which gates they give.

        Those of an item are standardised together.
        """
        return [(self._columns, 0)]

    def _pieces(self, plan: Plan, steps: Steps) -> tuple[Piece, tuple[Piece, ...]]:
        states = steps.h
        if plan.learning and self.recurrent_dropout > 0:
            states = int(noise_of(steps)[DROPPED])
        of_inputs = Piece(steps.x, steps.x_stride, 0, 0, self._columns)
        of_states = Piece(states, steps.h_stride, 0, 0, self._columns)
        if self.layer_norm:
            of_inputs = replace(of_inputs, gate=self._places.of_inputs)
            of_states = replace(of_states, gate=self._places.of_states)
        return of_inputs, self._pieces_of_states(plan, steps, of_states)

    def _pieces_of_states(
        self, plan: Plan, steps: Steps, states: Piece
    ) -> tuple[Piece, ...]:
        """Return the pieces of the recurrent kernel, given that of all its columns."""
        return (states,)

    def _add_gradients(self, plan: Plan, steps: Steps, slots: dict[str, Slot]) -> None:
        super()._add_gradients(plan, steps, slots)
        if not self.layer_norm or not slots["input_scale"].trained:
            return
        places, of_cells = self._places, [(self.units, self._places.of_cells)]
        add_scale_gradient(
            plan, steps, slots["input_scale"], [(self._columns, 0)], places.inputs
        )
        add_scale_gradient(plan, steps, slots["state_scale"], self._of_states(), places.states)
        if self._has_cells:
            add_scale_gradient(plan, steps, slots["cell_scale"], of_cells, places.cells)
            add_bias_gradient(plan, steps, slots["cell_shift"], of_cells)
