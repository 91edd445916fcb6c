"""Which unit is nearest to each row of X, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.utils import gen_batches

from ...engine.buffers import aligned
from ...engine.gemm import gemm
from ...engine.run import run
from .kernels import Sizes, distances_to_units, find_units

_LINE = 64  # bytes of a cache line
_MOST_ROWS = 8192  # that are predicted at a time, as they are copied


class Rows:
    """Rows of X about an origin, as products read them.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        NaN where a number is missing.
    origin : ndarray of shape (n_features,)
        What is subtracted, so that products lose few digits.
    """

    def __init__(self, X: np.ndarray, origin: np.ndarray):
        self.values = X - origin.astype(X.dtype, copy=False)
        missing = np.isnan(self.values)
        self.has_missing = bool(missing.any())
        self._incomplete = np.flatnonzero(missing.any(axis=1))
        self._complete = np.delete(np.arange(len(X)), self._incomplete)
        gaps = missing[self._incomplete]
        seen = np.where(gaps, 0, self.values[self._incomplete])
        self._factors = np.concatenate([seen, ~gaps], axis=1, dtype=X.dtype)

    def __len__(self) -> int:
        return len(self.values)

    def nearest(self, units: np.ndarray, n_jobs: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of each row's nearest unit, the lowest of equal ones, and its distance.

        Parameters
        ----------
        units : ndarray of shape (n_units, n_features)
            About the same origin.
        n_jobs : int or None
        """
        if not self.has_missing:
            return _find(self.values, self.values, _Factors.of_complete(units), units, n_jobs)
        found, distance = np.empty(len(self), np.int64), np.empty(len(self))
        for part, factors, of_units in (
            (self._complete, self.values[self._complete], _Factors.of_complete(units)),
            (self._incomplete, self._factors, _Factors.of_incomplete(units)),
        ):
            rows = self.values[part]
            found[part], distance[part] = _find(rows, factors, of_units, units, n_jobs)
        return found, distance

    def distances(self, units: np.ndarray, n_jobs: int | None) -> np.ndarray:
        """Return the distances to all units, shape (n_samples, n_units)."""
        result = np.empty((len(self), len(units)), self.values.dtype)
        run(
            distances_to_units, len(self), n_jobs, x=self.values, codebook=units,
            distances=result, n_units=len(units), columns=self.values.shape[1],
        )
        return result


def in_parts(X: np.ndarray, origin: np.ndarray) -> Iterator[Rows]:
    """Yield X as `Rows`, many at a time."""
    for part in gen_batches(len(X), _MOST_ROWS):
        yield Rows(X[part], origin)


class _Factors:
    """A codebook as the right side of a product: that with a row is least at the nearest unit."""

    def __init__(self, factors: np.ndarray, bias: np.ndarray):
        per_line = _LINE // factors.dtype.itemsize
        n_lines = -(-len(factors) // per_line)
        self.n_units, self.stride = n_lines * per_line, (n_lines | 1) * per_line
        memory = aligned(factors.shape[1] * self.stride + per_line, factors.dtype)
        self.memory = memory
        matrix = memory[: factors.shape[1] * self.stride].reshape(-1, self.stride)
        matrix[:, : len(factors)] = factors.T
        self.bias = aligned(self.n_units, factors.dtype)
        self.bias[:] = np.inf
        self.bias[: len(factors)] = bias

    @classmethod
    def of_complete(cls, units: np.ndarray) -> _Factors:
        """For rows without missing numbers: w**2 - 2 x w."""
        return cls(-2 * units, np.einsum("ij,ij->i", units, units))

    @classmethod
    def of_incomplete(cls, units: np.ndarray) -> _Factors:
        """For rows with 0 where a number is missing, then whether each is there."""
        return cls(np.concatenate([-2 * units, units**2], axis=1), np.zeros(1, units.dtype))


def _find(
    rows: np.ndarray, x: np.ndarray, factors: _Factors, units: np.ndarray, n_jobs: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest unit of each row, by its factors x, and its distance."""
    found, distance = np.empty(len(rows), np.int64), np.empty(len(rows))
    sizes = Sizes(x.shape[1], factors.stride, factors.n_units, rows.shape[1])
    run(
        find_units, len(x), n_jobs, gemm=gemm, x=x, w=factors.memory, bias=factors.bias,
        sizes=sizes, numbers=np.arange(factors.n_units, dtype=rows.dtype), rows=rows,
        codebook=units, best=found, distance=distance,
    )
    return found, distance
