"""What an input is made for: outputs of an estimator, or units of a layer."""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple

import numpy as np

from .._whole_numbers import is_whole
from ..data.mask_targets import MaskTargets
from ..data.numeric_targets import InputTargets
from ..data.step_targets import StepNumbers
from ..data.targets import ClassTargets
from ..estimators import NeuralOutlierDetector
from ._network_function import NetworkFunction
from ._output_targets import codes_of, numbers_of, place_in


class Unit(NamedTuple):
    """A unit, or units whose mean counts: an index of a layer's output for a sample."""

    place: tuple[Any, ...]


class ActivatedUnits:
    """Units of a layer, one for each sample, as functions of samples.

    Parameters
    ----------
    estimator : NetworkEstimator
        Fitted, expecting no names of features and no range of numbers.
    number : int
        The place of the layer.
    units : list of Unit
    owner : str
        Who asks, for errors.
    """

    def __init__(self, estimator: Any, number: int, units: list[Unit], owner: str):
        self._estimator, self._number, self._units = estimator, number, units
        self._owner = owner
        self._function: NetworkFunction | None = None

    def gradients(self, X: np.ndarray) -> np.ndarray:
        """Return the gradients of the means of units by samples, in their shape."""
        if self._function is None:
            self._function = NetworkFunction(self._estimator, X, self._owner)
        else:
            self._function.move_to(X)
        (outputs,) = self._function.activations([self._number])
        slopes = np.zeros_like(outputs)
        for sample, unit in zip(slopes, self._units, strict=True):
            sample[unit.place] = 1 / np.size(sample[unit.place])
        return self._function.backward({self._number: slopes})


def targets_of(estimator: Any, target: Any, owner: str) -> tuple[np.ndarray | None, bool]:
    """Return targets, one for each input that is to be made, and whether it is a single one.

    All outputs for None; None for the score of an outlier detector.

    Raises
    ------
    ValueError
        If there is no such class or output.
    """
    targets, what = estimator._targets, f"{owner}: {type(estimator).__name__}"
    shape = getattr(targets, "shape", ())
    is_place = isinstance(target, tuple) and len(shape) > 1 and not isinstance(targets, StepNumbers)
    single = target is not None and (is_place or np.ndim(_flat(target)) == 0)
    if isinstance(targets, InputTargets) and isinstance(estimator, NeuralOutlierDetector):
        if target is not None:
            raise ValueError(f"{what}: target={target!r} must be None: there is one score alone")
        return None, False
    if target is not None:
        wanted = [target] if single else list(target)
        if not wanted:
            raise ValueError(f"{what}: target={target!r} is empty; give at least one")
    if isinstance(targets, ClassTargets | MaskTargets):
        classes = targets.classes
        if target is None:
            return classes, False
        codes_of(wanted, classes, len(wanted), what)
        return np.asarray(wanted), single
    if isinstance(targets, InputTargets):
        n_outputs, of = estimator._n_features_out, "components"
    elif isinstance(targets, StepNumbers):
        n_outputs, of = math.prod(shape[1:]), "outputs a step"
    else:
        n_outputs, of = math.prod(shape), "outputs"
    if target is None:
        return np.arange(n_outputs), False
    wanted = [place_in(each, shape, what) if isinstance(each, tuple) else each for each in wanted]
    return np.array([numbers_of(each, n_outputs, 1, what, of)[0] for each in wanted]), single


def units_of(
    estimator: Any, number: int, unit: Any, owner: str
) -> tuple[list[Unit], bool]:
    """Return units of a layer, or channels of it, and whether it is a single one.

    Raises
    ------
    ValueError
        If there are no such units.
    """
    fitted = estimator.get_layer(number)
    shape = fitted.output_shape
    single = isinstance(unit, tuple) or (unit is not None and np.ndim(_flat(unit)) == 0)
    chosen = list(range(shape[-1])) if unit is None else [unit] if single else list(unit)
    if not chosen:
        raise ValueError(f"{owner}: unit={unit!r} is empty; give at least one")
    places = []
    for each in chosen:
        place = tuple(each) if isinstance(each, tuple) else (each,)
        sizes = shape if len(place) == len(shape) else shape[-1:]
        whole = all(is_whole(index, -sys.maxsize) for index in place)
        if len(place) != len(sizes) or not whole or not all(
            -size <= index < size for index, size in zip(place, sizes, strict=True)
        ):
            raise ValueError(
                f"{owner}: unit={each!r} is not in layer {fitted.name!r}, whose output has the"
                f" shape {shape}; give a channel from 0 to {shape[-1] - 1}"
                + (f", or a place of {len(shape)} numbers" if len(shape) > 1 else "")
            )
        places.append(Unit(place if len(place) == len(shape) else (Ellipsis, *place)))
    return places, single


def _flat(value: Any) -> Any:
    """Return a list in which tuples count as one; another value as it is."""
    return [0] * len(value) if isinstance(value, list | tuple) else value
