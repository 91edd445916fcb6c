"""Combinatorial GMDH: linear combinations of terms, with one more in each round."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import comb

import numpy as np

from ...engine.run import run
from .columns import Columns, Standard
from .kernels import fit_subset, memory_size
from .polynomials import TermModel
from .search import EXACT, Best, coefficients_in
from .settings import Settings

_MOST_SUBSETS = 65536  # that are all searched
_ROUNDING = 1e-13  # share of the target's scale below which a term is rounding
_AT_ONCE = 4096
_LEAST = 1e-9  # share of a term that the others must leave unexplained


class SubsetSearch:
    """The search for one target, by the number of terms.

    Parameters
    ----------
    inputs : Columns
        Columns less their offsets, in units of their standard deviations, and a standardised
        target.
    settings : Settings

    Attributes
    ----------
    value : float
        The criterion of the best subset so far.
    ended : bool
        Whether the last number of terms was no better.
    found : list of Best
        The subsets that each round kept, from which `take` makes the same search again.
    """

    def __init__(self, inputs: Columns, settings: Settings):
        self.settings = settings
        self.value = np.inf
        self.ended = False
        self.found: list[Best] = []
        self.powers = _terms(len(inputs.values), settings.neuron)
        terms = np.array([inputs.values[list(p)].prod(axis=0) for p in self.powers])
        numbers = np.concatenate([np.ones((1, terms.shape[1])), terms, inputs.target[None]])
        self._products = [
            np.ascontiguousarray((numbers[:, part] * inputs.weight[part]) @ numbers[:, part].T)
            for part in inputs.parts
        ]
        self._totals = inputs.totals
        self._kept = np.zeros((1, 1), np.int64)  # subsets of the round before: the constant
        self._members, self._coefs = self._kept[0], np.zeros(1)

    def grow(self) -> None:
        """Try subsets with one more term."""
        candidates = self._candidates()
        k, best = candidates.shape[1], Best(self._n_best(candidates.shape[1]))
        memory = np.empty((min(_AT_ONCE, len(candidates)), memory_size(k)))
        for begin in range(0, len(candidates), _AT_ONCE):
            members = np.ascontiguousarray(candidates[begin : begin + _AT_ONCE])
            n, values = len(members), np.empty(len(members))
            run(
                fit_subset, n, self.settings.n_jobs, members=members,
                products=self._products[0], other_products=self._products[1],
                totals=self._totals, memory=memory[:n], value=values, n_terms=k,
                n_all=len(self._products[0]), criterion=self.settings.code,
                alpha=self.settings.alpha, least=_LEAST,
            )
            best.add(values, members, coefficients_in(memory[:n], k))
        self.take(best)

    def take(self, best: Best) -> None:
        """Go on from the best subsets of a round."""
        self.found.append(best)
        self._kept, coefs = best.others
        k, value = self._kept.shape[1], float(best.values[0])
        is_better = value < (1 - self.settings.tol) * self.value
        if is_better:
            self.value, self._members, self._coefs = value, self._kept[0], coefs[0]
        self.ended = not is_better or value <= EXACT or k > len(self.powers)

    def model(self, X: np.ndarray, inputs: Standard, target: Standard) -> TermModel:
        """Return the best subset so far, in units of the inputs, less their offsets."""
        scaled = self._coefs * target.scale
        found: dict[tuple[int, ...], float] = {}
        for member, c in zip(self._members, scaled, strict=True):
            powers: tuple[int, ...] = self.powers[member - 1] if member else ()
            found[powers] = float(c / inputs.scale[list(powers)].prod())
        found[()] += float(target.mean)
        columns = np.abs(X - inputs.offset).max(axis=0)
        least = _ROUNDING * target.scale
        kept = {
            powers: c for powers, c in found.items()
            if abs(c) * columns[list(powers)].prod() >= least
        }
        return TermModel(kept, inputs.offset)

    def _n_best(self, k: int) -> int:
        n_terms, given = len(self.powers), self.settings.n_best
        if given is not None:
            return given
        return comb(n_terms, k - 1) if 2**n_terms <= _MOST_SUBSETS else n_terms

    def _candidates(self) -> np.ndarray:
        """Return each subset that has one term more than one of those kept, once."""
        n_terms = len(self.powers)
        new = np.arange(1, n_terms + 1)
        several = np.repeat(self._kept, n_terms, axis=0)
        added = np.tile(new, len(self._kept))
        is_new = (several != added[:, None]).all(axis=1)
        joined = np.column_stack([several, added])[is_new]
        return np.unique(np.sort(joined, axis=1), axis=0)


def _terms(n_inputs: int, neuron: str) -> list[tuple[int, ...]]:
    """Return the terms by the inputs that they are products of."""
    terms: list[tuple[int, ...]] = [(j,) for j in range(n_inputs)]
    if neuron != "linear":
        pairs = combinations_with_replacement(range(n_inputs), 2)
        terms += [pair for pair in pairs if neuron == "quadratic" or pair[0] != pair[1]]
    return terms

