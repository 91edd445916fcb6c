"""Parameters that are one size or several, as those of layers."""

from __future__ import annotations

from typing import Any

from ..._whole_numbers import is_whole, wanted


def sizes(value: Any) -> list:
    """Return a number or several as a list."""
    return list(value) if hasattr(value, "__iter__") else [value]


def check_sizes(estimator: Any, *names: str) -> None:
    """Raise a ValueError for parameters of an estimator that are not positive whole numbers."""
    for name in names:
        given = sizes(getattr(estimator, name))
        if not all(map(is_whole, given)):
            raise ValueError(
                f"{type(estimator).__name__}: {name} must be {wanted(given)}, got {given}."
            )
