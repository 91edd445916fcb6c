"""Layers of a deep belief net with generative weights: two-way ones, and label units."""

from __future__ import annotations

import numpy as np

from ...engine.fields import Count, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.math import logistic, softplus
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...layers import Dense
from ...layers._base import WEIGHT, Backward, Shape, Slot, Variable


class TwoWayDense(Dense):
    """A dense layer that recognizes, beside weights that generate its inputs from its outputs.

    Its variables "generative_kernel", of shape (units, n_inputs), and "generative_bias" have no
    part in predictions.
    """

    has_noise = True

    def variables(self, input_shape: Shape) -> list[Variable]:
        own = super().variables(input_shape)
        n_inputs, units = own[0].shape
        return [
            *own, Variable("generative_kernel", (units, n_inputs), WEIGHT),
            Variable("generative_bias", (n_inputs,)),
        ]

    def initialize(
        self, values: dict[str, np.ndarray], random_state: np.random.RandomState, activation: str
    ) -> None:
        super().initialize(values, random_state, activation)
        values["generative_kernel"][...] = values["kernel"].T


class AssociativeDense(Dense):
    """The weights of the top machine, between the units below, which have biases, and its own."""

    has_noise = True

    def variables(self, input_shape: Shape) -> list[Variable]:
        own = super().variables(input_shape)
        return [*own, Variable("generative_bias", (own[0].shape[0],))]


class LabelUnits(Dense):
    """Units of labels, joined to the units of the top machine whose inputs they read.

    For each label the output is minus the free energy of the machine with its unit on, but for what
    all labels have in common. One unit alone is on or off.
    """

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        outputs = plan.buffer((self.units,))
        add_energies(plan, inputs, slots, outputs)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if slots["kernel"].trained:
                raise NotImplementedError(
                    "label units learn by the rule of the machine they are of"
                )
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(
                label_energies_backward, fields=inputs, kernel=slots["kernel"], gradient=gradient,
                result=result, columns=inputs.columns, n_labels=outputs.columns,
            )
            return result

        return outputs, backward


def add_energies(plan: Plan, inputs: Buffer, slots: dict[str, Slot], outputs: Buffer) -> None:
    """Add the step that finds minus the free energy of each label."""
    plan.by_rows(
        label_energies, fields=inputs, kernel=slots["kernel"], bias=slots["bias"], energies=outputs,
        columns=inputs.columns, n_labels=outputs.columns,
    )


@row_kernel(summing=True)
def label_energies(
    fields: Row, kernel: Reals, bias: Reals, energies: Row, columns: Count, n_labels: Count
) -> None:
    """Minus the free energy (m) of each label, given inputs (n) of units and weights (n, m)."""
    for label in range(n_labels):
        energies[label] = bias[label]
    for j in range(columns):
        without = softplus(fields[j])
        for label in range(n_labels):
            energies[label] += softplus(fields[j] + kernel[j * n_labels + label]) - without


@row_kernel(summing=True)
def label_energies_backward(
    fields: Row, kernel: Reals, gradient: Row, result: Row, columns: Count, n_labels: Count
) -> None:
    """dX (n) of the inputs of units from dE (m) of the labels, given weights (n, m)."""
    for j in range(columns):
        without, total = logistic(fields[j]), real(0.0)
        for label in range(n_labels):
            share = logistic(fields[j] + kernel[j * n_labels + label]) - without
            total += gradient[label] * share
        result[j] = total
