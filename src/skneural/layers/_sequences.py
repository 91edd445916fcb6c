"""Sequences of unequal lengths on their way through layers.

A batch of them is filled up to one length. Layers that keep time compute what is behind a sequence
too, but nothing of it may reach the sequence's own results: these are what they are alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.plan import Buffer, Plan
from ..engine.sequences import clear_behind, find_lengths
from ._base import Backward, Layer, Slot
from ._memory import own
from ._over_time import OverTime


@dataclass(frozen=True)
class SequenceBuffer(Buffer):
    """Memory of a batch of sequences of shape (time, features), filled up to one length.

    Parameters
    ----------
    lengths : ndarray of shape (batch_size,), int64
        How many steps of each are its own; written by the plan.
    """

    lengths: np.ndarray


def lengths_of(buffer: Buffer) -> np.ndarray | None:
    """Return the lengths of sequences, None where all of a buffer's samples are as long."""
    return buffer.lengths if isinstance(buffer, SequenceBuffer) else None


def with_lengths(buffer: Buffer, lengths: np.ndarray | None) -> Buffer:
    """Return a buffer as one of sequences, if there are lengths."""
    if lengths is None:
        return buffer
    return SequenceBuffer(buffer.array, buffer.shape, buffer.stride, lengths)


def lengths_behind(plan: Plan, lengths: np.ndarray, over_time: OverTime) -> np.ndarray:
    """Return the lengths of sequences behind a layer, by how it goes over time."""
    times, added, stride = over_time.times, over_time.added, over_time.stride
    if (times, added, stride) == (1, 0, 1):
        return lengths
    behind = plan.memory_of_rows(1, np.int64)
    plan.by_rows(
        find_lengths, before=lengths, behind=behind, times=times, added=added, stride=stride
    )
    return behind


def build_layer(
    plan: Plan, layer: Layer, inputs: Buffer, slots: dict[str, Slot], number: int
) -> tuple[Buffer, Backward]:
    """Add the forward steps of a layer, and hand on the lengths of sequences.

    What observes the plan gets the layer with its outputs, before others may overwrite these.

    Raises
    ------
    ValueError
        If the layer cannot tell sequences from what they are filled up with.
    """
    outputs, backward = _build(plan, layer, inputs, slots, number)
    if plan.observe is not None:
        plan.observe(plan, layer, outputs)
    return outputs, backward


def _build(
    plan: Plan, layer: Layer, inputs: Buffer, slots: dict[str, Slot], number: int
) -> tuple[Buffer, Backward]:
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
    behind = lengths_behind(plan, lengths, over_time)

    def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
        result = back(gradient, wanted)
        if result is not None and over_time.reads_behind:
            result = own(plan, result)
            _clear(plan, result, lengths)
        return result

    return with_lengths(outputs, behind), backward


def _clear(plan: Plan, buffer: Buffer, lengths: np.ndarray) -> None:
    most, features = buffer.shape
    plan.by_rows(clear_behind, buffer.address, buffer.stride, features, most, lengths.ctypes.data)
