"""Turn images."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..engine.compile.jit import helper, kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import ROWS, RUN_FIELDS, SEED, STEP, doubles, integers, real, reals
from ..engine.random import row_key, uniform
from ..engine.shares import share_begin, share_end
from ._base import Augmentation
from ._shift import FILLS, source_of


class Rotate(Augmentation, name="rotate"):
    """Turn images about their centre by random angles, with bilinear interpolation.

    Parameters
    ----------
    degrees : float in [0, 180], default=15
        The largest angle, either way.
    fill : {"zero", "nearest"}, default="zero"
        What comes in at the edge: zeros or the pixel at the edge.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "degrees": [Interval(Real, 0, 180, closed="both")],
        "fill": [StrOptions({"zero", "nearest"})],
    }

    def __init__(self, degrees: float = 15, fill: str = "zero"):
        self.degrees = degrees
        self.fill = fill

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        if self.degrees == 0:
            return images
        height, width, channels = images.shape
        turned, largest = plan.buffer(images.shape), plan.memory(1, float)
        largest[0] = np.deg2rad(self.degrees)
        plan.by_rows(rotate, images.address, images.stride, turned.address, turned.stride, height,
                     width, channels, largest.ctypes.data, FILLS[self.fill], number)
        return turned

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(180, "nearest")]


@helper
def add_pixel(x, start, y, to, field, line, column, share):
    """Add a share of the pixel that stands at a place to another."""
    height, width, channels, fill = field[6], field[7], field[8], field[10]
    line, column = source_of(line, height, fill), source_of(column, width, fill)
    if line >= 0 and column >= 0:
        of = start + (line * width + column) * channels
        for channel in range(channels):
            y[to + channel] += real(share) * x[of + channel]


@kernel
def rotate(row, run):
    """Y = X (rows, height, width, channels), each image turned by an angle."""
    field = integers(row, 12)
    r = integers(run, RUN_FIELDS)
    n_rows, height, width, channels = r[ROWS], field[6], field[7], field[8]
    x, y = reals(field[2], n_rows * field[3]), reals(field[4], n_rows * field[5])
    largest = doubles(field[9], 1)[0]
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        angle = largest * (2.0 * uniform(row_key(r[SEED], r[STEP], field[11], i), 0) - 1.0)
        sine, cosine = np.sin(angle), np.cos(angle)
        for pixel in range(height * width):
            line = pixel // width
            up, left = line - 0.5 * (height - 1), pixel - line * width - 0.5 * (width - 1)
            from_line = cosine * up + sine * left + 0.5 * (height - 1)
            from_column = cosine * left - sine * up + 0.5 * (width - 1)
            above, before = np.floor(from_line), np.floor(from_column)
            low, after = from_line - above, from_column - before
            start, to = i * field[3], i * field[5] + pixel * channels
            top, side = np.int64(above), np.int64(before)
            for channel in range(channels):
                y[to + channel] = real(0.0)
            add_pixel(x, start, y, to, field, top, side, (1.0 - low) * (1.0 - after))
            add_pixel(x, start, y, to, field, top, side + 1, (1.0 - low) * after)
            add_pixel(x, start, y, to, field, top + 1, side, low * (1.0 - after))
            add_pixel(x, start, y, to, field, top + 1, side + 1, low * after)
