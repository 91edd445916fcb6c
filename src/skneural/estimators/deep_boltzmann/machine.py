"""The weights of a machine outside training, and what is computed with them for rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.utils import gen_batches

from ...engine.buffers import address_of, aligned
from ...engine.gemm import gemm
from ...engine.run import run
from .gibbs import sample
from .mean_field import bounds, settle
from .table import (
    BASE,
    BIAS,
    DOWN,
    DOWN_STRIDE,
    LAYER_FIELDS,
    MEANS,
    RISE,
    STATES,
    STRIDE,
    UNITS,
    UP,
    UP_STRIDE,
)

_TOGETHER = 2048  # rows
_LINE = 64  # bytes of a cache line


@dataclass(frozen=True)
class Layout:
    """Where the weights of a machine are.

    Parameters
    ----------
    up, down : list of (int, int)
        Address and stride of the weights between each two layers, and of their transposes.
    biases, bases : list of int
        Addresses of the bias of each layer, the visible one first, and of its base distribution.
    units : list of int
        Of each layer.
    rise : list of int
        What products are multiplied by in the upward pass.
    """

    up: list[tuple[int, int]]
    down: list[tuple[int, int]]
    biases: list[int]
    bases: list[int]
    units: list[int]
    rise: list[int]

    def table(
        self, means: Sequence[int], states: Sequence[int], strides: Sequence[int]
    ) -> np.ndarray:
        """Return the table of the layers, given addresses of their rows: int64."""
        rows = np.zeros((len(self.units), LAYER_FIELDS), np.int64)
        for layer, row in enumerate(rows):
            row[UNITS], row[BIAS], row[BASE] = (
                self.units[layer], self.biases[layer], self.bases[layer]
            )
            row[MEANS], row[STATES], row[STRIDE] = means[layer], states[layer], strides[layer]
            row[RISE] = self.rise[layer]
            if layer > 0:
                row[UP], row[UP_STRIDE] = self.up[layer - 1]
            if layer < len(rows) - 1:
                row[DOWN], row[DOWN_STRIDE] = self.down[layer]
        return rows.reshape(-1)


def rise_of(n_layers: int) -> list[int]:
    """Return what products are multiplied by in the upward pass: twice what one side gives.

    The hidden layers that have a layer above them lack its input there. Salakhutdinov and Hinton
    2009, section 3.1.
    """
    return [1, *(1 if layer == n_layers else 2 for layer in range(1, n_layers + 1))]


class RowsOfLayers:
    """Memory of all layers for some rows, and of products."""

    def __init__(self, layout: Layout, n_rows: int, dtype: np.dtype):
        self.strides = [_stride(units, dtype) for units in layout.units]
        self.units, widest = layout.units, max(self.strides)
        self.means = [_rows(n_rows, stride, dtype) for stride in self.strides]
        self.states = [_rows(n_rows, stride, dtype) for stride in self.strides]
        self.work, self.fixed = (_rows(n_rows, widest, dtype) for _ in range(2))
        self.changes = np.zeros(2 * n_rows)
        self.table = layout.table(
            [*map(address_of, self.means)], [*map(address_of, self.states)], self.strides
        )

    def means_of(self, layer: int) -> np.ndarray:
        """Return the means of a layer, a view of shape (n_rows, units)."""
        return self.means[layer][:, : self.units[layer]]

    def states_of(self, layer: int) -> np.ndarray:
        """Return the states of a layer, a view of shape (n_rows, units)."""
        return self.states[layer][:, : self.units[layer]]


class Machine:
    """A deep Boltzmann machine of given weights.

    Parameters
    ----------
    coefs : sequence of ndarray of shape (n_units, n_units_above)
        Between each two layers, the visible one first.
    intercepts : sequence of ndarray of shape (n_units,)
        Of each layer.
    bases : sequence of ndarray or None, default=None
        Intercepts of the base distribution of annealing.
    """

    def __init__(
        self,
        coefs: Sequence[np.ndarray],
        intercepts: Sequence[np.ndarray],
        bases: Sequence[np.ndarray] | None = None,
    ):
        self.dtype = np.result_type(*coefs, np.float32)
        self.n_layers = len(coefs)
        matrices = [_matrix(kernel, self.dtype) for kernel in coefs]
        transposed = [_matrix(kernel.T, self.dtype) for kernel in coefs]
        biases = [_vector(bias, self.dtype) for bias in intercepts]
        base = biases if bases is None else [_vector(bias, self.dtype) for bias in bases]
        self._keep = [matrices, transposed, biases, base]
        self.layout = Layout(
            [(address_of(m), m.shape[1]) for m in matrices],
            [(address_of(m), m.shape[1]) for m in transposed],
            [*map(address_of, biases)],
            [*map(address_of, base)],
            [len(bias) for bias in intercepts],
            rise_of(self.n_layers),
        )

    def rows(self, n_rows: int) -> RowsOfLayers:
        """Return memory for rows."""
        return RowsOfLayers(self.layout, n_rows, self.dtype)

    def posteriors(
        self, X: np.ndarray, most: int, tol: float, n_jobs: int | None
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the means of the hidden layers given X, and the bounds without the partition.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        most, tol : int, float
            Of the mean-field equations.
        n_jobs : int or None

        Returns
        -------
        means : list of ndarray of shape (n_samples, n_units)
        bound : ndarray of shape (n_samples,), float64
        """
        units = self.layout.units[1:]
        found = [np.empty((len(X), n), self.dtype) for n in units]
        bound, rows = np.empty(len(X)), self.rows(min(len(X), _TOGETHER))
        for part in gen_batches(len(X), _TOGETHER):
            n_rows = part.stop - part.start
            rows.means_of(0)[:n_rows] = X[part]
            shared = {
                "gemm": gemm, "layers": rows.table, "n_layers": self.n_layers, "work": rows.work
            }
            run(
                settle, n_rows, n_jobs, fixed=rows.fixed, changes=rows.changes, most=most,
                tol=float(tol), **shared,
            )
            run(bounds, n_rows, n_jobs, bound=bound[part], **shared)
            for layer, means in enumerate(found, 1):
                means[part] = rows.means_of(layer)[:n_rows]
        return found, bound

    def samples(
        self, states: Sequence[np.ndarray], n_sweeps: int, seed: int, n_jobs: int | None
    ) -> RowsOfLayers:
        """Return rows after sweeps of Gibbs sampling from states of all layers.

        Parameters
        ----------
        states : sequence of ndarray of shape (n_samples, n_units)
        n_sweeps, seed : int
        n_jobs : int or None
        """
        rows = self.rows(len(states[0]))
        for layer, given in enumerate(states):
            rows.states_of(layer)[...] = given
        at_once = max(1, min(n_sweeps, 16))
        for first in range(0, n_sweeps, at_once):
            run(
                sample, len(states[0]), n_jobs, seed=seed, gemm=gemm, layers=rows.table,
                n_layers=self.n_layers, work=rows.work, number=first * (self.n_layers + 1),
                n_sweeps=min(at_once, n_sweeps - first),
            )
        return rows


def _stride(units: int, dtype: np.dtype) -> int:
    """Return how far apart rows are: an odd number of cache lines."""
    per_line = _LINE // np.dtype(dtype).itemsize
    return (-(-units // per_line) | 1) * per_line


def _rows(n_rows: int, stride: int, dtype: np.dtype) -> np.ndarray:
    return aligned(n_rows * stride, dtype).reshape(n_rows, stride)


def _matrix(kernel: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return a matrix in memory as products read it, with room behind its rows."""
    n_rows, stride = len(kernel), _stride(kernel.shape[1], dtype)
    memory = aligned((n_rows + 1) * stride, dtype).reshape(-1, stride)
    memory[:n_rows, : kernel.shape[1]] = kernel
    return memory


def _vector(bias: np.ndarray, dtype: np.dtype) -> np.ndarray:
    memory = aligned(_stride(len(bias), dtype), dtype)
    memory[: len(bias)] = bias
    return memory
