"""Activation maximization: what an output or a unit of a layer responds to most."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter
from sklearn.utils import check_random_state

from ._arguments import check_number, check_whole
from ._layer_view import LayerView, number_of_layer
from ._pictures import dtype_of, network_of, pixel_range
from ._smoothness import rough_and_slope

_OWNER = "activation_maximization"


def activation_maximization(
    estimator: Any, target: Any = None, *, layer: str | int | None = None,
    unit: int | tuple[int, ...] | ArrayLike | None = None, n_iter: int = 200,
    step_size: float = 0.05, l2: float = 0.1, total_variation: float = 0.5, blur: float = 1.0,
    jitter: int = 2, bounds: tuple[float, float] | None = None, initial: ArrayLike | None = None,
    random_state: Any = None,
) -> np.ndarray:  # fmt: skip
    """Make the input to which an output, or a unit of a layer, responds most.

    Gradient ascent from noise on, in steps of equal length that become shorter to the end
    (Simonyan et al. 2014). What a network responds to most is no natural image unless it is
    regularised: large values and rough images are penalised, steps are blurred, less and less, and
    the image is shifted at random (Yosinski et al. 2015; Olah et al. 2017).

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers.
    target : class label, int or array-like of these, default=None
        The class, or the output of a regressor; several give an image each. None for all, if no
        ``layer`` is given.
    layer : str or int, default=None
        A layer's name or place in place of a ``target``, with ``unit``.
    unit : int, tuple or list of these, default=None
        A channel, whose mean over all places is maximized, or the place of one unit in the layer's
        output, as (row, column, channel). None for all channels, an image each.
    n_iter : int, default=200
        Steps.
    step_size : float, default=0.05
        Root mean square change of a step in the beginning, as a share of the range.
    l2 : float, default=0.1
        Weight of the squared distance from where images start: the middle of the range, or 0 where
        it has negative numbers, or ``initial``.
    total_variation : float, default=0.5
        Weight of the squared differences between neighboring pixels, of images.
    blur : float, default=1.0
        Standard deviation, in pixels, by which steps are blurred in the beginning, of images.
    jitter : int, default=2
        Most pixels by which images are shifted in a step.
    bounds : (float, float), default=None
        Least and greatest number; None for the range of X in the fit where the estimator knows it,
        as those of images do. Otherwise there are no bounds, and lengths are those of a range of 1.
    initial : array-like of the shape of a sample, default=None
        Where to start, in place of noise.
    random_state : int, RandomState instance or None, default=None
        Of the noise and the shifts.

    Returns
    -------
    X : ndarray of shape (n_targets, ...) or (...)
        In the shape of the network's samples; without the first axis where ``target`` or ``unit``
        is one.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If there is no such target, layer or unit, or both a target and a layer are given.

    References
    ----------
    .. [1] Simonyan, K., Vedaldi, A. and Zisserman, A. (2014). Deep inside convolutional networks:
       visualising image classification models and saliency maps. ICLR workshop.
       :arxiv:`1312.6034`
    .. [2] Yosinski, J. et al. (2015). Understanding neural networks through deep visualization.
       :arxiv:`1506.06579`
    .. [3] Olah, C., Mordvintsev, A. and Schubert, L. (2017). Feature visualization. Distill.
       https://doi.org/10.23915/distill.00007
    """
    estimator = network_of(estimator, _OWNER)
    n_iter, jitter = check_whole(_OWNER, "n_iter", n_iter), check_whole(_OWNER, "jitter", jitter, 0)
    step_size = check_number(_OWNER, "step_size", step_size, above=0)
    l2, blur = check_number(_OWNER, "l2", l2, 0), check_number(_OWNER, "blur", blur, 0)
    total_variation = check_number(_OWNER, "total_variation", total_variation, least=0)
    random = check_random_state(random_state)
    if layer is not None and target is not None:
        raise ValueError(
            f"{_OWNER}: target={target!r} and layer={layer!r} exclude each other; give one"
        )
    if layer is None:
        number, units = len(estimator._built.layers) - 1, [(int(k),) for k in np.atleast_1d(target if target is not None else estimator.classes_)]
        single = target is not None and np.ndim(target) == 0
    else:
        number = number_of_layer(estimator, layer, _OWNER)
        units = _units(estimator, number, unit)
        single = isinstance(unit, tuple) or (unit is not None and np.ndim(unit) == 0)
    shape = estimator._samples().shape
    limits = bounds if bounds is not None else pixel_range(estimator)
    low, high = _checked(limits)
    middle = 0.0 if limits is None or low < 0 else (low + high) / 2
    start = np.full((len(units), *shape), middle)
    if initial is not None:
        start[:] = _initial(initial, shape)
    x = start + (initial is None) * 0.02 * (high - low) * random.standard_normal(start.shape)
    view = LayerView(estimator, shape, [number], _OWNER)
    are_images, spread = len(shape) == 3, high - low

    def slopes(outputs: list[np.ndarray]) -> list[np.ndarray]:
        return [_slope(outputs[0], units)]

    for step in range(n_iter):
        left = 1 - step / n_iter
        shift = random.randint(-jitter, jitter + 1, 2) if are_images else np.zeros(2, int)
        shifted = np.roll(x, shift, (1, 2)) if are_images else x
        slope = view.gradient(shifted.astype(dtype_of(estimator)), slopes).astype(np.float64)
        slope = np.roll(slope, -shift, (1, 2)) if are_images else slope
        slope /= _lengths(slope)
        slope -= l2 * (x - start) / spread
        if are_images and total_variation > 0:
            rough = rough_and_slope(x)[1] * x.size
            slope -= total_variation * rough / spread
        if are_images and blur * left > 0.1:
            slope = gaussian_filter(slope, (0, blur * left, blur * left, 0))
            slope /= np.maximum(_lengths(slope), 1e-3)
        x = x + step_size * spread * left * slope
        if limits is not None:
            x = np.clip(x, low, high)
    return x[0].astype(dtype_of(estimator)) if single else x.astype(dtype_of(estimator))


def _lengths(values: np.ndarray) -> np.ndarray:
    """Return the root mean square of each sample, 1 where it is 0, to divide by."""
    axes = tuple(range(1, values.ndim))
    found = np.sqrt(np.mean(values**2, axis=axes, keepdims=True))
    return np.where(found > 0, found, 1.0)


def _units(estimator: Any, number: int, unit: Any) -> list[tuple[Any, ...]]:
    """Return the places of units in the outputs of a layer, an index of the output of a sample.

    Raises
    ------
    ValueError
        If there are no such units.
    """
    fitted = estimator.get_layer(number)
    shape = fitted.output_shape
    if unit is None:
        chosen: list[Any] = list(range(shape[-1]))
    else:
        chosen = [unit] if isinstance(unit, tuple) or np.ndim(unit) == 0 else list(unit)
    places = []
    for each in chosen:
        place = tuple(each) if isinstance(each, tuple) else (each,)
        sizes = shape if len(place) == len(shape) else shape[-1:]
        whole = all(isinstance(index, int | np.integer) for index in place)
        if len(place) != len(sizes) or not whole or not all(
            -size <= index < size for index, size in zip(place, sizes, strict=True)
        ):
            raise ValueError(
                f"{_OWNER}: unit={each!r} is not in layer {fitted.name!r}, whose output has the"
                f" shape {shape}; give a channel from 0 to {shape[-1] - 1}"
                + (f", or a place of {len(shape)} numbers" if len(shape) > 1 else "")
            )
        places.append(place if len(place) == len(shape) else (Ellipsis, *place))
    return places


def _slope(outputs: np.ndarray, units: list[tuple[Any, ...]]) -> np.ndarray:
    """Return the slope of the mean of the units, one place for each sample."""
    slope = np.zeros_like(outputs)
    for sample, place in zip(slope, units, strict=True):
        sample[place] = 1.0
        sample /= max(1, np.count_nonzero(sample))
    return slope


def _checked(bounds: Any) -> tuple[float, float]:
    """Return least and greatest number, 0 and 1 for None."""
    if bounds is None:
        return 0.0, 1.0
    try:
        low, high = (float(each) for each in bounds)
    except (TypeError, ValueError):
        raise ValueError(f"{_OWNER}: bounds={bounds!r} must be two numbers") from None
    if not low < high or not np.isfinite([low, high]).all():
        raise ValueError(f"{_OWNER}: bounds={bounds!r} must be two numbers, the lower one first")
    return low, high


def _initial(initial: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return where to start, in the shape of a sample."""
    values = np.asarray(initial, np.float64)
    if values.shape != shape and (*values.shape, 1) != shape:
        raise ValueError(
            f"{_OWNER}: initial has the shape {values.shape}, where a sample has {shape}"
        )
    return values.reshape(shape)
