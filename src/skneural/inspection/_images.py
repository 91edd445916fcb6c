"""Rows as images, and their range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._whole_numbers import is_whole
from ._checks import as_numbers


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
    shape = check_image_shape(owner, image_shape)
    if shape is not None:
        if math.prod(shape) != math.prod(images.shape[1:]):
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


def check_image_shape(owner: str, image_shape: Any) -> tuple[int, ...] | None:
    """Return height and width, and channels if there are any; raise a ValueError for others."""
    if image_shape is None:
        return None
    shape = tuple(image_shape) if np.iterable(image_shape) else ()
    if len(shape) not in (2, 3) or not all(map(is_whole, shape)):
        raise ValueError(
            f"{owner}: image_shape={image_shape!r} must be height and width, and channels if there"
            " are any, such as (8, 8)"
        )
    return tuple(int(each) for each in shape)


def stretched(images: np.ndarray, each: bool) -> np.ndarray:
    """Return images with numbers from 0 to 1, each by itself or all alike."""
    images = np.asarray(images, np.float64)
    axes = tuple(range(1, images.ndim)) if each else None
    low, high = images.min(axes, keepdims=True), images.max(axes, keepdims=True)
    return (images - low) / np.where(high > low, high - low, 1.0)
