"""Pictures of what outputs and units respond to most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_classifier

from ..data.series_samples import SeriesSamples
from ._drawing import axes_for, check_axes
from ._images import check_image_shape
from ._layer_view import number_of_layer
from ._maximization import activation_maximization
from ._mosaic import (
    check_columns,
    columns_of,
    draw_pictures,
    shown,
    write_titles,
)
from ._pictures import image_shape_of, network_of, pixel_range

_MOST_UNITS = 16  # drawn of a layer where none are chosen


class FeatureVisualizationDisplay:
    """Images to which outputs or units of a layer respond most, side by side.

    Make it by `from_estimator` or `from_images`; `plot` draws it again.

    Parameters
    ----------
    images : array-like of shape (n_images, height, width) or (n_images, height, width, channels)
        From 0 to 1, or whole numbers from 0 to 255; others are stretched from their least to their
        greatest.
    titles : sequence of str, default=None
        One for each image.
    n_columns : int, default=None
        How many images are in a row; None for about as many as rows.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    image_ : matplotlib.image.AxesImage
        All of them.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetClassifier
    >>> from skneural.inspection import FeatureVisualizationDisplay
    >>> X, y = load_digits().images, load_digits().target
    >>> clf = ConvNetClassifier(filters=(8, 16), max_iter=3, random_state=0).fit(X, y)
    >>> display = FeatureVisualizationDisplay.from_estimator(clf, options={"n_iter": 20})
    """

    def __init__(
        self, images: ArrayLike, *, titles: Sequence[str] | None = None,
        n_columns: int | None = None,
    ) -> None:  # fmt: skip
        self.images = np.asarray(images)
        if self.images.ndim not in (3, 4) or self.images.dtype.kind not in "biuf":
            raise ValueError(
                "FeatureVisualizationDisplay: images must be numbers of shape (n_images, height,"
                f" width) or with channels, got {self.images.shape} of {self.images.dtype}"
            )
        if not self.images.size:
            raise ValueError("FeatureVisualizationDisplay: images is empty; give at least one")
        self.titles = None if titles is None else [str(each) for each in titles]
        if self.titles is not None and len(self.titles) != len(self.images):
            raise ValueError(
                f"FeatureVisualizationDisplay: {len(self.titles)} titles of"
                f" {len(self.images)} images"
            )
        self.n_columns = check_columns("FeatureVisualizationDisplay", n_columns)
        self._limits: tuple[float, float] | None = None  # black and white, where they are known

    @classmethod
    def from_images(
        cls, images: ArrayLike, *, titles: Sequence[str] | None = None,
        n_columns: int | None = None, ax: Any = None, **kwargs: Any,
    ) -> FeatureVisualizationDisplay:  # fmt: skip
        """Draw images found before.

        Parameters
        ----------
        images : array-like of shape (n_images, height, width) or \
                (n_images, height, width, channels)
        titles : sequence of str, default=None
            One for each image.
        n_columns : int, default=None
            How many images are in a row.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FeatureVisualizationDisplay
        """
        return cls(images, titles=titles, n_columns=n_columns).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, target: Any = None, *, layer: str | int | None = None,
        unit: Any = None, options: Mapping[str, Any] | None = None,
        image_shape: tuple[int, ...] | None = None, titles: Sequence[str] | None = None,
        n_columns: int | None = None, ax: Any = None, **kwargs: Any,
    ) -> FeatureVisualizationDisplay:  # fmt: skip
        """Draw what `activation_maximization` makes.

        Parameters
        ----------
        estimator : estimator
            Fitted, with layers that read images, or rows that are images.
        target : class label, int or array-like of these, default=None
            The classes or outputs; None for all, if no ``layer`` is given.
        layer : str or int, default=None
            A layer's name or place in place of a ``target``.
        unit : int, tuple or list of these, default=None
            Its channels or units; None for the first 16 channels.
        options : mapping, default=None
            Further arguments of `activation_maximization`, as ``{"n_iter": 100}``.
        image_shape : tuple of int, default=None
            Height and width, and channels if there are any, of images that are rows of X; None for
            the shape in which the network reads them.
        titles : sequence of str, default=None
            One for each image; None for the classes, or the numbers of units.
        n_columns : int, default=None
            How many images are in a row.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FeatureVisualizationDisplay

        Raises
        ------
        TypeError
            If the estimator has no layers.
        ValueError
            If it reads no images, or there is no such target, layer or unit.
        NotFittedError
            If the estimator is not fitted.
        """
        owner = cls.__name__
        check_axes(ax, owner)
        network_of(estimator, owner)
        shape = _image_shape(estimator, image_shape, owner)
        if layer is not None and unit is None:
            number = number_of_layer(estimator, layer, owner)
            n_channels = estimator.get_layer(number).output_shape[-1]
            unit = list(range(min(n_channels, _MOST_UNITS)))
        found = activation_maximization(
            estimator, target, layer=layer, unit=unit, **(options or {})
        )
        if titles is None:
            single = found.ndim == len(estimator._samples().shape)
            titles = _titles(estimator, target if unit is None else unit, single)
        display = cls(found.reshape(-1, *shape), titles=titles, n_columns=n_columns)
        bounds = (options or {}).get("bounds")
        display._limits = pixel_range(estimator) if bounds is None else tuple(bounds)
        return display.plot(ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> FeatureVisualizationDisplay:
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FeatureVisualizationDisplay
        """
        check_axes(ax, type(self).__name__)
        ax = axes_for(ax, type(self).__name__)
        self.ax_, self.figure_ = ax, ax.figure
        pictures = shown(self.images, self._limits)
        n_columns = columns_of(len(pictures), self.n_columns)
        look = {"cmap": "gray", "vmin": 0, "vmax": 1} | kwargs
        self.image_ = draw_pictures(ax, pictures, n_columns, **look)
        if self.titles is not None:
            write_titles(ax, self.titles, pictures.shape[1:3], n_columns)
        return self


def _image_shape(estimator: Any, image_shape: Any, owner: str) -> tuple[int, ...]:
    """Return the shape of the images that samples are.

    Raises
    ------
    ValueError
        If they are none, or have another size than ``image_shape``.
    """
    samples, given = estimator._samples(), check_image_shape(owner, image_shape)
    read = tuple(samples.shape)
    if given is None and len(read) == 2 and not isinstance(samples, SeriesSamples):
        return read
    if given is None:
        return image_shape_of(estimator, owner, ", or give image_shape where rows are images")
    if math.prod(given) != math.prod(read):
        raise ValueError(
            f"{owner}: image_shape={image_shape} does not fit samples of shape {read}; give height"
            " and width whose product is their size"
        )
    return given


def _titles(estimator: Any, wanted: Any, single: bool) -> list[str] | None:
    """Return the classes, or the numbers of units; None where there is one output only."""
    if wanted is not None:
        return [str(each) for each in ([wanted] if single else wanted)]
    return [str(each) for each in estimator.classes_] if is_classifier(estimator) else None
