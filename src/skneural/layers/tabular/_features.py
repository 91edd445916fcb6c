"""Layers on the first columns of a table, each by itself, which pass the others through."""

from __future__ import annotations

from .._base import Shape


def check_flat(shape: Shape, n_features: int, owner: str) -> None:
    """Raise a ValueError if samples are not flat, or have fewer columns than are wanted."""
    if len(shape) != 1:
        raise ValueError(
            f"{owner}: needs flat input, got samples of shape {shape}; put Flatten() before it"
        )
    if n_features > shape[0]:
        raise ValueError(
            f"{owner}: is for the first {n_features} columns, but samples have {shape[0]}"
        )
