"""How layers go over the time of sequences of unequal lengths."""

from __future__ import annotations

from typing import NamedTuple


class OverTime(NamedTuple):
    """How a layer goes over time: n steps become ``(times * n + added) // stride``.

    ``reads_behind`` says whether it reads past a sequence's end and expects zeros there.
    """

    added: int = 0
    stride: int = 1
    reads_behind: bool = False
    times: int = 1

    @classmethod
    def of_windows(cls, size: int, stride: int, padding: int = 0) -> OverTime:
        """Return how windows go over time, with so many zeros at both ends."""
        return cls(2 * padding - size + stride, stride, padding > 0)


EACH_STEP = OverTime()  # of layers that make a step of each
