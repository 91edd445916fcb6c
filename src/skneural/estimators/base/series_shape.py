"""The shape of series that rows of a table hold."""

from __future__ import annotations

from typing import Any

from ..._whole_numbers import is_whole


def check_series_shape(estimator: Any) -> None:
    """Raise a ValueError for a `series_shape` that is no pair of sizes."""
    shape, owner = estimator.series_shape, type(estimator).__name__
    if shape is not None and not (len(shape) == 2 and all(map(is_whole, shape))):
        raise ValueError(
            f"{owner}: series_shape={shape!r} is not a pair of positive integers, time and features"
        )
