"""Activation maximization: what an output or a unit of a layer responds to most."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter
from sklearn.utils import check_random_state

from ..data.numbers import check_numbers
from ..data.table_samples import TableSamples
from ._arguments import check_number, check_whole
from ._layer_view import number_of_layer
from ._pictures import dtype_of, network_of, pixel_range
from ._scored import Scored, of_any_numbers
from ._smoothness import rough_and_slope
from ._what_responds import ActivatedUnits, targets_of, units_of

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
    target : class label, int, tuple of int or array-like of these, default=None
        As of `input_gradient`: a class, an output of a regressor, or a component of an
        autoencoder's code; several give an image each. None for all, if no ``layer`` is given; of
        an outlier detector for its score.
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
        In the shape of the network's samples, or of the rows of a table; without the first axis
        where ``target`` or ``unit`` is one.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If there is no such target, layer or unit, both a target and a layer are given, or a unit
        without a layer, or the estimator reads categories.

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
    shape = _shape_of_samples(estimator)
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
    if layer is None and unit is not None:
        raise ValueError(f"{_OWNER}: unit={unit!r} needs the layer that it is in; give layer, too")
    if layer is None:
        targets, single = targets_of(estimator, target, _OWNER)
        n_images = 1 if targets is None else len(targets)
    else:
        number = number_of_layer(estimator, layer, _OWNER)
        units, single = units_of(estimator, number, unit, _OWNER)
        n_images = len(units)
    limits = bounds if bounds is not None else pixel_range(estimator)
    low, high = _checked(limits)
    middle = 0.0 if limits is None or low < 0 else (low + high) / 2
    start = np.full((n_images, *shape), middle)
    if initial is not None:
        start[:] = _initial(initial, shape)
    x = start + (initial is None) * 0.02 * (high - low) * random.standard_normal(start.shape)
    dtype = dtype_of(estimator)
    objective: Any = (
        Scored(estimator, start.astype(dtype), targets, _OWNER) if layer is None
        else ActivatedUnits(of_any_numbers(estimator), number, units, _OWNER)
    )
    penalties = _Penalties(l2, total_variation, blur) if len(shape) == 3 else _Penalties(l2)
    for step in range(n_iter):
        left, shift = 1 - step / n_iter, (0, 0)
        if len(shape) == 3:
            shift = tuple(random.randint(-jitter, jitter + 1, 2))
        slope = objective.gradients(np.ascontiguousarray(_shifted(x, shift), dtype))
        slope = _shifted(slope.astype(np.float64), (-shift[0], -shift[1]))
        direction = penalties.direction(slope, (x - start) / (high - low), left)
        x = x + step_size * left * (high - low) * direction
        if limits is not None:
            x = np.clip(x, low, high)
    return (x[0] if single else x).astype(dtype)


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


def _shape_of_samples(estimator: Any) -> tuple[int, ...]:
    """Return the shape of a sample: as the network reads it, or of a row of a table.

    Raises
    ------
    ValueError
        If a table has categories.
    """
    samples = estimator._samples()
    if not isinstance(samples, TableSamples):
        return tuple(samples.shape)
    if samples.table.is_categorical.any():
        raise ValueError(
            f"{_OWNER}: {type(estimator).__name__} reads categories, which cannot be changed little"
            " by little; encode them as numbers before the fit"
        )
    return (len(samples.table.is_categorical),)


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
    check_numbers(initial, f"{_OWNER}: initial")
    try:
        values = np.asarray(initial, np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{_OWNER}: initial={str(initial)[:40]!r} must be numbers in the shape {shape} of a"
            " sample"
        ) from None
    if values.shape != shape and (*values.shape, 1) != shape:
        raise ValueError(
            f"{_OWNER}: initial has the shape {values.shape}, where a sample has {shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{_OWNER}: initial has NaN or infinite numbers; give finite ones")
    return values.reshape(shape)
