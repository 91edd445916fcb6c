"""Copies of the weights in training, to go back to."""

from __future__ import annotations

import numpy as np


class WeightCopies:
    """The last weights that are known to be good, and the ones to be proven next.

    One epoch needs a single copy: the second is made when training continues.

    Parameters
    ----------
    parameters : ndarray of shape (n_parameters,)
        The network's variables, which training changes in place.

    Attributes
    ----------
    proven : ndarray of shape (n_parameters,)
        Gave a finite loss.
    latest : ndarray of shape (n_parameters,)
        Those after the last epoch; the next loss shows whether they are good.
    """

    def __init__(self, parameters: np.ndarray):
        self._parameters = parameters
        self.proven = parameters.copy()
        self.latest = self.proven
        self._spare: np.ndarray | None = None

    def prove(self) -> None:
        """Note that the latest weights gave a finite loss."""
        if self.proven is not self.latest:
            self.proven, self._spare = self.latest, self.proven

    def go_on(self) -> None:
        """Copy the weights that training goes on with."""
        if self._spare is None:
            self._spare = np.empty_like(self._parameters)
        np.copyto(self._spare, self._parameters)
        self.latest, self._spare = self._spare, None

    def restore(self, proven: np.ndarray, latest: np.ndarray) -> None:
        """Take over the copies of an earlier process."""
        self.proven, self._spare = proven, None
        self.latest = proven if np.array_equal(proven, latest, equal_nan=True) else latest

    def go_back(self) -> None:
        """Put the last good weights back."""
        np.copyto(self._parameters, self.proven)
