"""Primitives: names in kernels whose meaning depends on the dtype and on who runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Primitive:
    """A function with a lowering of its own: Python code, and LLVM code of the same meaning.

    Parameters
    ----------
    twin : callable
        ``twin(dtype)`` returns what the name means in interpreted kernels.
    lowering : str
        Name of the function in `skneural.engine.compile.lowering`: ``lowering(dtype)`` returns
        what the name means to Numba, an intrinsic or a constant.
    """

    def __init__(self, twin: Callable, lowering: str):
        self.twin = twin
        self.lowering = lowering


def primitive(twin: Callable, lowering: str) -> Any:
    """Make a `Primitive`; what it is to a type checker depends on the dtype."""
    return Primitive(twin, lowering)
