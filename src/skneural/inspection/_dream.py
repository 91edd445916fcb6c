"""Deep dream: an image that shows more and more of what a layer responds to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import zoom
from sklearn.utils import check_random_state

from .._whole_numbers import is_whole
from ._arguments import check_number, check_whole
from ._layer_view import LayerView, number_of_layer
from ._pictures import check_order, image_for, network_of, range_of

_OWNER = "deep_dream"


def deep_dream(
    estimator: Any, image: ArrayLike, layer: str | int, *, channel: int | None = None,
    octaves: int = 4, octave_scale: float = 1.4, n_iter: int = 20, step_size: float = 0.01,
    jitter: int = 8, random_state: Any = None,
) -> np.ndarray:  # fmt: skip
    """Change an image so that a layer responds more to it (Mordvintsev et al. 2015).

    Gradient ascent on the mean square of the layer's outputs, at several sizes of the image, the
    octaves, from small to large; what was added at one is enlarged for the next. The image may
    have any size that the layers up to this one accept, also a larger one than those of the fit.

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers that read images.
    image : array-like of shape (height, width, channels) or (height, width)
        On the scale of X of the fit.
    layer : str or int
        Its name, or its place: 0 is the first. No layer may need images of the size of the fit up
        to this one, as `Flatten` with a dense layer does.
    channel : int, default=None
        The only channel to enhance; None for all.
    octaves : int, default=4
        Number of sizes.
    octave_scale : float, default=1.4
        How many times as large as an octave the next one is.
    n_iter : int, default=20
        Steps for each octave.
    step_size : float, default=0.01
        Mean change of a pixel in a step, as a share of the range of X in the fit.
    jitter : int, default=8
        The image is shifted by up to so many pixels in each step, so that no grid shows.
    random_state : int, RandomState instance or None, default=None
        Of the shifts.

    Returns
    -------
    dream : ndarray of the shape of ``image``
        In the dtype of the network, within the range of X in the fit.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If there is no such layer or channel, or it needs images of another size or number of
        channels, or reads no images.

    References
    ----------
    .. [1] Mordvintsev, A., Olah, C. and Tyka, M. (2015). Inceptionism: going deeper into neural
       networks. Google Research Blog.
    """
    check_order(estimator, image, "image", f"{_OWNER}(estimator, image, layer)", _OWNER)
    estimator = network_of(estimator, _OWNER)
    octaves, n_iter = check_whole(_OWNER, "octaves", octaves), check_whole(_OWNER, "n_iter", n_iter)
    jitter = check_whole(_OWNER, "jitter", jitter, least=0)
    octave_scale = check_number(_OWNER, "octave_scale", octave_scale, above=1)
    step_size = check_number(_OWNER, "step_size", step_size, above=0)
    random = check_random_state(random_state)
    picture = image_for(estimator, image, _OWNER)
    number = number_of_layer(estimator, layer, _OWNER)
    channel = _checked(estimator, number, channel)
    low, high = range_of(estimator, picture)
    height, width, _ = picture.shape
    added = np.zeros_like(picture)
    for octave in reversed(range(octaves)):
        size = [max(1, round(each / octave_scale**octave)) for each in (height, width)]
        view = _view(estimator, (*size, picture.shape[2]), number, octave)
        if view is None:
            continue
        base = resized(picture, size)
        dream = np.clip(base + resized(added, size), low, high)
        for _ in range(n_iter):
            shift = tuple(random.randint(-jitter, jitter + 1, 2))
            shifted = np.roll(dream, shift, (0, 1))[np.newaxis]
            slope = view.gradient(shifted, lambda outputs: [_enhanced(outputs[0], channel)])[0]
            slope = np.roll(slope, (-shift[0], -shift[1]), (0, 1))
            scale = np.abs(slope).mean()
            if scale > 0:
                step = step_size * (high - low) * slope / scale
                dream = np.clip(dream + step, low, high)
        added = dream - base
    return np.clip(picture + added, low, high).reshape(np.shape(image))


def _view(estimator: Any, shape: tuple[int, ...], number: int, octave: int) -> LayerView | None:
    """Return the layers for an octave; None for a small one that they do not accept."""
    try:
        return LayerView(estimator, shape, [number], _OWNER)
    except ValueError:
        if octave == 0:
            raise
        return None


def _checked(estimator: Any, number: int, channel: Any) -> int | None:
    """Return the channel as an int; raise a ValueError if a layer has none of this number."""
    if channel is None:
        return None
    layer = estimator.get_layer(number)
    n_channels = layer.output_shape[-1]
    if not is_whole(channel, -n_channels) or channel >= n_channels:
        raise ValueError(
            f"{_OWNER}: channel={channel!r} of a layer with {n_channels} channels, {layer.name!r};"
            f" give a whole number from 0 to {n_channels - 1}, or None for all"
        )
    return int(channel)


def _enhanced(outputs: np.ndarray, channel: int | None) -> np.ndarray:
    """Return the slope of the mean square of outputs, or of one channel of them."""
    if channel is None:
        return 2 * outputs / outputs.size
    slope = np.zeros_like(outputs)
    slope[..., channel] = 2 * outputs[..., channel] / outputs[..., channel].size
    return slope


def resized(image: np.ndarray, size: Any) -> np.ndarray:
    """Return an image (height, width, channels) at another size, linearly interpolated."""
    factors = [new / old for new, old in zip(size, image.shape, strict=False)]
    return zoom(image, (*factors, 1), order=1, mode="nearest", grid_mode=True)
