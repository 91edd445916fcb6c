"""Pictures of where a network puts rows: codes, or outputs of a layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.decomposition import PCA
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from ._checks import as_array, as_numbers, layered
from ._drawing import axes_for

_INSTEAD = (
    "give a transformer, an estimator with layers, or arrays to LatentSpaceDisplay.from_codes"
)
_MOST_CLASSES = 20  # with a color of their own


class LatentSpaceDisplay:
    """Rows as points in the space of codes, colored by what is known of them.

    Make it by `from_estimator` or `from_codes`; `plot` draws it again. Codes of more than two
    dimensions are projected to two.

    Parameters
    ----------
    codes : array-like of shape (n_samples, n_dimensions)
    y : array-like of shape (n_samples,), default=None
        Classes or numbers.
    projection : transformer, default=None
        Brings codes of more than two dimensions to two, such as a ``TSNE``; None for the first two
        principal components.
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    points_ : ndarray of shape (n_samples, 2)
    colorbar_ : matplotlib.colorbar.Colorbar or None
        For numbers; classes have a legend.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import AutoencoderTransformer
    >>> from skneural.inspection import LatentSpaceDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> autoencoder = AutoencoderTransformer(2, max_iter=5, random_state=0).fit(X)
    >>> display = LatentSpaceDisplay.from_estimator(autoencoder, X, y)
    """

    def __init__(
        self, codes: ArrayLike, y: ArrayLike | None = None, *, projection: Any = None,
        title: str = "",
    ) -> None:
        owner = type(self).__name__
        self.codes = as_numbers(codes, f"{owner}: codes")
        if self.codes.ndim != 2 or not self.codes.size:
            raise ValueError(
                f"{owner}: codes must be of shape (n_samples, n_dimensions), got {self.codes.shape}"
            )
        self.y = None if y is None else as_array(y, f"{owner}: y")
        if self.y is not None and self.y.shape != self.codes.shape[:1]:
            raise ValueError(
                f"{owner}: y has the shape {self.y.shape}, where it needs a class or a number for"
                f" each of {len(self.codes)} rows"
            )
        if self.y is not None:
            _check_known(self.y, owner)
        if isinstance(projection, type) or not (
            projection is None or hasattr(projection, "fit_transform")
        ):
            raise TypeError(
                f"{owner}: projection={projection!r} must be a transformer, such as PCA(2), or None"
            )
        self.projection = projection
        self.title = title

    @classmethod
    def from_codes(
        cls, codes: ArrayLike, y: ArrayLike | None = None, *, projection: Any = None,
        title: str = "", ax: Any = None, **kwargs: Any,
    ) -> LatentSpaceDisplay:
        """Draw codes.

        Parameters
        ----------
        codes : array-like of shape (n_samples, n_dimensions)
        y : array-like of shape (n_samples,), default=None
            Classes or numbers.
        projection : transformer, default=None
            Brings codes of more than two dimensions to two, such as a ``TSNE``; None for the first
            two principal components.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``scatter``, as ``s``.

        Returns
        -------
        display : LatentSpaceDisplay

        Raises
        ------
        ValueError
            If codes and y have other shapes.
        """
        return cls(codes, y, projection=projection, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *,
        layer: str | int | None = None, projection: Any = None, ax: Any = None, **kwargs: Any,
    ) -> LatentSpaceDisplay:
        """Draw what a fitted estimator makes of rows.

        Parameters
        ----------
        estimator : estimator
            A transformer, or one with layers.
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
        y : array-like of shape (n_samples,), default=None
            Classes or numbers, by which points are colored.
        layer : str or int, default=None
            Name or place of a layer, whose outputs are drawn; None for what ``transform`` returns,
            and for the layer before the last where there is no such method.
        projection : transformer, default=None
            Brings codes of more than two dimensions to two, such as a ``TSNE``; None for the first
            two principal components.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``scatter``, as ``s``.

        Returns
        -------
        display : LatentSpaceDisplay

        Raises
        ------
        TypeError
            If the estimator has neither ``transform`` nor layers.
        ValueError
            If there is no such layer, or y does not fit X.
        NotFittedError
            If the estimator is not fitted.
        """
        if layer is None and hasattr(estimator, "transform") and not isinstance(estimator, type):
            check_is_fitted(estimator)
            codes, title = estimator.transform(X), type(estimator).__name__
        else:
            layered(estimator, cls.__name__, _INSTEAD)
            place = -min(2, len(estimator._fitted_layers())) if layer is None else layer
            codes, title = estimator.activations(X, place), estimator.get_layer(place).name
        codes = np.asarray(codes.toarray() if hasattr(codes, "toarray") else codes)
        return cls.from_codes(
            codes.reshape(len(codes), -1), y, projection=projection, title=title, ax=ax, **kwargs
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> LatentSpaceDisplay:
        """Draw the points.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``scatter``, as ``s``.

        Returns
        -------
        display : LatentSpaceDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        self.points_, names = self._projected()
        look = {"s": 12, "linewidths": 0} | kwargs
        given = kwargs.get("c", kwargs.get("color"))
        self.ax_, self.figure_, self.colorbar_ = ax, ax.figure, None
        if self.y is None:
            ax.scatter(*self.points_.T, **look)
        elif _are_classes(self.y):
            classes = np.unique(self.y)
            n_named = min(len(classes), _MOST_CLASSES)
            named = set(np.linspace(0, len(classes) - 1, n_named, dtype=int))
            for number, (color, label) in enumerate(
                zip(_colors(len(classes)), classes, strict=True)
            ):
                here = self.y == label
                own: dict[str, Any] = {"color": [color]} if given is None else {}
                if number in named:
                    own["label"] = str(label)
                ax.scatter(*self.points_[here].T, **(own | _of_rows(look, here)))
            title = f"{n_named} of {len(classes)} classes" if n_named < len(classes) else None
            ax.legend(markerscale=1.5, title=title, **_legend_of(ax, n_named))
        elif given is not None:
            ax.scatter(*self.points_.T, **look)
        else:
            shown = ax.scatter(*self.points_.T, c=self.y.astype(float), **look)
            self.colorbar_ = ax.figure.colorbar(shown, ax=ax)
        ax.set(xlabel=names[0], ylabel=names[1], title=self.title)
        return self

    def _projected(self) -> tuple[np.ndarray, tuple[str, str]]:
        """Return the points in the plane, and the names of its axes."""
        codes, n_dimensions = self.codes, self.codes.shape[1]
        if n_dimensions == 1:
            return np.column_stack([codes[:, 0], np.zeros(len(codes))]), ("code", "")
        if n_dimensions == 2 and self.projection is None:
            return codes, ("first code", "second code")
        if self.projection is None:
            if len(codes) < 2:
                return codes[:, :2], ("first code", "second code")
            with np.errstate(invalid="ignore"):  # codes that are all the same
                points = PCA(2, random_state=0).fit_transform(codes)
            return points, ("first principal component", "second principal component")
        points = np.asarray(self.projection.fit_transform(codes))
        if points.shape != (len(codes), 2):
            raise ValueError(
                f"{type(self).__name__}: projection={self.projection!r} gives the shape"
                f" {points.shape}; it has to give two columns, as PCA(2) does"
            )
        return points, ("first projection", "second projection")


