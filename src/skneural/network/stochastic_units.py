"""The units of Boltzmann machines in a plan: binary ones, and ones of real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..engine.buffers import address_of
from ..engine.energies import (
    anneal_bernoulli,
    anneal_gaussian,
    linear_energy,
    quadratic_energy,
    subtract_quadratic,
    subtract_softplus,
)
from ..engine.plan import Buffer, Plan
from ..engine.steps import Step
from ..engine.stochastic_units import (
    bernoulli_means,
    bernoulli_means_and_states,
    bernoulli_states,
    divide_by_variances,
    gaussian_means,
    gaussian_states,
    update_variances,
    variance_slopes,
)
from ..layers._base import Slot


@dataclass(frozen=True)
class Annealing:
    """What units need to be drawn at inverse temperatures.

    Parameters
    ----------
    base : ndarray of shape (n_units,)
        The biases at the inverse temperature 0, where there are no weights.
    betas : ndarray of shape (1,), dtype int64
        The place of the inverse temperatures; see `Plan.numbers_of_updates`.
    field : ndarray of shape (n_rows,), dtype float64
        Where the derivative of each row's log-probability by the inverse temperature goes.
    """

    base: np.ndarray
    betas: np.ndarray
    field: np.ndarray


class Units(Protocol):
    """The units of a layer: what their means and states are, given their inputs.

    The input of a unit is a product with weights, times a factor, and its bias. Means and states
    take the place of the products.

    Attributes
    ----------
    is_scaled : bool
        Whether the units of the other layer see other numbers than the states.
    """

    is_scaled: bool

    def add_means(self, plan: Plan, x: Buffer, bias: Slot, factor: float) -> None:
        """Add the step that finds the means."""

    def add_states(self, plan: Plan, x: Buffer, bias: Slot, factor: float, number: int) -> None:
        """Add the step that draws states, keyed by a number."""

    def add_scaled(self, plan: Plan, states: Buffer, scaled: Buffer) -> None:
        """Add the step that makes of states what the units of the other layer see."""

    def add_energy(self, plan: Plan, states: Buffer, bias: Slot, energy: Buffer) -> None:
        """Add the step that writes the energy of states by themselves, one number a row."""

    def add_summed_out(
        self, plan: Plan, x: Buffer, bias: Slot, factor: float, energy: Buffer
    ) -> None:
        """Add the step that adds to energies what summing out the units leaves of them.

        Constants are left out. ``x`` are products.
        """

    def add_annealed(
        self, plan: Plan, x: Buffer, bias: Slot, annealing: Annealing, number: int
    ) -> None:
        """Add the step that draws states at an inverse temperature; see `Annealing`."""


class BernoulliUnits:
    """Units that are 1 with a probability, the logistic function of their input, or else 0."""

    is_scaled = False

    def add_means(self, plan: Plan, x: Buffer, bias: Slot, factor: float) -> None:
        """Add the step that finds the probabilities of 1."""
        plan.by_rows(bernoulli_means, x=x, bias=bias, factor=factor, columns=x.columns)

    def add_states(self, plan: Plan, x: Buffer, bias: Slot, factor: float, number: int) -> None:
        """Add the step that draws states, keyed by a number."""
        plan.uses_seed = True
        plan.by_rows(bernoulli_states, x=x, bias=bias, factor=factor, columns=x.columns,
                     key=number)

    def add_means_and_states(
        self, plan: Plan, x: Buffer, bias: Slot, factor: float, states: Buffer, number: int
    ) -> None:
        """Add the step that finds the probabilities and draws states with them."""
        plan.uses_seed = True
        plan.by_rows(bernoulli_means_and_states, x=x, bias=bias, factor=factor, states=states,
                     columns=x.columns, key=number)

    def add_scaled(self, plan: Plan, states: Buffer, scaled: Buffer) -> None:
        """Not called: the other layer sees the states."""

    def add_energy(self, plan: Plan, states: Buffer, bias: Slot, energy: Buffer) -> None:
        """Add the step that writes minus the sum of the states times their biases."""
        plan.by_rows(linear_energy, v=states, bias=bias, energy=energy, columns=states.columns)

    def add_summed_out(
        self, plan: Plan, x: Buffer, bias: Slot, factor: float, energy: Buffer
    ) -> None:
        """Add the step that subtracts the sum of ``log(1 + exp(factor * x + bias))``."""
        plan.by_rows(subtract_softplus, z=x, bias=bias, factor=factor, energy=energy,
                     columns=x.columns)

    def add_annealed(
        self, plan: Plan, x: Buffer, bias: Slot, annealing: Annealing, number: int
    ) -> None:
        """Add the step that draws states at an inverse temperature."""
        plan.uses_seed = True
        plan.by_rows(anneal_bernoulli, x=x, bias=bias, base=annealing.base, betas=annealing.betas,
                     field=annealing.field, columns=x.columns, key=number)


class GaussianUnits:
    """Units of real numbers: normal around their input.

    What the units of the other layer see are the states divided by their variances.

    Parameters
    ----------
    variances : ndarray of shape (n_units,)
    is_scaled : bool
        False if they are all 1.
    """

    def __init__(self, variances: np.ndarray, is_scaled: bool):
        self.is_scaled, self.variances = is_scaled, variances
        self.deviations = np.sqrt(variances)

    def add_following(self, plan: Plan, logarithms: Slot) -> None:
        """Let the variances follow from a variable, before the first batch and after updates."""
        size = plan.dtype.itemsize

        def steps(begin: int, end: int) -> list[Step]:
            numbers = {"variances": self.variances, "deviations": self.deviations}
            places = {name: address_of(array) + begin * size for name, array in numbers.items()}
            logs = logarithms.address + begin * size
            return [Step.of(update_variances, logarithms=logs, columns=end - begin, **places)]

        plan.needed_kernels.append(update_variances)
        plan.prepare += steps(0, len(self.variances))
        plan.follow(logarithms.offset, steps)

    def add_variance_slopes(
        self, plan: Plan, states: tuple[Buffer, Buffer], products: tuple[Buffer, Buffer],
        bias: Slot,
    ) -> Buffer:
        """Add the gradient by the logarithms of the variances; return where it is.

        ``states`` and ``products`` are those of the data and of the model, these of the hidden
        units' means.
        """
        slopes = plan.buffer(states[0].shape)
        plan.by_rows(
            variance_slopes, v=states[0], of_model=states[1], products=products[0],
            products_of_model=products[1], bias=bias, variances=self.variances, slopes=slopes,
            columns=slopes.columns,
        )
        return slopes

    def add_means(self, plan: Plan, x: Buffer, bias: Slot, factor: float) -> None:
        """Add the step that finds the means."""
        plan.by_rows(gaussian_means, x=x, bias=bias, factor=factor, columns=x.columns)

    def add_states(self, plan: Plan, x: Buffer, bias: Slot, factor: float, number: int) -> None:
        """Add the step that draws states, keyed by a number."""
        plan.uses_seed = True
        plan.by_rows(gaussian_states, x=x, bias=bias, factor=factor, deviations=self.deviations,
                     columns=x.columns, key=number)

    def add_scaled(self, plan: Plan, states: Buffer, scaled: Buffer) -> None:
        """Add the step that divides states by variances."""
        plan.by_rows(divide_by_variances, x=states, variances=self.variances, scaled=scaled,
                     columns=states.columns)

    def add_energy(self, plan: Plan, states: Buffer, bias: Slot, energy: Buffer) -> None:
        """Add the step that writes half of the squared distances from the biases."""
        plan.by_rows(quadratic_energy, v=states, bias=bias, variances=self.variances,
                     energy=energy, columns=states.columns)

    def add_summed_out(
        self, plan: Plan, x: Buffer, bias: Slot, factor: float, energy: Buffer
    ) -> None:
        """Add the step that subtracts what the integral over the units adds to its logarithm."""
        plan.by_rows(subtract_quadratic, z=x, bias=bias, variances=self.variances, factor=factor,
                     energy=energy, columns=x.columns)

    def add_annealed(
        self, plan: Plan, x: Buffer, bias: Slot, annealing: Annealing, number: int
    ) -> None:
        """Add the step that draws states at an inverse temperature."""
        plan.uses_seed = True
        plan.by_rows(anneal_gaussian, x=x, bias=bias, base=annealing.base, betas=annealing.betas,
                     variances=self.variances, deviations=self.deviations, field=annealing.field,
                     columns=x.columns, key=number)
