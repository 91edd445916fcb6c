"""Pictures of self-organizing maps."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from .._naming import did_you_mean
from .._whole_numbers import is_whole
from ._checks import instead_of
from ._drawing import axes_for, full_names

Kind = Literal["u_matrix", "hits", "labels", "component"]
_KINDS = ("u_matrix", "hits", "labels", "component")
_TITLES = {"u_matrix": "distance to neighbors", "hits": "rows", "labels": "most common label"}


class MapDisplay:
    """Picture of a self-organizing map: one square or hexagon for each unit.

    Make it by `from_estimator` or `from_values`; `plot` draws it again.

    Parameters
    ----------
    values : array-like of shape (n_rows, n_columns)
        Numbers or labels of the units; masked ones are left out.
    positions : array-like of shape (n_rows, n_columns, 2), default=None
        Where the units lie, x and y; None for a rectangular grid.
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    units_ : matplotlib.collections.PolyCollection
    colorbar_ : matplotlib.colorbar.Colorbar or None
        None where the values are labels, which are written into the units.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import SelfOrganizingMap
    >>> from skneural.inspection import MapDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> som = SelfOrganizingMap((8, 8), topology="hexagonal").fit(X)
    >>> display = MapDisplay.from_estimator(som)
    """

    def __init__(
        self, values: ArrayLike, *, positions: ArrayLike | None = None, title: str = ""
    ) -> None:
        self.values: np.ma.MaskedArray = np.ma.asarray(values)
        if self.values.ndim != 2:
            raise ValueError(
                f"MapDisplay: values must be of shape (n_rows, n_columns), got {self.values.shape}"
            )
        if positions is None:
            positions = np.moveaxis(np.indices(self.values.shape)[::-1], 0, -1)
        self.positions = np.asarray(positions, float)
        if self.positions.shape != (*self.values.shape, 2):
            raise ValueError(
                f"MapDisplay: positions must be of shape {(*self.values.shape, 2)}, got"
                f" {self.positions.shape}"
            )
        self.title = title

    @classmethod
    def from_values(
        cls, values: ArrayLike, *, positions: ArrayLike | None = None, title: str = "",
        ax: Any = None, **kwargs: Any,
    ) -> MapDisplay:
        """Draw numbers or labels of units.

        Parameters
        ----------
        values : array-like of shape (n_rows, n_columns)
        positions : array-like of shape (n_rows, n_columns, 2), default=None
            Where the units lie; None for a rectangular grid.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``PolyCollection``, as ``cmap``.

        Returns
        -------
        display : MapDisplay
        """
        return cls(values, positions=positions, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike | None = None, y: ArrayLike | None = None, *,
        kind: Kind = "u_matrix", feature: int | str = 0, ax: Any = None, **kwargs: Any,
    ) -> MapDisplay:
        """Draw a fitted map.

        Parameters
        ----------
        estimator : SelfOrganizingMap
        X : array-like of shape (n_samples, n_features), default=None
            Rows to count or to take labels from; the kinds "hits" and "labels" need them.
        y : array-like of shape (n_samples,), default=None
            Labels of the rows, for the kind "labels".
        kind : {"u_matrix", "hits", "labels", "component"}, default="u_matrix"
            Distances to neighbors, numbers of rows, most common labels, or one feature of the
            units' vectors.
        feature : int or str, default=0
            For the kind "component": its number, or its name if the map was fitted with names.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``PolyCollection``, as ``cmap``.

        Returns
        -------
        display : MapDisplay

        Raises
        ------
        TypeError
            If the estimator is no map.
        ValueError
            For an unknown kind or feature, or a kind without the data that it needs.
        NotFittedError
            If the map is not fitted.
        """
        if not hasattr(estimator, "u_matrix"):
            raise TypeError(
                f"MapDisplay: {type(estimator).__name__} is no map;"
                f" {instead_of(estimator, 'give a SelfOrganizingMap')}"
            )
        check_is_fitted(estimator)
        if kind not in _KINDS:
            raise ValueError(
                f"MapDisplay: kind={kind!r} must be one of {', '.join(_KINDS)}."
                f"{did_you_mean(str(kind), _KINDS)}"
            )
        title = _TITLES.get(kind, "")
        if kind == "u_matrix":
            values = estimator.u_matrix()
        elif kind == "component":
            number, title = _feature(estimator, feature)
            values = estimator.codebook_[:, :, number]
        elif X is None or (kind == "labels" and y is None):
            raise ValueError(f"MapDisplay: kind={kind!r} needs X{' and y' * (kind == 'labels')}")
        else:
            values = estimator.hit_map(X) if kind == "hits" else estimator.label_map(X, y)
        return cls.from_values(
            values, positions=estimator.unit_positions_, title=title, ax=ax, **kwargs
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> MapDisplay:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``PolyCollection``, as ``cmap``.

        Returns
        -------
        display : MapDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        from matplotlib.collections import PolyCollection

        flat = self.values.ravel()
        shown = ~np.ma.getmaskarray(flat)
        labels, numbers = None, flat.filled(0) if flat.dtype.kind in "biuf" else None
        if numbers is None or flat.dtype.kind == "b" or self.title == _TITLES["labels"]:
            labels, codes = np.unique(flat.compressed(), return_inverse=True)
            numbers = np.zeros(flat.size)
            numbers[shown] = codes
        places, around = self.positions.reshape(-1, 2), self._outline()
        corners = around + places[shown, None]
        look: dict[str, Any] = {"cmap": "viridis" if labels is None else "tab10"}
        look |= {"edgecolor": "face"} | full_names(kwargs, "collections.PolyCollection")
        units = PolyCollection(list(corners), **look)
        units.set_array(np.asarray(numbers, float)[shown])
        ax.add_collection(units)
        low, high = places.min(0) + around.min(0), places.max(0) + around.max(0)
        ax.set(
            xlim=(low[0], high[0]), ylim=(high[1], low[1]), aspect="equal", xticks=[], yticks=[],
            title=self.title,
        )
        self.ax_, self.figure_, self.units_ = ax, ax.figure, units
        self.colorbar_ = ax.figure.colorbar(units, ax=ax) if labels is None else None
        if labels is not None:
            for place, label in zip(places[shown], flat.compressed(), strict=True):
                ax.text(*place, str(label), ha="center", va="center", size="small")
        return self

    def _outline(self) -> np.ndarray:
        """Return the corners of a unit around its middle: a hexagon where rows are shifted."""
        first = self.positions[:, 0]
        if np.ptp(first[:, 0]) == 0:
            height = np.diff(first[:, 1]).min() if len(first) > 1 else 1.0
            return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [0.5, height / 2]
        turns = np.arange(6) * np.pi / 3 + np.pi / 6
        return np.column_stack([np.cos(turns), np.sin(turns)]) / np.sqrt(3)


def _feature(estimator: Any, feature: int | str) -> tuple[int, str]:
    """Return the number and the name of a feature."""
    names = list(getattr(estimator, "feature_names_in_", ()))
    n_features = estimator.n_features_in_
    if isinstance(feature, str):
        if feature not in names:
            raise ValueError(
                f"MapDisplay: feature={feature!r} is no feature of the map."
                f"{did_you_mean(feature, names)}"
            )
        return names.index(feature), feature
    if not is_whole(feature, least=-n_features) or feature >= n_features:
        raise ValueError(f"MapDisplay: feature={feature!r} of a map with {n_features} features")
    return feature % n_features, names[feature] if names else f"feature {feature % n_features}"
