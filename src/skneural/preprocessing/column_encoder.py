"""What encoders of the columns of a table share: reading, missing values, and names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.utils.validation import (
    _check_feature_names_in,
    check_is_fitted,
    validate_data,
)

from ..data.checks import named
from ..data.numbers import check_numbers
from .base import Preparation

_DTYPES = (np.float64, np.float32)  # that are kept; all others become the first


class ColumnEncoder(TransformerMixin, Preparation, ABC):
    """Base of transformers that make several columns of each column of numbers.

    A missing number is 0 in all of them. A column that had some in `fit`, beside others, has a
    last one that is 1 where it is missing and else 0.
    """

    @abstractmethod
    def _names(self, name: str, column: int) -> list[str]:
        """Return the names of what a column becomes, without that of the missing numbers."""

    @abstractmethod
    def _encoded(self, values: np.ndarray, column: int) -> np.ndarray:
        """Return what the values of a column become, shape (n_samples, n_names), float64."""

    def _read(self, X: Any, first: bool) -> np.ndarray:
        """Return X as numbers with NaN, checked; in `fit` note where numbers are missing."""
        owner = type(self).__name__
        check_numbers(X, f"{owner}: X")
        with named(owner):
            X = validate_data(
                self, X, reset=first, dtype=_DTYPES, ensure_all_finite="allow-nan"
            )
        if first:
            missing = np.isnan(X)
            self.indicated_ = np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0))
        return X

    def transform(self, X: Any) -> Any:
        """Return the encoded columns, those of each column side by side.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN where they are missing.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features_out)
            float32 if X is, else float64.
        """
        check_is_fitted(self)
        return np.concatenate(encoded_columns(self, self._read(X, first=False)), axis=1)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the encoded columns.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the columns; `None` is those that `fit` has seen, or x0, x1 and so on.

        Returns
        -------
        feature_names_out : ndarray of shape (n_features_out,), dtype object
        """
        check_is_fitted(self)
        names: list[str] = []
        for column, name in enumerate(_check_feature_names_in(self, input_features)):
            names += self._names(name, column)
            names += [f"{name}_missing"] * (column in self.indicated_)
        return np.array(names, object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        tags.input_tags.allow_nan = True
        return tags


def encoded_columns(encoder: ColumnEncoder, X: np.ndarray) -> list[np.ndarray]:
    """Return what a fitted encoder makes of each column, of the dtype of X."""
    blocks = []
    indicated = set(encoder.indicated_.tolist())
    for j, column in enumerate(X.T.astype(np.float64)):
        missing = np.isnan(column)
        block = encoder._encoded(np.where(missing, 0, column), j)
        block[missing] = 0
        parts = [block, missing[:, None]] if j in indicated else [block]
        blocks.append(np.concatenate(parts, axis=1, dtype=X.dtype))
    return blocks