def _check_known(y: np.ndarray, owner: str) -> None:
    """Raise a ValueError if a class or number is missing."""
    for row, each in enumerate(y.tolist()):
        # what is missing differs from itself; pandas' NA cannot even say so
        if each is None or type(each).__name__ == "NAType" or each != each:
            raise ValueError(
                f"{owner}: y[{row}]={each!r} is missing; leave out rows without a class or number"
            )
    if len({isinstance(each, str) for each in y.tolist()}) > 1:
        raise ValueError(f"{owner}: y has both text and other values; give one kind")


def _legend_of(ax: Any, n_named: int) -> dict[str, Any]:
    """Return the look of a legend that is as high as the axes at most."""
    if n_named <= 10:
        return {}
    height = 72 * ax.get_window_extent().height / ax.figure.dpi
    size = min(8.0, 0.65 * height / (n_named + 1))
    return {"fontsize": size, "title_fontsize": size, "labelspacing": 0.2, "handletextpad": 0.1}


def _of_rows(look: dict[str, Any], here: np.ndarray) -> dict[str, Any]:
    """Return what is passed to ``scatter`` for some rows: of values for each row, theirs."""
    return {
        name: np.asarray(value)[here]
        if name in ("c", "s", "color") and not isinstance(value, str)
        and np.shape(value)[:1] == here.shape else value
        for name, value in look.items()
    }


def _are_classes(y: np.ndarray) -> bool:
    """Whether values are few and no measurements, so that each has a color."""
    if y.dtype.kind not in "biuf":
        return True
    return type_of_target(y) in ("binary", "multiclass") and len(np.unique(y)) <= _MOST_CLASSES


def _colors(n_colors: int) -> Any:
    """Return so many colors that are told apart."""
    from matplotlib import colormaps

    if n_colors <= 10:
        return colormaps["tab10"](range(n_colors))
    return colormaps["turbo"](np.linspace(0.05, 0.95, n_colors))
