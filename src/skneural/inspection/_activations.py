"""Pictures of what a layer makes of one sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._checks import as_numbers, default_layer, layered
from ._drawing import axes_for, without_ticks
from ._images import stretched
from ._mosaic import check_columns, columns_of, draw_pictures

_INSTEAD = "give an estimator with layers, or arrays to ActivationDisplay.from_activations"


class ActivationDisplay:
    """The outputs of a layer for one image, a map for each channel.

    Make it by `from_estimator` or `from_activations`; `plot` draws it again. Maps that are zero
    everywhere belong to filters that the image does not activate.

    Parameters
    ----------
    activations : array-like of shape (height, width, channels)
    each : bool, default=False
        Whether each map's range is from black to white, or that of all maps together.
    n_columns : int, default=None
        Maps in a row; None for about as many as there are rows.
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    image_ : matplotlib.image.AxesImage

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetClassifier
    >>> from skneural.inspection import ActivationDisplay
    >>> digits = load_digits()
    >>> net = ConvNetClassifier(max_iter=2, random_state=0).fit(digits.images, digits.target)
    >>> display = ActivationDisplay.from_estimator(net, digits.images[0])
    """

    def __init__(
        self, activations: ArrayLike, *, each: bool = False, n_columns: int | None = None,
        title: str = "",
    ) -> None:
        owner = type(self).__name__
        self.activations = as_numbers(activations, f"{owner}: activations")
        if self.activations.ndim != 3 or not self.activations.size:
            raise ValueError(
                f"{owner}: activations must be of shape (height, width, channels), got"
                f" {self.activations.shape}; a layer behind one that pools all positions, or a"
                " dense one, has no maps"
            )
        self.each = each
        self.n_columns = check_columns(owner, n_columns)
        self.title = title

    @classmethod
    def from_activations(
        cls, activations: ArrayLike, *, each: bool = False, n_columns: int | None = None,
        title: str = "", ax: Any = None, **kwargs: Any,
    ) -> ActivationDisplay:
        """Draw the maps of one sample.

        Parameters
        ----------
        activations : array-like of shape (height, width, channels)
        each : bool, default=False
            Whether each map's range is from black to white, or that of all maps together.
        n_columns : int, default=None
            Maps in a row; None for about as many as there are rows.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ActivationDisplay

        Raises
        ------
        ValueError
            If the activations have another shape.
        """
        return cls(activations, each=each, n_columns=n_columns, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, image: ArrayLike, layer: str | int | None = None, *,
        each: bool = False, n_columns: int | None = None, ax: Any = None, **kwargs: Any,
    ) -> ActivationDisplay:
        """Draw the outputs of a layer of a fitted estimator for an image.

        Parameters
        ----------
        estimator : estimator
            A network that reads images, such as a `ConvNetClassifier`.
        image : array-like of the shape of a sample of X
            One image, with or without the axis of samples.
        layer : str or int, default=None
            Name or place of the layer; None for the first with maps.
        each : bool, default=False
            Whether each map's range is from black to white, or that of all maps together.
        n_columns : int, default=None
            Maps in a row; None for about as many as there are rows.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ActivationDisplay

        Raises
        ------
        TypeError
            If the estimator has no layers.
        ValueError
            If there is no such layer, it has no maps, or the image has another shape.
        NotFittedError
            If the estimator is not fitted.
        """
        owner = cls.__name__
        layered(estimator, owner, _INSTEAD)
        if layer is None:
            layer = default_layer(estimator, 3, owner, "has maps; give a network of images")
        fitted = estimator.get_layer(layer)
        if len(fitted.output_shape) != 3:
            raise ValueError(
                f"{owner}: layer={layer!r} of estimator={type(estimator).__name__} has outputs of"
                f" shape {fitted.output_shape}, which are no maps; give a layer whose outputs are"
                " (height, width, channels)"
            )
        found = estimator.activations(one_row(estimator, image, owner), layer)[0]
        return cls.from_activations(
            found, each=each, n_columns=n_columns, title=fitted.name, ax=ax, **kwargs
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> ActivationDisplay:
        """Draw the maps.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ActivationDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        maps = stretched(np.moveaxis(self.activations, -1, 0), self.each)
        look = {"cmap": "viridis", "interpolation": "nearest"} | kwargs
        self.image_ = draw_pictures(ax, maps, columns_of(len(maps), self.n_columns), **look)
        without_ticks(ax, self.title)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def one_row(estimator: Any, image: ArrayLike, owner: str) -> np.ndarray:
    """Return an image as the only row of an X; raise a ValueError if it has another shape."""
    found, name = as_numbers(image, f"{owner}: image"), type(estimator).__name__
    shape = getattr(estimator, "input_shape_", None)
    samples = () if shape is None else (shape, shape[:-1] if shape[-1] == 1 else shape)
    if found.ndim and found.shape not in samples and found.shape[1:] in samples:
        if len(found) != 1:
            raise ValueError(
                f"{owner}: image has the shape {found.shape}, which is {len(found)} samples of"
                f" estimator={name}; give one image, such as images[0]"
            )
        found = found[0]
    row = found[np.newaxis]
    fits = shape is None or row.size == np.prod(shape) or row.ndim == len(shape) + 1
    if row.ndim == 1 or not fits:
        raise ValueError(
            f"{owner}: image has the shape {row.shape[1:]}, where the samples of estimator={name}"
            f" have {shape}; give one image, such as X[0]"
        )
    return row
