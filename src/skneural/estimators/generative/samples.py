"""How X is read: rows, or images."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.channels_first import check_channels_last
from ...data.sample_shapes import shape_as_given
from ...data.samples import ByteSamples

Shape = tuple[int, ...]


_EXACT = 2**53  # whole numbers up to it are exact as reals


class GenerativeSamples(ByteSamples):
    """Samples of any shape, bytes among them, which stay bytes.

    Sets ``input_shape_`` and ``_whole_dtype``, the dtype of X if it is one of whole numbers.

    Parameters
    ----------
    estimator : estimator
    """

    def __init__(self, estimator: Any):
        super().__init__(estimator, self._chosen, accepts_sparse=False)

    def _chosen(self, shape: Shape) -> Shape:
        given, owner = self.estimator.input_shape, self.owner
        if given is not None:
            shape = shape_as_given("input_shape", given, shape, owner)
        elif self.estimator.architecture == "convolutional":
            check_channels_last(shape, owner, "input_shape")
        if self.estimator.architecture != "convolutional":
            return shape
        shape = (*shape, 1) if len(shape) == 2 else shape
        if len(shape) != 3:
            raise ValueError(
                f"{owner}: architecture='convolutional' needs images of shape (height, width,"
                f" channels), got samples of shape {shape}; state input_shape"
            )
        return shape

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers or bytes, and y, both checked."""
        rows, y = super().check_with_targets(X, y, dtype, first)
        if first:
            given = np.asarray(X).dtype
            if given.kind in "iu" and given.itemsize == 8 and np.abs(rows).max(initial=0) > _EXACT:
                raise ValueError(
                    f"{self.owner}: X has whole numbers beyond 2 ** 53, which networks cannot tell"
                    " from their neighbors; subtract a number from their column, or give reals"
                )
            self.estimator._whole_dtype = given if given.kind in "iub" else None
        return rows, y
