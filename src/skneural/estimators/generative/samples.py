"""How X is read: rows, or images."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.channels_first import check_channels_last
from ...data.rescaling import holds_bytes
from ...data.sample_shapes import shape_as_given
from ...data.samples import ShapedSamples

Shape = tuple[int, ...]


class GenerativeSamples(ShapedSamples):
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
        bytes_ = np.dtype(np.uint8) if holds_bytes(X) else dtype
        rows, y = super().check_with_targets(X, y, bytes_, first)
        if first:
            given = np.asarray(X).dtype
            self.estimator._whole_dtype = given if given.kind in "iub" else None
        return rows, y

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to be judged as rows of numbers or bytes, checked."""
        return super().check(X, np.dtype(np.uint8) if holds_bytes(X) else dtype)

    def network_dtype(self, X: Any, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype of the networks for checked X; ``fitted`` is an earlier one."""
        if fitted is not None:
            return fitted
        if X.dtype != np.uint8:
            return X.dtype
        return np.dtype(self.estimator.dtype or np.float32)
