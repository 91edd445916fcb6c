"""Rows times a factor, plus an offset."""

from __future__ import annotations

import numpy as np

from ...engine.gathering import gather_line, gather_line_of_bytes
from ...engine.plan import Buffer, Plan


class LineOfRows:
    """Rows as ``X * factor + offset``, made batch by batch.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Of bytes, or of numbers, which then are of the dtype.
    factor, offset : float
    dtype : dtype
        That they are read in.
    """

    def __init__(self, X: np.ndarray, factor: float, offset: float, dtype: np.dtype):
        self._kernel = gather_line_of_bytes if X.dtype == np.uint8 else gather_line
        self.X = X if X.dtype == np.uint8 else np.ascontiguousarray(X, dtype)
        self.factor, self.offset, self.dtype = factor, offset, np.dtype(dtype)

    def __len__(self) -> int:
        return len(self.X)

    def add_gathering(self, plan: Plan, buffer: Buffer, shift: int = 0) -> None:
        """Add the reading of rows, so many after those of the batch in the epoch's order."""
        plan.by_rows(
            self._kernel, x=self.X, y=buffer, factor=self.factor, offset=self.offset,
            columns=buffer.columns, shift=shift,
        )

    def numbers(self) -> np.ndarray:
        """Return all rows."""
        kind = self.dtype.type
        return self.X.astype(self.dtype) * kind(self.factor) + kind(self.offset)
