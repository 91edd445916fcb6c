"""Samples in another shape: the same numbers, the same memory."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

from ..._whole_numbers import is_whole
from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot


class Flatten(Layer, name="flatten"):
    """Flatten samples, such as (height, width, channels) to (features,).

    Numbers keep their order, the last axis running fastest; nothing is copied.
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        return (math.prod(input_shape),)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return view_as(inputs, self.output_shape(inputs.shape))

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (3, 4, 5)), (cls(), (6, 2)), (cls(), (5,))]


class Reshape(Layer, name="reshape"):
    """Change the shape of samples.

    Numbers keep their order, the last axis running fastest; nothing is copied.

    Parameters
    ----------
    target_shape : int or tuple of int
        Shape of a sample; one entry may be -1 and follows from the others.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "target_shape": ["array-like", int]
    }

    def __init__(self, target_shape: int | tuple[int, ...]):
        self.target_shape = target_shape

    def output_shape(self, input_shape: Shape) -> Shape:
        target, size = self.target_shape, math.prod(input_shape)
        wanted = tuple(target) if hasattr(target, "__iter__") else (target,)
        known = math.prod(length for length in wanted if length != -1)
        if wanted.count(-1) == 1 and known > 0 and size % known == 0:
            wanted = tuple(size // known if length == -1 else length for length in wanted)
        whole = len(wanted) > 0 and all(is_whole(length) for length in wanted)
        if not whole or math.prod(wanted) != size:
            raise ValueError(
                f"Reshape: target_shape={target!r} does not fit samples of shape {input_shape},"
                f" which have {size} numbers"
            )
        return tuple(int(length) for length in wanted)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return view_as(inputs, self.output_shape(inputs.shape))

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls((2, -1, 3)), (12,)), (cls((5, 12)), (3, 4, 5)), (cls(-1), (3, 2))]


def view_as(inputs: Buffer, shape: Shape) -> tuple[Buffer, Backward]:
    """Return the same memory as samples of another shape, and what passes the gradient on."""
    before = inputs.shape
    if shape == before:
        return inputs, lambda gradient, wanted: gradient
    return replace(inputs, shape=shape), lambda gradient, wanted: replace(gradient, shape=before)
