"""Sequences of unequal lengths on their way through layers.

A batch of them is filled up to one length. Layers that keep time compute what is behind a sequence
too, but nothing of it may reach the sequence's own results: these are what they are alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.plan import Buffer, Plan
from ..engine.sequences import clear_behind, lengths_behind
from ._base import Backward, Layer, Slot
from ._memory import own
from ._over_time import EACH_STEP


@dataclass(frozen=True)
class SequenceBuffer(Buffer):
    """Memory of a batch of sequences of shape (time, features), filled up to one length.

    Parameters
    ----------
    lengths : ndarray of shape (batch_size,), int64
        How many steps of each are its own; written by the plan.
    """

    lengths: np.ndarray


def build_layer(
    plan: Plan, layer: Layer, inputs: Buffer, slots: dict[str, Slot], number: int
) -> tuple[Buffer, Backward]:
    """Add the forward steps of a layer, and hand on the lengths of sequences.

    Raises
    ------
    ValueError
        If the layer cannot tell sequences from what they are filled up with.
    """
    if not isinstance(inputs, SequenceBuffer) or layer.reads_sequences:
        return layer.build(plan, inputs, slots, number)
    over_time = layer.over_time(inputs.shape)
    if over_time is None:
        raise ValueError(
            f"{type(layer).__name__}: cannot take sequences of unequal lengths; pool their steps"
            " before it by GlobalMaxPool or GlobalAvgPool, or bring them to one length"
        )
    lengths = inputs.lengths
    whole = Buffer(inputs.array, inputs.shape, inputs.stride)
    if over_time.reads_behind:
        whole = own(plan, whole)
        _clear(plan, whole, lengths)
    outputs, back = layer.build(plan, whole, slots, number)
    added, stride, _ = over_time
    behind = lengths
    if (added, stride) != EACH_STEP[:2]:
        behind = plan.memory_of_rows(1, np.int64)
        plan.by_rows(lengths_behind, lengths.ctypes.data, behind.ctypes.data, added, stride)

    def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
        result = back(gradient, wanted)
        if result is not None and over_time.reads_behind:
            result = own(plan, result)
            _clear(plan, result, lengths)
        return result

    return SequenceBuffer(outputs.array, outputs.shape, outputs.stride, behind), backward


def _clear(plan: Plan, buffer: Buffer, lengths: np.ndarray) -> None:
    most, features = buffer.shape
    plan.by_rows(clear_behind, buffer.address, buffer.stride, features, most, lengths.ctypes.data)
