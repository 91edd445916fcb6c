"""The log loss of numbers between 0 and 1, such as grey levels."""

from __future__ import annotations

import numpy as np

from ._log_loss import BinaryLogLoss


class PixelLogLoss(BinaryLogLoss):
    """Cross-entropy of each number with its reconstruction, summed over them.

    Minimal if they are equal, but not zero between 0 and 1.
    """

    factor = 1.0  # what the network multiplies X by

    def slopes_by_targets(
        self, outputs: np.ndarray, targets: np.ndarray, slopes: np.ndarray
    ) -> np.ndarray:
        """Return minus the raw outputs, of which targets are the factors."""
        return -outputs

    def check_targets(self, y: np.ndarray, owner: str) -> None:
        """Raise a ValueError for numbers that are not between 0 and 1 after scaling."""
        if y.size == 0:
            return
        if y.min() < 0 or y.max() * self.factor > 1 + 1e-7:
            raise ValueError(
                f"{owner}: loss='log_loss' needs X between 0 and 1, got {y.min():g} to"
                f" {y.max():g}; scale X by MinMaxScaler(clip=True), or use loss='squared_error'"
            )
