"""Checks of parameters that `fit` makes before it changes anything."""

from __future__ import annotations

from typing import Any

from ..._whole_numbers import is_whole


def check_sizes(estimator: Any) -> None:
    """Raise a ValueError for sizes of layers that are no counts."""
    owner = type(estimator).__name__
    for name, least in (("hidden_layer_sizes", 0), ("filters", 1)):
        value = getattr(estimator, name)
        sizes = list(value) if hasattr(value, "__len__") else [value]
        if not all(is_whole(size) for size in sizes):
            raise ValueError(f"{owner}: {name}={value!r} must be > 0: whole numbers")
        if len(sizes) < least:
            raise ValueError(f"{owner}: {name}={value!r} must have at least one number")
    shape = estimator.input_shape
    if shape is not None and not (len(shape) and all(is_whole(size) for size in shape)):
        raise ValueError(f"{owner}: input_shape={shape!r} must be > 0: whole numbers")
