"""Rows as images, and many images put together to one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._checks import as_numbers

_GAP = 1  # pixels between images


def as_images(values: ArrayLike, image_shape: Sequence[int] | None, owner: str) -> np.ndarray:
    """Return rows as images.

    Parameters
    ----------
    values : array-like of shape (n_images, height, width), (n_images, height, width, channels), \
            or with an ``image_shape`` of (n_images, height * width * channels)
    image_shape : sequence of int or None
        Height and width, and channels if there are any.
    owner : str
        For errors.

    Returns
    -------
    ndarray of shape (n_images, height, width) or (n_images, height, width, channels)

    Raises
    ------
    ValueError
        If these are no images with one, three or four channels.
    """
    images = as_numbers(values, f"{owner}: images")
    if image_shape is not None:
        shape = tuple(image_shape)
        if len(shape) not in (2, 3) or math.prod(shape) != math.prod(images.shape[1:]):
            raise ValueError(
                f"{owner}: image_shape={shape} does not fit samples of shape {images.shape[1:]};"
                " give height and width, and channels if there are any, whose product is the number"
                " of values"
            )
        images = images.reshape(len(images), *shape)
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{owner}: samples of shape {images.shape[1:]} are no images; give"
            " image_shape=(height, width) if their values are pixels"
        )
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim == 4 and images.shape[-1] not in (3, 4):
        raise ValueError(
            f"{owner}: images have {images.shape[-1]} channels; only 1, 3 or 4 can be drawn"
        )
    if not images.size:
        raise ValueError(f"{owner}: there are no images, of shape {images.shape}")
    return images


def montage(images: np.ndarray, n_columns: int | None = None) -> np.ma.MaskedArray:
    """Put images together to one, row by row, with a gap around each.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width) or (n_images, height, width, channels)
    n_columns : int or None, default=None
        None for about as many as rows.

    Returns
    -------
    masked array of shape (rows, columns) or (rows, columns, channels)
        Gaps are masked, or white in color.
    """
    n_images, height, width = images.shape[:3]
    n_columns = n_columns or math.ceil(math.sqrt(n_images * height / width))
    n_columns = min(n_columns, n_images)
    n_rows = math.ceil(n_images / n_columns)
    down, across = height + _GAP, width + _GAP
    shape = n_rows * down + _GAP, n_columns * across + _GAP, *images.shape[3:]
    whole = np.ma.masked_all(shape, np.float64)
    for number, image in enumerate(images):
        top, left = np.multiply(divmod(number, n_columns), (down, across)) + _GAP
        whole[top : top + height, left : left + width] = image
    return np.ma.array(whole.filled(1.0)) if images.ndim == 4 else whole


def stretched(images: np.ndarray, each: bool) -> np.ndarray:
    """Return images with numbers from 0 to 1, each by itself or all alike."""
    images = np.asarray(images, np.float64)
    axes = tuple(range(1, images.ndim)) if each else None
    low, high = images.min(axes, keepdims=True), images.max(axes, keepdims=True)
    return (images - low) / np.where(high > low, high - low, 1.0)


def draw(ax: Any, image: np.ma.MaskedArray, kwargs: dict[str, Any]) -> Any:
    """Draw a montage; return matplotlib's image."""
    return ax.imshow(image, **({"cmap": "gray", "interpolation": "nearest"} | kwargs))
