"""The layers of GMDH: each keeps the best polynomials of pairs of the columns before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...engine.run import run
from .columns import ROWS_AT_ONCE, Columns, Moments
from .kernels import AIC, fit_neuron, memory_size
from .neurons import Neurons, values_of
from .settings import N_TERMS, Settings

EXACT = 1e-14  # criterion below which all that is left is rounding
_AT_ONCE = 8192  # candidates
_COLUMNS = 500  # of either side of pairs whose moments are in memory
_MOST_BEST = 200  # that are kept of a layer if n_best is None
# The share of a term that others leave unexplained. Outputs of neurons resemble each other: with a
# smaller one, great coefficients of either sign cancel in the rows of the fit, and in no others.
_LEAST = 1e-2


class Best:
    """The best candidates so far: their criteria, in rising order, and what belongs to each."""

    def __init__(self, n_best: int):
        self.n_best = n_best
        self.values = np.empty(0)
        self.others: list[np.ndarray] = []

    def add(self, values: np.ndarray, *others: np.ndarray) -> None:
        """Add candidates; of equal ones the earlier is better."""
        values = np.where(np.isfinite(values), values, np.inf)
        if self.others:
            values = np.concatenate([self.values, values])
            others = tuple(
                np.concatenate(pair) for pair in zip(self.others, others, strict=True)
            )
        order = np.argsort(values, kind="stable")[: self.n_best]
        self.values, self.others = values[order], [each[order] for each in others]

    @classmethod
    def of(cls, arrays: tuple[np.ndarray, ...]) -> Best:
        """Return those that were found before, as `arrays` has them."""
        best = cls(len(arrays[0]))
        best.values, best.others = arrays[0], list(arrays[1:])
        return best

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The criteria, and what belongs to them."""
        return (self.values, *self.others)


