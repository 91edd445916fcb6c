"""Which output of an estimator a target is, and the derivative by the network's outputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._naming import did_you_mean, listed
from ..data.mask_targets import MaskTargets
from ..data.numeric_targets import NumericTargets
from ..data.scaled_targets import ScaledTargets
from ..data.step_targets import StepLabels, StepNumbers
from ..data.targets import ClassTargets
from ._network_function import NetworkFunction


def score_slopes(function: NetworkFunction, target: Any, of: str, caller: str) -> np.ndarray:
    """Return the derivative of a score by the raw outputs, or by the predictions.

    By predictions it is for probabilities, and for the numbers that a regressor predicts.

    Parameters
    ----------
    function : NetworkFunction
    target : label, int, tuple of int, array-like of shape (n_samples,), or None
    of : {"score", "probability"}
    caller : str
        For errors.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs)
    """
    targets = function.estimator._targets
    what = f"{caller}: {type(function.estimator).__name__}"
    if isinstance(targets, NumericTargets):
        if of != "score":
            raise ValueError(f"{what} is a regressor, whose outputs are numbers; set of='score'")
        return _of_numbers(function, targets, target, what)
    if of == "probability" and function.network.loss.link not in ("softmax", "logistic"):
        raise ValueError(
            f"{what} has no probabilities with loss={function.estimator.loss!r}; set of='score'"
        )
    if isinstance(targets, ClassTargets):
        return _of_classes(function, targets, target, of, what)
    return _of_places(function, targets, target, what)


def by_raw(function: NetworkFunction, of: str) -> bool:
    """Whether `score_slopes` are by the raw outputs."""
    return of == "score" and not isinstance(function.estimator._targets, NumericTargets)


def codes_of(labels: Any, classes: np.ndarray, n_samples: int, what: str) -> np.ndarray:
    """Return the place among classes of a label, or of one for each row.

    Returns
    -------
    ndarray of shape (n_samples,), int

    Raises
    ------
    ValueError
        For what is no class, or another number of labels.
    """
    given = np.asarray(labels)
    if given.ndim > 1 or (given.ndim == 1 and len(given) != n_samples):
        raise ValueError(
            f"{what}: target has the shape {given.shape}; give one class, or one for each of"
            f" {n_samples} rows of X"
        )
    places = {label: place for place, label in enumerate(classes.tolist())}
    found = [places.get(label) for label in np.ravel(given).tolist()]
    if None in found:
        label = np.ravel(given).tolist()[found.index(None)]
        raise ValueError(
            f"{what}: target={label!r} is no class; the classes are {listed(list(places), 20)}."
            f"{did_you_mean(label, [each for each in places if isinstance(each, str)])}"
        )
    return np.broadcast_to(np.array(found, np.int64), (n_samples,))


def numbers_of(given: Any, n_numbers: int, n_samples: int, what: str, of: str) -> np.ndarray:
    """Return the place of a number, or of one for each row, shape (n_samples,).

    Raises
    ------
    ValueError
        For places that there are not, or None where there are several numbers.
    """
    if given is None:
        if n_numbers > 1:
            raise ValueError(
                f"{what} has {n_numbers} {of}; say which by target, a number from 0 to"
                f" {n_numbers - 1}"
            )
        given = 0
    places = np.asarray(given)
    fits = places.dtype.kind in "iu" and (places.ndim == 0 or places.shape == (n_samples,))
    if not fits or ((places < 0) | (places >= n_numbers)).any():
        raise ValueError(
            f"{what}: target={given!r} must be a whole number from 0 to {n_numbers - 1}, which says"
            f" which of {n_numbers} {of}, or one for each of {n_samples} rows of X"
        )
    return np.broadcast_to(places.astype(np.int64), (n_samples,))


def one_of_each(codes: np.ndarray, n_columns: int) -> np.ndarray:
    """Return rows with a 1 at a place and else 0, shape (n_samples, n_columns)."""
    slopes = np.zeros((len(codes), n_columns))
    slopes[np.arange(len(codes)), codes] = 1
    return slopes


def _of_classes(
    function: NetworkFunction, targets: ClassTargets, target: Any, of: str, what: str
) -> np.ndarray:
    if target is None:
        raw = function.outputs.raw
        codes = raw.argmax(axis=1) if targets.kind == "multilabel" else targets.codes(raw)[:, 0]
    else:
        codes = codes_of(target, targets.classes, function.n_samples, what)
    if targets.are_one_class and of == "probability":
        return np.zeros((len(codes), targets.n_outputs))
    if targets.kind == "binary":
        return np.where(codes == len(targets.classes) - 1, 1.0, -1.0)[:, None]
    return one_of_each(codes, targets.n_outputs)


def _of_places(
    function: NetworkFunction, targets: MaskTargets, target: Any, what: str
) -> np.ndarray:
    """Sum the outputs of a class over all pixels or steps, or of the class predicted at each."""
    raw, classes = function.outputs.raw, targets.classes
    at_places = raw.reshape(len(raw), -1, len(classes))
    if target is None:
        codes = at_places.argmax(axis=2)
    else:
        codes = np.broadcast_to(
            codes_of(target, classes, len(raw), what)[:, None], at_places.shape[:2]
        )
    slopes = one_of_each(codes.ravel(), len(classes)).reshape(at_places.shape)
    if isinstance(targets, StepLabels):
        _clear_behind(slopes, function.lengths)
    return slopes.reshape(raw.shape)


def _of_numbers(
    function: NetworkFunction, targets: NumericTargets, target: Any, what: str
) -> np.ndarray:
    predictions = function.outputs.predictions
    n_samples, shape = len(predictions), targets.shape
    if isinstance(targets, StepNumbers):
        n_numbers = math.prod(shape[1:])
        places = numbers_of(target, n_numbers, n_samples, what, "outputs a step")
        slopes = np.zeros((n_samples, predictions.shape[1] // n_numbers, n_numbers))
        slopes[np.arange(n_samples), :, places] = 1
        _clear_behind(slopes, function.lengths)
        return slopes.reshape(predictions.shape)
    if len(shape) > 1 and isinstance(target, tuple):
        target = place_in(target, shape, what)
    slopes = one_of_each(
        numbers_of(target, predictions.shape[1], n_samples, what, "outputs"), predictions.shape[1]
    )
    if isinstance(targets, ScaledTargets):
        slopes *= targets.slopes(predictions)
    return slopes


def place_in(target: tuple, shape: tuple[int, ...], what: str) -> int:
    """Return the number of an output by its place; raise a ValueError if there is none."""
    try:
        return int(np.ravel_multi_index(target, shape))
    except (ValueError, TypeError):
        raise ValueError(
            f"{what}: target={target!r} is no place in outputs of shape {shape}"
        ) from None


def _clear_behind(slopes: np.ndarray, lengths: np.ndarray | None) -> None:
    """Write zeros behind the ends of series."""
    for own, length in zip(slopes, () if lengths is None else lengths, strict=False):
        own[length:] = 0
