"""The loss of a network around its parameters, along directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .evaluation import EvaluationPlan
from .network import Network

MOST_ROWS = 512  # of a batch: enough for the statistics of batch normalisation, few for a cache


class LossSurface:
    """The mean loss of a network on fixed data, at points around its parameters.

    One plan serves all points: at each only the parameters change. The network itself is left as
    it is; penalties on weights are no part of the loss.

    Parameters
    ----------
    network : Network
    X, y, sample_weight : ndarray
        As `Network.evaluate` reads them.
    batch_statistics : bool
        Whether batch normalisation uses the statistics of the batch at each point, as in training,
        or the running ones, which belong to the middle.
    n_jobs : int or None, default=None
    """

    def __init__(
        self, network: Network, X, y, sample_weight=None, *, batch_statistics: bool,
        n_jobs: int | None = None,
    ):
        self._network = network.twin()
        self._middle = network.parameters
        self._plan = EvaluationPlan(
            self._network, X, y, sample_weight, MOST_ROWS, n_jobs=n_jobs,
            batch_statistics=batch_statistics,
        )

    def directions(self, n_directions: int, random_state: np.random.RandomState) -> np.ndarray:
        """Return random directions with the norm of the parameters, filter by filter.

        What leads to one output of a kernel is a filter: its slice along the last axis. Biases,
        what normalisation has, and what is not trained have a direction of zero.

        Parameters
        ----------
        n_directions : int
        random_state : RandomState

        Returns
        -------
        ndarray of shape (n_directions, n_parameters), of the network's dtype

        References
        ----------
        .. [1] Li, H. et al. (2018). Visualizing the loss landscape of neural nets. NeurIPS.
           :arxiv:`1712.09913`
        """
        network = self._network
        found = np.zeros((n_directions, len(self._middle)), self._middle.dtype)
        slots = [slot for n in range(len(network.layers)) for slot in network.slots(n).values()]
        kernels = {slot.offset: slot for slot in slots if slot.offset < network.n_weights}
        for direction in found:
            for offset, slot in sorted(kernels.items()):
                drawn = random_state.standard_normal(slot.values.shape)
                drawn *= _norms(slot.values) / np.maximum(_norms(drawn), 1e-300)
                direction[offset : offset + drawn.size] = drawn.ravel()
        return found

    def losses(self, directions: np.ndarray, steps: Sequence[np.ndarray]) -> np.ndarray:
        """Return the loss at the points of a grid.

        Parameters
        ----------
        directions : ndarray of shape (n_directions, n_parameters)
        steps : sequence of ndarray
            How far along each direction the points are.

        Returns
        -------
        ndarray of the shape (len(steps[0]), len(steps[1]), ...), float64
            Infinite where numbers overflow.
        """
        result = np.empty([len(each) for each in steps])
        for place in np.ndindex(*result.shape):
            point = self._middle.copy()
            for direction, each, number in zip(directions, steps, place, strict=True):
                point += point.dtype.type(each[number]) * direction
            self._network.parameters[...] = point
            loss = self._plan.loss()
            result[place] = loss if np.isfinite(loss) else np.inf
        return result


def _norms(values: np.ndarray) -> np.ndarray:
    """Return the norm of each filter, in a shape that goes with the kernel's."""
    axes = tuple(range(values.ndim - 1)) or None
    return np.sqrt(np.sum(np.square(values, dtype=np.float64), axis=axes, keepdims=True))