class LayerSearch:
    """The search for one target, a layer at a time.

    Parameters
    ----------
    inputs : Columns
        Standardised columns and target.
    settings : Settings

    Attributes
    ----------
    neurons : Neurons
        The best polynomial so far, and those it reads; none before the first layer.
    value : float
        Its criterion.
    ended : bool
        Whether the last layer was no better.
    found : list of Best
        The candidates that each layer kept, from which `take` makes the same search again.
    """

    def __init__(self, inputs: Columns, settings: Settings):
        self.inputs, self.settings = inputs, settings
        self.value = np.inf
        self.ended = False
        self.found: list[Best] = []
        n = len(inputs.values)
        self.neurons = self._all = Neurons.none(n, N_TERMS[settings.neuron])
        self._columns, self._numbers = inputs.values, np.arange(n)
        self._ancestors = np.zeros((n, 0), dtype=bool)  # of each column, among all neurons

    def grow(self) -> None:
        """Add a layer."""
        left, right = self._pairs()
        n_coefficients = self._n_coefficients(left, right)
        columns = self.inputs.with_values(self._columns)
        n_best = self.settings.n_best or min(len(self.inputs.values), _MOST_BEST)
        self.take(_fit_pairs(columns, left, right, n_coefficients, n_best, self.settings))

    def take(self, best: Best) -> None:
        """Add the layer of the best candidates."""
        self.found.append(best)
        first, value = len(self.inputs.values) + len(self._all), float(best.values[0])
        self._add(best)
        is_better = value < (1 - self.settings.tol) * self.value
        self.ended = not is_better or value <= EXACT
        if is_better:
            self.value, self.neurons = value, self._all.needed_by(first)

    def _add(self, best: Best) -> None:
        """Make the outputs of the best polynomials the columns of the next layer."""
        left, right, coefs = best.others
        pairs = np.column_stack([self._numbers[left], self._numbers[right]])
        n_before, n_inputs = len(self._all), len(self.inputs.values)
        self._all = self._all.joined(pairs, coefs, best.values)
        self._note_ancestors(left, right, len(coefs))
        values = self._columns
        self._columns = np.empty((n_inputs + len(coefs), values.shape[1]))
        self._columns[:n_inputs] = self.inputs.values
        for begin in range(0, values.shape[1], ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            z = values[:, rows]
            self._columns[n_inputs:, rows] = values_of(coefs, z[left], z[right])
        new = n_inputs + n_before + np.arange(len(coefs))
        self._numbers = np.concatenate([np.arange(n_inputs), new])

    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the two columns of each candidate of a layer."""
        n, n_inputs = len(self._columns), len(self.inputs.values)
        if n == 1:
            return np.zeros(1, np.int64), np.zeros(1, np.int64)
        if n == n_inputs:
            left, right = np.triu_indices(n, 1)
        elif self.settings.algorithm == "iterational":
            left, right = (each.ravel() for each in np.mgrid[:n_inputs, n_inputs:n])
        elif self.settings.keep_inputs:
            left, right = np.triu_indices(n, 1)
            is_new = right >= n_inputs  # pairs of inputs were in the first layer
            left, right = left[is_new], right[is_new]
        else:
            left, right = (each + n_inputs for each in np.triu_indices(n - n_inputs, 1))
            if not len(left):
                left = right = np.array([n_inputs])
        return np.ascontiguousarray(left, np.int64), np.ascontiguousarray(right, np.int64)

    def _n_coefficients(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return how many coefficients each candidate has, with those of neurons it reads."""
        if self.settings.code != AIC:
            return np.zeros(len(left))
        ancestors = self._ancestors.astype(np.float64)
        own = ancestors.sum(axis=1)
        both = (ancestors @ ancestors.T)[left, right]
        return self._all.coefs.shape[1] * (1.0 + own[left] + own[right] - both)

    def _note_ancestors(self, left: np.ndarray, right: np.ndarray, n_new: int) -> None:
        n_inputs, known = len(self.inputs.values), self._ancestors
        of_new = np.concatenate([known[left] | known[right], np.eye(n_new, dtype=bool)], axis=1)
        of_inputs = np.zeros((n_inputs, of_new.shape[1]), dtype=bool)
        self._ancestors = np.concatenate([of_inputs, of_new])


def _fit_pairs(
    columns: Columns, left: np.ndarray, right: np.ndarray, n_coefficients: np.ndarray,
    n_best: int, settings: Settings,
) -> Best:
    """Return the best polynomials of pairs of columns: those, and their coefficients."""
    k, best = N_TERMS[settings.neuron], Best(n_best)
    memory = np.empty((min(_AT_ONCE, len(left)), memory_size(k)))
    for chosen, pairs in _blocks(left, right, len(columns.values)):
        of_fitted, of_judged = (columns.moments(part, chosen) for part in columns.parts)
        fields = {**_fields(of_fitted, ""), **_fields(of_judged, "other_")}
        places = [np.searchsorted(chosen, each[pairs]) for each in (left, right)]
        for begin in range(0, len(pairs), _AT_ONCE):
            chunk = slice(begin, begin + _AT_ONCE)
            a, b = (np.ascontiguousarray(each[chunk], np.int64) for each in places)
            values = np.empty(len(a))
            run(
                fit_neuron, len(a), settings.n_jobs, left=a, right=b,
                n_coefficients=n_coefficients[pairs[chunk]], totals=columns.totals,
                memory=memory[: len(a)], value=values, n_terms=k, n_columns=len(chosen),
                criterion=settings.code, alpha=settings.alpha, least=_LEAST, **fields,
            )
            best.add(values, chosen[a], chosen[b], coefficients_in(memory[: len(a)], k))
    return best


def _blocks(
    left: np.ndarray, right: np.ndarray, n_columns: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield some columns at a time, so that their moments fit in memory, and pairs of these."""
    if n_columns <= 2 * _COLUMNS:
        yield np.arange(n_columns), np.arange(len(left))
        return
    n_blocks = -(-n_columns // _COLUMNS)
    block = left // _COLUMNS * n_blocks + right // _COLUMNS
    order = np.argsort(block, kind="stable")
    for pairs in np.split(order, np.flatnonzero(np.diff(block[order])) + 1):
        yield np.unique([left[pairs], right[pairs]]), pairs


def coefficients_in(memory: np.ndarray, n_terms: int) -> np.ndarray:
    """Return the coefficients in the memory of candidates, shape (n_candidates, n_terms)."""
    begin = 3 * n_terms * n_terms + 3 * n_terms
    return memory[:, begin : begin + n_terms].copy()


def _fields(moments: Moments, prefix: str) -> dict[str, Any]:
    return {f"{prefix}{name}": each for name, each in moments._asdict().items()}
