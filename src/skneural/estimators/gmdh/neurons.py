"""Polynomials of two inputs that read inputs and each other's outputs: what GMDH finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Standard

_ROUNDING = 1e-13  # share of the target's scale below which a term is rounding


@dataclass(frozen=True)
class Neurons:
    """Neurons in an order in which each reads only those before it; the last is the output.

    Parameters
    ----------
    n_inputs : int
    pairs : ndarray of shape (n_neurons, 2), dtype int64
        What each reads: the number of an input, or `n_inputs` plus that of a neuron.
    coefs : ndarray of shape (n_neurons, n_terms)
        Of 1, a, b, a b, a^2, b^2, or the first of these.
    criteria : ndarray of shape (n_neurons,)
    """

    n_inputs: int
    pairs: np.ndarray
    coefs: np.ndarray
    criteria: np.ndarray

    @classmethod
    def none(cls, n_inputs: int, n_terms: int) -> Neurons:
        """Return no neurons yet."""
        return cls(n_inputs, np.empty((0, 2), np.int64), np.empty((0, n_terms)), np.empty(0))

    def __len__(self) -> int:
        return len(self.pairs)

    def joined(self, pairs: np.ndarray, coefs: np.ndarray, criteria: np.ndarray) -> Neurons:
        """Return these neurons and others after them."""
        return Neurons(
            self.n_inputs,
            np.concatenate([self.pairs, pairs]),
            np.concatenate([self.coefs, coefs]),
            np.concatenate([self.criteria, criteria]),
        )

    def needed_by(self, output: int) -> Neurons:
        """Return the neurons that one, by its number among all, reads directly or not, and it."""
        needed = np.zeros(len(self), dtype=bool)
        needed[output - self.n_inputs] = True
        for n in range(len(self) - 1, -1, -1):
            if needed[n]:
                read = self.pairs[n] - self.n_inputs
                needed[read[read >= 0]] = True
        number = np.concatenate(
            [np.arange(self.n_inputs), self.n_inputs + np.cumsum(needed) - 1]
        )
        return Neurons(
            self.n_inputs, number[self.pairs[needed]], self.coefs[needed], self.criteria[needed]
        )

    def depths(self) -> np.ndarray:
        """Return the layer of each neuron, from 1."""
        depth = np.zeros(self.n_inputs + len(self), dtype=np.int64)
        for n, pair in enumerate(self.pairs):
            depth[self.n_inputs + n] = 1 + depth[pair].max()
        return depth[self.n_inputs :]

    def outputs(self, columns: np.ndarray) -> np.ndarray:
        """Return all columns: inputs, shape (n_inputs, n_samples), then outputs of neurons."""
        found = np.empty((self.n_inputs + len(self), columns.shape[1]))
        found[: self.n_inputs] = columns
        for n, (left, right) in enumerate(self.pairs):
            one = self.coefs[n : n + 1]
            found[self.n_inputs + n] = values_of(one, found[left], found[right])
        return found

    def support(self) -> np.ndarray:
        """Return which inputs the output depends on, by coefficients that are not 0."""
        read = np.zeros(self.n_inputs + len(self), dtype=bool)
        read[-1] = True
        for n in range(len(self) - 1, -1, -1):
            if read[self.n_inputs + n]:
                for side, terms in enumerate(_TERMS_OF):
                    used = [t for t in terms if t < self.coefs.shape[1]]
                    read[self.pairs[n, side]] |= self.coefs[n, used].any()
        return read[: self.n_inputs]

    def in_units(self, X: np.ndarray, inputs: Standard, target: Standard) -> Neurons:
        """Return the same polynomials of inputs as they are, but for offsets.

        Terms that are nothing but rounding are left out.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_inputs)
            The rows of the fit.
        inputs, target : Standard
            How they were standardised.
        """
        scale = np.concatenate([inputs.scale, np.full(len(self), target.scale)])
        shift = np.concatenate([
            inputs.mean - inputs.offset, np.full(len(self), target.mean - target.offset)
        ])
        columns = np.concatenate([(X - inputs.offset).T, np.zeros((len(self), len(X)))])
        coefs = np.zeros((len(self), 6))
        coefs[:, : self.coefs.shape[1]] = self.coefs
        for n, (a, b) in enumerate(self.pairs):
            c = _rescaled(coefs[n], (scale[a], shift[a]), (scale[b], shift[b])) * target.scale
            c[0] += target.mean - target.offset
            if a == b:
                c = np.array([c[0], c[1] + c[2], 0.0, c[3] + c[4] + c[5], 0.0, 0.0])
            sizes = np.abs(columns[a]).max(), np.abs(columns[b]).max()
            is_rounding = np.abs(c) * _sizes(*sizes) < _ROUNDING * target.scale
            coefs[n] = np.where(is_rounding, 0.0, c)
            columns[self.n_inputs + n] = values_of(coefs[n : n + 1], columns[a], columns[b])
        coefs = np.ascontiguousarray(coefs[:, : self.coefs.shape[1]])
        return Neurons(self.n_inputs, self.pairs, coefs, self.criteria)


_TERMS_OF = (1, 3, 4), (2, 3, 5)  # the terms that have a, and those that have b


def values_of(coefs: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return polynomials, with coefficients of shape (n, n_terms), of a and b (n, n_samples)."""
    c = [column[:, None] for column in coefs.T]
    with np.errstate(over="ignore", invalid="ignore"):
        by_a, by_b = c[1], c[2]
        if len(c) > 3:
            by_a = by_a + c[3] * b
        if len(c) > 4:
            by_a, by_b = by_a + c[4] * a, by_b + c[5] * b
        return c[0] + by_a * a + by_b * b


def _sizes(a: float, b: float) -> np.ndarray:
    return np.array([1.0, a, b, a * b, a * a, b * b])


def _rescaled(
    c: np.ndarray, left: tuple[float, float], right: tuple[float, float]
) -> np.ndarray:
    """Return the coefficients in a and b of a polynomial in (a - shift) / scale and so on."""
    p, q = 1 / left[0], 1 / right[0]
    u, v = -left[1] * p, -right[1] * q
    return np.array([
        c[0] + c[1] * u + c[2] * v + c[3] * u * v + c[4] * u * u + c[5] * v * v,
        p * (c[1] + c[3] * v + 2 * c[4] * u),
        q * (c[2] + c[3] * u + 2 * c[5] * v),
        c[3] * p * q, c[4] * p * p, c[5] * q * q,
    ])
