"""Checks of the arguments of functions: whole numbers, numbers, names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

from .._naming import did_you_mean
from .._whole_numbers import is_whole


def check_whole(owner: str, name: str, value: Any, least: int = 1) -> int:
    """Return a whole number that is at least ``least``.

    Raises
    ------
    ValueError
    """
    if not is_whole(value, least):
        raise ValueError(f"{owner}: {name}={value!r} must be a whole number from {least} on")
    return int(value)


def check_number(
    owner: str, name: str, value: Any, least: float | None = None, above: float | None = None
) -> float:
    """Return a finite number in some range.

    Raises
    ------
    ValueError
    """
    fits = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if fits and least is not None:
        fits = value >= least
    if fits and above is not None:
        fits = value > above
    if not fits:
        needed = "" if least is None else f" from {least:g} on"
        needed += "" if above is None else f" above {above:g}"
        raise ValueError(f"{owner}: {name}={value!r} must be a finite number{needed}")
    return float(value)


def check_name(owner: str, name: str, value: Any, known: Sequence[Any]) -> Any:
    """Return a value if it is one of those known.

    Raises
    ------
    ValueError
    """
    if not any(type(value) is type(each) and value == each for each in known):
        raise ValueError(
            f"{owner}: {name}={value!r} must be one of {', '.join(map(repr, known))}."
            f"{did_you_mean(value, [each for each in known if isinstance(each, str)])}"
        )
    return value
