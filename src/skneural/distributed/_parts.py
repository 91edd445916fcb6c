"""What partitions add to a round, and its sum in the partitions' order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Part:
    """What one partition, or several together, found in a round.

    Parameters
    ----------
    numbers : ndarray, float64
        Losses, penalties and weights, which add up.
    gradient : ndarray of shape (n_trained,) or None
        It adds up too.
    states : list of ndarray
        Parameters, the optimizer's memory or statistics of layers, to be averaged by rows.
    rows : int
        How many rows they come from.
    n_updates : int
        Most updates that one partition made.
    of_several : bool, default=False
        Whether ``states`` are sums, times rows, in float64.
    """

    numbers: np.ndarray
    gradient: np.ndarray | None
    states: list[np.ndarray]
    rows: int
    n_updates: int = 0
    of_several: bool = False

    def mean_states(self) -> list[np.ndarray]:
        """Return the averages; of a single partition its states, to the bit."""
        return [state / self.rows for state in self.states] if self.of_several else self.states


def combined(parts: Sequence[Part]) -> Part:
    """Return the sum of parts, added in their order; those without rows are left out."""
    parts = [part for part in parts if part.rows] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    gradients = [part.gradient for part in parts if part.gradient is not None]
    gradient = np.zeros(gradients[0].shape) if gradients else None
    for each in gradients:
        gradient += each
    states = [np.zeros(state.shape) for state in parts[0].states]
    for part in parts:
        for total, state in zip(states, part.states, strict=True):
            total += state if part.of_several else state.astype(np.float64) * part.rows
    numbers = np.zeros_like(parts[0].numbers)
    for part in parts:
        numbers = numbers + part.numbers
    rows, n_updates = sum(part.rows for part in parts), max(part.n_updates for part in parts)
    return Part(numbers, gradient, states, rows, n_updates, of_several=True)
