"""Pictures of images before and after they are encoded and decoded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from ..estimators import DeepBoltzmannMachine
from ..estimators.deep_boltzmann.fitted import posteriors
from ._arguments import check_whole
from ._checks import as_array, require
from ._drawing import axes_for, without_ticks
from ._images import as_images
from ._mosaic import corners, draw_pictures

_INSTEAD = (
    "give an AutoencoderTransformer or another transformer with inverse_transform, or arrays to"
    " ReconstructionDisplay.from_images"
)


class ReconstructionDisplay:
    """Images above their reconstructions.

    Make it by `from_estimator` or `from_images`; `plot` draws it again. Both rows have the range
    of the originals.

    Parameters
    ----------
    images : array-like of shape (n_images, height, width) or (n_images, height, width, channels)
    reconstructions : array-like of the same shape
    title : str, default=""

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    image_ : matplotlib.image.AxesImage
    errors_ : ndarray of shape (n_images,)
        The mean squared error of each image.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import AutoencoderTransformer
    >>> from skneural.inspection import ReconstructionDisplay
    >>> X, _ = load_digits(return_X_y=True)
    >>> autoencoder = AutoencoderTransformer(8, max_iter=5, random_state=0).fit(X)
    >>> display = ReconstructionDisplay.from_estimator(autoencoder, X[:10])
    """

    def __init__(
        self, images: ArrayLike, reconstructions: ArrayLike, *, title: str = ""
    ) -> None:
        owner = type(self).__name__
        self.images = as_images(images, None, owner)
        self.reconstructions = as_images(reconstructions, None, owner)
        if self.images.shape != self.reconstructions.shape:
            raise ValueError(
                f"{owner}: reconstructions have the shape {self.reconstructions.shape}, the images"
                f" {self.images.shape}; give one for each"
            )
        self.title = title

    @classmethod
    def from_images(
        cls, images: ArrayLike, reconstructions: ArrayLike, *,
        image_shape: Sequence[int] | None = None, title: str = "", ax: Any = None, **kwargs: Any,
    ) -> ReconstructionDisplay:
        """Draw images and their reconstructions.

        Parameters
        ----------
        images : array-like of shape (n_images, height, width), \
                (n_images, height, width, channels) or (n_images, n_pixels)
        reconstructions : array-like of the same shape
        image_shape : sequence of int, default=None
            Height and width of rows of pixels, and channels if there are any.
        title : str, default=""
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ReconstructionDisplay

        Raises
        ------
        ValueError
            If these are no images, or not as many of one kind as of the other.
        """
        both = (as_images(each, image_shape, cls.__name__) for each in (images, reconstructions))
        return cls(*both, title=title).plot(ax, **kwargs)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, *, n_images: int = 10,
        image_shape: Sequence[int] | None = None, ax: Any = None, **kwargs: Any,
    ) -> ReconstructionDisplay:
        """Draw images and what a fitted estimator makes of them.

        Parameters
        ----------
        estimator : estimator
            With ``reconstruct``, or with ``inverse_transform`` of what ``predict`` or ``transform``
            returns: scikit-learn's decompositions and a `SelfOrganizingMap` too. Of a
            `DeepBoltzmannMachine`, the means of the visible units given those of the hidden ones.
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
        n_images : int, default=10
            How many rows of X, the first ones.
        image_shape : sequence of int, default=None
            Height and width of the images that rows of X are, and channels if there are any; None
            where X has images, or for square ones.
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ReconstructionDisplay

        Raises
        ------
        TypeError
            If the estimator reconstructs nothing.
        ValueError
            If the rows of X are no images, or of another shape than in `fit`.
        NotFittedError
            If the estimator is not fitted.
        """
        owner = cls.__name__
        reconstruct = getattr(estimator, "reconstruct", None)
        if isinstance(estimator, DeepBoltzmannMachine):
            reconstruct = partial(_visible_means, estimator)
        if reconstruct is None or isinstance(estimator, type):
            needed = ("transform", "inverse_transform")
            require(estimator, needed, owner, "reconstructions", _INSTEAD)
        check_is_fitted(estimator)
        rows = as_array(X, f"{owner}: X")[: check_whole(owner, "n_images", n_images)]
        shape = square(rows, image_shape)
        images = as_images(rows, shape, owner)
        if reconstruct is None:
            encode = getattr(estimator, "predict", estimator.transform)  # units of a map
            found = np.asarray(estimator.inverse_transform(encode(rows)))
        else:
            found = np.asarray(reconstruct(rows))
        return cls.from_images(
            images, found.reshape(len(found), *images.shape[1:]), title=type(estimator).__name__,
            ax=ax, **kwargs,
        )

    def plot(self, ax: Any = None, **kwargs: Any) -> ReconstructionDisplay:
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib axes, default=None
            None makes a figure.
        **kwargs : dict
            Passed to matplotlib's ``imshow``, as ``cmap``.

        Returns
        -------
        display : ReconstructionDisplay
        """
        n_images = len(self.images)
        ax = axes_for(ax, type(self).__name__, (max(3.0, 0.9 * n_images), 2.4))
        originals, found = self.images.astype(float), self.reconstructions.astype(float)
        low, high = originals.min(), originals.max()
        both = (np.concatenate([originals, found]) - low) / (high - low or 1.0)
        look = {"cmap": "gray", "interpolation": "nearest", "vmin": 0, "vmax": 1} | kwargs
        self.image_ = draw_pictures(ax, both.clip(0, 1), n_images, **look)
        without_ticks(ax, self.title)
        middle, below = (self.images.shape[1] - 1) / 2, corners(2, self.images.shape[1:3], 1)[1][0]
        ax.set_yticks([middle, below + middle], ["X", "reconstructed"])
        ax.tick_params(length=0)
        self.errors_ = np.square(found - originals).reshape(n_images, -1).mean(axis=1)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def square(rows: np.ndarray, image_shape: Sequence[int] | None) -> Sequence[int] | None:
    """Return the shape stated, or that of square images if rows have as many pixels."""
    if image_shape is not None or rows.ndim != 2:
        return image_shape
    side = round(rows.shape[1] ** 0.5)
    return (side, side) if side * side == rows.shape[1] and side >= 5 else None


def _visible_means(machine: DeepBoltzmannMachine, X: np.ndarray) -> np.ndarray:
    """Return the visible units' means given the posterior means of the first hidden layer."""
    first = posteriors(machine, X)[1][0]
    return expit(first @ machine.coefs_[0].T + machine.intercepts_[0])
