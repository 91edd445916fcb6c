"""Pictures of weights: what each filter or unit of a layer responds to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from .._whole_numbers import is_whole
from ..estimators import DeepBoltzmannMachine
from ._arguments import check_whole
from ._checks import layered
from ._drawing import axes_for, without_ticks
from ._images import as_images, stretched
from ._mosaic import check_columns, columns_of, draw_pictures

_INSTEAD = "give an estimator with layers or components_, or weights to FilterDisplay.from_filters"


class FilterDisplay:
    """The filters of a layer as images, put together to one picture.

    Make it by `from_estimator` or `from_filters`; `plot` draws it again. Grey is the range of the
    weights of each filter; those of three channels are in color.

    Parameters
    ----------
    filters : array-like of shape (n_filters, height, width) or (n_filters, height, width, 3)
    n_columns : int, default=None
        Filters in a row; None for about as many as there are rows.
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
    >>> from skneural.inspection import FilterDisplay
    >>> digits = load_digits()
    >>> net = ConvNetClassifier(max_iter=2, random_state=0).fit(digits.images, digits.target)
    >>> display = FilterDisplay.from_estimator(net)
    """

    def __init__(
        self, filters: ArrayLike, *, n_columns: int | None = None, title: str = ""
    ) -> None:
        owner = type(self).__name__
        self.filters = as_images(filters, None, owner)
        self.n_columns = check_columns(owner, n_columns)
        self.title = title

    @classmethod
    def from_filters(
        cls, filters: ArrayLike, *, image_shape: Sequence[int] | None = None,
        n_columns: int | None = None, title: str = "", ax: Any = None, **kwargs: Any,
    ) -> FilterDisplay:
        """Draw filters.

        Parameters
        ----------
        filters : array-like of shape (n_filters, height, width), (n_filters, height, width, 3) or \
                (n_filters, n_pixels)
        image_shape : sequence of int, default=None
            Height and width of rows of pixels, and channels if there are any.
        n_columns : int, default=None
            Filters in a row; None for about as many as there are rows.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FilterDisplay

        Raises
        ------
        ValueError
            If these are no images.
        """
        images = as_images(filters, image_shape, cls.__name__)
        return cls(images, n_columns=n_columns, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, layer: str | int | None = None, *, channel: int | None = None,
        image_shape: Sequence[int] | None = None, n_filters: int | None = None,
        n_columns: int | None = None, ax: Any = None, **kwargs: Any,
    ) -> FilterDisplay:
        """Draw the filters of a layer of a fitted estimator.

        Parameters
        ----------
        estimator : estimator
            With layers, or with rows of weights in ``components_``, as Boltzmann machines or
            scikit-learn's decompositions; a `DeepBoltzmannMachine` shows its first hidden layer.
        layer : str or int, default=None
            Name or place of a layer with a kernel; None for the first that has one.
        channel : int, default=None
            The channel of the layer's input; None for all three of color images, and the mean
            over other channels.
        image_shape : sequence of int, default=None
            Height and width of the images that a dense layer or ``components_`` read as rows, and
            channels if there are any; None where the layer's input says so, or for square ones.
        n_filters : int, default=None
            Only the first ones; None for all.
        n_columns : int, default=None
            Filters in a row; None for about as many as there are rows.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FilterDisplay

        Raises
        ------
        TypeError
            If the estimator has neither layers nor components.
        ValueError
            If there is no such layer or channel, or the weights are no images.
        NotFittedError
            If the estimator is not fitted.
        """
        owner = cls.__name__
        if n_filters is not None:
            check_whole(owner, "n_filters", n_filters)
        if hasattr(estimator, "activations") or not _has_components(estimator):
            layered(estimator, owner, _INSTEAD)
            title, kernel, shape = _kernel_of(estimator, layer, owner)
        else:
            check_is_fitted(estimator)
            title, kernel = _components_of(estimator)
            shape = kernel.shape[:1]
        if kernel.ndim == 2:
            shape = _pixels(image_shape, shape, len(kernel), owner, type(estimator).__name__)
            kernel = kernel.reshape(*shape, kernel.shape[-1])
        if kernel.ndim == 3:
            kernel = kernel[:, :, np.newaxis]
        filters = np.moveaxis(_of_channel(kernel, channel, owner), -1, 0)[:n_filters]
        return cls.from_filters(filters, n_columns=n_columns, title=title, ax=ax, **kwargs)

    def plot(self, ax: Any = None, **kwargs: Any) -> FilterDisplay:
        """Draw the filters.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : FilterDisplay
        """
        ax = axes_for(ax, type(self).__name__)
        look = {"cmap": "gray", "interpolation": "nearest"} | kwargs
        n_columns = columns_of(len(self.filters), self.n_columns)
        self.image_ = draw_pictures(ax, stretched(self.filters, each=True), n_columns, **look)
        without_ticks(ax, self.title)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _components_of(estimator: Any) -> tuple[str, np.ndarray]:
    """Return what the weights of hidden units are called, and them, of shape (n_pixels, units)."""
    if isinstance(estimator, DeepBoltzmannMachine):
        return "first hidden layer", np.asarray(estimator.coefs_[0])
    return "components", np.asarray(estimator.components_).T


def _has_components(estimator: Any) -> bool:
    """Whether an estimator has rows of weights, or has them once it is fitted."""
    is_machine = hasattr(type(estimator), "log_partition")
    return not isinstance(estimator, type) and (is_machine or hasattr(estimator, "components_"))


def _kernel_of(
    estimator: Any, layer: str | int | None, owner: str
) -> tuple[str, np.ndarray, tuple[int, ...]]:
    """Return a layer's name, its kernel with the filters last, and the shape of its input."""
    names = [name for name, _ in estimator._fitted_layers()] if layer is None else [layer]
    found = (
        (each, np.asarray(values)) for each in map(estimator.get_layer, names)
        for name, values in each.weights.items() if name.rpartition(".")[2] == "kernel"
    )
    fitted, kernel = next(found, (None, np.empty(0)))
    if fitted is None or kernel.ndim not in (2, 4):
        what = "its first layer with weights" if layer is None else f"layer={layer!r}"
        raise ValueError(
            f"{owner}: {what} of estimator={type(estimator).__name__} has no filters that are"
            " images; name a layer that convolves images, or a dense one on rows of pixels"
        )
    reads_rows = fitted.input_shape == estimator.get_layer(0).input_shape
    return fitted.name, kernel, fitted.input_shape if reads_rows else ()


def _pixels(
    image_shape: Sequence[int] | None, shape: tuple[int, ...], n_pixels: int, owner: str, kind: str
) -> tuple[int, ...]:
    """Return the shape of the images whose pixels a unit's weights are."""
    if image_shape is not None:
        as_images(np.zeros((1, n_pixels)), image_shape, owner)
        return tuple(image_shape)
    if len(shape) == 3:
        return shape
    side = math.isqrt(n_pixels)
    if len(shape) == 1 and side * side == n_pixels and side >= 5:
        return side, side
    raise ValueError(
        f"{owner}: the {n_pixels} inputs of a unit of estimator={kind} are no image; give"
        " image_shape=(height, width) if they are pixels"
    )


def _of_channel(kernel: np.ndarray, channel: int | None, owner: str) -> np.ndarray:
    """Return kernels (height, width, channels, filters) with the channels to be drawn."""
    n_channels = kernel.shape[2]
    if channel is None:
        return kernel if n_channels in (1, 3) else kernel.mean(axis=2)
    if not is_whole(channel, least=-n_channels) or channel >= n_channels:
        raise ValueError(
            f"{owner}: channel={channel!r} of a layer that reads {n_channels} channels"
        )
    return kernel[:, :, channel]
