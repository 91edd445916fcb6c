"""Pictures of attributions: which numbers of X an output comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_classifier

from ..data.numbers import as_dense
from ..data.ragged import check_makes_one_array
from ..data.series_samples import SeriesSamples
from ._arguments import check_name
from ._attributions import gradient_times_input, integrated_gradients, smooth_gradient
from ._drawing import axes_for, check_axes
from ._images import check_image_shape
from ._input_gradient import input_gradient
from ._mosaic import (
    as_pictures,
    check_columns,
    columns_of,
    draw_pictures,
    is_one_sample,
    mosaic,
    shown,
    write_titles,
)
from ._occlusion import occlusion
from ._pictures import network_of, pixel_range

Method = Literal[
    "gradient", "gradient_times_input", "integrated_gradients", "smooth_gradient", "occlusion"
]
_METHODS: dict[str, Callable[..., np.ndarray]] = {
    "gradient": input_gradient,
    "gradient_times_input": gradient_times_input,
    "integrated_gradients": integrated_gradients,
    "smooth_gradient": smooth_gradient,
    "occlusion": occlusion,
}
_LARGEST = 99.5  # percentile of sizes that has the full color
_PALE = 0.35


class SaliencyDisplay:
    """Picture of which pixels, steps or features an output comes from.

    Red raises the output, blue lowers it. Images and series lie side by side, each with colors up
    to its own largest attributions; the image itself is grey below them. A single row of a table
    has bars, several are a table of colors.

    Make it by `from_estimator` or `from_attributions`; `plot` draws it again.

    Parameters
    ----------
    attributions : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
            (n_samples, height, width, channels)
        Channels are added up.
    X : array-like of shape (n_samples, height, width) or (n_samples, height, width, channels), \
            default=None
        Images below the attributions.
    titles : sequence of str, default=None
        Of the samples.
    feature_names : sequence of str, default=None
        Of the features of a table.
    n_columns : int, default=None
        How many images are in a row; None for about as many as rows.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    artist_ : matplotlib.image.AxesImage or matplotlib.container.BarContainer
        The attributions.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetClassifier
    >>> from skneural.inspection import SaliencyDisplay
    >>> X, y = load_digits().images, load_digits().target
    >>> clf = ConvNetClassifier(filters=(8, 16), max_iter=3, random_state=0).fit(X, y)
    >>> display = SaliencyDisplay.from_estimator(clf, X[:4], method="integrated_gradients")
    """

    def __init__(
        self, attributions: ArrayLike, *, X: ArrayLike | None = None,
        titles: Sequence[str] | None = None, feature_names: Sequence[str] | None = None,
        n_columns: int | None = None,
    ) -> None:  # fmt: skip
        values = np.asarray(attributions)
        if values.ndim not in (2, 3, 4) or values.dtype.kind not in "biuf" or not values.size:
            raise ValueError(
                "SaliencyDisplay: attributions must be numbers of shape (n_samples, n_features),"
                f" (n_samples, height, width) or with channels, got {values.shape} of"
                f" {values.dtype}"
            )
        self.attributions = values.sum(axis=3) if values.ndim == 4 else values
        self.X = None if X is None or values.ndim == 2 else np.asarray(X)
        if self.X is not None and self.X.shape[:3] != self.attributions.shape:
            raise ValueError(
                f"SaliencyDisplay: X has the shape {self.X.shape}, where attributions have"
                f" {values.shape}"
            )
        self.titles = None if titles is None else [str(each) for each in titles]
        if self.titles is not None and len(self.titles) != len(values):
            raise ValueError(
                f"SaliencyDisplay: {len(self.titles)} titles of {len(values)} samples"
            )
        self.feature_names = None if feature_names is None else list(map(str, feature_names))
        n_names = values.shape[1] if self.feature_names is None else len(self.feature_names)
        if values.ndim == 2 and n_names != values.shape[1]:
            raise ValueError(
                f"SaliencyDisplay: {n_names} feature_names of {values.shape[1]} features"
            )
        self.n_columns = check_columns("SaliencyDisplay", n_columns)
        self._limits: tuple[float, float] | None = None  # black and white, where they are known

    @classmethod
    def from_attributions(
        cls, attributions: ArrayLike, X: ArrayLike | None = None, *,
        titles: Sequence[str] | None = None, feature_names: Sequence[str] | None = None,
        n_columns: int | None = None, ax: Any = None, **kwargs: Any,
    ) -> SaliencyDisplay:  # fmt: skip
        """Draw attributions found before.

        Parameters
        ----------
        attributions : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, height, width, channels)
        X : array-like, default=None
            Images below them, of the same shape but for channels.
        titles, feature_names : sequence of str, default=None
            Of the samples, and of the features of a table.
        n_columns : int, default=None
            How many images are in a row.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``, or of bars to ``barh``.

        Returns
        -------
        display : SaliencyDisplay
        """
        display = cls(
            attributions, X=X, titles=titles, feature_names=feature_names, n_columns=n_columns
        )
        return display.plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, *, method: Method = "integrated_gradients",
        target: Any = None, options: Mapping[str, Any] | None = None,
        image_shape: tuple[int, ...] | None = None, titles: Sequence[str] | None = None,
        feature_names: Sequence[str] | None = None, n_columns: int | None = None, ax: Any = None,
        **kwargs: Any,
    ) -> SaliencyDisplay:  # fmt: skip
        """Draw the attributions of samples.

        Parameters
        ----------
        estimator : estimator
            Fitted, with layers.
        X : array-like of shape (n_samples, ...), or one sample
            The input data.
        method : {"gradient", "gradient_times_input", "integrated_gradients", "smooth_gradient", \
                "occlusion"}, default="integrated_gradients"
            What finds the attributions: `input_gradient` or the function of this name.
        target : class label, int or array-like of shape (n_samples,), default=None
            As of `input_gradient`: None for the predicted class, or the only output.
        options : mapping, default=None
            Further arguments of the method, as ``{"n_samples": 20}``.
        image_shape : tuple of int, default=None
            Height and width, and channels if there are any, of images that are rows of X; None for
            the shape in which the network reads them.
        titles : sequence of str, default=None
            Of the samples; None for the classes.
        feature_names : sequence of str, default=None
            Of a table; None for the columns of X, or those of the fit.
        n_columns : int, default=None
            How many images are in a row.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``, or of bars to ``barh``.

        Returns
        -------
        display : SaliencyDisplay

        Raises
        ------
        TypeError
            If the estimator has no layers.
        ValueError
            For an unknown method or target, X of another shape than in the fit, or samples of
            several shapes.
        NotFittedError
            If the estimator is not fitted.
        """
        owner = cls.__name__
        check_name(owner, "method", method, list(_METHODS))
        check_axes(ax, owner)
        image_shape = check_image_shape(owner, image_shape)
        network_of(estimator, owner)
        read = tuple(estimator._samples().shape)
        names = feature_names
        if names is None:
            names = getattr(X, "columns", getattr(estimator, "feature_names_in_", None))
        check_makes_one_array(X, f"{owner}: X")
        samples: Any = X if hasattr(X, "ndim") else np.asarray(X)
        if is_one_sample(samples.shape, read):
            samples = np.asarray(samples)[None]
        found = _METHODS[method](estimator, samples, target, **(options or {}))
        if titles is None and is_classifier(estimator):
            labels = estimator.predict(samples) if target is None else target
            if np.ndim(labels) < 2:
                titles = [str(each) for each in np.broadcast_to(labels, len(found))]
        series = isinstance(estimator._samples(), SeriesSamples)
        found, pictures = as_pictures(found, as_dense(samples), read, image_shape, series, owner)
        names = None if found.ndim > 2 else names
        display = cls(found, X=pictures, titles=titles, feature_names=names, n_columns=n_columns)
        display._limits = pixel_range(estimator)
        return display.plot(ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> SaliencyDisplay:
        """Draw the attributions.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``, or of bars to ``barh``.

        Returns
        -------
        display : SaliencyDisplay
        """
        check_axes(ax, type(self).__name__)
        ax = axes_for(ax, type(self).__name__)
        self.ax_, self.figure_ = ax, ax.figure
        if self.attributions.ndim == 3:
            self.artist_ = self._draw_images(ax, kwargs)
        elif len(self.attributions) == 1:
            self.artist_ = self._draw_bars(ax, kwargs)
        else:
            self.artist_ = self._draw_table(ax, kwargs)
        return self

    def _draw_images(self, ax: Any, kwargs: dict[str, Any]) -> Any:
        """Draw images, and colors over them as opaque as attributions are large."""
        sizes = np.abs(self.attributions).reshape(len(self.attributions), -1)
        largest = np.percentile(sizes, _LARGEST, axis=1)
        largest = np.where(largest > 0, largest, np.where(sizes.max(1) > 0, sizes.max(1), 1))
        heat = np.clip(self.attributions / largest[:, None, None], -1, 1)
        n_columns = columns_of(len(heat), self.n_columns)
        opacity: Any = None
        if self.X is not None:
            below = shown(self.X, self._limits)
            grey = below.mean(axis=3) if below.ndim == 4 else below
            draw_pictures(ax, grey, n_columns, cmap="gray", alpha=_PALE, vmin=0, vmax=1)
            opacity = mosaic(np.sqrt(np.abs(heat)), n_columns).filled(0)
        look = {"cmap": "RdBu_r", "vmin": -1, "vmax": 1, "alpha": opacity} | kwargs
        image = draw_pictures(ax, heat, n_columns, **look)
        if self.titles is not None:
            write_titles(ax, self.titles, heat.shape[1:], n_columns)
        return image

    def _draw_bars(self, ax: Any, kwargs: dict[str, Any]) -> Any:
        """Draw the attributions of a single row as bars, from above."""
        values = self.attributions[0]
        names = self._names()
        colors = ["tab:red" if value > 0 else "tab:blue" for value in values]
        bars = ax.barh(names, values, **({"color": colors} | kwargs))
        ax.invert_yaxis()
        ax.axvline(0, color="black", linewidth=0.8)
        ax.set(xlabel="attribution", title=self.titles[0] if self.titles else "")
        return bars

    def _draw_table(self, ax: Any, kwargs: dict[str, Any]) -> Any:
        """Draw the attributions of several rows as a table of colors."""
        largest = np.abs(self.attributions).max() or 1.0
        look = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest, "aspect": "auto"} | kwargs
        image = ax.imshow(self.attributions, **look)
        names = self._names()
        if len(names) <= 30:
            ax.set_xticks(range(len(names)), names, rotation=90)
        ax.set_yticks(range(len(self.attributions)), self.titles or range(len(self.attributions)))
        ax.figure.colorbar(image, ax=ax, label="attribution")
        return image

    def _names(self) -> list[str]:
        """Return the names of features, or their numbers."""
        n_features = self.attributions.shape[1]
        return self.feature_names or [f"feature {number}" for number in range(n_features)]
