"""Mirror images."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper, kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import (
    BATCH_SIZE,
    N_SAMPLES,
    ROWS,
    RUN_FIELDS,
    SEED,
    STEP,
    doubles,
    integers,
    reals,
)
from ..engine.random import row_key, uniform
from ..engine.shares import sample_at, share_begin, share_end
from ._base import Augmentation


class Flip(Augmentation, name="flip"):
    """Mirror images at random.

    Parameters
    ----------
    horizontal : bool, default=True
        Whether to exchange left and right.
    vertical : bool, default=False
        Whether to exchange top and bottom.
    rate : float in [0, 1], default=0.5
        Share of the images that is mirrored, each way apart.
    alternating : bool, default=False
        Whether to draw in the first epoch only: what is mirrored then is not in the next epoch, is
        again in the one after it, and so on, so that two epochs show each image both ways. Jordan
        2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU", :arxiv:`2404.00498`.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "horizontal": ["boolean"],
        "vertical": ["boolean"],
        "rate": [Interval(Real, 0, 1, closed="both")],
        "alternating": ["boolean"],
    }

    def __init__(
        self,
        horizontal: bool = True,
        vertical: bool = False,
        rate: float = 0.5,
        alternating: bool = False,
    ):
        self.horizontal = horizontal
        self.vertical = vertical
        self.rate = rate
        self.alternating = alternating

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        height, width, channels = images.shape
        rates = plan.memory(2, float)
        rates[:] = self.rate * self.horizontal, self.rate * self.vertical
        if rates.any():
            plan.by_rows(flip, images.address, images.stride, height, width, channels,
                         rates.ctypes.data, number, int(self.alternating))
        return images

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [
            cls(), cls(True, True, rate=0.7), cls(False, True), cls(vertical=True, alternating=True)
        ]


@helper
def exchange(values, one, other, size):
    """Exchange two pieces of memory."""
    for j in range(size):
        kept = values[one + j]
        values[one + j] = values[other + j]
        values[other + j] = kept


@helper
def flip_key(number, alternating, i, run):
    """Return what an image's draws are keyed by, and whether to do the opposite of them."""
    r = integers(run, RUN_FIELDS)
    if alternating == 0:
        return row_key(r[SEED], r[STEP], number, i), False
    n_batches = (r[N_SAMPLES] + r[BATCH_SIZE] - 1) // r[BATCH_SIZE]
    key = row_key(r[SEED], 0, number, sample_at(i, run))
    return key, (r[STEP] // n_batches) % 2 == 1


@kernel
def flip(row, run):
    """Mirror some of the images X (rows, height, width, channels) in place."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, height, width, channels = field[3], field[4], field[5], field[6]
    values, rates = reals(field[2], n_rows * stride), doubles(field[7], 2)
    line = width * channels
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key, opposite = flip_key(field[8], field[9], i, run)
        image = i * stride
        if rates[0] > 0.0 and (uniform(key, 0) < rates[0]) != opposite:
            for y in range(height):
                left, right = image + y * line, image + (y + 1) * line - channels
                while left < right:
                    exchange(values, left, right, channels)
                    left += channels
                    right -= channels
        if rates[1] > 0.0 and (uniform(key, 1) < rates[1]) != opposite:
            for y in range(height // 2):
                exchange(values, image + y * line, image + (height - 1 - y) * line, line)
