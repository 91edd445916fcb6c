"""Fitted models: predictions, formulas and importances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .columns import Standard
from .formula import Polynomial, Writer, multiplied_out, nested_text, polynomial_text
from .neurons import Neurons


class Layer(NamedTuple):
    """A layer of a fitted model, without neurons that the output does not depend on.

    Parameters
    ----------
    inputs : ndarray of shape (n_neurons, 2), dtype int64
        What each neuron reads as a and b: the number of a feature, or the number of features plus
        that of a neuron, which are counted through the layers.
    coefs : ndarray of shape (n_neurons, n_terms)
        The coefficients of 1, a, b, a b, a^2 and b^2, or the first of these.
    criteria : ndarray of shape (n_neurons,)
        The criterion of each.
    """

    inputs: np.ndarray
    coefs: np.ndarray
    criteria: np.ndarray


class LayeredModel:
    """The output of neurons, plus an intercept.

    Parameters
    ----------
    neurons : Neurons
        In units of the inputs, less their offsets.
    offsets : ndarray of shape (n_inputs,)
    intercept : float
    """

    def __init__(self, neurons: Neurons, offsets: np.ndarray, intercept: float):
        self.neurons, self.offsets, self.intercept = neurons, offsets, intercept

    @property
    def n_neurons(self) -> int:
        """How many outputs `transform` returns."""
        return len(self.neurons)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the output for each row of X."""
        return self.transform(X)[-1]

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the outputs of all neurons, shape (n_neurons, n_samples), the last one's last."""
        found = self.neurons.outputs((X - self.offsets).T)[len(self.offsets) :]
        found[-1] += self.intercept
        return found

    def support(self) -> np.ndarray:
        """Return which inputs the output depends on."""
        return self.neurons.support()

    def formula(self, names: Sequence[str], precision: int | None, expanded: bool) -> str:
        """Return the output as a Python expression."""
        writer = Writer(names, self.offsets, precision)
        if expanded:
            return polynomial_text(multiplied_out(self.neurons, self.intercept), writer)
        return nested_text(self.neurons, self.intercept, writer)

    def layers(self) -> list[Layer]:
        """Return the layers, the first one first."""
        neurons, depths = self.neurons, self.neurons.depths()
        return [
            Layer(neurons.pairs[depths == n], neurons.coefs[depths == n],
                  neurons.criteria[depths == n])
            for n in range(1, depths.max() + 1)
        ]


class TermModel:
    """A linear combination of products of inputs.

    Parameters
    ----------
    polynomial : Polynomial
        In units of the inputs, less their offsets.
    offsets : ndarray of shape (n_inputs,)
    """

    def __init__(self, polynomial: Polynomial, offsets: np.ndarray):
        self.polynomial, self.offsets = polynomial, offsets

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the output for each row of X."""
        total = np.zeros(len(X))
        for powers in self.polynomial:
            total = total + self._term(powers, X)
        return total

    @property
    def n_neurons(self) -> int:
        """How many terms `transform` returns."""
        return max(1, len([powers for powers in self.polynomial if powers]))

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the terms, shape (n_terms, n_samples), the constant if there is no other."""
        terms = [self._term(powers, X) for powers in self.polynomial if powers]
        return np.array(terms or [self.predict(X)])

    def _term(self, powers: tuple[int, ...], X: np.ndarray) -> np.ndarray:
        term = np.full(len(X), self.polynomial[powers])
        for j in powers:
            term = term * (X[:, j] - self.offsets[j])
        return term

    def support(self) -> np.ndarray:
        """Return which inputs the output depends on."""
        found = np.zeros(len(self.offsets), dtype=bool)
        for powers, c in self.polynomial.items():
            found[list(powers)] |= c != 0
        return found

    def formula(self, names: Sequence[str], precision: int | None, expanded: bool) -> str:
        """Return the output as a Python expression."""
        return polynomial_text(self.polynomial, Writer(names, self.offsets, precision))

    def layers(self) -> list[Layer]:
        """Return an empty list."""
        return []


Model = LayeredModel | TermModel


def layered(
    neurons: Neurons, X: np.ndarray, inputs: Standard, target: Standard
) -> LayeredModel:
    """Return the model of neurons that read standardised inputs of the rows of X."""
    return LayeredModel(neurons.in_units(X, inputs, target), inputs.offset, float(target.offset))


def importances(model: Model, X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return what each input contributes, in shares of the sum.

    It is the mean square of what setting the input to its mean changes in the output.
    """
    found, mean = np.zeros(X.shape[1]), np.average(X, axis=0, weights=weight)
    expected = model.predict(X)
    for j in np.flatnonzero(model.support()):
        fixed = X.copy()
        fixed[:, j] = mean[j]
        with np.errstate(over="ignore", invalid="ignore"):
            change = np.nan_to_num(np.abs(model.predict(fixed) - expected), nan=np.inf)
        size = change.max()
        if size > 0:
            found[j] = size * np.sqrt(np.average((change / size) ** 2, weights=weight))
    if not found.any():
        return found
    shares = (found / found.max()) ** 2
    return shares / shares.sum()
