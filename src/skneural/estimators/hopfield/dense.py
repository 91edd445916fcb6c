"""Two-valued units that lower minus a sum of powers, or of exponentials, of overlaps."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from .kernels import settle_densely_at_once, settle_densely_in_turn
from .sweeps import Sweeps, blocks


class DenseUnits:
    """Base of dense associative memories.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
        1 and -1.
    """

    is_relative = False  # whether gains are those by overlaps less the greatest one

    def __init__(self, patterns: np.ndarray):
        self.patterns = patterns.astype(np.float32)

    def settle(self, signs: np.ndarray, sweeps: Sweeps) -> np.ndarray:
        """As that of `CoupledUnits`."""
        rests = np.zeros(len(signs), np.int64)
        n_patterns, n_units = self.patterns.shape
        by_unit = np.ascontiguousarray(self.patterns.T, np.int32)
        gains = self._gains(n_units)
        for part in blocks(len(signs), max(n_patterns, n_units)):
            state = signs[part].astype(np.float64)
            given = {
                "state": state, "overlap": self._overlaps(signs[part]), "patterns": by_unit,
                "gains": gains, "rests": rests[part], "n_patterns": n_patterns,
                "columns": n_units, "is_relative": int(self.is_relative),
            }
            sweeps.run(settle_densely_in_turn, settle_densely_at_once, given)
            signs[part] = state
        return rests

    def energy(self, signs: np.ndarray) -> np.ndarray:
        """Return the energy of each row."""
        energies = np.empty(len(signs))
        for part in blocks(len(signs), max(self.patterns.shape)):
            energies[part] = self._energy(self._overlaps(signs[part]))
        return energies

    def _overlaps(self, signs: np.ndarray) -> np.ndarray:
        return (signs @ self.patterns.T).astype(np.int64)

    def _energy(self, overlaps: np.ndarray) -> np.ndarray:
        """Return the energy by overlaps of shape (n_samples, n_patterns)."""
        raise NotImplementedError

    def _gains(self, n_units: int) -> np.ndarray:
        """Return F(r + 1) - F(r - 1), or a multiple, for each sum r of all other units."""
        raise NotImplementedError


class PowerUnits(DenseUnits):
    """Powers of overlaps: Krotov and Hopfield 2016.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
    degree : int
    """

    def __init__(self, patterns: np.ndarray, degree: int):
        super().__init__(patterns)
        self.degree = degree

    def _energy(self, overlaps: np.ndarray) -> np.ndarray:
        n_units = self.patterns.shape[1]
        return -n_units * ((overlaps / n_units) ** self.degree).sum(axis=1)

    def _gains(self, n_units: int) -> np.ndarray:
        """For r from -n to n, by a power of two's."""
        shift = self.degree * n_units.bit_length()
        return np.array([
            ((r + 1) ** self.degree - (r - 1) ** self.degree) / 2**shift
            for r in range(-n_units, n_units + 1)
        ])


class ExponentialUnits(DenseUnits):
    """Exponentials of overlaps: Demircigil et al. 2017.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
    beta : float
        What overlaps are multiplied by.
    """

    is_relative = True

    def __init__(self, patterns: np.ndarray, beta: float):
        super().__init__(patterns)
        self.beta = float(beta)

    def _energy(self, overlaps: np.ndarray) -> np.ndarray:
        return -logsumexp(self.beta * overlaps, axis=1) / self.beta

    def _gains(self, n_units: int) -> np.ndarray:
        """For r from the greatest overlap - 2 n - 1 to it + 1, by the greatest one's."""
        with np.errstate(under="ignore"):
            return np.exp(self.beta * np.arange(-2.0 * n_units - 2, 1))
