"""Shift images, and fill the pixels left empty."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from ..engine.compile.jit import helper
from ..engine.fields import Count, Row, RowKey
from ..engine.kernels import row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real
from ..engine.random import below
from ._base import SIZE, Augmentation, ImageSize, pixels

ZERO, NEAREST, REFLECT = range(3)
FILLS = {"zero": ZERO, "nearest": NEAREST, "reflect": REFLECT}


class Shift(Augmentation, name="shift"):
    """Move images up or down and left or right by random numbers of pixels.

    Parameters
    ----------
    amount : int or float in [0, 1], default=0.1
        Largest shift in each direction: in pixels, or as a share of height and width.
    fill : {"zero", "nearest", "reflect"}, default="zero"
        Fill at the edge: zeros, the pixel at the edge, or the image mirrored there.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "amount": SIZE,
        "fill": [StrOptions(set(FILLS))],
    }

    def __init__(self, amount: float = 0.1, fill: str = "zero"):
        self.amount = amount
        self.fill = fill

    def check(self, shape: tuple[int, ...]) -> None:
        super().check(shape)
        check_fill(f"Shift: amount={self.amount!r}", self.fill, self._reach(shape), shape)

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        return add_shift(plan, images, self._reach(images.shape), self.fill, number)

    def _reach(self, shape: tuple[int, ...]) -> tuple[int, int]:
        return pixels(self.amount, shape[0]), pixels(self.amount, shape[1])

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(2), cls(0.4, "nearest"), cls(1, "reflect")]


def check_fill(what: str, fill: str, reach: tuple[int, int], shape: tuple[int, ...]) -> None:
    """Raise a ValueError where an image would be mirrored farther than it is wide."""
    if fill == "reflect" and (reach[0] >= shape[0] or reach[1] >= shape[1]):
        raise ValueError(
            f"{what} cannot mirror what is outside images of {shape[0]}x{shape[1]} pixels; it has"
            " to be less than each side"
        )


def add_shift(
    plan: Plan, images: Buffer, reach: tuple[int, int], fill: str, number: int
) -> Buffer:
    """Add the moving of images by up to ``reach`` pixels; return where they then are."""
    if not any(reach):
        return images
    moved = plan.buffer(images.shape)
    plan.by_rows(shift, x=images, y=moved, size=ImageSize(*images.shape), most_down=reach[0],
                 most_right=reach[1], fill=FILLS[fill], key=number)
    return moved


@helper
def source_of(place, size, fill):
    """Return the pixel that stands at a place, which may lie outside; -1 for a zero."""
    if 0 <= place < size:
        return place
    if fill == NEAREST:
        return min(size - 1, max(0, place))
    if fill == REFLECT:
        return -place if place < 0 else 2 * (size - 1) - place
    return -1


@helper
def copy_pixel(source, of, target, to, channels):
    """Copy a pixel, or zeros if it is none."""
    for channel in range(channels):
        target[to + channel] = source[of + channel] if of >= 0 else real(0.0)


@row_kernel
def shift(
    x: Row, y: Row, size: ImageSize, most_down: Count, most_right: Count, fill: Count, key: RowKey
) -> None:
    """Y = X (height, width, channels), moved by a number of pixels."""
    height, width, channels = size.height, size.width, size.channels
    line = width * channels
    down = below(key, 0, 2 * most_down + 1) - most_down
    right = below(key, 1, 2 * most_right + 1) - most_right
    begin = min(width, max(0, -right))
    end = max(begin, min(width, width - right))
    for line_number in range(height):
        to = line_number * line
        from_line = source_of(line_number + down, height, fill)
        if from_line < 0:
            for j in range(line):
                y[to + j] = real(0.0)
            continue
        start = from_line * line
        for j in range(begin * channels, end * channels):
            y[to + j] = x[start + right * channels + j]
        for place in range(width - end + begin):
            column = place if place < begin else place - begin + end
            pixel = source_of(column + right, width, fill)
            of = start + pixel * channels if pixel >= 0 else -1
            copy_pixel(x, of, y, to + column * channels, channels)
