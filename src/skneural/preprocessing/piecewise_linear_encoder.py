"""Piecewise linear encoding of columns of numbers."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted

from .._parameters import parameter, parameter_group, with_parameters
from ..data.bin_edges import quantile_edges, tree_edges
from ..data.checks import named
from .column_encoder import ColumnEncoder, encoded_columns


@parameter_group
class PiecewiseLinearEncoderParameters:
    """Parameters of `PiecewiseLinearEncoder`."""

    n_bins: int = parameter(
        default=48, constraint=[Interval(Integral, 1, None, closed="left")], kw_only=False,
        text="""int
        Most bins of a column. Fewer are made where it has fewer distinct values, or the tree
        fewer leaves.""")
    strategy: str = parameter(
        default="quantile", constraint=[StrOptions({"quantile", "tree"})],
        text="""{"quantile", "tree"}
        "quantile" makes bins of equally many rows; a value that is in more rows than a bin should
        have counts as one bin. "tree" takes the splits of a decision tree that predicts y from the
        column alone.""")
    task: str = parameter(
        default="auto", constraint=[StrOptions({"auto", "classification", "regression"})],
        text="""{"auto", "classification", "regression"}
        What the tree is of; "auto" takes y for labels unless it has fractions. Ignored unless
        ``strategy="tree"``.""")
    min_samples_leaf: float = parameter(
        default=5,
        constraint=[
            Interval(Integral, 1, None, closed="left"), Interval(RealNotInt, 0, 1, closed="neither")
        ],
        text="""int or float
        Rows that a bin of the tree has at least, or their share. Ignored unless
        ``strategy="tree"``.""")
    extrapolation: str = parameter(
        default="constant", constraint=[StrOptions({"constant", "linear"})],
        text="""{"constant", "linear"}
        Whether numbers beyond the first and the last edge become what these do, or the first and
        the last bin go on.""")
    sparse_output: bool = parameter(
        default=False, constraint=["boolean"], text="""bool
        Whether `transform` returns a CSR matrix. Half of its numbers are not 0, unless most rows
        are in the first bins.""")


@with_parameters
class PiecewiseLinearEncoder(PiecewiseLinearEncoderParameters, ColumnEncoder):
    r"""Cut columns of numbers into bins, and encode how far each bin is filled.

    With the edges b of a column's bins, a number x becomes for each of them

    .. math:: e_t = \min(1, \max(0, (x - b_{t-1}) / (b_t - b_{t-1})))

    1 in the bins below x, 0 in those above, and between them where x lies in its bin (Gorishniy,
    Rubachev and Babenko 2022, :arxiv:`2203.05556`). A model that is linear in them is a
    continuous function of x with a kink at each edge; no scaling is needed. Of one-hot bins, as
    ``KBinsDiscretizer`` makes them, it would be a step function.

    A missing number is 0 in all bins. A column that had missing numbers in `fit`, beside others,
    has an indicator behind its bins. A column that is constant or all missing becomes one of 0.
    float32 stays, other numbers become float64; edges and codes are computed in float64.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    bin_edges_ : list of ndarray of shape (n_edges,), dtype float64
        The edges of each column, increasing; two that are equal for a column without a bin.
    indicated_ : ndarray of int
        The columns that have an indicator of missing numbers.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the columns, when all are strings.

    See Also
    --------
    PeriodicEncoder : Waves in place of bins.
    sklearn.preprocessing.KBinsDiscretizer : One-hot bins.
    sklearn.preprocessing.SplineTransformer : Smooth functions of a column.

    Notes
    -----
    With ``strategy="tree"`` the encoding has seen the target. Inside a pipeline, cross-validation
    fits it on training rows only.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import PiecewiseLinearEncoder
    >>> X = np.array([[0.0], [1.0], [2.0], [4.0], [np.nan]])
    >>> encoder = PiecewiseLinearEncoder(n_bins=2).fit(X)
    >>> encoder.bin_edges_
    [array([0., 1., 4.])]
    >>> encoder.transform([[0.5], [2.5], [np.nan]])
    array([[0.5, 0. , 0. ],
           [1. , 0.5, 0. ],
           [0. , 0. , 1. ]])
    >>> encoder.get_feature_names_out()
    array(['x0_bin_0', 'x0_bin_1', 'x0_missing'], dtype=object)
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> PiecewiseLinearEncoder:
        """Learn the edges of each column's bins.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN where they are missing.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            The target, which ``strategy="tree"`` needs. Ignored by "quantile".

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        ValueError
            For text and infinite numbers, and without y for ``strategy="tree"``.
        """
        X = self._read(X, first=True)
        if self.strategy == "tree":
            y, classify = self._target(X, y)
        edges = []
        for column in X.T.astype(np.float64):
            present = ~np.isnan(column)
            if self.strategy == "quantile":
                edges.append(quantile_edges(column[present], self.n_bins))
            else:
                least, n_bins = self.min_samples_leaf, max(self.n_bins, 2)
                edges.append(tree_edges(column[present], y[present], n_bins, least, classify))
        self.bin_edges_ = [each if self.n_bins > 1 else each[[0, -1]] for each in edges]
        return self

    def transform(self, X: Any) -> Any:
        """Return how far each bin is filled, the bins of each column side by side.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN where they are missing.

        Returns
        -------
        X : ndarray or CSR matrix of shape (n_samples, n_features_out)
            float32 if X is, else float64.
        """
        if not self.sparse_output:
            return super().transform(X)
        check_is_fitted(self)
        blocks = map(sparse.csc_matrix, encoded_columns(self, self._read(X, first=False)))
        return sparse.hstack(list(blocks), format="csr")

    def _target(self, X: np.ndarray, y: Any) -> tuple[np.ndarray, bool]:
        """Return y as an array, and whether it is labels."""
        owner = type(self).__name__
        if y is None:
            raise ValueError(
                f"{owner}: strategy='tree' requires y to be passed, but the target y is None; pass"
                " it, or use strategy='quantile'"
            )
        with named(f"{owner}: y"):
            y = check_array(y, ensure_2d=False, dtype=None, input_name="y")
            check_consistent_length(X, y)
        fractions = type_of_target(y).startswith("continuous")
        return y, self.task == "classification" or (self.task == "auto" and not fractions)

    def _names(self, name: str, column: int) -> list[str]:
        return [f"{name}_bin_{place}" for place in range(len(self.bin_edges_[column]) - 1)]

    def _encoded(self, values: np.ndarray, column: int) -> np.ndarray:
        edges = self.bin_edges_[column]
        widths = np.diff(edges)
        if not widths[0]:
            return np.zeros((len(values), 1))
        with np.errstate(over="ignore"):
            filled = (values[:, None] - edges[:-1]) / widths
        low, high = np.zeros(len(widths)), np.ones(len(widths))
        if self.extrapolation == "linear":
            low[0], high[-1] = -np.inf, np.inf
        return np.clip(filled, low, high, out=filled)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.strategy == "tree"
        return tags
