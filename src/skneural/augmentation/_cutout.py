"""Cover a part of each image."""

from __future__ import annotations

from typing import Any, ClassVar

from ..engine.compile.jit import kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import ROWS, RUN_FIELDS, SEED, STEP, integers, real, reals
from ..engine.random import below, row_key
from ..engine.shares import share_begin, share_end
from ._base import SIZE, Augmentation, pixels


class Cutout(Augmentation, name="cutout"):
    """Set a square of each image to zero, at a random place.

    DeVries and Taylor 2017, "Improved regularization of convolutional neural networks with
    cutout", :arxiv:`1708.04552`. The centre may be any pixel, so that a part of the square may
    lie outside.

    Parameters
    ----------
    size : int or float in [0, 1], default=0.5
        Side of the square in pixels, or its share of the image's height and width; 0.5 is the
        paper's for CIFAR-10.
    """

    keeps_pixels = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"size": SIZE}

    def __init__(self, size: float = 0.5):
        self.size = size

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        height, width, channels = images.shape
        sides = pixels(self.size, height), pixels(self.size, width)
        if all(sides):
            plan.by_rows(cut_out, images.address, images.stride, height, width, channels, *sides,
                         number)
        return images

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(3), cls(1.0)]


@kernel
def cut_out(row, run):
    """Zero a square of each of the images X (rows, height, width, channels) in place."""
    field = integers(row, 10)
    r = integers(run, RUN_FIELDS)
    n_rows, stride, height, width, channels = r[ROWS], field[3], field[4], field[5], field[6]
    values = reals(field[2], n_rows * stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[9], i)
        top = below(key, 0, height) - field[7] // 2
        left = below(key, 1, width) - field[8] // 2
        begin, end = max(0, left) * channels, min(width, left + field[8]) * channels
        for line in range(max(0, top), min(height, top + field[7])):
            start = i * stride + line * width * channels
            for j in range(begin, end):
                values[start + j] = real(0.0)
