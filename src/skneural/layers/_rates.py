"""Factors of the learning rate, by variable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

from sklearn.utils._param_validation import Interval

from .._naming import did_you_mean

RateFactor = float | Mapping[str, float]
RATE_FACTOR: list[Any] = [Interval(Real, 0, None, closed="neither"), dict]


def with_rates(variables: Sequence[Any], factor: RateFactor, owner: str) -> list[Any]:
    """Return a layer's variables with their factors of the learning rate.

    Parameters
    ----------
    variables : sequence of Variable
    factor : float or mapping of str to float
        Of all variables, or by their names; 1 for those that are not named.
    owner : str
        The layer, for errors.

    Raises
    ------
    ValueError
        For a name that no variable has, or a factor that is not a positive number.
    """
    if not isinstance(factor, Mapping):
        factor = dict.fromkeys((variable.name for variable in variables), factor)
    names = [variable.name for variable in variables]
    for name, value in factor.items():
        if name not in names:
            raise ValueError(
                f"{owner}: learning_rate_factor names {name!r}, its variables are {names}."
                f"{did_you_mean(name, names)}"
            )
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if not is_number or not 0 < float(value) < math.inf:
            raise ValueError(
                f"{owner}: learning_rate_factor of {name!r} must be a positive number, got"
                f" {value!r}; trainable=False freezes a layer"
            )
    return [replace(v, rate=v.rate * float(factor.get(v.name, 1.0))) for v in variables]
