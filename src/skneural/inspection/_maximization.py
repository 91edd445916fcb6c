"""Activation maximization: what an output or a unit of a layer responds to most."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter
from sklearn.utils import check_random_state

from ..data.mask_targets import MaskTargets
from ..data.targets import ClassTargets
from ._arguments import check_number, check_whole
from ._layer_view import LayerView, number_of_layer
from ._output_targets import codes_of, numbers_of
from ._pictures import dtype_of, network_of, pixel_range
from ._smoothness import rough_and_slope

_OWNER = "activation_maximization"
_LEAST_BLUR = 0.1  # pixels; less changes nothing


def activation_maximization(
    estimator: Any, target: Any = None, *, layer: str | int | None = None,
    unit: Any = None, n_iter: int = 200,
    step_size: float = 0.05, l2: float = 0.1, total_variation: float = 0.5,
    blur: float | None = None, jitter: int | None = None,
    bounds: tuple[float, float] | None = None, initial: ArrayLike | None = None,
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
    blur : float or None, default=None
        Standard deviation, in pixels, by which steps are blurred in the beginning, of images; None
        for a 28th of their height, at most 1.
    jitter : int or None, default=None
        Most pixels by which images are shifted in a step; None for a 28th of their height.
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
    shape = estimator._samples().shape
    jitter = round(shape[0] / 28) if jitter is None else check_whole(_OWNER, "jitter", jitter, 0)
    blur = min(1.0, shape[0] / 28) if blur is None else check_number(_OWNER, "blur", blur, 0)
    n_iter, l2 = check_whole(_OWNER, "n_iter", n_iter), check_number(_OWNER, "l2", l2, 0)
    step_size = check_number(_OWNER, "step_size", step_size, above=0)
    total_variation = check_number(_OWNER, "total_variation", total_variation, least=0)
    random = check_random_state(random_state)
    if layer is not None and target is not None:
        raise ValueError(
            f"{_OWNER}: target={target!r} and layer={layer!r} exclude each other; give one"
        )
    if layer is None:
        number, units = len(estimator._built.layers) - 1, _outputs(estimator, target)
        single = target is not None and np.ndim(target) == 0
    else:
        number = number_of_layer(estimator, layer, _OWNER)
        units = _units(estimator, number, unit)
        single = isinstance(unit, tuple) or (unit is not None and np.ndim(unit) == 0)
    limits = bounds if bounds is not None else pixel_range(estimator)
    low, high = _checked(limits)
    middle = 0.0 if limits is None or low < 0 else (low + high) / 2
    start = np.full((len(units), *shape), middle)
    if initial is not None:
        start[:] = _initial(initial, shape)
    x = start + (initial is None) * 0.02 * (high - low) * random.standard_normal(start.shape)
    view = LayerView(estimator, shape, [number], _OWNER)
    penalties = _Penalties(l2, total_variation, blur) if len(shape) == 3 else _Penalties(l2)
    for step in range(n_iter):
        left, shift = 1 - step / n_iter, (0, 0)
        if len(shape) == 3:
            shift = tuple(random.randint(-jitter, jitter + 1, 2))
        slope = view.gradient(_shifted(x, shift), lambda outputs: [_slope(outputs[0], units)])
        slope = _shifted(slope.astype(np.float64), (-shift[0], -shift[1]))
        direction = penalties.direction(slope, (x - start) / (high - low), left)
        x = x + step_size * left * (high - low) * direction
        if limits is not None:
            x = np.clip(x, low, high)
    return (x[0] if single else x).astype(dtype_of(estimator))


class _Penalties(NamedTuple):
    """Regularisers: weights of squared distances and of roughness, and the blur of steps."""

    l2: float
    total_variation: float = 0.0
    blur: float = 0.0

    def direction(self, slope: np.ndarray, distance: np.ndarray, left: float) -> np.ndarray:
        """Return the direction of a step, of a root mean square of about 1 for each sample.

        Parameters
        ----------
        slope : ndarray of shape (n_samples, ...)
            Of the activations.
        distance : ndarray of shape (n_samples, ...)
            From the start, as a share of the range.
        left : float
            Share of the steps that are still to come: how much steps are blurred.
        """
        slope = slope / _lengths(slope) - self.l2 * distance
        if self.total_variation > 0:
            slope -= self.total_variation * rough_and_slope(distance)[1] * distance.size
        if self.blur * left > _LEAST_BLUR:
            slope = gaussian_filter(slope, (0, self.blur * left, self.blur * left, 0))
            slope /= _lengths(slope)
        return slope


def _shifted(images: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """Return images moved around their borders by some pixels, others as they are."""
    return np.roll(images, shift, (1, 2)) if any(shift) else images


def _lengths(values: np.ndarray) -> np.ndarray:
    """Return the root mean square of each sample, 1 where it is 0, to divide by."""
    axes = tuple(range(1, values.ndim))
    found = np.sqrt(np.mean(values**2, axis=axes, keepdims=True))
    return np.where(found > 0, found, 1.0)


class _Unit(NamedTuple):
    """A unit, or units whose mean counts: an index of the outputs for a sample, and a sign."""

    place: tuple[Any, ...]
    sign: float = 1.0


def _outputs(estimator: Any, target: Any) -> list[_Unit]:
    """Return the outputs that targets mean, all for None.

    Raises
    ------
    ValueError
        If there is no such class or output.
    """
    targets, what = estimator._targets, f"{_OWNER}: {type(estimator).__name__}"
    wanted = None if target is None else np.atleast_1d(np.asarray(target))
    if not isinstance(targets, ClassTargets | MaskTargets):
        n_outputs = estimator.n_outputs_
        wanted = np.arange(n_outputs) if wanted is None else wanted
        places = numbers_of(wanted, n_outputs, len(wanted), what, "outputs")
        return [_Unit((int(place),)) for place in places]
    wanted = targets.classes if wanted is None else wanted
    codes = codes_of(wanted, targets.classes, len(wanted), what)
    if isinstance(targets, MaskTargets):
        return [_Unit((Ellipsis, int(code))) for code in codes]
    if targets.kind == "binary":
        last = len(targets.classes) - 1
        return [_Unit((0,), 1.0 if code == last else -1.0) for code in codes]
    return [_Unit((int(code),)) for code in codes]


def _units(estimator: Any, number: int, unit: Any) -> list[_Unit]:
    """Return units of a layer, or channels of it.

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
        places.append(_Unit(place if len(place) == len(shape) else (Ellipsis, *place)))
    return places


def _slope(outputs: np.ndarray, units: list[_Unit]) -> np.ndarray:
    """Return the slope of the means of units, one for each sample."""
    slope = np.zeros_like(outputs)
    for sample, unit in zip(slope, units, strict=True):
        sample[unit.place] = unit.sign / np.size(sample[unit.place])
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
