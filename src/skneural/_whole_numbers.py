"""Checks for whole numbers. True and False are integers in Python, but not accepted as counts."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable
from numbers import Integral
from typing import Any

from sklearn.utils._param_validation import Interval, InvalidParameterError


def is_whole(value: object, least: int = 1) -> bool:
    """Whether a value is a whole number that is not below `least`."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def check_count(owner: str, name: str, value: object) -> None:
    """Raise a ValueError unless an argument of a method is a whole number above 0."""
    if not is_whole(value):
        raise ValueError(f"{owner}: {name}={value!r} must be > 0: a whole number")


def wanted(values: Iterable[object]) -> str:
    """Return scikit-learn's wording of what values with invalid counts must be."""
    return "> 0" if all(is_whole(v, least=-sys.maxsize) for v in values) else "integers > 0"


def refuse_booleans(owner: Any, spared: Container[str] = ()) -> None:
    """Raise if a parameter that has to be a whole number is True or False.

    Scikit-learn's validation lets them pass.

    Parameters
    ----------
    owner : object
        With ``_parameter_constraints``.
    spared : container of str
        Parameters that may be what scikit-learn accepts.

    Raises
    ------
    InvalidParameterError
    """
    for name, constraints in owner._parameter_constraints.items():
        value = getattr(owner, name)
        if not isinstance(value, bool) or name in spared or constraints == "no_validation":
            continue
        ranges = [str(c) for c in constraints if isinstance(c, Interval) and c.type is Integral]
        if ranges and "boolean" not in constraints:
            raise InvalidParameterError(
                f"The {name!r} parameter of {type(owner).__name__} must be {' or '.join(ranges)},"
                f" not a boolean. Got {value!r} instead."
            )
