"""Several pictures side by side in one, so that a display needs no more than one axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ._arguments import check_whole
from ._drawing import without_ticks

GAP = 1  # pixels between two pictures, at least
_BYTES = 255


def columns_of(n_pictures: int, n_columns: int | None = None) -> int:
    """Return how many pictures stand in a row: about as many as there are rows."""
    return min(n_pictures, n_columns or math.ceil(math.sqrt(n_pictures * 1.3)))


def check_columns(owner: str, n_columns: Any) -> int | None:
    """Return how many pictures are to stand in a row, None for about as many as rows."""
    return None if n_columns is None else check_whole(owner, "n_columns", n_columns)


def mosaic(pictures: np.ndarray, n_columns: int) -> np.ma.MaskedArray:
    """Return pictures row by row in a large one; what lies between them is masked.

    Parameters
    ----------
    pictures : ndarray of shape (n_pictures, height, width) or (n_pictures, height, width, 3)
    n_columns : int

    Returns
    -------
    MaskedArray of shape (rows * (height + gap) - gap, columns * (width + gap) - gap, ...)
    """
    n, height, width, *colors = pictures.shape
    gap, n_rows = gap_of(height, width), -(-n // n_columns)
    size = (n_rows * (height + gap) - gap, n_columns * (width + gap) - gap, *colors)
    # not masked_all, whose numbers are any that memory held, and may overflow in a colour map
    whole = np.ma.array(np.zeros(size, pictures.dtype), mask=True)
    for (top, left), picture in zip(
        corners(n, (height, width), n_columns), pictures, strict=True
    ):
        whole[top : top + height, left : left + width] = picture
    return whole


def gap_of(height: int, width: int) -> int:
    """Return how many pixels lie between two pictures."""
    return max(GAP, round(0.06 * max(height, width)))


def corners(n_pictures: int, size: tuple[int, int], n_columns: int) -> list[tuple[int, int]]:
    """Return where the upper left pixel of each picture lies: row and column."""
    gap = gap_of(*size)
    return [
        (place // n_columns * (size[0] + gap), place % n_columns * (size[1] + gap))
        for place in range(n_pictures)
    ]


def shown(images: np.ndarray, limits: tuple[float, float] | None = None) -> np.ndarray:
    """Return images with numbers from 0 to 1.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width) or (n_images, height, width, channels)
    limits : (float, float), default=None
        What becomes 0 and 1. None for numbers from 0 to 1 as they are, whole ones as of 0 to 255,
        and others from their least to their greatest.

    Returns
    -------
    ndarray of shape (n_images, height, width) or (n_images, height, width, 3), float64
        Images of other than three channels are grey, the mean over them.
    """
    values = np.asarray(images, np.float64)
    if values.ndim == 4 and values.shape[3] != 3:
        values = values.mean(axis=3)
    if limits is not None:
        return np.clip((values - limits[0]) / (limits[1] - limits[0] or 1), 0, 1)
    low, high = values.min(), values.max()
    if low >= 0 and high <= 1:
        return values
    if low >= 0 and high <= _BYTES and np.asarray(images).dtype.kind in "iu":
        return values / _BYTES
    return (values - low) / (high - low or 1)


def draw_pictures(ax: Any, pictures: np.ndarray, n_columns: int, **look: Any) -> Any:
    """Draw pictures on one axes, without ticks; grey ones by a colour map.

    Parameters
    ----------
    ax : matplotlib axes
    pictures : ndarray of shape (n_pictures, height, width) or (n_pictures, height, width, 3 or 4)
        Coloured ones from 0 to 1.
    n_columns : int
    **look : dict
        Passed to ``ax.imshow``.

    Returns
    -------
    matplotlib.image.AxesImage
    """
    whole: np.ndarray = mosaic(pictures, n_columns)
    if whole.ndim == 3:
        opacity = ~np.ma.getmaskarray(whole)[..., :1]
        colors = np.clip(np.ma.filled(whole, 0), 0, 1)
        if colors.shape[-1] == 4:
            opacity = opacity * colors[..., 3:]
        whole = np.concatenate([colors[..., :3], opacity], axis=-1)
        look.pop("cmap", None)
    image = ax.imshow(whole, **look)
    without_ticks(ax)
    return image


def write_titles(
    ax: Any, titles: Sequence[str], size: tuple[int, int], n_columns: int
) -> list[Any]:
    """Write a title into the upper left corner of each picture that has one."""
    places = corners(len(titles), size, n_columns)
    box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
    return [
        ax.text(
            left, top, title, ha="left", va="top", fontsize="small", bbox=box, clip_on=True
        )
        for (top, left), title in zip(places, titles, strict=True)
        if title
    ]


def as_pictures(
    found: np.ndarray, X: np.ndarray, read: tuple[int, ...], image_shape: tuple[int, ...] | None,
    are_series: bool, owner: str,
) -> tuple[np.ndarray, np.ndarray | None]:  # fmt: skip
    """Return attributions and samples as images, or series with time from left to right.

    Parameters
    ----------
    found, X : ndarray of shape (n_samples, ...)
    read : tuple of int
        Shape of a sample as the network reads it.
    image_shape : tuple of int or None
    are_series : bool
    owner : str

    Raises
    ------
    ValueError
        If samples do not have as many numbers as images of that shape.
    """
    shape = read if image_shape is None else tuple(image_shape)
    if len(shape) > 1 and found.shape[1:] != shape:
        if math.prod(shape) != math.prod(found.shape[1:]):
            if image_shape is None:
                return found, X
            raise ValueError(
                f"{owner}: image_shape={image_shape} does not fit samples of shape"
                f" {found.shape[1:]}; give height and width whose product is their size"
            )
        found, X = found.reshape(-1, *shape), X.reshape(-1, *shape)
    if are_series and image_shape is None and found.ndim == 3:
        return found.swapaxes(1, 2), None
    return found, X


def is_one_sample(shape: tuple[int, ...], read: tuple[int, ...]) -> bool:
    """Whether X is one sample rather than several; an image may have another size."""
    if shape == read or (*shape, 1) == read:
        return True
    if len(read) != 3 or shape[1:] == read[:2] or shape[1:] == (math.prod(read),):
        return False
    return len(shape) == 3 and shape[2] == read[2] or (len(shape) == 2 and read[2] == 1)
