"""Lengths of sequences behind branches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...engine.plan import Buffer
from .._base import Layer, Shape
from .._sequences import lengths_of
from .sequential import shapes_along


def common_lengths(
    owner: Layer, branches: Sequence[tuple[str, Layer]], inputs: Buffer, outputs: Sequence[Buffer]
) -> np.ndarray | None:
    """Return the lengths that sequences have behind all branches, None if they are not ones.

    Raises
    ------
    ValueError
        If branches give sequences of different lengths, or some have no steps behind.
    """
    found = [lengths_of(output) for output in outputs]
    if all(lengths is found[0] for lengths in found):
        return found[0]
    name = type(owner).__name__
    if any(lengths is None for lengths in found):
        raise ValueError(f"{name}: some branches keep the steps of sequences, others pool them")
    for length in range(1, inputs.shape[0] + 1):
        behind = _lengths_behind(branches, (length, *inputs.shape[1:]))
        if len(set(behind)) > 1:
            raise ValueError(
                f"{name}: of a sequence of {length} steps, the branches leave {behind}; give their"
                " layers strides and padding that leave as many"
            )
    return found[0]


def _lengths_behind(branches: Sequence[tuple[str, Layer]], shape: Shape) -> list[int]:
    """Return the steps behind each branch, of none if a sequence is too short for one."""
    try:
        return [shapes_along([branch], shape)[-1][0] for branch in branches]
    except ValueError:
        return []
