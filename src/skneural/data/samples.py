"""How an estimator reads the samples of X: as rows of numbers, or with a shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._user_warnings import warn_user
from ..layers import Layer
from .checks import accepted_dtypes, check_X, check_X_y, is_ready, named
from .rescaling import holds_bytes, image_factor, is_other_scale, value_range
from .rows import Rows
from .sample_shapes import as_rows, as_samples, other_shape, sample_shape
from .single_sample import check_is_not_one_sample
from .token_ids import check_tokens

Shape = tuple[int, ...]
Pairs = Sequence[tuple[str, Layer]]


class Samples:
    """X as rows of numbers, dense or sparse.

    What the first fit learns is stored on the estimator, like scikit-learn's ``n_features_in_``;
    the reader itself has no state.

    Parameters
    ----------
    estimator : estimator
        Whose X it is, for scikit-learn's ``validate_data``.
    accepts_sparse : bool, default=True
        Whether the first layer can read a sparse matrix.
    """

    def __init__(self, estimator: Any, accepts_sparse: bool = True):
        self.estimator = estimator
        self.accepts_sparse = accepts_sparse

    @property
    def owner(self) -> str:
        """The estimator's name, for messages."""
        return type(self.estimator).__name__

    @property
    def shape(self) -> Shape:
        """Shape of a sample as the first layer reads it."""
        return (self.estimator.n_features_in_,)

    @property
    def factor(self) -> float:
        """What X is multiplied by before the first layer."""
        return 1.0

    @property
    def value_range(self) -> tuple[float, float] | None:
        """Least and greatest number of the first fit's X as the network reads it, if noted."""
        return None

    def accepted_dtypes(self) -> Any:
        """Return the dtypes that X may keep in a first fit."""
        return accepted_dtypes(self.estimator.dtype)

    def network_dtype(self, X: Any, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype of the network for X as it was checked; ``fitted`` is an earlier one."""
        return X.dtype

    def read_dtype(self, dtype: np.dtype, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype in which X of a dtype is read; ``fitted`` is that of the network."""
        accepted = self.accepted_dtypes() if fitted is None else fitted
        accepted = accepted if isinstance(accepted, tuple) else (accepted or dtype,)
        dtypes = [np.dtype(each) for each in accepted]
        return dtype if dtype in dtypes else dtypes[0]

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, and y, both checked; `first` to learn their features."""
        return check_X_y(self.estimator, X, y, dtype, reset=first)

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as rows of numbers, checked."""
        return check_X(self.estimator, X, dtype)

    def learn_range(self, X: Any, weight: np.ndarray | None) -> None:
        """Store what is needed of the values of X, the rows of the first fit."""

    def prepare(
        self, rows: Rows, held_back: Rows | None, dtype: np.dtype, first: bool
    ) -> tuple[Rows, Rows | None]:
        """Return the rows to train on and to validate on as a network of a dtype reads them.

        What needs statistics of X learns them here, in the `first` fit, from the rows to train on.
        """
        return rows, held_back


class ShapedSamples(Samples):
    """X of shape (n_samples, ...), or flat with as many numbers in a row, in C order.

    Once the estimator is fitted, samples may have another shape if the layers allow it. They then
    keep it, while all others become rows.

    Sets ``input_shape_``, the shape of a sample as the network reads it, and ``_sample_shape``,
    that of the samples of X.

    Parameters
    ----------
    estimator : estimator
    choose_shape : callable
        ``choose_shape(shape)`` returns the shape that the network reads samples of X in.
    accepts_sparse : bool, default=True
    layers : callable or None, default=None
        ``layers()`` returns the layers of the last fit as pairs of a name and a layer; None where
        all samples need the shape of those of the fit.
    n_tokens : int or None, default=None
        If numbers are token ids, how many tokens there are.
    """

    def __init__(
        self,
        estimator: Any,
        choose_shape: Callable[[Shape], Shape],
        accepts_sparse: bool = True,
        layers: Callable[[], Pairs] | None = None,
        n_tokens: int | None = None,
    ):
        super().__init__(estimator, accepts_sparse)
        self._choose_shape = choose_shape
        self._layers = layers
        self._n_tokens = n_tokens

    @property
    def shape(self) -> Shape:
        """Shape of a sample as the first layer reads it."""
        return self.estimator.input_shape_

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, and y, both checked; `first` to learn their features.

        Layers for samples of another shape may not exist yet: the network raises an error if they
        do not allow it.
        """
        shape = sample_shape(X, self.owner)
        other = None
        if not first:
            other = other_shape(X, self.shape, self.owner, None if self._layers is None else ())
        check_is_not_one_sample(X, y, self.owner, "X[None]")
        if other is not None:
            X, y = check_X_y(
                self.estimator, as_samples(X, other), y, dtype, reset=False, as_samples=True
            )
            check_tokens(X, self._n_tokens, self.owner)
            return X, y
        if shape is not None:
            if first:
                self.estimator.input_shape_ = self._choose_shape(shape)
            X = as_rows(X, shape)
        X, y = super().check_with_targets(X, y, dtype, first)
        check_tokens(X, self._n_tokens, self.owner)
        if first:
            self.estimator._sample_shape = (X.shape[1],) if shape is None else shape
            if shape is None:
                self.estimator.input_shape_ = self._choose_shape((X.shape[1],))
        return X, y

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as rows of numbers, checked."""
        checked = self._checked(X, dtype)
        check_tokens(checked, self._n_tokens, self.owner)
        return checked

    def _checked(self, X: Any, dtype: np.dtype) -> Any:
        if type(X) is np.ndarray and X.size and X.shape[1:] == self.shape:
            rows = X.reshape(X.shape[0], -1)
            if is_ready(self.estimator, rows, dtype):
                return rows
        shape = sample_shape(X, self.owner)
        other = other_shape(X, self.shape, self.owner, self._layers)
        if shape is not None and other is None:
            X = as_rows(X, shape)
        with named(self.owner):
            if other is not None:
                return check_X(self.estimator, as_samples(X, other), dtype, as_samples=True)
            return super().check(X, dtype)


class ByteSamples(ShapedSamples):
    """Samples that may be bytes.

    X of uint8 is not converted until the engine reads it, and is never copied as a whole. The
    network computes in float32 on it, unless the parameter `dtype` says otherwise.

    Parameters
    ----------
    estimator : estimator
        With the parameter `dtype`.
    choose_shape, accepts_sparse, layers
        As of `ShapedSamples`.
    """

    def network_dtype(self, X: Any, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype of the network for X as it was checked; ``fitted`` is an earlier one."""
        if X.dtype != np.uint8:
            return X.dtype
        return np.dtype(self.estimator.dtype or np.float32) if fitted is None else fitted

    def read_dtype(self, dtype: np.dtype, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype in which X of a dtype is read; ``fitted`` is that of the network."""
        return dtype if dtype == np.uint8 else super().read_dtype(dtype, fitted)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers or bytes, and y, both checked."""
        return super().check_with_targets(X, y, np.uint8 if holds_bytes(X) else dtype, first)

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as rows of numbers or bytes, checked."""
        return super().check(X, np.dtype(np.uint8) if holds_bytes(X) else dtype)


class ScaledSamples(ByteSamples):
    """Samples that are rescaled to about 0 to 1 if they are images.

    Sets ``rescale_``, the factor that X is multiplied by, None if it is not rescaled.

    Parameters
    ----------
    estimator : estimator
        With the parameter `rescale`.
    choose_shape : callable
    sees_images : callable
        ``sees_images(shape)`` says whether samples of a shape are images.
    begins_with_scale : callable
        ``begins_with_scale()`` says whether the first layer rescales images.
    accepts_sparse : bool, default=True
    layers : callable or None, default=None
    """

    def __init__(
        self,
        estimator: Any,
        choose_shape: Callable[[Shape], Shape],
        sees_images: Callable[[Shape], bool],
        begins_with_scale: Callable[[], bool],
        accepts_sparse: bool = True,
        layers: Callable[[], Pairs] | None = None,
    ):
        super().__init__(estimator, choose_shape, accepts_sparse, layers)
        self._sees_images = sees_images
        self._begins_with_scale = begins_with_scale

    @property
    def factor(self) -> float:
        """What X is multiplied by before the first layer."""
        factor = self.estimator.rescale_
        return 1.0 if factor is None else factor

    @property
    def value_range(self) -> tuple[float, float]:
        """Least and greatest number of the first fit's X as the network reads it."""
        return self.estimator._value_range

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers or bytes, and y, both checked."""
        X, y = super().check_with_targets(X, y, dtype, first)
        if not first:
            self._check_range(X)
        return X, y

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as rows of numbers or bytes, checked."""
        X = super().check(X, dtype)
        self._check_range(X)
        return X

    def learn_range(self, X: Any, weight: np.ndarray | None) -> None:
        """Store the range of X, and the factor that follows from it."""
        estimator = self.estimator
        low, high = value_range(X, weight)
        estimator.rescale_ = estimator.rescale
        if isinstance(estimator.rescale, str):
            images = self._sees_images(self.shape) and not self._begins_with_scale()
            estimator.rescale_ = image_factor(low, high) if images else None
        estimator._value_range = (low * self.factor, high * self.factor)

    def _check_range(self, X: Any) -> None:
        """Warn of images on another scale than those of the first fit."""
        if not self._sees_images(self.shape) or not hasattr(self.estimator, "_value_range"):
            return  # or the range is being learned, of blocks one after another
        low, high = self.value_range
        fitted = low / self.factor, high / self.factor
        if is_other_scale(X, fitted, self.estimator.rescale_):
            warn_user(
                f"{self.owner}: X has numbers from {X.min():g} to {X.max():g}, but those"
                f" of fit were from {fitted[0]:g} to {fitted[1]:g}; bring X to their scale"
            )
