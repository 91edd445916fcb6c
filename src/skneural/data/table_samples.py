"""How an estimator of tables reads X: columns as they are become numbers and codes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import _get_feature_names, check_array, validate_data

from .checks import check_y, named
from .numbers import check_masks
from .provider import Provider
from .ragged import check_makes_one_array
from .rows import Rows, n_rows
from .samples import Samples
from .single_sample import check_is_not_one_row, check_is_not_one_sample
from .sources import Columns
from .table_columns import Column, columns_of, is_frame
from .table_scale import MakeScale, QuantileScale, RobustScale
from .tables import TableCode, categorical_columns, learn_table

Shape = tuple[int, ...]

_MANY_ROWS = 1000  # whose rounding is far below the noise of their training


class TableSamples(Samples):
    """X as a data frame of pandas, polars or pyarrow, or as an array, with categories and holes.

    Rows become `Columns`: scaled numbers, indicators of missing numbers, and codes of categories,
    0 where one is missing or unknown. Only a first layer that reads columns can take them.

    - A column is categorical as ``categorical_features`` says. By "from_dtype" it is if its dtype
      is one of categories, as for `HistGradientBoostingClassifier`, or if it holds text. Other
      columns hold numbers; booleans are 0 and 1.
    - Categories are those of `fit`; equal numbers are one category in any dtype. Text that spells
      a number of `fit`, or a number that text of `fit` spells, counts as it with a warning.
    - Numbers are centered at the median and divided by the distance between the quartiles, in
      float64, then clipped smoothly. A missing one becomes 0, as the median does, and a column
      that had missing numbers in `fit` has an indicator. A column that is constant or all missing
      becomes 0, whatever it holds later.
    - Medians, spreads and which categories are known come from the rows to train on, never from
      those held back for validation.

    Sets ``is_categorical_``, ``n_features_in_``, ``feature_names_in_`` and ``_table``, which is
    small: categories and statistics. What is learned at the first fit stays for `partial_fit` and
    ``warm_start``.

    Parameters
    ----------
    estimator : estimator
        With the parameter `dtype`, of the network. By None it is float32 if all columns of numbers
        are, else float64; by "auto" float32 from 1,000 rows of the first fit on, else float64.
    categorical_features : {"from_dtype"}, None, or array-like of bool, int or str, \
            default="from_dtype"
    clip : float or None, default=3.0
        Scaled numbers z become ``z / sqrt(1 + (z / clip) ** 2)``; None leaves them.
    n_bins : int or None, default=None
        Numbers become their places among the edges of at most so many bins of equally many rows,
        in place of scaling by spreads; see `QuantileScale`.
    """

    def __init__(
        self, estimator: Any, categorical_features: Any = "from_dtype",
        clip: float | None = 3.0, n_bins: int | None = None,
    ):  # fmt: skip
        super().__init__(estimator, accepts_sparse=False)
        self._categorical_features = categorical_features
        self._make_scale: MakeScale = partial(RobustScale.of, clip=clip)
        if n_bins is not None:
            self._make_scale = partial(QuantileScale.of, n_bins=n_bins)

    @property
    def table(self) -> TableCode:
        """How the columns become numbers and codes."""
        return self.estimator._table

    @property
    def shape(self) -> Shape:
        """Numbers, indicators and codes of a row."""
        return (self.table.width,)

    @property
    def n_numbers(self) -> int:
        """How many numbers of a row are scaled; those behind them are indicators."""
        return self.table.n_numbers

    @property
    def n_categories(self) -> tuple[int, ...]:
        """Codes of each categorical column, that of missing values included."""
        return self.table.n_categories

    def accepted_dtypes(self) -> Any:
        """Return None: columns are read as they are."""
        return None

    def network_dtype(self, X: Any, fitted: np.dtype | None = None) -> np.dtype:
        """Return the dtype of the network for X as it was checked; ``fitted`` is an earlier one."""
        if fitted is not None:
            return fitted
        dtype = self.estimator.dtype
        if dtype == "auto":
            dtype = "float64" if n_rows(X) < _MANY_ROWS else "float32"
        return X.numbers.dtype if dtype is None else np.dtype(dtype)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as `Columns` of numbers as they are, and y, both checked."""
        check_is_not_one_sample(X, y, self.owner, "X.reshape(1, -1)")
        with named(self.owner):
            read = self._read(X, first)
        return read, check_y(self.estimator, y, n_rows(read))

    def check(self, X: Any, dtype: np.dtype) -> Columns:
        """Return X to predict from, checked, as the network reads it."""
        if isinstance(X, Columns):
            return X  # rows held back, which a scorer passes on
        with named(self.owner):
            return self.table.finish(self._read(X, first=False), dtype)

    def backward(self, X: Any, gradient: np.ndarray) -> np.ndarray:
        """Return the gradient by the numbers of X, given that by what a network reads of them.

        Parameters
        ----------
        X : {data frame, array-like} of shape (n_samples, n_features)
            As the user passed it.
        gradient : ndarray of shape (n_samples, n_numbers)
            Scaled numbers come first.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            NaN for categories and missing numbers.
        """
        table = self.table
        assert table.scale is not None
        with named(self.owner):
            numbers = self._read(X, first=False).numbers
        result = np.full((len(numbers), len(table.is_categorical)), np.nan, gradient.dtype)
        slopes = table.scale.slopes(numbers)
        result[:, ~table.is_categorical] = gradient[:, : table.n_numbers] * slopes
        return result

    def prepare(
        self, rows: Rows, held_back: Rows | None, dtype: np.dtype, first: bool
    ) -> tuple[Rows, Rows | None]:
        """Return rows as the network reads them; learn statistics in the `first` fit."""
        if first:
            among = slice(None) if rows.among is None else rows.among
            weight = None if rows.sample_weight is None else rows.sample_weight[among]
            read = rows.X if rows.among is None else rows.X.take(among)
            self.estimator._table = self.table.learn(read, weight, self._make_scale)
        rows = replace(rows, X=self.table.finish(rows.X, dtype))
        if held_back is not None:
            held_back = replace(held_back, X=self.table.finish(held_back.X, dtype))
        return rows, held_back

    def _read(self, X: Any, first: bool) -> Columns:
        columns = self._columns(X, first)
        if not first:
            return self.table.read(columns, self.owner)
        estimator, names = self.estimator, _get_feature_names(X)
        mask = categorical_columns(self._categorical_features, columns, names)
        estimator._table, read = learn_table(columns, mask, self.owner)
        estimator.is_categorical_ = mask if mask.any() else None
        return read

    def _columns(self, X: Any, first: bool) -> list[Column]:
        """Return the columns of X; note their number and names, or compare them."""
        Provider.refuse(X, self.owner)
        check_masks(X, f"{self.owner}: X")
        if sparse.issparse(X):
            raise TypeError(
                "Sparse data was passed for X, but tables are dense; use X.toarray()"
            )
        if type(X).__name__ == "LazyFrame":
            raise TypeError("X is a frame of polars that is not computed yet; use X.collect()")
        if not first:
            check_is_not_one_row(X, self.estimator.n_features_in_, self.owner)
        whole = X
        if not (is_frame(X) or hasattr(X, "to_pandas")):
            if isinstance(X, (list, tuple)):
                check_makes_one_array(X, f"{self.owner}: X")
                X = np.array(X, object)
            whole = check_array(X, dtype=None, ensure_all_finite=False, estimator=self.estimator)
        elif not all(X.shape):
            check_array(np.empty(X.shape), estimator=self.estimator)
        validate_data(self.estimator, whole, reset=first, skip_check_array=True)
        return columns_of(whole)
