"""Rotate images."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..engine.compile.jit import helper
from ..engine.fields import Count, Double, Row, RowKey
from ..engine.kernels import row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real
from ..engine.random import uniform
from ._base import Augmentation, ImageSize
from ._shift import FILLS, source_of


class Rotate(Augmentation, name="rotate"):
    """Rotate images about their centre by random angles, with bilinear interpolation.

    Parameters
    ----------
    degrees : float in [0, 180], default=15
        The largest angle, either way.
    fill : {"zero", "nearest"}, default="zero"
        Fill at the edge: zeros or the pixel at the edge.
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
        rotated = plan.buffer(images.shape)
        plan.by_rows(rotate, x=images, y=rotated, size=ImageSize(*images.shape),
                     largest=np.deg2rad(self.degrees), fill=FILLS[self.fill], key=number)
        return rotated

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(180, "nearest")]


@helper
def add_pixel(x, y, to, size, fill, line, column, share):
    """Add a share of the pixel that stands at a place to another."""
    line, column = source_of(line, size.height, fill), source_of(column, size.width, fill)
    if line >= 0 and column >= 0:
        of = (line * size.width + column) * size.channels
        for channel in range(size.channels):
            y[to + channel] += real(share) * x[of + channel]


@row_kernel
def rotate(x: Row, y: Row, size: ImageSize, largest: Double, fill: Count, key: RowKey) -> None:
    """Y = X (height, width, channels), rotated by an angle."""
    height, width, channels = size.height, size.width, size.channels
    angle = largest * (2.0 * uniform(key, 0) - 1.0)
    sine, cosine = np.sin(angle), np.cos(angle)
    for pixel in range(height * width):
        line = pixel // width
        up, left = line - 0.5 * (height - 1), pixel - line * width - 0.5 * (width - 1)
        from_line = cosine * up + sine * left + 0.5 * (height - 1)
        from_column = cosine * left - sine * up + 0.5 * (width - 1)
        above, before = np.floor(from_line), np.floor(from_column)
        low, after = from_line - above, from_column - before
        top, side, to = np.int64(above), np.int64(before), pixel * channels
        for channel in range(channels):
            y[to + channel] = real(0.0)
        add_pixel(x, y, to, size, fill, top, side, (1.0 - low) * (1.0 - after))
        add_pixel(x, y, to, size, fill, top, side + 1, (1.0 - low) * after)
        add_pixel(x, y, to, size, fill, top + 1, side, low * (1.0 - after))
        add_pixel(x, y, to, size, fill, top + 1, side + 1, low * after)
