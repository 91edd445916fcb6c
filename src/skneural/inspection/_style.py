"""Style transfer: the content of one image in the style of another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from ._arguments import check_number, check_whole
from ._layer_view import LayerView, number_of_layer
from ._pictures import check_order, image_for, network_of, range_of
from ._smoothness import rough_and_slope

_OWNER = "style_transfer"
_BEYOND = 10.0  # weight of numbers beyond the range; bounds would take most of the time


def style_transfer(
    content: ArrayLike, style: ArrayLike, estimator: Any, *,
    layers: Iterable[str | int] | str | int, content_layer: str | int | None = None,
    style_weight: float = 10.0, total_variation: float = 0.1, n_iter: int = 100,
) -> np.ndarray:  # fmt: skip
    """Change an image so that it keeps what it shows and takes on another one's style.

    The style of an image is the Gram matrix of a layer's channels: which of them respond together,
    wherever they do (Gatys et al. 2016). From the content image on, L-BFGS minimises the squared
    differences to the style image's Gram matrices, those to the content image's outputs of one
    layer, and the differences between neighboring pixels. All are relative to what they are
    compared with, so that the weights suit any network.

    Parameters
    ----------
    content : array-like of shape (height, width, channels) or (height, width)
        What the image is to show, on the scale of X of the fit.
    style : array-like of shape (height_2, width_2, channels) or (height_2, width_2)
        May have another size.
    estimator : estimator
        Fitted, with layers that read images.
    layers : iterable of str or int, or str or int
        Whose Gram matrices are the style: names, or places, 0 being the first. No layer may need
        images of the size of the fit up to the last of them.
    content_layer : str or int, default=None
        Whose outputs are the content; None for the last of ``layers``.
    style_weight : float, default=10.0
        Weight of the style beside that of the content, 1.
    total_variation : float, default=0.1
        Weight of the differences between neighboring pixels.
    n_iter : int, default=100
        Most iterations of L-BFGS.

    Returns
    -------
    image : ndarray of the shape of ``content``
        In the dtype of the network, within the range of X in the fit.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If there is no such layer, or it needs images of another size or number of channels, or
        reads no images.

    References
    ----------
    .. [1] Gatys, L. A., Ecker, A. S. and Bethge, M. (2016). Image style transfer using
       convolutional neural networks. CVPR.
    """
    check_order(estimator, content, "content", f"{_OWNER}(content, style, estimator)", _OWNER)
    estimator = network_of(estimator, _OWNER)
    n_iter = check_whole(_OWNER, "n_iter", n_iter)
    style_weight = check_number(_OWNER, "style_weight", style_weight, least=0)
    total_variation = check_number(_OWNER, "total_variation", total_variation, least=0)
    picture = image_for(estimator, content, _OWNER, "content")
    pattern = image_for(estimator, style, _OWNER, "style")
    is_one = isinstance(layers, str) or not np.iterable(layers)
    names: list[Any] = [layers] if is_one else list(layers)  # type: ignore[arg-type]
    if not len(names):
        raise ValueError(f"{_OWNER}: layers={layers!r} is empty; name one or more")
    numbers = [number_of_layer(estimator, name, _OWNER) for name in names]
    of_content = max(numbers)
    if content_layer is not None:
        of_content = number_of_layer(estimator, content_layer, _OWNER, "content_layer")
    low, high = range_of(estimator, picture)
    every = [*numbers, of_content]
    wanted = [
        gram(outputs)
        for outputs in LayerView(estimator, pattern.shape, numbers, _OWNER).outputs(pattern[None])
    ]
    view = LayerView(estimator, picture.shape, every, _OWNER)
    kept = view.outputs(picture[None])[-1]

    def loss_and_slope(flat: np.ndarray) -> tuple[float, np.ndarray]:
        image = (low + (high - low) * flat).reshape(picture.shape).astype(picture.dtype)
        losses: list[float] = []

        def slopes(outputs: list[np.ndarray]) -> list[np.ndarray]:
            found = [_of_gram(each, goal) for each, goal in zip(outputs, wanted, strict=False)]
            losses.extend(style_weight / len(wanted) * loss for loss, _ in found)
            difference, power = outputs[-1] - kept, float(np.sum(kept**2)) or 1.0
            losses.append(float(np.sum(difference**2)) / power)
            styles = [style_weight / len(wanted) * slope for _, slope in found]
            return [*styles, 2 * difference / power]

        slope = (high - low) * view.gradient(image[None], slopes)[0].astype(np.float64)
        rough, rough_slope = rough_and_slope(flat.reshape(picture.shape))
        beyond = flat - np.clip(flat, 0, 1)
        loss = sum(losses) + total_variation * rough + _BEYOND * float(np.mean(beyond**2))
        slope += total_variation * rough_slope
        return loss, slope.ravel() + 2 * _BEYOND / flat.size * beyond

    start = np.clip((picture.astype(np.float64).ravel() - low) / (high - low or 1), 0, 1)
    found = minimize(
        loss_and_slope, start, jac=True, method="L-BFGS-B",
        options={"maxiter": n_iter, "maxcor": 10, "ftol": 0.0, "gtol": 0.0},
    ).x.clip(0, 1)
    return (low + (high - low) * found).astype(picture.dtype).reshape(np.shape(content))


def gram(outputs: np.ndarray) -> np.ndarray:
    """Return the mean products of a layer's channels over all places: (channels, channels)."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    return rows.T @ rows / len(rows)


def _of_gram(outputs: np.ndarray, wanted: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the relative squared difference of Gram matrices, and its slope by the outputs."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    difference, power = gram(outputs) - wanted, float(np.sum(wanted**2)) or 1.0
    slope = 4 / (len(rows) * power) * rows @ difference
    return float(np.sum(difference**2)) / power, slope.reshape(outputs.shape)
