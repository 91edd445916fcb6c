"""The objective of Boltzmann machines: what data and model have in common, subtracted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...data.sources import source_of
from ...engine import batch
from ...engine.buffers import address_of
from ...engine.gemm import gemm
from ...engine.plan import Buffer, Plan
from ...engine.steps import Step
from ...layers._base import WEIGHT, Slot, Variable
from ...layers._product import kernel_blocks, transposed_copy
from ...network.objectives import weigh_rows
from ...network.parameters import Parameters
from .gibbs import sample_particles
from .gradients import contrast_bias, contrast_weights
from .machine import Layout, RowsOfLayers, rise_of
from .mean_field import reconstruction_errors, settle


def parameters_of(units: Sequence[int], dtype: np.dtype) -> Parameters:
    """Return the parameters of a machine: of each hidden layer, last of the visible one."""
    layers = [
        [Variable("kernel", (below, n), WEIGHT), Variable("bias", (n,))]
        for below, n in zip(units, units[1:], strict=False)
    ]
    return Parameters([*layers, [Variable("bias", (units[0],))]], dtype)


class Contrast:
    """The gradient of a machine's log-likelihood, by mean field and Gibbs sampling.

    The model's side comes from particles, Markov chains that go on from batch to batch (Tieleman
    2008). The losses are the reconstruction errors: squared, mean over features.

    Parameters
    ----------
    store : Parameters
        As made by `parameters_of`.
    X : ndarray of shape (n_samples, n_features), of the dtype of the parameters
    n_sweeps : int
        Of Gibbs sampling for a batch.
    n_particles : int
    most, tol : int, float
        Of the mean-field equations.

    Attributes
    ----------
    particles : RowsOfLayers or None
        Made with the plan; set their states before training.
    """

    def __init__(
        self, store: Parameters, X: np.ndarray, n_sweeps: int, n_particles: int, most: int,
        tol: float,
    ):
        self.store, self.source = store, source_of(X)
        self.n_sweeps, self.n_particles = n_sweeps, n_particles
        self.most, self.tol = most, tol
        self.n_layers = len(store.variables) - 1
        self.particles: RowsOfLayers | None = None

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add the steps of a batch, and the gradients of all variables."""
        weigh_rows(plan)
        plan.uses_seed = True
        slots = [self.store.slots(number, gradient) for number in range(self.n_layers + 1)]
        layout = self._layout(plan, slots)
        data = [plan.buffer((units,)) for units in layout.units]
        self.source.add_gathering(plan, data[0])
        losses = self._add_data(plan, layout, data)
        model = self._add_model(plan, layout)
        self._add_gradients(plan, slots, data, model)
        self._count_flops(plan, layout.units)
        plan.keep.append(self)
        return [Step(batch.sum_losses, (address_of(losses),), 0)]

    def _layout(self, plan: Plan, slots: list[dict[str, Slot]]) -> Layout:
        kernels = [each["kernel"] for each in slots[:-1]]
        turned = [transposed_copy(plan, kernel) for kernel in kernels]
        biases = [slots[-1]["bias"], *(each["bias"] for each in slots[:-1])]
        addresses = [bias.address for bias in biases]
        return Layout(
            [(kernel.address, kernel.values.shape[1]) for kernel in kernels],
            [(copied.address, copied.stride) for copied in turned],
            addresses, addresses, [bias.values.size for bias in biases], rise_of(self.n_layers),
        )

    def _shared(self, plan: Plan, table: np.ndarray) -> dict[str, Any]:
        plan.keep.append(table)
        return {"gemm": gemm, "layers": table}

    def _work(self, plan: Plan, layout: Layout) -> Buffer:
        return plan.buffer((max(layout.units),))

    def _add_data(self, plan: Plan, layout: Layout, data: list[Buffer]) -> np.ndarray:
        """Add the means given the data; return where the reconstruction errors will be."""
        addresses, work = [buffer.address for buffer in data], self._work(plan, layout)
        shared = self._shared(plan, layout.table(addresses, addresses, _strides(data)))
        plan.by_rows(
            settle, n_layers=self.n_layers, work=work, fixed=plan.buffer((layout.units[1],)),
            changes=plan.memory_of_rows(2, np.float64), most=self.most, tol=self.tol, whole=True,
            **shared,
        )
        losses = plan.memory_of_rows(1, np.float64)
        plan.by_rows(reconstruction_errors, work=work, errors=losses, whole=True, **shared)
        return losses

    def _add_model(self, plan: Plan, layout: Layout) -> list[Buffer]:
        """Add the sampling of the model; return states of even layers and means of odd ones."""
        rows = self.particles = RowsOfLayers(layout, self.n_particles, plan.dtype)
        plan.by_all(
            sample_particles, n_layers=self.n_layers, number=0, n_sweeps=self.n_sweeps,
            n_particles=self.n_particles, work=_buffer(rows.work, max(layout.units)),
            **self._shared(plan, rows.table),
        )
        return [
            _buffer((rows.means if layer % 2 else rows.states)[layer], units)
            for layer, units in enumerate(layout.units)
        ]

    def _add_gradients(
        self, plan: Plan, slots: list[dict[str, Slot]], data: list[Buffer], model: list[Buffer]
    ) -> None:
        biases = [slots[-1]["bias"], *(each["bias"] for each in slots[:-1])]
        for layer, bias in enumerate(biases):
            _add_bias(plan, bias, data[layer], model[layer], self.n_particles)
        for layer, each in enumerate(slots[:-1]):
            sides = data[layer], data[layer + 1], model[layer], model[layer + 1]
            _add_weights(plan, each["kernel"], sides, self.n_particles)

    def _count_flops(self, plan: Plan, units: list[int]) -> None:
        first, others = units[0] * units[1], sum(np.multiply(units[1:-1], units[2:]))
        n_model = self.n_particles * 2 * self.n_sweeps
        of_data = 4 * first + 2 * others * min(self.most, 10)
        plan.flops += int(2 * plan.batch_size * of_data + 2 * n_model * (first + others))


def _add_weights(plan: Plan, kernel: Slot, sides: Sequence[Buffer], count: int) -> None:
    n_rows, columns = kernel.values.shape
    left, right, model_left, model_right = sides

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            contrast_weights, gemm=gemm, left=left, right=right, model_left=model_left,
            model_right=model_right, count=count, begin=first // columns, end=last // columns,
            columns=columns, block=kernel.gradient_at(first),
        )

    plan.flops += 2 * (plan.batch_size + count) * kernel.values.size
    plan.gradient(kernel.offset, kernel_blocks(n_rows, columns), step, divisible=False)


def _add_bias(plan: Plan, bias: Slot, data: Buffer, model: Buffer, count: int) -> None:
    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            contrast_bias, data=data, model=model, count=count, columns=bias.values.size,
            block=bias.gradient_at(first),
        )

    plan.gradient(bias.offset, [(0, bias.values.size)], step, divisible=False)


def _buffer(array: np.ndarray, units: int) -> Buffer:
    return Buffer(array, (units,), array.shape[1])


def _strides(buffers: Sequence[Buffer]) -> list[int]:
    return [buffer.stride for buffer in buffers]
