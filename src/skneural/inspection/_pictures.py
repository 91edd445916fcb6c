"""Images that a user passes beside X: single ones, of any size, for a fitted network."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._user_warnings import warn_user
from ..data.numbers import check_numbers
from ..data.rescaling import is_other_scale
from ..estimators.base.layer_access import check_has_layers
from ..estimators.base.network_estimator import NetworkEstimator
from ._network_function import check_has_network

Shape = tuple[int, ...]


def network_of(estimator: Any, owner: str) -> NetworkEstimator:
    """Return the estimator if it has a fitted network.

    Raises
    ------
    TypeError
        If it has none of its own.
    NotFittedError
        If it is not fitted.
    """
    check_has_network(estimator, owner)
    check_has_layers(estimator)
    return estimator


def check_order(estimator: Any, image: Any, name: str, order: str, owner: str) -> None:
    """Raise a TypeError if the estimator was given in place of an image."""
    if hasattr(image, "get_params") and not hasattr(estimator, "get_params"):
        raise TypeError(
            f"{owner}: {name} is of type {type(image).__name__}, which is an estimator; the order"
            f" is {order}"
        )


def image_shape_of(estimator: NetworkEstimator, owner: str, remedy: str = "") -> Shape:
    """Return the shape of the images that a network reads: (height, width, channels).

    Raises
    ------
    ValueError
        If it reads something else.
    """
    shape = estimator._samples().shape
    if len(shape) != 3:
        raise ValueError(
            f"{owner}: estimator={type(estimator).__name__} reads samples of shape {shape}, where"
            " images (height, width, channels) are needed; give a network fitted with images, such"
            f" as a ConvNetClassifier, or use input_shape of NeuralNetClassifier{remedy}"
        )
    return shape


def image_for(
    estimator: NetworkEstimator, image: Any, owner: str, name: str = "image"
) -> np.ndarray:
    """Return one image as the network's numbers: (height, width, channels).

    It may have another size than those of the fit, not other channels.

    Raises
    ------
    ValueError
        If it is no image of finite numbers, or has other channels.
    """
    fitted = image_shape_of(estimator, owner)
    check_numbers(image, f"{owner}: {name}")
    picture = np.asarray(image)
    if picture.dtype.kind not in "biuf":
        raise ValueError(f"{owner}: {name} needs real numbers, got {picture.dtype}")
    if picture.ndim == 2:
        picture = picture[..., np.newaxis]
    elif picture.ndim == 4 and len(picture) == 1:
        picture = picture[0]
    if picture.ndim != 3:
        raise ValueError(
            f"{owner}: {name} has the shape {picture.shape}, where one image is needed, of shape"
            f" (height, width, {fitted[2]})"
        )
    if picture.shape[2] != fitted[2]:
        raise ValueError(
            f"{owner}: {name} has {picture.shape[2]} channels, shape {picture.shape}, where"
            f" {type(estimator).__name__} was fitted with {fitted[2]};"
            + (
                " repeat them, as by numpy.repeat(image, 3, axis=2)" if picture.shape[2] == 1
                else " channels come last, and a grey image is the mean over them"
            )
        )
    if not picture.size or not np.isfinite(picture).all():
        raise ValueError(f"{owner}: {name} of shape {picture.shape} has no or non-finite pixels")
    _check_scale(estimator, picture, owner, name)
    return np.ascontiguousarray(picture, dtype_of(estimator))


def dtype_of(estimator: NetworkEstimator) -> np.dtype:
    """Return the dtype that a fitted network computes in."""
    return estimator._weights()[0].dtype


def pixel_range(estimator: NetworkEstimator) -> tuple[float, float] | None:
    """Return the least and the greatest number of X in the fit, None if they are not known."""
    if not hasattr(estimator, "_value_range"):
        return None
    low, high = estimator._value_range
    factor = estimator._samples().factor
    return low / factor, high / factor


def range_of(estimator: NetworkEstimator, image: np.ndarray) -> tuple[float, float]:
    """Return the range of the pixels: that of the fit if it is known, else the image's own."""
    known = pixel_range(estimator)
    return (float(image.min()), float(image.max())) if known is None else known


def _check_scale(
    estimator: NetworkEstimator, picture: np.ndarray, owner: str, name: str
) -> None:
    """Warn of an image on another scale than those of the fit, as predictions do."""
    factor, known = estimator._samples().factor, pixel_range(estimator)
    if known is None or not is_other_scale(
        picture.reshape(1, -1), known, None if factor == 1 else factor
    ):
        return
    warn_user(
        f"{owner}: {name} has numbers from {picture.min():g} to {picture.max():g}, but those of"
        f" fit were from {known[0]:g} to {known[1]:g}; bring it to their scale"
    )
