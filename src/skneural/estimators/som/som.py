"""Self-organizing maps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ...data.checks import check_weights
from .base import BaseMap
from .fitted import FittedMap
from .maps import hits, most_common_labels, units_named
from .parameters import MapParameters


@with_parameters
class SelfOrganizingMap(
    MapParameters, ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseMap
):
    """Self-organizing map: clusters that lie on a grid, similar ones side by side.

    Each unit of a grid has a vector in X's space, all of them the codebook [1]_. In a round of
    ``algorithm="batch"`` it becomes the mean of all rows, each weighted by how far the row's
    nearest unit lies from it on the grid [2]_; "online" moves it toward one row after another. As
    the radius of the neighborhood falls, the map unfolds, and ends close to k-means. Rounds end
    early once the radius is the last one and the quantization error no longer improves.

    Distances are Euclidean by default: scale columns of unlike units. NaN is a missing number, left
    out of distances, which are scaled as in
    :func:`~sklearn.metrics.pairwise.nan_euclidean_distances`, and of means [3]_.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    codebook_ : ndarray of shape (n_rows, n_columns, n_features)
        The vector of each unit, for ``metric="cosine"`` of length 1.
    labels_ : ndarray of shape (n_samples,), dtype int64
        The nearest unit of each row, numbered row by row over the map.
    unit_positions_ : ndarray of shape (n_rows, n_columns, 2), dtype float64
        x and y of each unit on the map, neighbors at a distance of 1.
    loss_ : float
        The quantization error.
    loss_curve_ : list of float
        That after each round.
    n_iter_ : int
        The number of rounds, calls of `partial_fit` included.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the features, when all are strings.

    See Also
    --------
    sklearn.cluster.KMeans : Clusters without an order.
    AutoencoderTransformer : A continuous map, by a network.

    Notes
    -----
    The results are the same bits for any `n_jobs`. "online" learns on one thread.

    References
    ----------
    .. [1] Kohonen, T. (1982). Self-organized formation of topologically correct feature maps.
       Biological Cybernetics 43.
    .. [2] Kohonen, T. (2001). Self-Organizing Maps, third edition. Springer.
    .. [3] Samad, T. and Harp, S. A. (1992). Self-organization with partial data. Network 3.
    .. [4] Ultsch, A. and Siemon, H. P. (1990). Kohonen's self organizing feature maps for
       exploratory data analysis. INNC.
    .. [5] Kiviluoto, K. (1996). Topology preservation in self-organizing maps. ICNN.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import SelfOrganizingMap
    >>> X, y = load_iris(return_X_y=True)
    >>> som = SelfOrganizingMap((8, 8), radius_end=0.5).fit(X)
    >>> som.u_matrix().shape
    (8, 8)
    >>> som.quantization_error(X) < 0.21
    True
    """

    @property
    def cluster_centers_(self) -> np.ndarray:
        """The codebook as one unit a row, numbered as in `labels_`."""
        return self.codebook_.reshape(-1, self.codebook_.shape[-1])

    @property
    def _n_features_out(self) -> int:
        return len(self.cluster_centers_)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the number of the nearest unit for each row of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        labels : ndarray of shape (n_samples,), dtype int64
            ``divmod(labels, n_columns)`` gives row and column.
        """
        return FittedMap(self).nearest(X)[0]

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the distance of each row of X to each unit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        distances : ndarray of shape (n_samples, n_units)
        """
        return np.concatenate(list(FittedMap(self).distances(X)))

    def inverse_transform(self, labels: ArrayLike) -> np.ndarray:
        """Return the vectors of units: X quantized, for the labels that `predict` gives.

        Parameters
        ----------
        labels : array-like of shape (n_samples,) or (n_samples, n_units)
            Numbers of units, or distances, as `transform` returns them, of which the least counts.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)

        Raises
        ------
        ValueError
            For numbers that no unit has.
        """
        check_is_fitted(self)
        centers = self.cluster_centers_
        return centers[units_named(labels, len(centers), type(self).__name__)]

    def score(self, X: ArrayLike, y: Any = None, sample_weight: Any = None) -> float:
        """Return the quantization error of X, negative, so that greater is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        score : float
        """
        return -self.quantization_error(X, sample_weight)

    def quantization_error(self, X: ArrayLike, sample_weight: Any = None) -> float:
        """Return the mean distance of the rows of X to their nearest units.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        error : float
        """
        _, distances = FittedMap(self).nearest(X)
        owner = type(self).__name__
        weight = check_weights(owner, "sample_weight", sample_weight, len(distances))
        return float(np.average(distances, weights=weight))

    def topographic_error(self, X: ArrayLike) -> float:
        """Return the share of the rows whose two nearest units are no neighbors (Kiviluoto 1996).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        error : float
            From 0 to 1. Diagonal neighbors on a rectangular map count as neighbors.

        Raises
        ------
        ValueError
            If the map has a single unit.
        """
        fitted = FittedMap(self)
        if fitted.grid.n_units == 1:
            raise ValueError(f"{type(self).__name__}: a map of one unit has no topographic error")
        return fitted.share_apart(X)

    def u_matrix(self, expanded: bool = False) -> np.ndarray:
        """Return how far each unit is from its neighbors in X's space (Ultsch 1990).

        Parameters
        ----------
        expanded : bool, default=False
            Whether there are places between the units, with the distance of those on both sides.

        Returns
        -------
        matrix : ndarray of shape (n_rows, n_columns) or (2 * n_rows - 1, 2 * n_columns - 1)
            For each unit the mean of these distances. A toroidal map that is expanded has a row and
            a column more, between its opposite edges. Ridges separate clusters.
        """
        return FittedMap(self).between_units(bool(expanded))

    def hit_map(self, X: ArrayLike) -> np.ndarray:
        """Return how many rows of X have each unit as their nearest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        hits : ndarray of shape (n_rows, n_columns), dtype int64
        """
        return hits(self.predict(X), FittedMap(self).grid)

    def label_map(self, X: ArrayLike, y: ArrayLike) -> np.ma.MaskedArray:
        """Return the most common label among the rows of X that belong to each unit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of any dtype.

        Returns
        -------
        labels : masked array of shape (n_rows, n_columns)
            Of equally common labels the lowest; masked for units without rows.
        """
        units, labels = self.predict(X), column_or_1d(y)
        check_consistent_length(units, labels)
        return most_common_labels(units, labels, FittedMap(self).grid)
